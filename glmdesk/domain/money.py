"""Amounts of money, each in the currency it was priced in: none is converted, and no two are mixed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Literal, get_args

from glmdesk.typed import override

Currency = Literal["CNY", "USD"]
CURRENCIES: tuple[Currency, ...] = get_args(Currency)

_HUNDREDTHS = 2
_SIGNS: Mapping[Currency, str] = MappingProxyType({"CNY": "¥", "USD": "$"})


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount, or one that holds the price of tokens which nobody has counted."""

    amount: Decimal
    currency: Currency
    is_estimated: bool = False

    def plus(self, other: "Money") -> "Money | None":
        """Return the sum; None where it has none, because the currencies differ."""
        if self.currency != other.currency:
            return None
        return Money(self.amount + other.amount, self.currency, self.is_estimated or other.is_estimated)

    @property
    def about(self) -> "Money":
        """The amount in hundredths, or in fewer than that where it is less: two of its digits are kept."""
        places = max(_HUNDREDTHS, 1 - self.amount.adjusted()) if self.amount else _HUNDREDTHS
        return replace(self, amount=round(self.amount, places))

    @override
    def __str__(self) -> str:
        return f"{'≈' if self.is_estimated else ''}{_SIGNS[self.currency]}{plain(self.amount)}"


def sum_of(costs: Iterable[Money | None]) -> Money | None:
    """Return the sum; None where there is none: one is not known, two currencies, or nothing at all."""
    total: Money | None = None
    for cost in costs:
        total = cost if total is None or cost is None else total.plus(cost)
        if total is None:
            return None
    return total


def amount_in(text: str) -> Decimal | None:
    """Return the amount that a text says; None for what is no finite number."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def plain(amount: Decimal) -> str:
    """Return all digits of a number and no zeros behind them."""
    return f"{amount.normalize():f}"
