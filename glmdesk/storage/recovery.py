"""Answers whose writer is gone: the program was killed, crashed, or lost its power."""

import logging
from collections.abc import Callable

import apsw

from glmdesk.domain.message import ended_by_program
from glmdesk.storage.plain import dump, plain_problem
from glmdesk.storage.rows import journalled
from glmdesk.storage.sql import Value, execute, scalar, select, transaction

logger = logging.getLogger(__name__)

_INTERRUPT = """
    UPDATE messages
    SET text = text || :text, reasoning = reasoning || :reasoning,
        state = :state, writer = NULL, problem = :problem
    WHERE seq = :seq
"""

_HAS_ARRIVED = "SELECT text <> '' OR reasoning <> '' OR parts IS NOT NULL FROM messages WHERE seq = ?"


def recover_answers(connection: apsw.Connection, is_alive: Callable[[int], bool]) -> None:
    """Give every answer that nobody writes any more the text that was journalled of it."""
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
    earlier = scalar(connection, _HAS_ARRIVED, (seq,))
    state, problem = ended_by_program(has_arrived=bool(earlier or text or reasoning))
    values: dict[str, Value] = {
        "seq": seq,
        "text": text,
        "reasoning": reasoning,
        "state": state.value,
        "problem": dump(plain_problem(problem)),
    }
    execute(connection, _INTERRUPT, values)
    execute(connection, "DELETE FROM journal WHERE message_seq = ?", (seq,))
