"""Storing, listing, changing, deleting and bringing back."""

from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from glmdesk.domain.conversation import Conversation, MessageTree
from glmdesk.domain.errors import Action, ConversationGone, Problem
from glmdesk.domain.listing import EVERYTHING, Listing, Order
from glmdesk.domain.message import Message, State
from glmdesk.domain.options import PLAIN, Options
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.journal import AnswerWriter
from glmdesk.storage.listing import statement
from glmdesk.storage.sql import Value, select
from glmdesk.storage.transfer.jsonl import export_jsonl
from tests.storage.examples import NOON, answer, conversation, exchange, is_sound, look, question

pytestmark = pytest.mark.anyio


async def all_pages(
    conversations: Conversations, limit: int, listing: Listing = EVERYTHING
) -> list[Conversation]:
    found: list[Conversation] = []
    while page := await conversations.page(listing, after=found[-1] if found else None, limit=limit):
        found += page
    return found


async def test_a_stored_conversation_is_read_as_it_was(conversations: Conversations) -> None:
    plain = conversation("a")
    full = replace(
        conversation("b", pinned=True), system="Be brief. 简短。", archived=True, folder="工作", unread=True
    )
    full = replace(full, options=Options(temperature=0.5, tools=("calculator",)))
    for stored in (plain, full):
        await conversations.create(stored)
        assert await conversations.get(stored.id) == stored


async def test_how_a_conversation_asks_can_be_changed_and_left_to_the_service_again(
    conversations: Conversations,
) -> None:
    of = conversation()
    await conversations.create(of)
    await conversations.update(of.id, system="Be brief.", options=Options(stop="。"))
    await conversations.update(of.id, title="Other")
    changed = replace(of, title="Other", system="Be brief.", options=Options(stop="。"))
    assert await conversations.get(of.id) == changed

    await conversations.update(of.id, system="", options=PLAIN)

    assert await conversations.get(of.id) == replace(of, title="Other")


async def test_a_question_and_its_empty_answer_become_the_end_of_the_branch(
    conversations: Conversations,
) -> None:
    of = conversation()
    await conversations.create(of)
    asked = replace(question(of), created_at=NOON + timedelta(hours=1))
    answered = replace(answer(asked), created_at=asked.created_at)
    await conversations.append(asked, answered)

    assert await conversations.messages(of.id) == (asked, answered)
    expected = replace(of, leaf_id=answered.id, updated_at=asked.created_at)
    assert await conversations.get(of.id) == expected


async def test_messages_are_stored_all_or_none(conversations: Conversations) -> None:
    of = conversation()
    await conversations.create(of)
    asked = question(of)
    twin = replace(answer(asked), id=asked.id)

    with pytest.raises(apsw.ConstraintError):
        await conversations.append(asked, twin)

    assert await conversations.messages(of.id) == ()
    assert await conversations.get(of.id) == of


async def test_a_message_needs_its_parent_and_its_conversation(conversations: Conversations) -> None:
    of = conversation()
    await conversations.create(of)

    with pytest.raises(ConversationGone):
        await conversations.append(answer(question(of)))
    with pytest.raises(ConversationGone):
        await conversations.append(question(conversation()))


async def test_one_of_two_goes_on_with_an_answer(conversations: Conversations) -> None:
    of = conversation()
    asked = question(of)
    waiting = answer(asked, state=State.WAITING)
    await conversations.create(of, asked, waiting)

    assert await conversations.resume(waiting.id)
    assert not await conversations.resume(waiting.id), "another window was first"
    assert not await conversations.resume("unknown")


async def test_it_is_known_for_each_model_whether_its_successor_was_named(
    conversations: Conversations,
) -> None:
    one, other = conversation(), conversation()
    asked = question(one)
    named = Problem("1211", "Gone.", "Ask {successor}.", Action.ASK_SUCCESSOR)
    failed = answer(asked, state=State.FAILED)
    refused = replace(failed, model="glm-4-plus", problem=named)
    other_reason = replace(failed, id="another", model="glm-4-air", problem=Problem("1", "No.", ""))
    await conversations.create(one, asked, refused, other_reason)
    await conversations.create(other)

    assert await conversations.has_named_successor(one.id, "glm-4-plus")
    assert not await conversations.has_named_successor(one.id, "glm-4-air")
    assert not await conversations.has_named_successor(other.id, "glm-4-plus")


async def test_a_retry_grows_a_variant_beside_the_old_answer(conversations: Conversations) -> None:
    of = conversation()
    first = await exchange(conversations, of)
    asked = (await conversations.messages(of.id))[0]
    second = answer(asked, "second", state=State.COMPLETE)
    await conversations.append(second)

    tree = MessageTree(await conversations.messages(of.id))
    assert tree.variants(second.id) == (first, second)
    await conversations.set_leaf(of.id, first.id)
    found = await conversations.get(of.id)
    assert found is not None
    assert tree.path(found.leaf_id) == (asked, first)


async def test_the_leaf_must_exist(conversations: Conversations) -> None:
    of = conversation()
    await conversations.create(of)

    with pytest.raises(KeyError):
        await conversations.set_leaf(of.id, "0" * 32)


async def test_the_list_has_pinned_ones_first_then_the_latest_whatever_the_page_size(
    conversations: Conversations,
) -> None:
    stored = [conversation(str(minutes), minutes=minutes, pinned=minutes % 5 == 0) for minutes in range(12)]
    stored += [conversation(f"twin {number}", minutes=3) for number in range(3)]
    for one in stored:
        await conversations.create(one)
    by_place = sorted(stored, key=lambda one: (not one.pinned, -one.updated_at.timestamp(), one.id))

    for limit in (1, 4, 50):
        found = await all_pages(conversations, limit)
        assert [one.title for one in found] == [one.title for one in by_place]


async def test_archived_ones_have_a_list_of_their_own(conversations: Conversations) -> None:
    kept, archived = conversation("kept"), conversation("archived")
    await conversations.create(kept)
    await conversations.create(archived)
    await conversations.arrange([archived.id], archived=True)

    assert [one.title for one in await conversations.page()] == ["kept"]
    assert [one.title for one in await conversations.page(Listing(is_archive=True))] == ["archived"]


async def test_a_folder_is_there_while_something_is_listed_in_it(conversations: Conversations) -> None:
    one, two, three = conversation("1"), conversation("2", minutes=1), conversation("3")
    for each in (one, two, three):
        await conversations.create(each)
    await conversations.arrange([one.id, two.id], folder="工作")
    await conversations.arrange([three.id], folder="Home")
    assert await conversations.folders() == {"Home": 1, "工作": 2}
    assert [each.title for each in await conversations.page(Listing(folder="工作"))] == ["2", "1"]
    await conversations.arrange([three.id], archived=True)
    await conversations.arrange([one.id], folder="")

    assert await conversations.folders() == {"工作": 1}
    assert len(await conversations.page()) == 2


async def test_the_list_can_be_in_the_order_of_making(conversations: Conversations) -> None:
    for number in range(5):
        made = conversation(str(number), minutes=number)
        await conversations.create(replace(made, updated_at=NOON + timedelta(days=9 - number)))
    listing = Listing(order=Order.CREATED)

    assert [one.title for one in await all_pages(conversations, 2, listing)] == ["4", "3", "2", "1", "0"]


LISTINGS = {
    "conversations_by_use": EVERYTHING,
    "conversations_by_creation": Listing(order=Order.CREATED),
    "conversations_in_folders": Listing(folder="a"),
}


@pytest.mark.parametrize("index", LISTINGS)
async def test_a_page_of_a_list_is_read_from_an_index_alone(database: Database, index: str) -> None:
    values: dict[str, Value] = {"pinned": 1, "moment": 0, "id": "", "archived": 0, "limit": 50, "folder": "a"}
    explain = f"EXPLAIN QUERY PLAN {statement(LISTINGS[index])}"
    plan = await database.read(lambda connection: [row[3] for row in select(connection, explain, values)])

    assert any(f"USING INDEX {index}" in step for step in plan)
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN") for step in plan)


async def test_all_that_are_chosen_are_arranged_and_nothing_else_of_them_changes(
    conversations: Conversations,
) -> None:
    one, two = conversation("1"), conversation("2", minutes=1)
    for each in (one, two):
        await conversations.create(each)
    await conversations.arrange([one.id, two.id, "gone"], pinned=True, unread=True)
    await conversations.arrange([one.id], pinned=False)

    assert set(await conversations.several([one.id, "gone", two.id])) == {
        replace(one, unread=True),
        replace(two, pinned=True, unread=True),
    }


async def test_an_update_changes_only_what_is_given(conversations: Conversations) -> None:
    of = conversation("old")
    await conversations.create(of)

    await conversations.update(of.id, title="新标题")
    assert await conversations.get(of.id) == replace(of, title="新标题")
    await conversations.update(of.id, model="glm-4-air", system="Be brief.")
    await conversations.update(of.id, title="", system="")
    assert await conversations.get(of.id) == replace(of, title="", model="glm-4-air")


async def test_changing_what_is_gone_does_nothing(conversations: Conversations) -> None:
    await conversations.update("gone", title="a")
    await conversations.delete(["gone"], NOON)
    await conversations.restore(["gone"])

    assert await conversations.get("gone") is None
    assert await conversations.messages("gone") == ()


async def test_a_deleted_conversation_comes_back_whole(conversations: Conversations) -> None:
    of = conversation()
    answered = await exchange(conversations, of)
    await conversations.delete([of.id], NOON)
    assert await conversations.get(of.id) is None
    assert await conversations.page() == ()

    await conversations.restore([of.id])

    assert await conversations.page() == (replace(of, leaf_id=answered.id),)
    assert len(await conversations.messages(of.id)) == 2


async def test_only_what_was_deleted_before_the_undo_window_is_purged(
    conversations: Conversations, path: Path
) -> None:
    old, fresh, kept = conversation(), conversation(), conversation()
    for one in (old, fresh, kept):
        await exchange(conversations, one)
    await conversations.delete([old.id], NOON)
    await conversations.delete([fresh.id], NOON + timedelta(seconds=10))

    assert await conversations.purge(NOON + timedelta(seconds=10)) == 1

    await conversations.restore([old.id])
    await conversations.restore([fresh.id])
    assert {one.id for one in await conversations.page()} == {fresh.id, kept.id}
    assert look(path, "SELECT count(*) FROM messages") == [(4,)]
    assert is_sound(path)


async def test_a_conversation_of_any_depth_can_be_purged(conversations: Conversations, path: Path) -> None:
    of = conversation()
    chain: list[Message] = [question(of)]
    for _ in range(5_000):
        chain.append(answer(chain[-1], "text", state=State.COMPLETE))
    await conversations.create(of, *chain)
    await conversations.delete([of.id], NOON)

    assert await conversations.purge(NOON + timedelta(days=1)) == 1
    assert look(path, "SELECT id FROM messages UNION ALL SELECT id FROM conversations") == []


@dataclass(frozen=True, slots=True)
class Grown:
    """A conversation with two answers to its first question, and an exchange after the second."""

    of: Conversation
    asked: Message
    first: Message
    second: Message
    more: Message
    last: Message


async def grown(conversations: Conversations) -> Grown:
    of = conversation()
    asked = question(of)
    first, second = (answer(asked, text, state=State.COMPLETE) for text in ("first", "second"))
    more = question(of, "more", parent=second)
    last = answer(more, "last", state=State.COMPLETE)
    await conversations.create(of, asked, first, second, more, last)
    return Grown(of, asked, first, second, more, last)


async def shown(conversations: Conversations, of: Conversation) -> tuple[list[str], str | None]:
    """Return the texts of the messages there are, and the end of the branch that is shown."""
    stored = await conversations.get(of.id)
    assert stored is not None
    return [message.text for message in await conversations.messages(of.id)], stored.leaf_id


async def test_a_message_is_deleted_with_what_follows_it_and_comes_back_whole(
    conversations: Conversations,
) -> None:
    it = await grown(conversations)
    before = await conversations.messages(it.of.id)

    assert await conversations.delete_message(it.second.id, NOON, leaf_id=it.first.id) == 3
    assert await shown(conversations, it.of) == (["你好", "first"], it.first.id)

    await conversations.restore_message(it.second.id, leaf_id=it.last.id)
    assert await conversations.messages(it.of.id) == before
    assert (await shown(conversations, it.of))[1] == it.last.id


async def test_deletions_inside_of_one_another_are_undone_one_by_one(conversations: Conversations) -> None:
    it = await grown(conversations)
    await conversations.delete_message(it.last.id, NOON, leaf_id=it.more.id)
    count = await conversations.delete_message(it.asked.id, NOON + timedelta(seconds=1), leaf_id=None)
    assert count == 4
    assert await shown(conversations, it.of) == ([], None)

    await conversations.restore_message(it.last.id, leaf_id=it.last.id)
    assert await shown(conversations, it.of) == ([], None), "what it follows is still deleted"
    await conversations.restore_message(it.asked.id, leaf_id=it.more.id)
    assert await shown(conversations, it.of) == (["你好", "first", "second", "more"], it.more.id)
    await conversations.restore_message(it.last.id, leaf_id=None)
    assert await shown(conversations, it.of) == (["你好", "first", "second", "more", "last"], it.more.id)


async def test_deleted_messages_are_purged_after_the_undo_window(
    conversations: Conversations, path: Path
) -> None:
    it = await grown(conversations)
    # The clock was put back between the two.
    await conversations.delete_message(it.last.id, NOON + timedelta(seconds=20), leaf_id=it.more.id)
    await conversations.delete_message(it.more.id, NOON, leaf_id=it.second.id)
    await conversations.delete_message(it.first.id, NOON + timedelta(seconds=10), leaf_id=it.second.id)

    assert await conversations.purge(NOON + timedelta(seconds=10)) == 0
    assert look(path, "SELECT count(*) FROM messages") == [(3,)]
    await conversations.restore_message(it.first.id, leaf_id=None)
    assert await shown(conversations, it.of) == (["你好", "first", "second"], it.second.id)
    assert is_sound(path)


async def test_what_is_written_after_a_deleted_message_brings_it_back(conversations: Conversations) -> None:
    # Another window has it on its screen and goes on.
    it = await grown(conversations)
    await conversations.delete_message(it.second.id, NOON, leaf_id=it.first.id)
    later = answer(it.more, "later", state=State.COMPLETE)
    await conversations.append(later)

    assert await shown(conversations, it.of) == (["你好", "first", "second", "more", "later"], later.id)


async def test_a_deleted_conversation_comes_back_with_what_is_asked_in_it(
    conversations: Conversations, path: Path
) -> None:
    # Another window has it on its screen and goes on.
    it = await grown(conversations)
    await conversations.delete([it.of.id], NOON)
    asked = question(it.of, "later", parent=it.last)
    answered = answer(asked)
    await conversations.append(asked, answered)
    await conversations.purge(NOON + timedelta(days=1))

    texts = ["你好", "first", "second", "more", "last", "later", ""]
    assert await shown(conversations, it.of) == (texts, answered.id)
    assert look(path, "SELECT count(*) FROM conversations WHERE deleted_at IS NOT NULL") == [(0,)]


async def test_a_first_question_brings_its_deleted_conversation_back(conversations: Conversations) -> None:
    of = conversation()
    await conversations.create(of)
    await conversations.delete([of.id], NOON)
    asked = question(of)
    await conversations.append(asked)

    assert await shown(conversations, of) == (["你好"], asked.id)


async def test_a_deleted_answer_that_is_gone_on_with_comes_back_in_its_deleted_conversation(
    conversations: Conversations,
) -> None:
    of = conversation()
    asked = question(of)
    cut = answer(asked, "cut", state=State.CUT_SHORT)
    await conversations.create(of, asked, cut)
    await conversations.delete_message(asked.id, NOON, leaf_id=None)
    await conversations.delete([of.id], NOON)
    await conversations.resume(cut.id)
    await conversations.purge(NOON + timedelta(days=1))

    assert [message.text for message in await conversations.messages(of.id)] == ["你好", "cut"]
    assert await conversations.get(of.id) is not None


@pytest.mark.parametrize(("state", "is_back"), [(State.COMPLETE, True), (State.STOPPED, False)])
async def test_an_answer_that_ends_brings_its_deleted_conversation_back_unless_it_was_stopped(
    conversations: Conversations, database: Database, state: State, is_back: bool
) -> None:
    of = conversation()
    answered = await exchange(conversations, of)
    await conversations.delete([of.id], NOON)
    await AnswerWriter(database, answered.id).finish(replace(answered, text="late", state=state))

    assert (await conversations.get(of.id) is not None) is is_back


async def test_an_unfinished_answer_that_was_deleted_stays_so_when_it_ends(
    conversations: Conversations, database: Database
) -> None:
    of = conversation()
    answered = await exchange(conversations, of)
    await conversations.delete_message(answered.id, NOON, leaf_id=answered.parent_id)
    await AnswerWriter(database, answered.id).finish(replace(answered, text="late", state=State.COMPLETE))

    assert await shown(conversations, of) == (["你好"], answered.parent_id)


async def test_deleted_messages_are_not_exported(conversations: Conversations, database: Database) -> None:
    it = await grown(conversations)
    await conversations.delete_message(it.second.id, NOON, leaf_id=it.first.id)
    async with aclosing(export_jsonl(database, None)) as lines:
        exported = "".join([line async for line in lines])

    assert "first" in exported
    assert "second" not in exported
