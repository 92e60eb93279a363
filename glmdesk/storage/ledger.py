"""What answers have cost. It stays when conversations are deleted, and says nothing of what was said."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import apsw

from glmdesk.domain.ids import new_id
from glmdesk.domain.message import Message, PartAnswer
from glmdesk.domain.money import CURRENCIES, Currency, Money, amount_in
from glmdesk.domain.usage import Usage
from glmdesk.storage.database import Database
from glmdesk.storage.rows import from_microseconds, to_microseconds
from glmdesk.storage.sql import Value, execute, select

_SINCE = """
    SELECT spending.at, spending.model, spending.conversation, spending.tokens_in, spending.tokens_out,
           spending.currency, spending.amount, coalesce(conversations.title, ''), spending.tokens_cached,
           spending.saved, spending.is_estimated
    FROM spending LEFT JOIN conversations
      ON conversations.id = spending.conversation AND conversations.deleted_at IS NULL
    WHERE spending.at >= ?
    ORDER BY spending.at
"""


class By(StrEnum):
    """What is added up."""

    MONTH = "month"
    DAY = "day"
    MODEL = "model"
    CONVERSATION = "conversation"


@dataclass(slots=True)
class Sum:
    """What belongs together. `name` is a day, a month, a model's id, or a title; none for what is deleted."""

    name: str
    answers: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    amounts: dict[Currency, Money] = field(default_factory=dict[Currency, Money])
    amounts_saved: dict[Currency, Money] = field(default_factory=dict[Currency, Money])

    @property
    def costs(self) -> list[Money]:
        """One amount for each currency."""
        return list(self.amounts.values())

    @property
    def saved(self) -> list[Money]:
        """What the cache of the service has saved: one amount for each currency, and none of nothing."""
        return [money for money in self.amounts_saved.values() if money.amount]


class Ledger:
    """Reads what was spent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def total(self, since: datetime) -> list[Money]:
        """Return what has been spent since a time, one amount for each currency."""
        sums = await self.sums(By.MONTH, since)
        amounts: dict[Currency, Money] = {}
        for one in sums:
            for cost in one.costs:
                _add(amounts, cost)
        return list(amounts.values())

    async def sums(self, by: By, since: datetime) -> list[Sum]:
        """Return what has been spent since a time, in the order in which it began; days are local ones."""
        moment = to_microseconds(since)
        return await self._database.read(
            lambda connection: list(_sums(select(connection, _SINCE, (moment,)), _NAMES[by]))
        )


_Row = tuple[int, str, str, int, int, str, str, str, int, str | None, int]
_NAMES: dict[By, Callable[[_Row], tuple[str, str]]] = {
    By.MONTH: lambda row: (f"{from_microseconds(row[0]).astimezone():%Y-%m}", ""),
    By.DAY: lambda row: (f"{from_microseconds(row[0]).astimezone():%Y-%m-%d}", ""),
    By.MODEL: lambda row: (row[1], ""),
    By.CONVERSATION: lambda row: (row[7], row[2] if row[7] else ""),
}
"""Names, and what else tells those apart that have the same."""


_KNOWN: dict[str, Currency] = {currency: currency for currency in CURRENCIES}


def _sums(rows: Iterator[_Row], name: Callable[[_Row], tuple[str, str]]) -> Iterator[Sum]:
    found: dict[tuple[str, str], Sum] = {}
    for row in rows:
        key = name(row)
        one = found.setdefault(key, Sum(key[0]))
        one.answers += 1
        one.tokens_in += row[3]
        one.tokens_out += row[4]
        one.tokens_cached += row[8]
        currency = _KNOWN.get(row[5])
        for amounts, text in ((one.amounts, row[6]), (one.amounts_saved, row[9])):
            amount = amount_in(text) if text else None
            if currency is not None and amount is not None:
                _add(amounts, Money(amount, currency, bool(row[10])))
    yield from found.values()


def _add(amounts: dict[Currency, Money], cost: Money) -> None:
    earlier = amounts.get(cost.currency)
    amounts[cost.currency] = cost if earlier is None else earlier.plus(cost) or earlier


def record(connection: apsw.Connection, answer: Message, at: datetime) -> None:
    """Enter what an answer has cost since it was entered last, in the transaction that stores it.

    An answer that was continued has cost all its attempts together. What the parts have cost that it was made
    of is entered by the model that read them.
    """
    for model, spent in _spent(answer).items():
        _enter(connection, answer, model, spent, at)


@dataclass(frozen=True, slots=True)
class _Spent:
    """What was asked of one model for an answer."""

    usage: Usage
    cost: Money | None = None
    saved: Decimal = Decimal()

    def plus(self, other: "_Spent") -> "_Spent":
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        cost = costs[0].plus(costs[1]) if len(costs) > 1 else next(iter(costs), None)
        return _Spent(self.usage + other.usage, cost, self.saved + other.saved)

    def without(self, other: "_Spent") -> "_Spent":
        less = replace(other.cost, amount=-other.cost.amount) if other.cost else None
        cost = self.cost.plus(less) if self.cost and less else self.cost or less
        return _Spent(self.usage - other.usage, cost, self.saved - other.saved)


def _spent(answer: Message) -> dict[str, _Spent]:
    """Return what was asked of each model for an answer."""
    if answer.usage is None:
        return {}
    of_model: dict[str, _Spent] = {}
    rest = _Spent(answer.usage, answer.cost, _saved(answer))
    for part in answer.parts.answers if answer.parts else ():
        if part.usage is not None:
            spent = _Spent(part.usage, part.cost, _saved(part))
            rest = rest.without(spent)
            of_model[part.model] = of_model[part.model].plus(spent) if part.model in of_model else spent
    own = answer.model or ""
    of_model[own] = of_model[own].plus(rest) if own in of_model else rest
    return of_model


def _saved(answer: Message | PartAnswer) -> Decimal:
    return answer.saved.amount if answer.saved else Decimal()


def _enter(connection: apsw.Connection, answer: Message, model: str, spent: _Spent, at: datetime) -> None:
    if spent.cost is None:
        return
    statement = """
        SELECT tokens_in, tokens_out, tokens_cached, amount, saved FROM spending
        WHERE message = ? AND model = ?
    """
    before = list(select(connection, statement, (answer.id, model)))
    amount = spent.cost.amount - _total(row[3] for row in before)
    saved = spent.saved - _total(row[4] for row in before)
    values: dict[str, Value] = {
        "at": to_microseconds(at),
        "message": answer.id,
        "conversation": answer.conversation_id,
        "model": model,
        "tokens_in": spent.usage.prompt_tokens - sum(row[0] for row in before),
        "tokens_out": spent.usage.completion_tokens - sum(row[1] for row in before),
        "tokens_cached": spent.usage.cached_tokens - sum(row[2] for row in before),
        "currency": spent.cost.currency,
        "amount": str(amount),
        "saved": str(saved) if saved else None,
        "is_estimated": spent.usage.is_estimated,
    }
    # Before the answer itself is written, only its parts were asked about.
    is_new = not before and (answer.parts is None or spent.usage.total_tokens > 0)
    if is_new or amount or values["tokens_out"]:
        execute(
            connection,
            """
            INSERT INTO spending (
                at, message, conversation, model, tokens_in, tokens_out, tokens_cached, currency, amount,
                saved, is_estimated
            ) VALUES (
                :at, :message, :conversation, :model, :tokens_in, :tokens_out, :tokens_cached, :currency,
                :amount, :saved, :is_estimated
            )
            """,
            values,
        )


def record_cut(connection: apsw.Connection, message: Message, at: datetime) -> None:
    """Enter what summing up has cost, after which reading begins behind a message."""
    cut = message.cut
    if cut is not None and cut.usage is not None:
        sums = replace(message, id=new_id(), model=cut.model, usage=cut.usage, cost=cut.cost, saved=None)
        record(connection, sums, at)


def _total(amounts: Iterable[str | None]) -> Decimal:
    return sum((amount_in(text) or Decimal() for text in amounts if text), Decimal())
