"""One thread, transactions, and what cancelling means."""

import asyncio
import stat
import sys
import threading
from pathlib import Path

import apsw
import pytest

from glmdesk.storage.database import Database
from glmdesk.storage.sql import execute, pragma, scalar
from tests.storage.examples import is_sound, look

pytestmark = pytest.mark.anyio


async def test_a_new_database_is_ours_private_and_careful(database: Database, path: Path) -> None:
    names = ("application_id", "journal_mode", "synchronous", "foreign_keys", "trusted_schema", "temp_store")
    found = await database.read(lambda connection: [pragma(connection, name) for name in names])

    assert found == [0x474C4D44, "wal", 2, 1, 0, 2]
    assert database.notices == ()
    assert database.refusal is None
    if sys.platform != "win32":
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


async def test_the_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "glmdesk"

    async with Database(folder / "glmdesk.db"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_all_work_runs_on_one_thread_that_is_not_ours(database: Database) -> None:
    def who(connection: apsw.Connection) -> int:
        return threading.get_ident()

    threads = {await database.read(who), await database.write(who), await database.read(who)}

    assert len(threads) == 1
    assert threading.get_ident() not in threads


_INSERT = "INSERT INTO conversations (id, title, created_at, updated_at, model) VALUES (?, '', 0, 0, '')"


def _count(connection: apsw.Connection) -> int:
    return int(scalar(connection, "SELECT count(*) FROM conversations"))


def test_a_database_serves_one_event_loop_after_another(path: Path) -> None:
    database = Database(path)

    async def store(title: str) -> int:
        def work(connection: apsw.Connection) -> int:
            execute(connection, _INSERT, (title,))
            return _count(connection)

        return await database.write(work)

    asyncio.run(database.open(), debug=True)
    assert asyncio.run(store("a"), debug=True) == 1
    assert asyncio.run(store("b"), debug=True) == 2
    asyncio.run(database.close(), debug=True)


async def test_a_write_that_fails_leaves_nothing_behind(database: Database) -> None:
    def work(connection: apsw.Connection) -> None:
        execute(connection, _INSERT, ("a",))
        raise KeyError

    with pytest.raises(KeyError):
        await database.write(work)

    assert await database.read(_count) == 0


async def test_a_faulty_statement_is_not_taken_for_a_faulty_disk(database: Database) -> None:
    with pytest.raises(apsw.SQLError):
        await database.read(lambda connection: scalar(connection, "SELECT nothing FROM nowhere"))


async def test_a_write_is_done_though_its_caller_is_cancelled(database: Database) -> None:
    started, release = threading.Event(), threading.Event()

    def block(connection: apsw.Connection) -> None:
        started.set()
        release.wait(5)

    async with asyncio.TaskGroup() as group:
        group.create_task(database.read(block))
        await asyncio.to_thread(started.wait, 5)
        writing = group.create_task(database.write(lambda connection: execute(connection, _INSERT, ("a",))))
        await asyncio.sleep(0)
        writing.cancel()
        await asyncio.sleep(0)
        release.set()

    assert writing.cancelled()
    assert await database.read(_count) == 1


@pytest.mark.logs_errors
async def test_a_write_that_fails_after_its_caller_was_cancelled_is_in_the_log(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    started, release = threading.Event(), threading.Event()

    def fail(connection: apsw.Connection) -> None:
        started.set()
        release.wait(5)
        raise KeyError("a")

    async with asyncio.TaskGroup() as group:
        writing = group.create_task(database.write(fail))
        await asyncio.to_thread(started.wait, 5)
        writing.cancel()
        await asyncio.sleep(0)
        release.set()
    await database.read(_count)

    assert "a write that nobody waits for failed" in caplog.text


async def test_a_read_is_left_out_when_its_caller_is_cancelled_before_its_turn(database: Database) -> None:
    started, release = threading.Event(), threading.Event()
    runs: list[str] = []

    def block(connection: apsw.Connection) -> None:
        started.set()
        release.wait(5)

    async with asyncio.TaskGroup() as group:
        group.create_task(database.read(block))
        await asyncio.to_thread(started.wait, 5)
        reading = group.create_task(database.read(lambda connection: runs.append("read")))
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.sleep(0)
        release.set()

    await database.read(lambda connection: None)
    assert runs == []


async def test_closing_waits_for_what_was_begun(path: Path) -> None:
    database = await Database(path).open()

    def insert(name: str) -> asyncio.Future[None]:
        return database.start_write(lambda connection: execute(connection, _INSERT, (name,)))

    writes = [insert(str(number)) for number in range(20)]
    await database.close()

    assert all(write.done() for write in writes)
    assert look(path, "SELECT count(*) FROM conversations") == [(20,)]
    assert is_sound(path)


async def test_a_closed_database_leaves_one_file_and_its_lock_and_opens_again(path: Path) -> None:
    database = Database(path)
    for _ in range(2):
        async with database:
            assert database.slot == 1
        assert {file.name for file in path.parent.iterdir()} == {"glmdesk.db", "glmdesk.db-lock"}


async def test_a_cancelled_opening_leaves_nothing_open(path: Path) -> None:
    async def open_only() -> None:
        await Database(path).open()

    opening = asyncio.get_running_loop().create_task(open_only())
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening

    async with Database(path) as database:
        assert database.slot == 1
    assert {file.name for file in path.parent.iterdir()} == {"glmdesk.db", "glmdesk.db-lock"}


async def test_a_relative_path_holds_though_the_process_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    database = Database(Path("glmdesk.db"))
    monkeypatch.chdir("/")
    async with database:
        assert (tmp_path / "glmdesk.db").exists()
