"""What a cell says: every way of writing a number gives the number, and what is none gives none."""

import math
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.tools.tabular.cells import MOST_EXACT, DecimalMark, day_in, is_code, number_in

FULL_WIDTH: Final = str.maketrans({chr(code): chr(code - 0x21 + 0xFF01) for code in range(0x21, 0x7F)})


@pytest.mark.parametrize(
    ("cell", "value", "unit"),
    [
        ("1,234.50", 1234.5, ""),
        ("-1,234", -1234, ""),
        ("\u22125", -5, ""),
        ("(1,234)", -1234, ""),
        ("（￥1，234）", -1234, "¥"),
        ("¥ 1,234", 1234, "¥"),
        ("-¥5", -5, "¥"),
        ("$-5.25", -5.25, "$"),
        ("1234元", 1234, "¥"),
        ("RMB 20", 20, "¥"),
        ("US$3", 3, "$"),
        ("12%", 0.12, "%"),
        ("１２．５％", 0.125, "%"),
        ("3‰", 0.003, "‰"),
        ("1.2万", 12_000, ""),
        ("1.23456万", 12_345.6, ""),
        ("3亿元", 300_000_000, "¥"),
        ("1'234", 1234, ""),
        ("1\u202f234", 1234, ""),
        (".5", 0.5, ""),
        ("1e3", 1000.0, ""),
        ("9007199254740992", 9007199254740992, ""),
    ],
)
def test_numbers_are_read_however_they_are_written(cell: str, value: float, unit: str) -> None:
    number = number_in(cell, ".")

    assert number is not None
    assert (number.value, number.unit) == (value, unit)
    assert isinstance(number.value, type(value))


@pytest.mark.parametrize(
    "cell",
    [
        *("", "-", "()", "¥", "%", "万", ".", "1,23", "12,34,567", "1,234,56", "1 234", "0,123", "1,2,3"),
        *("007", "010-1234", "13 800", "9007199254740993", "12,345,678,901,234,567", "1.2.3", "10²", "½"),
        *(
            "(5",
            "5)",
            "-(5)",
            "--5",
            "¥5元",
            "5%%",
            "¥5%",
            "3kg",
            "1e999",
            "inf",
            "nan",
            "0x10",
            "٣",
            "1_000",
        ),
        *("2026-01-05", "9" * 100_000, "1," + "234," * 50_000),
    ],
)
def test_what_is_no_number_is_none(cell: str) -> None:
    assert number_in(cell, ".") is None


@pytest.mark.parametrize(
    ("cell", "value"), [("1.234,50", 1234.5), ("1,5", 1.5), ("1.234", 1234), ("12", 12), ("1.5", None)]
)
def test_a_decimal_comma(cell: str, value: float | None) -> None:
    number = number_in(cell, ",")

    assert (number and number.value) == value


amounts = st.decimals(-(10**12), 10**12, places=2)
marks: st.SearchStrategy[DecimalMark] = st.sampled_from([".", ","])


@given(amounts, marks, st.sampled_from(["", "¥", "$", "€"]), st.booleans(), st.booleans())
def test_amounts_come_back(
    amount: Decimal, decimal: DecimalMark, currency: str, are_brackets: bool, is_wide: bool
) -> None:
    digits = f"{abs(amount):,.2f}"
    if decimal == ",":
        digits = digits.translate(str.maketrans(",.", ".,"))
    is_negative = amount < 0
    text = (
        f"({currency}{digits})" if is_negative and are_brackets else f"{'-' * is_negative}{currency}{digits}"
    )
    number = number_in(text.translate(FULL_WIDTH) if is_wide else text, decimal)

    assert number is not None
    assert number.value == float(amount)
    assert number.unit == currency


@given(st.integers(-MOST_EXACT, MOST_EXACT), st.sampled_from(["{}", "{:,}", "{}元"]))
def test_whole_numbers_stay_whole(value: int, form: str) -> None:
    number = number_in(form.format(value), ".")

    assert number is not None
    assert number.value == value
    assert isinstance(number.value, int)


@given(st.decimals(-1000, 1000, places=3))
def test_percents_are_the_nearest_fractions(percents: Decimal) -> None:
    number = number_in(f"{percents}%", ".")

    assert number is not None
    assert number.value == float(percents / 100)


@given(st.text(alphabet=st.sampled_from("0123456789,.'()+-¥$%万亿元 ￥１，．（）e"), max_size=12), marks)
def test_anything_is_a_finite_number_or_none(cell: str, decimal: DecimalMark) -> None:
    number = number_in(cell, decimal)

    assert number is None or math.isfinite(number.value)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-01-05", "2026-01-05"),
        ("2026-01-05T10:00", "2026-01-05T10:00"),
        ("2026/1/5", "2026-01-05"),
        ("2026.1.5", "2026-01-05"),
        ("2026年1月5日", "2026-01-05"),
        ("２０２６／１／５", "2026-01-05"),
        ("2026/1/5 9:05", "2026-01-05 09:05:00"),
        ("2026/1/5 09:05:07", "2026-01-05 09:05:07"),
        ("2026/2/30", None),
        ("2026/1-5", None),
        ("1/5/2026", None),
        ("26/1/5", None),
        ("2026年1月", None),
        ("20260105", None),
    ],
)
def test_days_are_read_where_the_year_comes_first(cell: str, day: str | None) -> None:
    assert day_in(cell) == day


@pytest.mark.parametrize(
    ("cell", "is_one"), [("007", True), ("9007199254740993", True), ("7", False), ("0", False)]
)
def test_codes_are_digits_that_are_not_counted_with(cell: str, is_one: bool) -> None:
    assert is_code(cell) is is_one
