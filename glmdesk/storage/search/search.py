"""Looking for messages and titles, the newest first, in short turns of the database's thread."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import apsw

from glmdesk.domain.draft import Draft
from glmdesk.domain.folding import fold
from glmdesk.storage.database import Database
from glmdesk.storage.plain import attachments_in, read
from glmdesk.storage.rows import from_microseconds, to_microseconds
from glmdesk.storage.search.candidates import expression
from glmdesk.storage.search.features import has_feature
from glmdesk.storage.search.query import Query
from glmdesk.storage.search.tables import MESSAGES, TITLES, Source, has_index, index_waiting, waiting
from glmdesk.storage.sql import Value, scalar, select

_TURN_S: Final = 0.03
"""Seconds. Whoever has something to write waits no longer than this."""
_LOOKED_AT: Final = 32
"""Texts that are looked at before the index is asked: what is in many texts is in some of these."""
_SHARE: Final = 4
"""As long as one of so many texts holds what is looked for, the index is not needed."""
_SPAN: Final = 5_000
"""Numbers of rows that are looked through in one statement: filters may pass over all of them."""
_INDEXED_SPAN: Final = 100_000
_ABOVE_ALL: Final = 1 << 62
"""Greater than the number of any row."""

_COLUMNS: Final = {
    MESSAGES: """
        SELECT source.seq, source.text, source.id, source.role, source.created_at, source.model,
               conversation.id, conversation.title, source.attachments
    """,
    TITLES: """
        SELECT source.seq, source.title, NULL, '', source.updated_at, source.model, source.id, source.title,
               NULL
    """,
}
_CONDITIONS: Final = {
    MESSAGES: """
        AND source.deleted_at IS NULL AND conversation.deleted_at IS NULL
        AND (:role IS NULL OR source.role = :role)
        AND (:before IS NULL OR source.created_at < :before)
        AND (:after IS NULL OR source.created_at >= :after)
    """,
    TITLES: """
        AND source.deleted_at IS NULL
        AND (:before IS NULL OR source.created_at < :before)
        AND (:after IS NULL OR source.updated_at >= :after)
    """,
}
# SQLite is not to choose another order of the tables: these come in the order that is wanted.
_EVERY: Final = {
    MESSAGES: """
        FROM messages AS source CROSS JOIN conversations AS conversation
        ON conversation.seq = source.conversation_seq
        WHERE source.seq < :below AND source.seq >= :floor
    """,
    TITLES: """
        FROM conversations AS source
        WHERE source.seq < :below AND source.seq >= :floor
    """,
}
_LAST: Final = {
    MESSAGES: "SELECT max(seq) FROM messages WHERE seq < ?",
    TITLES: "SELECT max(seq) FROM conversations WHERE seq < ?",
}
_INDEXED: Final = {
    MESSAGES: """
        FROM search_messages CROSS JOIN messages AS source ON source.seq = search_messages.rowid
        CROSS JOIN conversations AS conversation ON conversation.seq = source.conversation_seq
        WHERE search_messages MATCH :tokens
        AND search_messages.rowid < :below AND search_messages.rowid >= :floor
    """,
    TITLES: """
        FROM search_titles CROSS JOIN conversations AS source ON source.seq = search_titles.rowid
        WHERE search_titles MATCH :tokens
        AND search_titles.rowid < :below AND search_titles.rowid >= :floor
    """,
}
_ATTACHED: Final = "AND source.attachments IS NOT NULL "
_WAITING: Final = "SELECT max(seq) FROM search_waiting WHERE is_title = ? AND seq < ?"


@dataclass(frozen=True, slots=True)
class Found:
    """A message that was found, or a title.

    Attributes:
        conversation_id, title: Where it is.
        message_id: Which message; None where the title was found.
        role: Whose message it is; empty for a title.
        text: All of the message, or what its files are called where it has no words; or the title.
        at: When the message was written, or the conversation was last written in.
    """

    conversation_id: str
    title: str
    message_id: str | None
    role: str
    text: str
    at: datetime


class Search:
    """Finds what is stored, and keeps the index complete.

    Whoever no longer waits for something cancels the await; the database is free again at once.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self) -> int:
        """Return how many texts are not in the index yet. They are found all the same, but slowly."""
        return await self._database.write(waiting)

    async def index_some(self) -> int:
        """Index some of what waits, for some hundredths of a second; return 0 when nothing is left to do."""
        return await self._database.write(lambda connection: index_waiting(connection, _TURN_S))

    async def titles(self, query: Query, limit: int) -> list[Found]:
        """Return conversations whose titles hold what is looked for, those begun last first."""
        return [] if query.is_about_messages else await self._find(Look(TITLES, query, limit))

    async def messages(self, query: Query, limit: int) -> list[Found]:
        """Return messages that hold what is looked for, those stored last first."""
        return [] if query.is_title else await self._find(Look(MESSAGES, query, limit))

    async def _find(self, look: "Look") -> list[Found]:
        try:
            while not look.is_over:
                await self._database.read(look.take_turn)
        finally:
            # A turn that is being taken ends with the next text.
            look.is_over = True
        return look.found


class Look:
    """A look through the texts from the last one on, in turns.

    Texts are looked at one by one as long as many hold what is looked for, and from where the first one waits
    that is not indexed; in between only those that the index offers.
    """

    def __init__(self, source: Source, query: Query, limit: int) -> None:
        self.found: list[Found] = []
        self.is_over = not query or limit <= 0
        self._source = source
        self._query = query
        self._limit = limit
        self._below = _ABOVE_ALL
        self._looked_at = 0
        self._is_rare = False
        """Whether the index is to be asked."""
        self._tokens: str | None = None

    def take_turn(self, connection: apsw.Connection) -> None:
        """Look on for a moment."""
        until = time.monotonic() + _TURN_S
        for row in self._rows(connection):
            if row is not None:
                self._below = row[0]
                self._looked_at += 1
            if row is not None and self._is_meant(row):
                self.found.append(_read(row))
                self.is_over = self.is_over or len(self.found) == self._limit
            if self.is_over or time.monotonic() > until:
                return
        self.is_over = True

    def _rows(self, connection: apsw.Connection) -> Iterator[tuple[Any, ...] | None]:
        """Yield what may be meant, from where the look has come to, and None where nothing was for long."""
        can_ask = bool(self._query.needles) and has_index(connection)
        # What filters leave may be rare, however often the words are there.
        self._is_rare = self._is_rare or (can_ask and self._query.has_filters)
        if not self._is_rare:
            for row in self._every(connection):
                yield row
                if can_ask and self._is_worth_asking:
                    self._is_rare = True
                    break
            else:
                return
        first_waiting: int | None = scalar(connection, _WAITING, (self._source.is_title, self._below))
        floor = 0 if first_waiting is None else first_waiting + 1
        tokens = self._expression(connection)
        # Asking the index again for each span costs more than what it saves where all that it offers is seen.
        span = _INDEXED_SPAN if self._query.has_filters else _ABOVE_ALL
        yield from self._through(connection, _INDEXED, span, floor=floor, tokens=tokens)
        yield from self._every(connection)

    def _every(self, connection: apsw.Connection) -> Iterator[tuple[Any, ...] | None]:
        return self._through(connection, _EVERY, _SPAN)

    def _through(
        self,
        connection: apsw.Connection,
        part: Mapping[Source, str],
        span: int,
        floor: int = 0,
        **values: Value,
    ) -> Iterator[tuple[Any, ...] | None]:
        """Yield rows from where the look has come to down to a number, and None behind each span."""
        last: int | None = scalar(connection, _LAST[self._source], (self._below,))
        while last is not None and last >= floor:
            bottom = max(floor, last - span)
            yield from self._select(connection, part, floor=bottom, **values)
            self._below = min(self._below, bottom)
            yield None
            last = scalar(connection, _LAST[self._source], (self._below,))

    @property
    def _is_worth_asking(self) -> bool:
        return self._looked_at >= _LOOKED_AT and len(self.found) * _SHARE < self._looked_at

    def _expression(self, connection: apsw.Connection) -> str:
        if self._tokens is None:
            pieces = (expression(connection, needle.folded) for needle in self._query.needles)
            self._tokens = " AND ".join(f"({piece})" for piece in pieces)
        return self._tokens

    def _select(
        self, connection: apsw.Connection, part: Mapping[Source, str], **values: Value
    ) -> Iterator[tuple[Any, ...]]:
        source, query = self._source, self._query
        order = f"ORDER BY {source.index}.rowid DESC" if part is _INDEXED else "ORDER BY source.seq DESC"
        attached = _ATTACHED if "file" in query.features else ""
        statement = _COLUMNS[source] + part[source] + _CONDITIONS[source] + attached + order
        values |= {
            "below": self._below,
            "role": query.role,
            "before": to_microseconds(query.before) if query.before else None,
            "after": to_microseconds(query.after) if query.after else None,
        }
        return select(connection, statement, values)

    def _is_meant(self, row: tuple[Any, ...]) -> bool:
        query, text, model = self._query, row[1], row[5] or ""
        # Thousands of texts are looked at: comprehensions would take as long as finding the needles.
        for needle in query.needles:
            if not needle.is_in(text):
                return False
        return all(piece in fold(model) for piece in query.models) and all(
            has_feature(text, feature) for feature in query.features - {"file"}
        )


def _read(row: tuple[Any, ...]) -> Found:
    _seq, text, message_id, role, at, _model, conversation_id, title, files = row
    said = Draft(text, attachments_in(read(files))) if files else Draft(text)
    return Found(conversation_id, title, message_id, role, said.heading, from_microseconds(at))
