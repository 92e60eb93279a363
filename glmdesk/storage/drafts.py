"""What is written and not sent, so that it survives the end of the program, however that comes."""

from collections.abc import Mapping

import apsw

from glmdesk.domain.draft import Draft
from glmdesk.storage.database import Database
from glmdesk.storage.plain import attachments_in, dump, plain_attachments, read
from glmdesk.storage.sql import Value, execute, select

_PUT = """
    INSERT INTO drafts (place, text, attachments) VALUES (:place, :text, :attachments)
    ON CONFLICT (place) DO UPDATE SET text = excluded.text, attachments = excluded.attachments
"""


class Drafts:
    """The stored drafts, by what they are for.

    That is the id of a conversation, or of a message that is being edited; it is empty for a new chat.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def can_be_kept(self) -> bool:
        """Whether anything can be written."""
        return self._database.refusal is None

    async def all(self) -> dict[str, Draft]:
        """Return every draft."""

        def work(connection: apsw.Connection) -> dict[str, Draft]:
            rows = select(connection, "SELECT place, text, attachments FROM drafts")
            return {place: Draft(text, attachments_in(read(files or ""))) for place, text, files in rows}

        return await self._database.read(work)

    async def put(self, drafts: Mapping[str, Draft]) -> None:
        """Keep drafts; an empty one is dropped."""

        def work(connection: apsw.Connection) -> None:
            for place, draft in drafts.items():
                if draft:
                    execute(connection, _PUT, _values(place, draft))
                else:
                    execute(connection, "DELETE FROM drafts WHERE place = ?", (place,))

        await self._database.write(work)


def _values(place: str, draft: Draft) -> dict[str, Value]:
    files = dump(plain_attachments(draft.attachments)) if draft.attachments else None
    return {"place": place, "text": draft.text, "attachments": files}
