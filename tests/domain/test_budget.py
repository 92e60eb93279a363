"""A budget is near after four fifths, and reached at its end."""

from decimal import Decimal

import pytest

from glmdesk.domain.budget import Budget, parse_limit
from glmdesk.domain.money import Money


@pytest.mark.parametrize(
    ("spent", "is_near", "is_reached"),
    [
        ("0", False, False),
        ("7.99", False, False),
        ("8", True, False),
        ("9.99", True, False),
        ("10", True, True),
    ],
)
def test_it_is_near_and_then_reached(spent: str, is_near: bool, is_reached: bool) -> None:
    budget = Budget(Money(Decimal(10), "CNY"), Money(Decimal(spent), "CNY"))

    assert (budget.is_near, budget.is_reached) == (is_near, is_reached)


def test_what_is_said_names_both_amounts() -> None:
    problem = Budget(Money(Decimal(10), "CNY"), Money(Decimal("10.5"), "CNY")).problem

    assert problem.headline == "The budget of this month is used up: ¥10.5 of ¥10."


@pytest.mark.parametrize(
    ("text", "normal"), [("", ""), (" ", ""), ("10", "10"), (" 2.50 ", "2.5"), ("1e2", "100")]
)
def test_a_limit_is_a_number_above_zero_or_nothing(text: str, normal: str) -> None:
    assert parse_limit(text) == normal


@pytest.mark.parametrize("text", ["0", "-1", "ten", "NaN", "Infinity", "1,5"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text.replace("+", "")):
        parse_limit(text)


def test_what_was_spent_in_another_currency_is_not_counted() -> None:
    costs = [Money(Decimal(3), "CNY"), Money(Decimal(50), "USD"), Money(Decimal("0.5"), "CNY")]

    assert Budget.of("10", costs, "CNY") == Budget(Money(Decimal(10), "CNY"), Money(Decimal("3.5"), "CNY"))
    assert Budget.of("", costs, "CNY") is None
