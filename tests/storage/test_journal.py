"""The text of a running answer reaches the disk in pieces, and in whole when it ends."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from glmdesk.domain.message import Message, PartAnswer, Parts, Place, State
from glmdesk.domain.money import Money
from glmdesk.domain.usage import Usage
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.journal import AnswerWriter
from glmdesk.storage.ledger import Ledger
from tests.storage.examples import MODEL, conversation, exchange, is_sound, look
from tests.storage.test_ledger import EVER

pytestmark = pytest.mark.anyio

ANSWER = "SELECT text, reasoning, state, writer FROM messages WHERE role = 'assistant'"
JOURNAL = "SELECT text, reasoning FROM journal ORDER BY seq"


@pytest.fixture
async def empty(conversations: Conversations) -> Message:
    """An answer that has just been asked for."""
    return await exchange(conversations, conversation())


async def journalled(path: Path, *, rows: int) -> list[tuple[str, str]]:
    """Return the journal when it has this many rows."""
    async with asyncio.timeout(5):
        while len(found := look(path, JOURNAL)) < rows:
            await asyncio.sleep(0.01)
    return cast("list[tuple[str, str]]", found)


def timers() -> list[asyncio.TimerHandle]:
    loop = asyncio.get_running_loop()
    scheduled: list[asyncio.TimerHandle] = loop._scheduled  # type: ignore[attr-defined]
    return [timer for timer in scheduled if not timer.cancelled()]


async def test_what_arrives_is_journalled_in_pieces_that_are_never_rewritten(
    database: Database, empty: Message, path: Path
) -> None:
    writer = AnswerWriter(database, empty.id)
    writer.write(reasoning="hm")
    writer.write(text="你")
    writer.write(text="好")
    assert await journalled(path, rows=1) == [("你好", "hm")]
    writer.write(text="!")

    assert await journalled(path, rows=2) == [("你好", "hm"), ("!", "")]
    assert look(path, ANSWER) == [("", "", "streaming", database.slot)]


async def test_no_timer_runs_while_nothing_arrives(database: Database, empty: Message, path: Path) -> None:
    writer = AnswerWriter(database, empty.id)
    assert timers() == []
    writer.write()
    assert timers() == []
    writer.write(text="a")
    writer.write(text="b")
    assert len(timers()) == 1

    await journalled(path, rows=1)
    await database.read(lambda connection: None)
    assert timers() == []

    writer.write(text="c")
    await writer.finish(replace(empty, text="abc", state=State.COMPLETE))
    assert timers() == []


async def test_a_running_answer_reads_as_far_as_it_is_journalled(
    database: Database, conversations: Conversations, empty: Message, path: Path
) -> None:
    writer = AnswerWriter(database, empty.id)
    writer.write(text="a", reasoning="r")
    await journalled(path, rows=1)
    writer.write(text="b")
    await journalled(path, rows=2)

    found = (await conversations.messages(empty.conversation_id))[-1]
    assert found == replace(empty, text="ab", reasoning="r")


async def test_the_end_replaces_the_pieces_by_the_whole(
    database: Database, conversations: Conversations, empty: Message, path: Path
) -> None:
    writer = AnswerWriter(database, empty.id)
    writer.write(text="piece")
    await journalled(path, rows=1)
    writer.write(text="never journalled")

    done = replace(empty, text="the whole", reasoning="thought", state=State.CUT_SHORT)
    await writer.finish(done)

    assert (await conversations.messages(empty.conversation_id))[-1] == done
    assert look(path, JOURNAL) == []
    assert look(path, ANSWER) == [("the whole", "thought", "cut-short", None)]


async def test_a_withheld_answer_leaves_no_text(
    database: Database, conversations: Conversations, empty: Message, path: Path
) -> None:
    writer = AnswerWriter(database, empty.id)
    writer.write(text="withdrawn")
    await journalled(path, rows=1)

    await writer.finish(replace(empty, text="withdrawn", state=State.WITHHELD))

    assert look(path, JOURNAL) == []
    assert (await conversations.messages(empty.conversation_id))[-1].text == ""


async def test_an_answer_is_finished_though_its_task_is_cancelled_twice(
    database: Database, conversations: Conversations, empty: Message
) -> None:
    writer = AnswerWriter(database, empty.id)
    arrived = asyncio.Event()

    async def turn() -> None:
        try:
            writer.write(text="a")
            arrived.set()
            await asyncio.Event().wait()
        finally:
            await writer.finish(replace(empty, text="a", state=State.STOPPED))

    async with asyncio.TaskGroup() as group:
        task = group.create_task(turn())
        await arrived.wait()
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()

    found = (await conversations.messages(empty.conversation_id))[-1]
    assert (found.text, found.state) == ("a", State.STOPPED)


async def test_an_answer_whose_conversation_was_purged_ends_quietly(
    database: Database, conversations: Conversations, empty: Message, path: Path
) -> None:
    writer = AnswerWriter(database, empty.id)
    writer.write(text="a")
    await conversations.delete([empty.conversation_id], empty.created_at)
    await conversations.purge(empty.created_at.replace(year=2100))

    await writer.finish(replace(empty, text="a", state=State.COMPLETE))

    assert writer.failure is None
    assert look(path, "SELECT count(*) FROM messages") == [(0,)]
    assert is_sound(path)


async def test_an_abandoned_answer_is_interrupted_at_the_next_start_with_its_journal(path: Path) -> None:
    of = conversation()
    async with Database(path) as database:
        empty = await exchange(Conversations(database), of)
        writer = AnswerWriter(database, empty.id)
        writer.write(text="你好\0", reasoning="r")
        await journalled(path, rows=1)
        writer.write(text=" again")
        await journalled(path, rows=2)

    async with Database(path) as database:
        found = (await Conversations(database).messages(of.id))[-1]

    assert (found.text, found.reasoning, found.state) == ("你好\0 again", "r", State.INTERRUPTED)
    assert found.problem is not None
    assert found.problem.code == "program-ended"
    assert look(path, JOURNAL) == []


async def test_a_continued_answer_keeps_what_it_began_with(path: Path) -> None:
    of = conversation()
    async with Database(path) as database:
        conversations = Conversations(database)
        empty = await exchange(conversations, of)
        begun = replace(empty, id="f" * 32, text="begun, ", model=MODEL)
        await conversations.append(begun)
        writer = AnswerWriter(database, begun.id)
        writer.write(text="continued")
        await journalled(path, rows=1)
        assert (await conversations.messages(of.id))[-1].text == "begun, continued"

    async with Database(path) as database:
        assert (await Conversations(database).messages(of.id))[-1].text == "begun, continued"


async def test_what_an_answer_is_made_of_is_kept_before_it_is_written(path: Path) -> None:
    of, spent = conversation(), Usage(100, 10)
    part = PartAnswer(
        1, 1, MODEL, (Place("a.csv"),), text="Said.", usage=spent, cost=Money(Decimal(1), "CNY")
    )
    async with Database(path) as database:
        empty = await exchange(Conversations(database), of)
        read = replace(empty, parts=Parts(MODEL, 2, (part,)), usage=spent, cost=Money(Decimal(1), "CNY"))
        await AnswerWriter(database, empty.id).keep(read)
        assert [one.amount for one in await Ledger(database).total(EVER)] == [1]

    async with Database(path) as database:
        found = (await Conversations(database).messages(of.id))[-1]
        assert [one.amount for one in await Ledger(database).total(EVER)] == [1]

    assert (found.parts, found.usage, found.state) == (read.parts, spent, State.INTERRUPTED)
