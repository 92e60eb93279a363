"""A look at a database finds out how it is and leaves no trace."""

import os
from pathlib import Path

import pytest

from glmdesk.domain.errors import DatabaseDamaged, DatabaseNewer
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.health import SCHEMA, Health, folder_problem, look_at
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
        await store.delete([of.id], NOON)
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


def test_a_folder_that_could_be_made_is_well_and_is_not_made(tmp_path: Path) -> None:
    assert folder_problem(tmp_path / "new" / "data") is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
@pytest.mark.parametrize("mode", [0o500, 0])
def test_a_folder_into_which_nothing_can_be_put_is_named(tmp_path: Path, mode: int) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=mode)

    problems = [folder_problem(folder) for folder in (locked, locked / "new")]

    locked.chmod(0o700)
    assert [problem and problem.details["folder"] for problem in problems] == [
        str(locked),
        str(locked / "new"),
    ]


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    for folder in (tmp_path / "file", tmp_path / "file" / "data"):
        problem = folder_problem(folder)
        assert problem is not None
        assert "Not a directory" in problem.headline
