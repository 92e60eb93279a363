"""Numbers as a model reads them: exact where they end, else with as many digits as were asked for."""

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction
from typing import Final

SHOWN_DIGITS: Final = 30
"""Significant digits of what does not end, and of what was rounded."""

MOST_DIGITS: Final = 4_000
"""Python turns no longer whole numbers into text (`sys.get_int_max_str_digits`)."""

_LONGEST_TAIL: Final = 60
"""Decimal places that are worth being read."""

_LONGEST_FRACTION: Final = 60
"""Characters of a fraction that is shown beside its digits."""

_SMALL: Final = -7
"""Powers of ten below which nobody counts zeros."""


def exact(value: Fraction) -> str:
    """Return a number in digits where they end, else as a fraction with its first digits."""
    if value.denominator == 1:
        return str(value.numerator)
    places = _places(value.denominator)
    if places is not None:
        scaled = abs(value.numerator) * 10**places // value.denominator
        digits = str(scaled).rjust(places + 1, "0")
        return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
    digits = rounded(to_decimal(value, SHOWN_DIGITS + 5))
    fraction = f"{value.numerator}/{value.denominator}" if value.denominator < 10**_LONGEST_FRACTION else ""
    return f"{fraction} ≈ {digits}" if 0 < len(fraction) <= _LONGEST_FRACTION else f"≈ {digits}"


def rounded(value: Decimal, digits: int = SHOWN_DIGITS) -> str:
    """Return a number with so many significant digits, without zeros behind them that say nothing."""
    short = value.normalize(Context(prec=digits, Emax=MAX_EMAX, Emin=MIN_EMIN))
    exponent = short.adjusted()
    if not short:
        return "0"
    if _SMALL <= exponent <= digits:
        return f"{short:f}"
    return str(short)


def to_decimal(value: Fraction, digits: int) -> Decimal:
    """Return a number rounded to so many significant digits."""
    return Context(prec=digits).divide(Decimal(value.numerator), Decimal(value.denominator))


def _places(denominator: int) -> int | None:
    """Return how many decimal places a fraction has; None where they do not end, or are too many."""
    twos = fives = 0
    while denominator % 2 == 0 and twos <= _LONGEST_TAIL:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0 and fives <= _LONGEST_TAIL:
        denominator, fives = denominator // 5, fives + 1
    places = max(twos, fives)
    return places if denominator == 1 and places <= _LONGEST_TAIL else None
