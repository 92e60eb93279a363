"""What may not be written can still be read."""

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from glmdesk.domain.errors import LocalDataError
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.migrations import STEPS
from glmdesk.storage.search.query import parse_query
from glmdesk.storage.search.search import Search
from glmdesk.storage.sql import execute
from tests.storage.examples import content_of, conversation, exchange, write_old_messages
from tests.storage.permissions import obeyed_permissions
from tests.storage.test_processes import other_process

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="permissions are taken away the Linux way"),
]


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A database in a folder of its own, whose permissions are given back in the end."""
    folder = tmp_path / "data"
    folder.mkdir()
    yield folder / "glmdesk.db"
    folder.chmod(0o700)


def make_read_only(path: Path) -> None:
    if path.is_dir():
        for file in path.iterdir():
            make_read_only(file)
    path.chmod(0o500)


def make_unreadable(path: Path) -> None:
    path.chmod(0)


async def assert_readable_but_not_writable(path: Path, conversation_id: str, texts: list[str]) -> None:
    with obeyed_permissions():
        async with Database(path) as database:
            conversations = Conversations(database)
            assert [notice.code for notice in database.notices] == ["read-only"]
            assert database.refusal is not None
            assert str(path) in database.refusal.headline
            assert [one.id for one in await conversations.page()] == [conversation_id]
            assert [message.text for message in await conversations.messages(conversation_id)] == texts
            with pytest.raises(LocalDataError) as refused:
                await conversations.update(conversation_id, title="changed")
            assert refused.value.problem == database.refusal


async def test_a_read_only_folder_is_browsed(path: Path) -> None:
    of = conversation()
    async with Database(path) as database:
        await exchange(Conversations(database), of, "question")
    make_read_only(path.parent)
    before = content_of(path)

    await assert_readable_but_not_writable(path, of.id, ["question", ""])

    assert content_of(path) == before
    assert sorted(file.name for file in path.parent.iterdir()) == ["glmdesk.db", "glmdesk.db-lock"]


async def test_a_read_only_file_is_browsed(path: Path) -> None:
    of = conversation()
    async with Database(path) as database:
        await exchange(Conversations(database), of, "question")
    make_read_only(path)

    await assert_readable_but_not_writable(path, of.id, ["question", ""])


async def test_what_a_log_still_holds_is_seen_in_a_read_only_folder(path: Path) -> None:
    async with other_process(path) as other:
        await other.kill()
    make_read_only(path.parent)

    await assert_readable_but_not_writable(path, other.conversation, ["你好", "written by the other process"])


async def test_a_log_that_cannot_be_read_is_not_passed_over(path: Path) -> None:
    async with other_process(path) as other:
        await other.kill()
    path.with_name("glmdesk.db-shm").unlink()
    make_read_only(path.parent)

    with obeyed_permissions(), pytest.raises(LocalDataError) as refused:
        await Database(path).open()
    assert refused.value.problem.code == "read-only"


async def test_a_file_without_what_this_version_needs_is_refused_in_words(path: Path) -> None:
    def add_what_has_no_default(connection: apsw.Connection) -> None:
        execute(connection, "DROP TABLE journal")
        execute(connection, "CREATE TABLE journal (seq INTEGER PRIMARY KEY, needed TEXT NOT NULL) STRICT")

    async with Database(path):
        pass
    make_read_only(path.parent)

    with obeyed_permissions(), pytest.raises(LocalDataError) as refused:
        await Database(path, steps=(*STEPS, add_what_has_no_default)).open()
    assert refused.value.problem.code == "read-only"


async def test_a_file_that_may_not_even_be_read_is_refused_in_words(path: Path) -> None:
    async with Database(path):
        pass
    make_unreadable(path)

    with obeyed_permissions(), pytest.raises(LocalDataError) as refused:
        await Database(path).open()
    assert refused.value.problem.code == "read-only"


async def test_where_nothing_is_and_nothing_can_be_made_there_is_an_error(path: Path) -> None:
    make_read_only(path.parent)

    with obeyed_permissions(), pytest.raises(LocalDataError) as refused:
        await Database(path).open()
    assert refused.value.problem.code == "folder-unusable"
    assert str(path.parent) in refused.value.problem.headline


@pytest.mark.parametrize("version", range(1, len(STEPS)))
async def test_an_older_file_is_read_and_searched(path: Path, version: int) -> None:
    async with Database(path, steps=STEPS[:version]) as database:
        await database.write(write_old_messages)
    make_read_only(path.parent)
    with obeyed_permissions():
        async with Database(path) as database:
            assert database.refusal is not None
            assert [one.id for one in await Conversations(database).page()] == ["c", "d"]
            assert len(await Conversations(database).messages("c")) == 200
            found = await Search(database).messages(parse_query("text 77"), 9)
            assert [hit.text for hit in found] == ["Old text 177", "Old text 77"]
