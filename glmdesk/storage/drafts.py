"""What is written and not sent, so that it survives the end of the program, however that comes."""

from collections.abc import Mapping

import apsw

from glmdesk.storage.database import Database
from glmdesk.storage.sql import execute, select

_PUT = """
    INSERT INTO drafts (place, text) VALUES (:place, :text)
    ON CONFLICT (place) DO UPDATE SET text = excluded.text
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

    async def all(self) -> dict[str, str]:
        """Return every draft."""
        return await self._database.read(
            lambda connection: dict(select(connection, "SELECT place, text FROM drafts"))
        )

    async def put(self, texts: Mapping[str, str]) -> None:
        """Keep drafts; an empty text drops one."""

        def work(connection: apsw.Connection) -> None:
            for place, text in texts.items():
                if text:
                    execute(connection, _PUT, {"place": place, "text": text})
                else:
                    execute(connection, "DELETE FROM drafts WHERE place = ?", (place,))

        await self._database.write(work)
