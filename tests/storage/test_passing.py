"""Conversations in memory: what is there of them, and what of them is on disk."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from glmdesk.chat.messages import new_answer, new_conversation, new_question
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import Action, Problem
from glmdesk.domain.message import Message, State
from glmdesk.domain.money import Money
from glmdesk.domain.usage import Usage
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.ledger import By, Ledger
from glmdesk.storage.passing import PassingConversations

pytestmark = pytest.mark.anyio

CONVERSATION = new_conversation("glm-4-plus", title="Tea")
QUESTION = new_question(CONVERSATION, None, Draft("What is tea?"))
ANSWER = new_answer(CONVERSATION, QUESTION.id)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(tmp_path / "glmdesk.db") as opened:
        yield opened


def written(text: str) -> Message:
    usage, cost = Usage(10, 5), Money(Decimal("0.01"), "CNY")
    return replace(ANSWER, text=text, state=State.COMPLETE, usage=usage, cost=cost)


async def test_what_ends_is_there_and_only_its_cost_is_stored(database: Database) -> None:
    store = PassingConversations(database)
    await store.create(CONVERSATION, QUESTION, ANSWER)
    writer = store.writer(ANSWER.id)
    writer.write(text="It is ")
    await writer.finish(written("It is hot."))

    assert [message.text for message in await store.messages(CONVERSATION.id)] == [
        QUESTION.text,
        "It is hot.",
    ]
    assert await Conversations(database).page() == ()
    (spent,) = await Ledger(database).sums(By.MODEL, datetime(2020, 1, 1, tzinfo=UTC))
    assert (spent.name, spent.answers, spent.costs) == ("glm-4-plus", 1, [Money(Decimal("0.01"), "CNY")])


async def test_it_is_known_whether_a_successor_was_named(database: Database) -> None:
    store = PassingConversations(database)
    await store.create(CONVERSATION, QUESTION, ANSWER)
    assert not await store.has_named_successor(CONVERSATION.id, "glm-4-plus")
    named = Problem("1211", "Gone.", "Ask {successor}.", Action.ASK_SUCCESSOR)
    await store.writer(ANSWER.id).finish(replace(ANSWER, state=State.FAILED, problem=named))

    assert await store.has_named_successor(CONVERSATION.id, "glm-4-plus")
    assert not await store.has_named_successor(CONVERSATION.id, "glm-4-air")


async def test_what_is_moved_into_the_history_is_not_counted_twice(database: Database) -> None:
    store, history = PassingConversations(database), Conversations(database)
    await store.create(CONVERSATION, QUESTION, ANSWER)
    await store.writer(ANSWER.id).finish(written("It is hot."))
    await history.create(CONVERSATION, *await store.messages(CONVERSATION.id))

    assert [message.text for message in await history.messages(CONVERSATION.id)] == [
        QUESTION.text,
        "It is hot.",
    ]
    (spent,) = await Ledger(database).sums(By.CONVERSATION, datetime(2020, 1, 1, tzinfo=UTC))
    assert (spent.name, spent.answers) == ("Tea", 1)


async def test_an_unfinished_answer_is_gone_on_with(database: Database) -> None:
    store = PassingConversations(database)
    await store.create(CONVERSATION, QUESTION, ANSWER)
    store.put(replace(ANSWER, text="It is", state=State.STOPPED))

    assert await store.resume(ANSWER.id)
    (_question, answer) = await store.messages(CONVERSATION.id)
    assert (answer.text, answer.state) == ("It is", State.STREAMING)


async def test_what_is_forgotten_does_not_come_back(database: Database) -> None:
    store = PassingConversations(database)
    await store.create(CONVERSATION, QUESTION, ANSWER)
    store.forget(CONVERSATION.id)
    await store.writer(ANSWER.id).finish(written("It is hot."))
    await store.append(written("It is hot."))

    assert await store.get(CONVERSATION.id) is None
    assert await store.messages(CONVERSATION.id) == ()
    assert not await store.resume(ANSWER.id)
