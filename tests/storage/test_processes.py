"""The window and the command line have the same database open at the same time."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from glmdesk.domain.errors import LocalDataError
from glmdesk.domain.message import State
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from tests.storage.examples import LATER_STEPS, conversation, exchange, is_sound, look, overwrite

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Other:
    """Another process that is writing an answer into `conversation`."""

    process: asyncio.subprocess.Process
    conversation: str
    slot: int

    async def end(self) -> None:
        await self.process.communicate(b"")
        assert self.process.returncode == 0

    async def kill(self) -> None:
        self.process.kill()
        await self.process.communicate()


@asynccontextmanager
async def other_process(path: Path, *arguments: str) -> AsyncIterator[Other]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.storage.other_process", str(path), *arguments),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        said = json.loads(await process.stdout.readline())
        yield Other(process, **said)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def last_message(database: Database, conversation_id: str) -> tuple[str, State]:
    message = (await Conversations(database).messages(conversation_id))[-1]
    return message.text, message.state


async def test_two_processes_read_and_write_side_by_side(path: Path) -> None:
    async with other_process(path) as other, Database(path) as database:
        assert {other.slot, database.slot} == {1, 2}
        # An answer that another process is writing is no abandoned one.
        found = await last_message(database, other.conversation)
        assert found == ("written by the other process", State.STREAMING)
        await exchange(Conversations(database), conversation("ours"))

        await other.end()

        assert await last_message(database, other.conversation) == ("finished", State.COMPLETE)
        assert {one.title for one in await Conversations(database).page()} == {"other", "ours"}
    assert is_sound(path)


async def test_only_the_answers_of_the_process_that_died_are_interrupted(path: Path) -> None:
    async with other_process(path) as living, other_process(path) as dying:
        await dying.kill()
        async with Database(path) as database:
            assert await last_message(database, living.conversation) == (
                "written by the other process",
                State.STREAMING,
            )
            assert await last_message(database, dying.conversation) == (
                "written by the other process",
                State.INTERRUPTED,
            )
        await living.end()


async def test_nothing_is_migrated_while_another_process_has_the_database_open(path: Path) -> None:
    async with other_process(path) as other:
        with pytest.raises(LocalDataError) as refused:
            await Database(path, steps=LATER_STEPS).open()
        assert refused.value.problem.code == "database-in-use"
        await other.end()

    async with Database(path, steps=LATER_STEPS) as database:
        assert database.refusal is None


async def test_nothing_is_repaired_while_another_process_has_the_database_open(path: Path) -> None:
    async with other_process(path) as other:
        overwrite(path.with_name("glmdesk.db.suspect"), b"")
        async with Database(path) as database:
            assert database.notices == ()
        await other.end()

    async with Database(path) as database:
        assert [notice.code for notice in database.notices] == ["database-repaired"]
        assert await last_message(database, other.conversation) == ("finished", State.COMPLETE)


async def test_a_database_on_a_network_serves_one_process_at_a_time_without_a_log(path: Path) -> None:
    async with Database(path):
        pass  # made on a local disk, with a log
    async with other_process(path, "nfs4") as other:
        with pytest.raises(LocalDataError) as refused:
            await Database(path, network_filesystem=lambda folder: "nfs4").open()
        assert refused.value.problem.code == "database-in-use"
        await other.end()

    async with Database(path, network_filesystem=lambda folder: "nfs4") as database:
        assert [notice.code for notice in database.notices] == ["network-filesystem"]
        assert "nfs4" in database.notices[0].headline
        await exchange(Conversations(database), conversation())
        assert not {".db-wal", ".db-shm"} & {file.suffix for file in path.parent.iterdir()}
    assert look(path, "PRAGMA journal_mode") == [("delete",)]
