"""Storing, listing, changing, deleting and bringing back."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from glmdesk.domain.conversation import Conversation, MessageTree
from glmdesk.domain.message import Message, State
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.sql import select
from tests.storage.examples import NOON, answer, conversation, exchange, is_sound, look, question

pytestmark = pytest.mark.anyio


async def all_pages(conversations: Conversations, limit: int) -> list[Conversation]:
    found: list[Conversation] = []
    while page := await conversations.page(after=found[-1] if found else None, limit=limit):
        found += page
    return found


async def test_a_stored_conversation_is_read_as_it_was(conversations: Conversations) -> None:
    plain = conversation("a")
    full = replace(conversation("b", pinned=True), system="Be brief. 简短。", archived=True)
    for stored in (plain, full):
        await conversations.create(stored)
        assert await conversations.get(stored.id) == stored


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

    with pytest.raises(KeyError):
        await conversations.append(answer(question(of)))
    with pytest.raises(KeyError):
        await conversations.append(question(conversation()))


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
    by_place = sorted(stored, key=lambda one: (one.pinned, one.updated_at, stored.index(one)), reverse=True)

    for limit in (1, 4, 50):
        found = await all_pages(conversations, limit)
        assert [one.title for one in found] == [one.title for one in by_place]


async def test_archived_ones_have_a_list_of_their_own(conversations: Conversations) -> None:
    kept, archived = conversation("kept"), conversation("archived")
    await conversations.create(kept)
    await conversations.create(archived)
    await conversations.update(archived.id, archived=True)

    assert [one.title for one in await conversations.page()] == ["kept"]
    assert [one.title for one in await conversations.page(archived=True)] == ["archived"]


async def test_a_page_of_the_list_is_read_from_the_index_alone(database: Database) -> None:
    from glmdesk.storage import conversations as module

    values = {"pinned": 2, "updated_at": 0, "id": None, "archived": 0, "limit": 50}
    explain = f"EXPLAIN QUERY PLAN {module._PAGE}"
    plan = await database.read(lambda connection: [row[3] for row in select(connection, explain, values)])

    assert any("USING INDEX conversations_listed" in step for step in plan)
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN") for step in plan)


async def test_an_update_changes_only_what_is_given(conversations: Conversations) -> None:
    of = conversation("old")
    await conversations.create(of)

    await conversations.update(of.id, title="新标题")
    assert await conversations.get(of.id) == replace(of, title="新标题")
    await conversations.update(of.id, model="glm-4-air", system="Be brief.", pinned=True)
    await conversations.update(of.id, title="", system="", pinned=False)
    assert await conversations.get(of.id) == replace(of, title="", model="glm-4-air")


async def test_changing_what_is_gone_does_nothing(conversations: Conversations) -> None:
    await conversations.update("gone", title="a")
    await conversations.delete("gone", NOON)
    await conversations.restore("gone")

    assert await conversations.get("gone") is None
    assert await conversations.messages("gone") == ()


async def test_a_deleted_conversation_comes_back_whole(conversations: Conversations) -> None:
    of = conversation()
    answered = await exchange(conversations, of)
    await conversations.delete(of.id, NOON)
    assert await conversations.get(of.id) is None
    assert await conversations.page() == ()

    await conversations.restore(of.id)

    assert await conversations.page() == (replace(of, leaf_id=answered.id),)
    assert len(await conversations.messages(of.id)) == 2


async def test_only_what_was_deleted_before_the_undo_window_is_purged(
    conversations: Conversations, path: Path
) -> None:
    old, fresh, kept = conversation(), conversation(), conversation()
    for one in (old, fresh, kept):
        await exchange(conversations, one)
    await conversations.delete(old.id, NOON)
    await conversations.delete(fresh.id, NOON + timedelta(seconds=10))

    assert await conversations.purge(NOON + timedelta(seconds=10)) == 1

    await conversations.restore(old.id)
    await conversations.restore(fresh.id)
    assert {one.id for one in await conversations.page()} == {fresh.id, kept.id}
    assert look(path, "SELECT count(*) FROM messages") == [(4,)]
    assert is_sound(path)


async def test_a_conversation_of_any_depth_can_be_purged(conversations: Conversations, path: Path) -> None:
    of = conversation()
    chain: list[Message] = [question(of)]
    for _ in range(5_000):
        chain.append(answer(chain[-1], "text", state=State.COMPLETE))
    await conversations.create(of, *chain)
    await conversations.delete(of.id, NOON)

    assert await conversations.purge(NOON + timedelta(days=1)) == 1
    assert look(path, "SELECT id FROM messages UNION ALL SELECT id FROM conversations") == []
