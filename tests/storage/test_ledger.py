"""What was spent is known to the last digit, whatever becomes of the conversations."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from glmdesk.domain.message import Message, PartAnswer, Parts, State
from glmdesk.domain.money import Currency, Money
from glmdesk.domain.usage import Usage
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.erase import Erasure
from glmdesk.storage.journal import AnswerWriter
from glmdesk.storage.ledger import By, Ledger
from tests.storage.examples import conversation, exchange

pytestmark = pytest.mark.anyio

EVER = datetime(1970, 1, 1, tzinfo=UTC)


async def paid(database: Database, amount: str, *, title: str = "a", currency: Currency = "CNY") -> Message:
    """Store an answer that has cost something."""
    empty = await exchange(Conversations(database), conversation(title))
    ended = replace(
        empty, text="1", state=State.COMPLETE, usage=Usage(10, 5), cost=Money(Decimal(amount), currency)
    )
    await AnswerWriter(database, empty.id).finish(ended)
    return ended


async def test_sums_are_exact_and_in_their_currencies(database: Database) -> None:
    for amount in ("0.1", "0.2", "0.000000001"):
        await paid(database, amount)
    await paid(database, "1.5", currency="USD")

    assert await Ledger(database).total(EVER) == [
        Money(Decimal("0.300000001"), "CNY"),
        Money(Decimal("1.5"), "USD"),
    ]
    assert await Ledger(database).total(datetime.now(UTC) + timedelta(hours=1)) == []


async def test_they_are_added_up_by_day_month_model_and_conversation(database: Database) -> None:
    first, _second = await paid(database, "1", title="one"), await paid(database, "2", title="two")
    ledger, today = Ledger(database), datetime.now().astimezone()

    assert [
        (one.name, one.answers, one.tokens_in, one.tokens_out) for one in await ledger.sums(By.DAY, EVER)
    ] == [(f"{today:%Y-%m-%d}", 2, 20, 10)]
    assert [one.name for one in await ledger.sums(By.MONTH, EVER)] == [f"{today:%Y-%m}"]
    assert [one.name for one in await ledger.sums(By.MODEL, EVER)] == [first.model]
    found = await ledger.sums(By.CONVERSATION, EVER)
    assert [(one.name, one.costs) for one in found] == [
        ("one", [Money(Decimal(1), "CNY")]),
        ("two", [Money(Decimal(2), "CNY")]),
    ]


async def test_it_survives_what_was_paid_for(database: Database) -> None:
    store = Conversations(database)
    kept, gone, erased = [await paid(database, amount) for amount in ("1", "2", "4")]
    await store.delete([gone.conversation_id], EVER)
    await store.purge(datetime.now(UTC))
    await Erasure(database).erase([erased.conversation_id])
    sums = {one.name: one.costs for one in await Ledger(database).sums(By.CONVERSATION, EVER)}

    assert await Ledger(database).total(EVER) == [Money(Decimal(7), "CNY")]
    assert sums == {"a": [Money(Decimal(1), "CNY")], "": [Money(Decimal(6), "CNY")]}
    assert kept.conversation_id not in (gone.conversation_id, erased.conversation_id)


async def test_an_answer_that_is_continued_is_entered_with_what_that_has_cost(database: Database) -> None:
    ended = await paid(database, "1")
    await Conversations(database).resume(ended.id)
    more = replace(ended, usage=Usage(25, 9), cost=Money(Decimal("1.75"), "CNY"))
    await AnswerWriter(database, ended.id).finish(more)
    (day,) = await Ledger(database).sums(By.DAY, EVER)

    assert (day.answers, day.tokens_in, day.tokens_out) == (2, 25, 9)
    assert day.costs == [Money(Decimal("1.75"), "CNY")]


async def test_what_is_estimated_counts_and_every_sum_with_it_says_so(database: Database) -> None:
    counted = await paid(database, "1", title="counted")
    empty = await exchange(Conversations(database), conversation("estimated"))
    usage = Usage(10, 5, is_estimated=True)
    cost = Money(Decimal("0.5"), "CNY", is_estimated=True)
    await AnswerWriter(database, empty.id).finish(
        replace(empty, text="1", state=State.STOPPED, usage=usage, cost=cost)
    )
    found = await Ledger(database).sums(By.CONVERSATION, EVER)

    assert await Ledger(database).total(EVER) == [Money(Decimal("1.5"), "CNY", is_estimated=True)]
    assert {one.name: one.costs for one in found} == {"counted": [counted.cost], "estimated": [cost]}


async def test_what_costs_nothing_is_counted_and_what_has_no_price_is_not(database: Database) -> None:
    await paid(database, "0")
    empty = await exchange(Conversations(database), conversation())
    await AnswerWriter(database, empty.id).finish(replace(empty, state=State.STOPPED, usage=Usage(1, 1)))
    (day,) = await Ledger(database).sums(By.DAY, EVER)

    assert day.answers == 1


async def test_what_an_answer_was_made_of_is_entered_by_who_read_it(database: Database) -> None:
    empty = await exchange(Conversations(database), conversation())
    writer, parts = AnswerWriter(database, empty.id), Parts("reader", 2)
    for number, amount in ((1, "0.3"), (2, "0.4")):
        parts = parts.having(
            PartAnswer(number, number, "reader", usage=Usage(100, 7), cost=Money(Decimal(amount), "CNY"))
        )
        total = sum((one.cost.amount for one in parts.answers if one.cost), Decimal())
        usage = Usage(100 * number, 7 * number)
        await writer.keep(replace(empty, parts=parts, usage=usage, cost=Money(total, "CNY")))
    ended = replace(empty, parts=parts, usage=Usage(210, 15), cost=Money(Decimal("0.75"), "CNY"))
    await writer.finish(replace(ended, text="1", state=State.COMPLETE))
    sums = {one.name: one for one in await Ledger(database).sums(By.MODEL, EVER)}

    assert [money.amount for money in sums["reader"].costs] == [Decimal("0.7")]
    assert (sums["reader"].answers, sums["reader"].tokens_in, sums["reader"].tokens_out) == (2, 200, 14)
    own = sums[empty.model or ""]
    assert [money.amount for money in own.costs] == [Decimal("0.05")]
    assert (own.answers, own.tokens_in, own.tokens_out) == (1, 10, 1)
