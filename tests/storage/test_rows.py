"""Whatever a message holds is read back as it was."""

import asyncio
import tempfile
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.connector import ServiceCall
from glmdesk.domain.errors import Action, Problem
from glmdesk.domain.fault import Fault
from glmdesk.domain.ids import new_id
from glmdesk.domain.message import (
    Citation,
    Cut,
    Message,
    PartAnswer,
    Parts,
    Place,
    PlaceKind,
    State,
    Structured,
    Timing,
)
from glmdesk.domain.money import CURRENCIES, Currency, Money
from glmdesk.domain.tool import ToolCall
from glmdesk.domain.usage import Usage
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.sql import execute
from tests.storage.examples import answer, conversation, exchange, question

counts = st.integers(0, 2**53)
seconds = st.floats(0, 1e6)
moments = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001

lines = st.integers(0, 2**50)
faults = st.builds(Fault, st.text(), st.text(), st.dictionaries(st.text(), st.text()), lines, lines)
usages = st.none() | st.builds(Usage, counts, counts, counts, counts, counts, is_estimated=st.booleans())
moneys = st.none() | st.builds(
    Money, st.decimals(allow_nan=False, allow_infinity=False), st.sampled_from(CURRENCIES), st.booleans()
)
problems = st.none() | st.builds(
    Problem,
    st.text(),
    st.text(),
    st.text(),
    st.none() | st.sampled_from(Action),
    st.dictionaries(st.text(), st.text()),
    st.lists(faults).map(tuple),
)
places = st.builds(
    Place,
    st.text(),
    st.sampled_from(get_args(PlaceKind)),
    st.text(),
    st.text(),
    st.none() | st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
)
part_answers = st.builds(
    PartAnswer,
    st.just(2),
    st.integers(2, 5),
    st.text(),
    st.lists(places).map(tuple),
    st.sampled_from([state for state in State if state is not State.WITHHELD]),
    st.text(),
    problems,
    usages,
    moneys,
    moneys,
)


def as_estimated(message: Message) -> Message:
    """Return a message whose price is estimated where its tokens are."""
    is_estimated = message.usage is not None and message.usage.is_estimated
    return replace(message, cost=message.cost and replace(message.cost, is_estimated=is_estimated))


messages = st.builds(
    Message,
    id=st.builds(new_id),
    conversation_id=st.just(""),
    parent_id=st.none(),
    role=st.sampled_from(["system", "user", "assistant", "tool"]),
    created_at=moments,
    text=st.text(),
    state=st.sampled_from([state for state in State if state is not State.WITHHELD]),
    model=st.none() | st.text(),
    reasoning=st.text(),
    tool_calls=st.lists(st.builds(ToolCall, st.text(), st.text(), st.text())).map(tuple),
    tool_call_id=st.none() | st.text(),
    structured=st.none() | st.builds(Structured, st.text(), st.text()),
    service_calls=st.lists(
        st.builds(ServiceCall, st.text(), st.text(), st.text(), st.text(), st.text(), st.text())
    ).map(tuple),
    is_compared=st.booleans(),
    citations=st.lists(
        st.builds(Citation, st.text(), st.text(), st.text(), st.text(), st.text(), st.text())
    ).map(tuple),
    usage=usages,
    cost=moneys,
    timing=st.none() | st.builds(Timing, seconds, seconds, st.none() | seconds),
    cut=st.none()
    | st.builds(
        Cut,
        counts,
        st.text(),
        st.text(),
        usages,
        moneys,
    ),
    problem=problems,
    request_id=st.none() | st.text(),
    parts=st.none()
    | st.builds(Parts, st.text(), st.just(0))
    | st.builds(Parts, st.text(), st.just(5), st.lists(part_answers, max_size=3).map(tuple)),
).map(as_estimated)


class Store:
    """Conversations for tests that hypothesis repeats and that are no coroutines."""

    def __init__(self, folder: Path) -> None:
        self.runner = asyncio.Runner()
        self.database = Database(folder / "glmdesk.db")
        self.run(self.database.open())
        self.conversations = Conversations(self.database)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def through(self, message: Message) -> Message:
        """Store a message and return what is read."""
        of = conversation()
        stored = replace(message, conversation_id=of.id)
        self.run(self.conversations.create(of, stored))
        found: Message = self.run(self.conversations.messages(of.id))[0]
        return replace(found, conversation_id=message.conversation_id)

    def close(self) -> None:
        self.run(self.database.close())
        self.runner.close()


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        yield store
        store.close()


@given(message=messages)
def test_every_message_is_read_as_it_was_stored(store: Store, message: Message) -> None:
    assert store.through(message) == message


def test_a_time_of_any_zone_is_the_same_moment_in_utc(store: Store) -> None:
    beijing = timezone(timedelta(hours=8))
    message = replace(question(conversation()), created_at=datetime(2026, 2, 1, 8, 0, 0, 7, beijing))

    found = store.through(message).created_at

    assert found == message.created_at
    assert found.tzinfo is UTC


@pytest.mark.parametrize("currency", CURRENCIES)
def test_money_keeps_its_digits_and_its_currency(store: Store, currency: Currency) -> None:
    message = replace(question(conversation()), cost=Money(Decimal("0.00012500"), currency))

    found = store.through(message).cost

    assert found is not None
    assert (str(found.amount), found.currency) == ("0.00012500", currency)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("half \ud83d", "half \N{REPLACEMENT CHARACTER}"),
        ("pair \ud83d\ude00", "pair \N{GRINNING FACE}"),
        ("\0nul\0", "\0nul\0"),
    ],
)
def test_characters_that_no_file_can_hold_cost_only_themselves(store: Store, text: str, kept: str) -> None:
    message = replace(answer(question(conversation())), parent_id=None, text=text, reasoning=text)
    problem = Problem(text, text, text)
    message = replace(message, problem=problem, citations=(Citation(text),), state=State.COMPLETE)

    found = store.through(message)

    assert (found.text, found.reasoning, found.citations[0].ref) == (kept, kept, kept)
    assert found.problem == Problem(kept, kept, kept)


def test_a_withheld_text_is_not_stored_even_if_it_is_given(store: Store) -> None:
    message = replace(
        answer(question(conversation())), parent_id=None, text="a", reasoning="b", state=State.WITHHELD
    )

    found = store.through(message)

    assert (found.text, found.reasoning, found.state) == ("", "", State.WITHHELD)


@pytest.mark.anyio
@pytest.mark.parametrize("count", [-(1 << 62), 1 << 62, 1 << 50])
async def test_a_time_or_a_cost_that_is_damaged_costs_only_itself(database: Database, count: int) -> None:
    conversations = Conversations(database)
    of = conversation("kept")
    answered = await exchange(conversations, of)

    def damage(connection: apsw.Connection) -> None:
        execute(connection, "UPDATE conversations SET created_at = ?, updated_at = ?", (count, count))
        execute(connection, "UPDATE messages SET created_at = ?, cost_cny = '1,5x'", (count,))

    await database.write(damage)
    (found,) = await conversations.page()
    assert found.updated_at.astimezone().year in range(1970, 9001)
    messages = await conversations.messages(of.id)

    assert [message.id for message in messages][-1] == answered.id
    assert messages[-1].cost is None
