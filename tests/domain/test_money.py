"""Amounts are exact, and those of two currencies are never one number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.money import CURRENCIES, Currency, Money

amounts = st.decimals(0, 10**6, allow_nan=False, allow_infinity=False, places=9)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("5", "CNY", "¥5"),
        ("10.00", "CNY", "¥10"),
        ("0.0000001", "CNY", "¥0.0000001"),
        ("1.40", "USD", "$1.4"),
        ("100", "USD", "$100"),
    ],
)
def test_an_amount_is_shown_with_its_sign_and_all_its_digits(
    amount: str, currency: Currency, shown: str
) -> None:
    assert str(Money(Decimal(amount), currency)) == shown


@given(amounts, amounts, st.sampled_from(CURRENCIES))
def test_amounts_of_one_currency_add_up(one: Decimal, other: Decimal, currency: Currency) -> None:
    assert Money(one, currency).plus(Money(other, currency)) == Money(one + other, currency)


def test_amounts_of_two_currencies_have_no_sum() -> None:
    assert Money(Decimal(1), "CNY").plus(Money(Decimal(1), "USD")) is None
