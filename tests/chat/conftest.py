"""A database in a temporary folder, with a question and the empty answer to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from glmdesk.domain.conversation import Conversation
from glmdesk.domain.message import Message, State
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from tests.chat.examples import CONVERSATION, MODEL, NOON, answer, question


@pytest.fixture
async def database(anyio_backend: str, tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(tmp_path / "glmdesk.db") as database:
        yield database


@pytest.fixture
def store(database: Database) -> Conversations:
    return Conversations(database)


@pytest.fixture
async def empty(store: Conversations) -> Message:
    """An answer that has just been asked for."""
    asked = question()
    empty = answer(asked, "", State.STREAMING)
    await store.create(Conversation(CONVERSATION, "你好", NOON, NOON, MODEL), asked, empty)
    return empty


@pytest.fixture(autouse=True)
def log_stays_quiet(quiet_log: None) -> None:
    """Hold every test here to a log without warnings."""
