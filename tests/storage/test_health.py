"""A look at a database finds out how it is and leaves no trace."""

import os
from pathlib import Path

import pytest

from glmdesk.domain.errors import DatabaseDamaged, DatabaseNewer
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.health import SCHEMA, Health, look_at
from tests.storage.examples import NOON, content_of, conversation, exchange, look, overwrite

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stored(tmp_path: Path) -> Path:
    """Return a closed database with two conversations, one of them deleted."""
    path = tmp_path / "glmdesk.db"
    async with Database(path) as database:
        store = Conversations(database)
        for of in (conversation("kept"), conversation("deleted")):
            await exchange(store, of)
        await store.delete(of.id, NOON)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def test_what_is_in_a_database_is_counted_without_a_trace(stored: Path) -> None:
    before = contents(stored.parent)

    health = look_at(stored)

    size_bytes = len(before[stored.name])
    assert health == Health(size_bytes, SCHEMA, 1, 4, network=None, problem=None)
    assert contents(stored.parent) == before


async def test_what_a_running_program_wrote_last_is_counted(stored: Path) -> None:
    async with Database(stored) as database:
        await exchange(Conversations(database), conversation("just now"))

        assert look_at(stored).conversations == 2


async def test_a_newer_database_is_called_so(stored: Path) -> None:
    look(stored, "PRAGMA user_version = 999")

    with pytest.raises(DatabaseNewer):
        look_at(stored)


async def test_damage_is_found(stored: Path) -> None:
    overwrite(stored, content_of(stored)[:-4096] + os.urandom(4096))

    with pytest.raises(DatabaseDamaged):
        look_at(stored)
