"""The files of messages that are exported as Markdown: in a folder beside the text, which links to them."""

import asyncio
from pathlib import Path
from urllib.parse import quote

from glmdesk.domain.attachment import Attachment
from glmdesk.export.names import Names, new_name, with_ending
from glmdesk.storage.attachments import attachments_of
from glmdesk.storage.database import Database
from glmdesk.storage.faults import translated
from glmdesk.storage.whole_file import save_pieces


class Assets:
    """The folder of a text; it is made with the first file, and nothing that was there is touched."""

    def __init__(self, database: Database, text: Path, *, is_private: bool) -> None:
        self._attachments = attachments_of(database.path)
        self._wanted = text.with_name(f"{text.stem}.assets")
        self._is_private = is_private
        self._folder: Path | None = None
        self._names = Names()
        self._links: dict[Attachment, str] = {}

    async def link(self, attachment: Attachment) -> str:
        """Write a file, unless that was done; return what leads to it from the text, empty where it is lost.

        Raises LocalDataError.
        """
        if attachment not in self._links:
            self._links[attachment] = await asyncio.to_thread(self._written, attachment)
        return self._links[attachment]

    def _written(self, attachment: Attachment) -> str:
        if not self._attachments.has(attachment.digest):
            return ""
        if self._folder is None:
            self._folder = new_name(self._wanted)
            with translated(self._folder):
                self._folder.mkdir(mode=0o700 if self._is_private else 0o777)
        name, ending = with_ending(attachment.name)
        path = self._names.free(self._folder / (name or "file"), ending)
        save_pieces(path, self._attachments.pieces(attachment.digest), is_private=self._is_private)
        return quote(f"{self._folder.name}/{path.name}")
