"""A damaged file is set aside unchanged, and everything readable goes on in a new one."""

from contextlib import suppress
from pathlib import Path

import apsw
import pytest

from glmdesk.domain.errors import DatabaseDamaged
from glmdesk.domain.message import State
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from tests.storage.damage import LONG_TEXT, PAGE_SIZE, fill, flips, read_all
from tests.storage.examples import answer, content_of, conversation, is_sound, overwrite, question

pytestmark = pytest.mark.anyio


def aside(path: Path) -> list[Path]:
    return sorted((*path.parent.glob("glmdesk.db.damaged-*"), *path.parent.glob("glmdesk.db.replaced-*")))


@pytest.mark.parametrize("garbage", [b"not a database at all", b"x" * PAGE_SIZE * 3])
async def test_what_is_no_database_is_set_aside_and_a_new_one_begun(path: Path, garbage: bytes) -> None:
    overwrite(path, garbage)

    async with Database(path) as database:
        (notice,) = database.notices
        assert notice.code == "database-repaired"
        assert database.refusal is None
        assert await read_all(database) == []

    (kept,) = aside(path)
    assert content_of(kept) == garbage
    assert str(kept) in notice.remedy
    assert is_sound(path)


async def test_a_header_of_garbage_costs_nothing_behind_it(path: Path) -> None:
    stored = await fill(path)
    damaged = b"garbage " * 12 + b"more" + content_of(path)[100:]
    overwrite(path, damaged)

    async with Database(path) as database:
        assert [notice.code for notice in database.notices] == ["database-repaired"]
        assert len(await read_all(database)) == len(stored)

    (kept,) = aside(path)
    assert content_of(kept) == damaged
    assert is_sound(path)


async def test_a_first_page_of_garbage_costs_nothing_behind_it(path: Path) -> None:
    stored = await fill(path)
    overwrite(path, b"g" * PAGE_SIZE + content_of(path)[PAGE_SIZE:])

    async with Database(path) as database:
        assert len(await read_all(database)) == len(stored)

    assert len(aside(path)) == 1
    assert is_sound(path)


async def test_no_flipped_bit_of_the_header_costs_a_message(tmp_path: Path) -> None:
    original = tmp_path / "original.db"
    stored = await fill(original)
    content = content_of(original)
    for place in range(100):
        path = tmp_path / str(place) / "glmdesk.db"
        path.parent.mkdir()
        damaged = bytearray(content)
        damaged[place] ^= 1 << place % 8
        overwrite(path, bytes(damaged))

        async with Database(path) as database:
            with suppress(DatabaseDamaged):
                await read_all(database)
        async with Database(path) as database:
            assert len(await read_all(database)) == len(stored), f"byte {place}"


async def test_a_torn_page_is_noticed_and_the_next_start_carries_over_the_rest(path: Path) -> None:
    stored = {message.id: message for message in await fill(path)}
    content = bytearray(content_of(path))
    place = content.index(f"{LONG_TEXT} 5".encode()) // PAGE_SIZE * PAGE_SIZE
    content[place : place + 100] = bytes(range(100))
    overwrite(path, bytes(content))

    async with Database(path) as database:
        assert database.notices == ()
        with pytest.raises(DatabaseDamaged, match="Restart"):
            await read_all(database)

    async with Database(path) as database:
        (notice,) = database.notices
        found = await read_all(database)
        assert notice.code == "database-repaired"
        assert notice.headline.endswith(f", {len(found)} messages.")

    assert len(stored) - 20 <= len(found) < len(stored)
    for message in found:
        assert message.text == stored[message.id].text
    assert is_sound(path)
    (kept,) = aside(path)
    assert kept.read_bytes() == bytes(content)

    async with Database(path) as database:
        assert database.notices == ()


async def test_no_flipped_byte_stops_the_program_or_empties_the_history(tmp_path: Path) -> None:
    async for place, stored, found in flips(tmp_path, 60, seed=7):
        assert found >= stored - 60, f"byte {place} of page {place // PAGE_SIZE}"


async def test_a_conversation_that_was_lost_is_made_again_and_named_by_its_first_question(path: Path) -> None:
    of = conversation("lost")
    first = question(of, "Who was\nthe first?")
    async with Database(path) as database:
        await Conversations(database).create(of, first, answer(first, "Nobody", state=State.COMPLETE))
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA foreign_keys = OFF; DELETE FROM conversations")
    connection.close()
    path.with_name("glmdesk.db.suspect").touch()

    async with Database(path) as database:
        (notice,) = database.notices
        (made_again,) = await Conversations(database).page(limit=10)

    assert made_again.title == "Who was"
    assert notice.headline == "The history was damaged. Carried over: 1 conversation, 2 messages."


async def test_a_file_that_lost_all_its_bytes_does_not_cost_its_log(path: Path) -> None:
    await fill(path)
    overwrite(path, b"")
    log = path.with_name("glmdesk.db-wal")
    overwrite(log, b"what the log still holds")

    async with Database(path) as database:
        assert [notice.code for notice in database.notices] == ["database-repaired"]

    assert sorted(file.read_bytes() for file in aside(path)) == [b"", b"what the log still holds"]


async def test_a_repair_that_was_cut_off_in_the_middle_of_the_exchange_is_finished(path: Path) -> None:
    stored = await fill(path)
    finished = path.with_name("glmdesk.db.repaired")
    overwrite(finished, content_of(path))
    overwrite(path, b"the damaged file")

    async with Database(path) as database:
        assert len(await read_all(database)) == len(stored)

    assert [file.read_bytes() for file in aside(path)] == [b"the damaged file"]
    assert not finished.exists()


async def test_a_repair_that_was_cut_off_earlier_is_begun_again(path: Path) -> None:
    stored = await fill(path)
    overwrite(path.with_name("glmdesk.db.repairing"), b"half of it")
    path.with_name("glmdesk.db.suspect").touch()

    async with Database(path) as database:
        assert [notice.code for notice in database.notices] == ["database-repaired"]
        assert len(await read_all(database)) == len(stored)

    assert len(aside(path)) == 1
    assert not path.with_name("glmdesk.db.repairing").exists()
    assert not path.with_name("glmdesk.db.suspect").exists()


async def test_a_changed_letter_in_the_name_of_a_column_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "glmdesk.db"
    stored = await fill(path)
    content = path.read_bytes()
    name = b"created_at        INTEGER NOT NULL,\n        text"
    assert content.count(name) == 1
    overwrite(path, content.replace(name, name.replace(b"created", b"creatad")))

    async with Database(path) as database:
        with pytest.raises(DatabaseDamaged):
            await read_all(database)
    async with Database(path) as database:
        assert len(await read_all(database)) == len(stored)
