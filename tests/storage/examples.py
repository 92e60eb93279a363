"""Conversations and messages to store, and a look into the file behind the program's back."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apsw

from glmdesk.domain.conversation import Conversation
from glmdesk.domain.ids import new_id
from glmdesk.domain.message import Message, State
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.migrations import STEPS, Step
from glmdesk.storage.sql import execute, select

NOON = datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC)

MODEL = "glm-4-plus"


def conversation(title: str = "标题", *, minutes: int = 0, pinned: bool = False) -> Conversation:
    moment = NOON + timedelta(minutes=minutes)
    return Conversation(new_id(), title, moment, moment, MODEL, pinned=pinned)


def question(of: Conversation, text: str = "你好", *, parent: Message | None = None) -> Message:
    return Message(new_id(), of.id, parent.id if parent else None, "user", NOON, text)


def answer(to: Message, text: str = "", *, state: State = State.STREAMING) -> Message:
    return Message(new_id(), to.conversation_id, to.id, "assistant", NOON, text, state, MODEL)


async def exchange(conversations: Conversations, of: Conversation, text: str = "你好") -> Message:
    """Store a new conversation with a question and the empty answer to it; return the answer."""
    asked = question(of, text)
    answered = answer(asked)
    await conversations.create(of, asked, answered)
    return answered


def look(path: Path, statement: str) -> list[tuple[Any, ...]]:
    """Return the rows of a statement, read from the file on a connection of our own."""
    with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)) as connection:
        return list(select(connection, statement))


def content_of(path: Path) -> bytes:
    return path.read_bytes()


def overwrite(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def is_sound(path: Path) -> bool:
    return look(path, "PRAGMA integrity_check") == [("ok",)] and not look(path, "PRAGMA foreign_key_check")


def add_note(connection: apsw.Connection) -> None:
    """Make the schema one of a later version."""
    execute(connection, "ALTER TABLE messages ADD COLUMN note TEXT")


LATER_STEPS: Sequence[Step] = (*STEPS, add_note)


def write_old_messages(connection: apsw.Connection) -> None:
    """Store two hundred messages in columns that every version has."""
    execute(
        connection,
        """
        INSERT INTO conversations (seq, id, title, created_at, updated_at, model)
        VALUES (1, 'c', 'Old title', 0, 0, 'm'), (2, 'd', 'Other', 0, 0, 'm')
        """,
    )
    insert = """
        INSERT INTO messages (id, conversation_seq, role, created_at, text, state)
        VALUES (?, 1, 'user', 0, ?, 'complete')
    """
    for number in range(200):
        execute(connection, insert, (str(number), f"Old text {number}"))
