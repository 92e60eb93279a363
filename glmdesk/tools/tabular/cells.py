"""What the text of one cell says: a number or a day, however it is written, or that there is nothing."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import Final, Literal, NamedTuple

DecimalMark = Literal[".", ","]
Number = int | float

MOST_EXACT: Final = 1 << 53
"""Whole numbers above it are no numbers here: they are ids, and would lose digits in any calculation."""

PERCENTS: Final = ("%", "‰")

_LONGEST: Final = 64
"""Characters of a number."""

_PLAIN_INTEGER: Final = re.compile(r"[+-]?(?:0|[1-9]\d{0,15})", re.ASCII)
_PLAIN_REAL: Final = re.compile(
    r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*|\.?\d*[eE][+-]?\d{1,3})|\.\d+(?:[eE][+-]?\d{1,3})?)", re.ASCII
)
_CODE: Final = re.compile(r"\+?0\d+|[+-]?\d{16,}", re.ASCII)

_CURRENCIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("¥", "元", "RMB", "CNY"), "¥"),
    **dict.fromkeys(("$", "US$", "USD", "美元"), "$"),
    **dict.fromkeys(("€", "EUR", "欧元"), "€"),
    **dict.fromkeys(("£", "GBP", "英镑"), "£"),
    **dict.fromkeys(("HK$", "HKD", "港元", "港币"), "HK$"),
    **dict.fromkeys(("JPY", "円", "日元"), "JPY"),
}
_SCALES: Final[Mapping[str, int]] = {
    "%": -2,
    "‰": -3,
    "千": 3,
    **dict.fromkeys(("万", "萬"), 4),
    **dict.fromkeys(("百万", "百萬"), 6),
    **dict.fromkeys(("千万", "千萬"), 7),
    **dict.fromkeys(("亿", "億"), 8),
    **dict.fromkeys(("万亿", "萬億"), 12),
}
"""Powers of ten."""
_GROUPED_BY: Final[Mapping[DecimalMark, str]] = {".": ",'’\u00a0\u2009\u202f", ",": ".'’\u00a0\u2009\u202f"}

_WIDE: Final = str.maketrans(
    "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000￥￡\u2212",
    "".join(map(chr, range(0x21, 0x7F))) + " ¥£-",
)
"""Full-width forms, and the minus of typographers. NFKC would make 102 of 10²."""

_NOTHING: Final = frozenset(
    ("-", "--", "---", "–", "—", "——", "/", "n/a", "na", "#n/a", "nan", "null", "none", "nil", "无", "暂无")
)

_DAY: Final = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
    r"(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?",
    re.ASCII,
)
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?", re.ASCII)


class Written(NamedTuple):
    """A number as it is written.

    Attributes:
        unit: The sign of a currency or of percents, of which a column has one; or empty.
        is_bracketed: It is below zero because it stands in parentheses.
        form: Which of all these signs it has; empty for one that any program reads.
    """

    value: Number
    unit: str = ""
    is_bracketed: bool = False
    form: str = ""


def number_in(cell: str, decimal: DecimalMark) -> Written | None:
    """Return the number that a cell is, given what stands before decimal places; None where it is none.

    Percents are fractions: 12% is 0.12. What is no number is written with zeros before it or more digits
    than can be calculated with.
    """
    if len(cell) > _LONGEST:
        return None
    if _PLAIN_INTEGER.fullmatch(cell):
        value = int(cell)
        return Written(value) if abs(value) <= MOST_EXACT else None
    if decimal == "." and _PLAIN_REAL.fullmatch(cell):
        real = float(cell)
        return Written(real) if isfinite(real) else None
    if cell.isalpha():
        return None
    plain = cell if cell.isascii() else cell.translate(_WIDE)
    found = _FORMATTED[decimal].fullmatch(plain)
    return _written(found, decimal, is_wide=plain != cell) if found else None


def is_code(cell: str) -> bool:
    """Whether a cell is of digits that are not counted with: a postcode, a long id."""
    return bool(_CODE.fullmatch(cell)) and number_in(cell, ".") is None


def is_nothing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.lower() in _NOTHING


def day_in(cell: str) -> str | None:
    """Return a day, with its time if there is one, in the way of ISO 8601; None where a cell is none.

    The year comes first: of 3/4/2026 nobody knows the month.
    """
    if _ISO_DAY.fullmatch(cell):
        return cell
    found = _DAY.fullmatch(cell if cell.isascii() else cell.translate(_WIDE))
    if found is None:
        return None
    year, _mark, month, day, chinese_month, chinese_day, *time = found.groups()
    hour, minute, second = (int(part or 0) for part in time)
    date = (int(year), int(month or chinese_month), int(day or chinese_day))
    try:
        moment = datetime(*date, hour, minute, second)  # noqa: DTZ001 - tables know no time zones
    except ValueError:
        return None
    return f"{moment:%Y-%m-%d %H:%M:%S}" if time[0] else f"{moment:%Y-%m-%d}"


def _formatted(decimal: DecimalMark) -> re.Pattern[str]:
    currency = "|".join(map(re.escape, sorted(_CURRENCIES, key=len, reverse=True)))
    scale = "|".join(sorted(_SCALES, key=len, reverse=True))
    mark, groups = re.escape(decimal), re.escape(_GROUPED_BY[decimal])
    whole = rf"0|[1-9]\d{{0,2}}(?:(?P<group>[{groups}])\d{{3}}(?:(?P=group)\d{{3}})*)|[1-9]\d*"
    return re.compile(
        rf"(?P<open>\()?\s?(?P<sign>[-+])?\s?(?P<before>{currency})?\s?(?P<inner>[-+])?"
        rf"(?P<whole>{whole})?(?:{mark}(?P<places>\d+))?"
        rf"\s?(?P<scale>{scale})?\s?(?P<after>{currency})?\s?(?P<close>\))?",
        re.ASCII,
    )


_FORMATTED: Final[Mapping[DecimalMark, re.Pattern[str]]] = {".": _formatted("."), ",": _formatted(",")}


def _written(found: re.Match[str], decimal: DecimalMark, *, is_wide: bool) -> Written | None:
    """Return what was found, None where its signs say more than one thing."""
    opened, sign, before, inner, whole, group, places, scale, after, closed = found.groups("")
    is_percent = scale in PERCENTS
    if not (whole or places) or bool(opened) != bool(closed):
        return None
    if bool(before) + bool(after) + is_percent > 1 or bool(sign) + bool(inner) + bool(opened) > 1:
        return None
    is_negative = bool(opened) or "-" in (sign, inner)
    digits = whole.replace(group, "") if group else whole
    value = _value(f"{'-' if is_negative else ''}{digits or 0}", places, _SCALES.get(scale, 0))
    if isinstance(value, int) and abs(value) > MOST_EXACT:
        return None
    form = (group, decimal if places and decimal == "," else "", before, after, scale, opened, "W" * is_wide)
    unit = scale if is_percent else _CURRENCIES.get(before or after, "")
    return Written(value, unit, bool(opened), "".join(form))


def _value(whole: str, places: str, power: int) -> Number:
    if not power:
        return float(f"{whole}.{places}") if places else int(whole)
    exact = Decimal(f"{whole}.{places}").scaleb(power)
    # 2.5万 is counted in ones; 2.0 is measured.
    return int(exact) if power > 0 and exact == exact.to_integral_value() else float(exact)
