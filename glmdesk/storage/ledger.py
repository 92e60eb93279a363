"""What answers have cost. It stays when conversations are deleted, and says nothing of what was said."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import apsw

from glmdesk.domain.message import Message
from glmdesk.domain.money import CURRENCIES, Currency, Money, amount_in
from glmdesk.storage.database import Database
from glmdesk.storage.rows import from_microseconds, to_microseconds
from glmdesk.storage.sql import Value, execute, select

_SINCE = """
    SELECT spending.at, spending.model, spending.conversation, spending.tokens_in, spending.tokens_out,
           spending.currency, spending.amount, coalesce(conversations.title, '')
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
    amounts: dict[Currency, Decimal] | None = None

    @property
    def costs(self) -> list[Money]:
        """One amount for each currency."""
        return [Money(amount, currency) for currency, amount in (self.amounts or {}).items()]


class Ledger:
    """Reads what was spent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def total(self, since: datetime) -> list[Money]:
        """Return what has been spent since a time, one amount for each currency."""
        sums = await self.sums(By.MONTH, since)
        amounts: dict[Currency, Decimal] = {}
        for one in sums:
            for cost in one.costs:
                amounts[cost.currency] = amounts.get(cost.currency, Decimal()) + cost.amount
        return [Money(amount, currency) for currency, amount in amounts.items()]

    async def sums(self, by: By, since: datetime) -> list[Sum]:
        """Return what has been spent since a time, in the order in which it began; days are local ones."""
        moment = to_microseconds(since)
        return await self._database.read(
            lambda connection: list(_sums(select(connection, _SINCE, (moment,)), _NAMES[by]))
        )


_Row = tuple[int, str, str, int, int, str, str, str]
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
        one = found.setdefault(key, Sum(key[0], amounts={}))
        one.answers += 1
        one.tokens_in += row[3]
        one.tokens_out += row[4]
        currency = _KNOWN.get(row[5])
        amount = amount_in(row[6])
        if one.amounts is not None and currency is not None and amount is not None:
            one.amounts[currency] = one.amounts.get(currency, Decimal()) + amount
    yield from found.values()


def record(connection: apsw.Connection, answer: Message, at: datetime) -> None:
    """Enter what an answer has cost since it was entered last, in the transaction that stores it.

    An answer that was continued has cost all its attempts together.
    """
    usage, cost = answer.usage, answer.cost
    if usage is None or cost is None:
        return
    statement = "SELECT tokens_in, tokens_out, amount FROM spending WHERE message = ?"
    before = list(select(connection, statement, (answer.id,)))
    amount = cost.amount - sum((amount_in(row[2]) or Decimal() for row in before), Decimal())
    values: dict[str, Value] = {
        "at": to_microseconds(at),
        "message": answer.id,
        "conversation": answer.conversation_id,
        "model": answer.model or "",
        "tokens_in": usage.prompt_tokens - sum(row[0] for row in before),
        "tokens_out": usage.completion_tokens - sum(row[1] for row in before),
        "currency": cost.currency,
        "amount": str(amount),
    }
    if not before or amount or values["tokens_out"]:
        execute(
            connection,
            """
            INSERT INTO spending (at, message, conversation, model, tokens_in, tokens_out, currency, amount)
            VALUES (:at, :message, :conversation, :model, :tokens_in, :tokens_out, :currency, :amount)
            """,
            values,
        )
