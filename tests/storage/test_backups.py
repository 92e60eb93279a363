"""Backups: made when they are due, each checked, few kept, and the way back."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from glmdesk.domain.errors import DatabaseDamaged, LocalDataError
from glmdesk.storage.backups import Backup, Backups, back_up, outdated, restore
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from tests.storage.examples import content_of, conversation, exchange, is_sound, look, overwrite
from tests.storage.test_processes import other_process

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def backups(path: Path, tmp_path: Path) -> Backups:
    return Backups(path, tmp_path / "backups")


def copies(*hours: float) -> list[Backup]:
    """Return backups that were made so many hours ago."""
    return [Backup(Path(str(hour)), NOW - timedelta(hours=hour), 1) for hour in hours]


async def test_a_backup_holds_what_is_stored_while_it_is_in_use(
    path: Path, backups: Backups, database: Database
) -> None:
    of = conversation("kept")
    await exchange(Conversations(database), of, "你好")
    assert backups.is_due(NOW)
    made = backups.make(NOW)

    assert is_sound(made.path)
    assert look(made.path, "SELECT title FROM conversations") == [("kept",)]
    assert made.path.stat().st_mode & 0o077 == 0
    assert backups.existing() == [made]
    assert sorted(file.name for file in backups.folder.iterdir()) == ["glmdesk-20260304-120000.db"]


async def test_one_is_made_on_a_network_where_nobody_else_is_let_in(path: Path, backups: Backups) -> None:
    async with Database(path, network_filesystem=lambda _: "nfs4") as database:
        await exchange(Conversations(database), conversation("kept"), "你好")
        made = await back_up(database, backups, NOW)
        await exchange(Conversations(database), conversation("later"))

        assert look(made.path, "SELECT title FROM conversations") == [("kept",)]
        assert is_sound(made.path)
        assert backups.existing() == [made]


async def test_whoever_writes_meanwhile_spoils_no_backup(backups: Backups, database: Database) -> None:
    store = Conversations(database)

    async def write() -> None:
        for number in range(200):
            await exchange(store, conversation(str(number)), "text " * 50)

    async with anyio.create_task_group() as group:
        group.start_soon(write)
        for number in range(20):
            made = await anyio.to_thread.run_sync(backups.make, NOW + timedelta(seconds=number))
            assert is_sound(made.path)


async def test_it_is_due_after_a_day_and_when_the_clock_was_put_back(
    backups: Backups, database: Database
) -> None:
    backups.make(NOW)

    assert not backups.is_due(NOW + timedelta(hours=23))
    assert backups.is_due(NOW + timedelta(hours=25))
    assert backups.is_due(NOW - timedelta(hours=1))


async def test_a_clock_that_was_put_back_costs_no_backup_and_makes_none_every_hour(
    backups: Backups, database: Database
) -> None:
    ahead = [backups.make(NOW + timedelta(days=300 + day)) for day in range(9)]
    made = [backups.make(NOW + timedelta(days=day)) for day in range(9)]
    kept = backups.existing()

    assert not backups.is_due(NOW + timedelta(days=8, hours=1))
    assert backups.is_due(NOW + timedelta(days=10))
    assert set(made[2:]) <= set(kept), "what is ahead takes no place"
    assert set(ahead[2:]) <= set(kept)


async def test_what_is_no_backup_is_left_alone(backups: Backups, database: Database) -> None:
    made = backups.make(NOW)
    for name in ("glmdesk-99999999-999999.db", "glmdesk-99991231-235959.db.txt", "notes.db"):
        (backups.folder / name).write_text("mine")
    (backups.folder / "glmdesk-20200101-000000.db").mkdir()
    (backups.folder / "glmdesk-20200102-000000.db").symlink_to("nothing")

    assert backups.existing() == [made]
    assert len(backups.make(NOW + timedelta(days=1)).path.read_bytes()) > 0
    assert len(list(backups.folder.iterdir())) == 7, "nothing was removed"


async def test_what_is_too_old_and_cannot_be_removed_fails_no_backup(
    path: Path, backups: Backups, database: Database
) -> None:
    stuck = backups.folder / "attachments" / ("0" * 64)
    stuck.mkdir(parents=True)  # as a file of somebody else is, for whoever is not root
    os.utime(stuck, times=2 * ((NOW - timedelta(days=9)).timestamp(),))
    made = backups.make(NOW)

    assert is_sound(made.path)
    assert stuck.exists()


async def test_seven_days_and_four_weeks_are_kept(backups: Backups, database: Database) -> None:
    for day in range(60):
        for hour in (0, 6):
            backups.make(NOW + timedelta(days=day, hours=hour))
    kept = [backup.at for backup in backups.existing()]
    last = NOW + timedelta(days=59, hours=6)

    assert kept[:7] == [last - timedelta(days=day) for day in range(7)]
    assert 9 <= len(kept) <= 11
    assert kept[-1] >= last - timedelta(days=28)
    assert len({at.isocalendar()[:2] for at in kept}) == 4


async def test_half_a_backup_of_a_program_that_was_killed_is_removed(
    backups: Backups, database: Database
) -> None:
    backups.make(NOW)
    old, new = (backups.folder / f"glmdesk-2026010{day}-000000.db.part" for day in (1, 2))
    for part, age in ((old, 2), (new, 0)):
        part.write_bytes(b"half")
        os.utime(part, times=2 * ((NOW - timedelta(days=age)).timestamp(),))
    backups.make(NOW + timedelta(minutes=1))

    assert not old.exists()
    assert new.exists(), "somebody may be writing it"


def test_the_newest_is_always_kept() -> None:
    assert outdated(copies(1)) == []
    assert outdated(copies(1, 2, 3)) == copies(2, 3)
    assert outdated(copies(24 * 400)) == []


async def test_a_folder_that_cannot_be_written_is_named(
    path: Path, tmp_path: Path, database: Database
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalDataError) as failed:
        Backups(path, tmp_path / "file" / "backups").make(NOW)

    assert failed.value.problem.code == "backup-failed"
    assert str(tmp_path / "file" / "backups") in failed.value.problem.headline


async def test_a_damaged_history_replaces_no_good_backup(path: Path, backups: Backups) -> None:
    async with Database(path) as database:
        for number in range(50):
            await exchange(Conversations(database), conversation(), "text " * 100 + str(number))
    good = backups.make(NOW)
    content = bytearray(content_of(path))
    content[8192:40_000] = bytes(len(content[8192:40_000]))
    overwrite(path, bytes(content))
    with pytest.raises(LocalDataError) as failed:
        backups.make(NOW + timedelta(days=1))

    assert failed.value.problem.code == "backup-failed"
    assert f"A part of {path} cannot be read" in failed.value.problem.headline, "the copy is not damaged"
    assert backups.existing() == [good]
    assert [file.name for file in backups.folder.iterdir()] == [good.path.name], "no half of a copy is left"


async def test_a_backup_comes_back_and_what_was_there_is_kept(path: Path, backups: Backups) -> None:
    async with Database(path) as database:
        await exchange(Conversations(database), conversation("old"))
        made = backups.make(NOW)
        await exchange(Conversations(database), conversation("new"))
    aside = restore(path, made.path)
    async with Database(path) as database:
        assert [one.title for one in await Conversations(database).page()] == ["old"]

    assert {row[0] for row in look(aside, "SELECT title FROM conversations")} == {"old", "new"}
    assert made.path.exists()


async def test_nothing_is_restored_under_somebody(path: Path, backups: Backups) -> None:
    async with other_process(path):
        made = backups.make(NOW)
        with pytest.raises(LocalDataError) as refused:
            restore(path, made.path)

    assert refused.value.problem.code == "database-in-use"


async def test_a_backup_that_is_damaged_changes_nothing(path: Path, backups: Backups) -> None:
    async with Database(path) as database:
        await exchange(Conversations(database), conversation("mine"))
    made = backups.make(NOW)
    made.path.write_bytes(b"garbage" * 1000)
    with pytest.raises(DatabaseDamaged):
        restore(path, made.path)

    async with Database(path) as database:
        assert [one.title for one in await Conversations(database).page()] == ["mine"]
