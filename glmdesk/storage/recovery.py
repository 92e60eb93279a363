"""Answers whose writer is gone: the program was killed, crashed, or lost its power."""

import logging
from collections.abc import Callable

import apsw

from glmdesk.domain.message import PROGRAM_ENDED, State
from glmdesk.storage.plain import dump, plain_problem
from glmdesk.storage.rows import journalled
from glmdesk.storage.sql import Value, execute, select, transaction

logger = logging.getLogger(__name__)

_INTERRUPT = """
    UPDATE messages
    SET text = text || :text, reasoning = reasoning || :reasoning,
        state = :state, writer = NULL, problem = :problem
    WHERE seq = :seq
"""


def recover_answers(connection: apsw.Connection, is_alive: Callable[[int], bool]) -> None:
    """Give every answer that nobody writes any more the text that was journalled of it, as interrupted."""
    streaming = list(select(connection, "SELECT seq, writer FROM messages WHERE state = 'streaming'"))
    abandoned = [seq for seq, writer in streaming if writer is None or not is_alive(writer)]
    if not abandoned:
        return
    with transaction(connection):
        for seq in abandoned:
            _interrupt(connection, seq)
    logger.info("interrupted answers recovered: %d", len(abandoned))


def _interrupt(connection: apsw.Connection, seq: int) -> None:
    text, reasoning = journalled(connection, seq)
    values: dict[str, Value] = {
        "seq": seq,
        "text": text,
        "reasoning": reasoning,
        "state": State.INTERRUPTED.value,
        "problem": dump(plain_problem(PROGRAM_ENDED)),
    }
    execute(connection, _INTERRUPT, values)
    execute(connection, "DELETE FROM journal WHERE message_seq = ?", (seq,))
