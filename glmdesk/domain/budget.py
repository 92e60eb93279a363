"""How much may be spent in a month, and how far that has gone."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from glmdesk.domain.errors import Action, Problem, UserError
from glmdesk.domain.money import Currency, Money, sum_of
from glmdesk.i18n import N_

_WARNING_SHARE: Final = Decimal("0.8")


class BudgetReached(UserError):
    """The budget of the month is used up; nothing was sent."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit for a month, and what has been spent in it. Both are in one currency."""

    limit: Money
    spent: Money

    @classmethod
    def of(cls, limit: str, costs: Iterable[Money], currency: Currency) -> "Budget | None":
        """Return the budget with a limit as the settings have it, or None; costs may be in any currency."""
        return cls(Money(Decimal(limit), currency), total_in(currency, costs)) if limit else None

    @property
    def is_near(self) -> bool:
        """Whether four fifths are used up."""
        return self.spent.amount >= self.limit.amount * _WARNING_SHARE

    @property
    def is_reached(self) -> bool:
        """Whether all of it is used up."""
        return self.spent.amount >= self.limit.amount

    @property
    def problem(self) -> Problem:
        """What is said in place of an answer."""
        return Problem(
            "budget-reached",
            N_("The budget of this month is used up: {spent} of {limit}."),
            N_("Go on this month all the same, choose a free model, or raise the budget in the settings."),
            Action.SPEND_ON,
            {"spent": str(self.spent), "limit": str(self.limit)},
        )


def total_in(currency: Currency, costs: Iterable[Money]) -> Money:
    """Return the sum of what was spent in one currency."""
    return sum_of(cost for cost in costs if cost.currency == currency) or Money(Decimal(), currency)


def parse_limit(text: str) -> str:
    """Return the normal form of a limit; empty for none. Raises ValueError for what is no amount."""
    text = text.strip()
    if not text:
        return ""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not amount.is_finite() or amount <= 0:
        raise ValueError(text)
    return f"{amount.normalize():f}"
