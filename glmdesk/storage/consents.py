"""What tools may run without being asked about, by what the user was told of them."""

from dataclasses import dataclass
from datetime import UTC, datetime

import apsw

from glmdesk.domain.tool import ToolSpec
from glmdesk.storage.database import Database
from glmdesk.storage.rows import from_microseconds, to_microseconds
from glmdesk.storage.sql import execute, scalar, select

_GIVE = "INSERT OR IGNORE INTO consents (digest, place, name, source, given_at) VALUES (?, ?, ?, ?, ?)"
_IS_GIVEN = "SELECT 1 FROM consents WHERE digest = ? AND place IN ('', ?)"
_ALL = """
    SELECT consent.digest, consent.place, consent.name, consent.source, consent.given_at, conversation.title
    FROM consents AS consent LEFT JOIN conversations AS conversation ON conversation.id = consent.place
    ORDER BY consent.given_at DESC
"""


@dataclass(frozen=True, slots=True)
class Consent:
    """What may run without being asked about.

    Attributes:
        digest: That of what the user was told of the tool; a tool that says otherwise is asked about again.
        conversation_id: Where; None: everywhere.
        name, source: The tool, and who it is from.
        given_at: Since when.
        title: What the conversation is called.
    """

    digest: str
    conversation_id: str | None
    name: str
    source: str
    given_at: datetime
    title: str = ""


class Consents:
    """The stored consents, until they are revoked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def give(self, spec: ToolSpec, conversation_id: str | None) -> None:
        """Let a tool run unasked in a conversation; None: in all."""
        moment = to_microseconds(datetime.now(UTC))
        values = (spec.digest, conversation_id or "", spec.name, spec.source, moment)
        await self._database.write(lambda connection: execute(connection, _GIVE, values))

    async def is_given(self, spec: ToolSpec, conversation_id: str) -> bool:
        """Whether a tool may run unasked in a conversation."""
        values = (spec.digest, conversation_id)
        return await self._database.read(lambda connection: scalar(connection, _IS_GIVEN, values) is not None)

    async def all(self) -> tuple[Consent, ...]:
        """Return every consent, the last one given first."""

        def work(connection: apsw.Connection) -> tuple[Consent, ...]:
            return tuple(
                Consent(digest, place or None, name, source, from_microseconds(given_at), title or "")
                for digest, place, name, source, given_at, title in select(connection, _ALL)
            )

        return await self._database.read(work)

    async def revoke(self, consent: Consent) -> None:
        """Let a tool be asked about again."""
        statement = "DELETE FROM consents WHERE digest = ? AND place = ?"
        values = (consent.digest, consent.conversation_id or "")
        await self._database.write(lambda connection: execute(connection, statement, values))
