"""Files that go with messages: kept once, whole or not at all, and no longer than something has them."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.errors import LocalDataError
from glmdesk.domain.message import Message
from glmdesk.storage.attachments import MOST_BYTES, Attachments, attachments_of, content_of, sweep
from glmdesk.storage.backups import Backups, restore
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.erase import Erasure
from glmdesk.storage.search.query import parse_query
from glmdesk.storage.search.search import Search
from tests.storage.examples import conversation, look, overwrite, question

pytestmark = pytest.mark.anyio

LATER = datetime.now(UTC) + timedelta(hours=2)
"""When what is added now is no longer new."""


@pytest.fixture
def attachments(path: Path) -> Attachments:
    return attachments_of(path)


def files(path: Path) -> list[str]:
    folder = path.parent / "attachments"
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def kept(attachments: Attachments, text: str = "a,b\n1,2\n", name: str = "table.csv") -> Attachment:
    return attachments.keep(name, [text.encode()])


async def store(database: Database, *attached: Attachment) -> Message:
    """Store a conversation with a question that these files go with; return the question."""
    of = conversation()
    asked = replace(question(of), attachments=attached)
    await Conversations(database).create(of, asked)
    return asked


def test_a_file_is_kept_as_it_is_and_once(path: Path, attachments: Attachments, tmp_path: Path) -> None:
    source = tmp_path / "报告.txt"
    source.write_text("你好")
    first = attachments.keep(source.name, [content_of(source)])
    second = kept(attachments, "你好", "other.txt")

    assert (first.name, first.size_bytes, second.name) == ("报告.txt", 6, "other.txt")
    assert first.digest == second.digest
    assert files(path) == [first.digest]
    assert attachments.content(first) == "你好".encode()
    assert (path.parent / "attachments" / first.digest).stat().st_mode & 0o077 == 0


def test_what_is_no_file_or_too_large_is_refused_in_words(
    path: Path, attachments: Attachments, tmp_path: Path
) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    codes = {large: "file-too-large", tmp_path: "file-is-folder"}
    for source in (large, tmp_path, tmp_path / "no", fifo):
        with pytest.raises(LocalDataError) as refused:
            content_of(source)
        assert refused.value.problem.code == codes.get(source, "file-unreadable")
        assert source.name in refused.value.problem.headline

    with pytest.raises(LocalDataError) as refused:
        attachments.keep("large.bin", [bytes(MOST_BYTES), b"x"])
    assert refused.value.problem.code == "file-too-large"
    assert files(path) == []


def test_half_a_content_is_never_there(path: Path, attachments: Attachments) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError(5, "Input/output error")

    with pytest.raises(LocalDataError):
        attachments.keep("half", broken())

    assert files(path) == []


def test_a_content_that_changed_or_is_gone_is_told(path: Path, attachments: Attachments) -> None:
    changed, gone = kept(attachments, "one"), kept(attachments, "two")
    overwrite(path.parent / "attachments" / changed.digest, b"onE")
    attachments.remove(gone.digest)
    for attachment in (changed, gone):
        with pytest.raises(LocalDataError) as lost:
            attachments.content(attachment)
        assert lost.value.problem.code == "attachment-lost"


async def test_a_message_says_what_goes_with_it(database: Database, attachments: Attachments) -> None:
    attached = (kept(attachments), kept(attachments, "x", "文件 名.txt"))
    asked = await store(database, *attached)

    assert (await Conversations(database).messages(asked.conversation_id))[0].attachments == attached


def test_a_file_that_is_gone_when_it_is_looked_at_stops_no_sweep(
    attachments: Attachments, path: Path
) -> None:
    # Another file had just got its name; the sweep ended the work it belonged to.
    content = kept(attachments)
    (path.parent / "attachments" / "a.part").symlink_to("nowhere")
    attachments.keep_only((), LATER)
    assert content.digest not in files(path)


async def test_what_nothing_has_is_swept_when_it_is_no_longer_new(
    path: Path, database: Database, attachments: Attachments
) -> None:
    used, unused = kept(attachments, "used"), kept(attachments, "unused")
    await store(database, used)
    await sweep(database, datetime.now(UTC))
    assert files(path) == sorted([used.digest, unused.digest]), "it may be for a message to come"
    (path.parent / "attachments" / "0123.part").write_bytes(b"cut off")
    await sweep(database, LATER)

    assert files(path) == [used.digest]


async def test_it_stays_as_long_as_a_deleted_message_can_come_back(
    path: Path, database: Database, attachments: Attachments
) -> None:
    used, conversations = kept(attachments), Conversations(database)
    asked = await store(database, used)
    await conversations.delete([asked.conversation_id], datetime.now(UTC))
    await sweep(database, LATER)
    assert files(path) == [used.digest]
    await conversations.purge(LATER)
    await sweep(database, LATER)

    assert files(path) == []


async def test_a_file_that_is_added_again_is_new_again(
    path: Path, database: Database, attachments: Attachments
) -> None:
    used = kept(attachments)
    os.utime(path.parent / "attachments" / used.digest, (0, 0))
    kept(attachments)
    await sweep(database, datetime.now(UTC))

    assert files(path) == [used.digest]


async def test_what_a_history_has_that_was_set_aside_stays(
    path: Path, attachments: Attachments, tmp_path: Path
) -> None:
    backups = Backups(path, tmp_path / "backups")
    async with Database(path) as database:
        made = backups.make(datetime.now(UTC))
        used = kept(attachments)
        await store(database, used)
    restore(path, made.path)
    async with Database(path) as database:
        await sweep(database, LATER)

    assert files(path) == [used.digest]


async def test_a_backup_holds_them_and_gives_them_back(
    path: Path, attachments: Attachments, tmp_path: Path
) -> None:
    backups, now = Backups(path, tmp_path / "backups"), datetime.now(UTC)
    async with Database(path) as database:
        used = kept(attachments)
        asked = await store(database, used)
        made = backups.make(now)
        await Erasure(database).erase([asked.conversation_id])
        assert files(path) == []
    restore(path, made.path)

    assert attachments.content(used) == b"a,b\n1,2\n"


async def test_a_backup_that_goes_takes_what_no_other_has(
    path: Path, database: Database, attachments: Attachments, tmp_path: Path
) -> None:
    backups, now = Backups(path, tmp_path / "backups"), datetime.now(UTC)
    store_, used = Conversations(database), kept(attachments)
    asked = await store(database, used)
    backups.make(now - timedelta(minutes=2))
    await store_.delete([asked.conversation_id], now)
    await store_.purge(LATER)
    backups.make(now - timedelta(minutes=1))
    copy = backups.folder / "attachments" / used.digest
    assert copy.exists(), "it has just come"
    backups.make(now + timedelta(hours=2))

    assert not copy.exists()


async def test_erasing_removes_what_nothing_else_has(
    path: Path, database: Database, attachments: Attachments
) -> None:
    shared, own = kept(attachments, "shared"), kept(attachments, "own")
    asked = await store(database, shared, own)
    await store(database, shared)
    await Erasure(database).erase([asked.conversation_id])

    assert files(path) == [shared.digest]
    assert look(path, "SELECT count(*) FROM unfinished") == [(0,)]


async def test_messages_with_files_are_found(database: Database, attachments: Attachments) -> None:
    await store(database)
    asked = await store(database, kept(attachments))
    search = Search(database)

    assert [one.message_id for one in await search.messages(parse_query("has:file"), 9)] == [asked.id]
    assert [one.message_id for one in await search.messages(parse_query("has:file 你好"), 9)] == [asked.id]
    assert await search.messages(parse_query("has:file has:code"), 9) == []


async def test_a_question_without_words_is_found_under_the_names_of_its_files(
    database: Database, attachments: Attachments
) -> None:
    of = conversation()
    both = (kept(attachments, "1", "one.txt"), kept(attachments, "2", "two.txt"))
    await Conversations(database).create(of, replace(question(of, ""), attachments=both))
    (found,) = await Search(database).messages(parse_query("has:file"), 9)

    assert found.text == "one.txt, two.txt"
