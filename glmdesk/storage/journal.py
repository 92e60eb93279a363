"""The text of an answer while it arrives, kept in small pieces: a crash costs no more than the last one."""

import asyncio
import logging
from datetime import UTC, datetime
from functools import partial

import apsw

from glmdesk.domain.errors import LocalDataError
from glmdesk.domain.message import Message, State
from glmdesk.storage.database import Database
from glmdesk.storage.ledger import record
from glmdesk.storage.rows import bring_back_conversation, update_message, update_parts
from glmdesk.storage.search.tables import index_new
from glmdesk.storage.sql import execute

logger = logging.getLogger(__name__)

# Seconds. At most 250 ms of received text may be lost; the rest of them is for the disk.
_GATHERING_S = 0.15

_APPEND = """
    INSERT INTO journal (message_seq, text, reasoning)
    SELECT seq, ?, ? FROM messages WHERE id = ? AND state = 'streaming'
"""


class AnswerWriter:
    """Writes one answer that was appended as `STREAMING`: pieces while it arrives, the whole when it ends.

    Pieces are appended and never rewritten, so a long answer costs as much per second as a short one. No
    timer runs while nothing arrives.
    """

    def __init__(self, database: Database, message_id: str) -> None:
        self._database = database
        self._message_id = message_id
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._timer: asyncio.TimerHandle | None = None
        self._flush: asyncio.Future[None] | None = None
        self._is_finished = False
        self.failure: LocalDataError | None = None
        """Why the last pieces could not be kept; they are tried again with the next. None: all is well."""

    def write(self, *, text: str = "", reasoning: str = "") -> None:
        """Take what has just arrived. It is on disk within 250 ms."""
        if text:
            self._text.append(text)
        if reasoning:
            self._reasoning.append(reasoning)
        self._schedule()

    async def keep(self, message: Message) -> None:
        """Store what an answer is made of and what that has taken, while the answer goes on.

        Raises LocalDataError.
        """
        await self._database.write(partial(_keep, message))

    async def finish(self, message: Message) -> None:
        """Store the answer as it ended and drop its pieces, in one transaction.

        It is done even if the caller is cancelled while waiting: call it in a `finally`. A conversation that
        another window deleted meanwhile is brought back, unless the answer was stopped: here, deleting stops
        it first.

        Raises:
            LocalDataError: It could not be stored; what was journalled is still there. It may be tried again.
        """
        self._is_finished = True
        if self._timer:
            self._timer.cancel()
        await self._database.write(partial(_finish, message))

    def _schedule(self) -> None:
        is_waiting = self._timer is not None or self._flush is not None
        if (self._text or self._reasoning) and not is_waiting and not self._is_finished:
            self._timer = asyncio.get_running_loop().call_later(_GATHERING_S, self._begin_flush)

    def _begin_flush(self) -> None:
        self._timer = None
        text, reasoning = "".join(self._text), "".join(self._reasoning)
        self._text.clear()
        self._reasoning.clear()
        values = (text, reasoning, self._message_id)
        self._flush = self._database.start_write(lambda connection: _append(connection, values))
        self._flush.add_done_callback(partial(self._end_flush, text, reasoning))

    def _end_flush(self, text: str, reasoning: str, flush: asyncio.Future[None]) -> None:
        self._flush = None
        try:
            flush.result()
        except LocalDataError as error:
            if self.failure is None:
                logger.info("answer %s is not journalled: %s", self._message_id, error)
            self.failure = error
            self._text.insert(0, text)
            self._reasoning.insert(0, reasoning)
        else:
            self.failure = None
            self._schedule()


def _append(connection: apsw.Connection, values: tuple[str, str, str]) -> None:
    execute(connection, _APPEND, values)


def _keep(message: Message, connection: apsw.Connection) -> None:
    update_parts(connection, message)
    record(connection, message, datetime.now(UTC))


def _finish(message: Message, connection: apsw.Connection) -> None:
    update_message(connection, message)
    index_new(connection)
    record(connection, message, datetime.now(UTC))
    if message.state is not State.STOPPED:
        bring_back_conversation(connection, message.id)
