"""A database in a temporary folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "glmdesk.db"


@pytest.fixture
async def database(anyio_backend: str, path: Path) -> AsyncIterator[Database]:
    async with Database(path) as database:
        yield database


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database)
