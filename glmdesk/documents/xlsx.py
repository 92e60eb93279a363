"""Workbooks (XLSX) sheet by sheet as CSV: what their cells show, with dates as ISO 8601 says.

Source: ECMA-376 part 1, 18. Cells say what was calculated last; one that never was says its formula.
"""

import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from glmdesk.documents.bounds import Bounds, Unreadable
from glmdesk.documents.package import Attributes, Elements, Package, count, relation, value
from glmdesk.typed import override

MAIN: Final = "xl/workbook.xml"

_MOST_STRINGS: Final = 4_000_000
_MOST_COLUMNS: Final = 16_384
_MOST_STYLE: Final = 1_000_000
_COLUMN: Final = re.compile(r"[A-Z]{1,3}")

_BUILT_IN_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NO_LETTERS: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
"""What of a format is shown as it is, or is its colour, its language or its condition."""
_DATE_LETTERS: Final = re.compile(r"[ymdhs]", re.IGNORECASE)

_EPOCH_1900: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - sheets know no time zones
_EPOCH_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001
_LEAP_FAULT: Final = 60
"""Workbooks count a 29th of February in 1900."""
_MOST_DAYS: Final = 2_957_003
"""The year 9999, from either."""


def xlsx_text(package: Package, bounds: Bounds) -> str:
    """Return the text of a workbook, empty where all its sheets are. Raises Unreadable."""
    relations, book = package.relations(MAIN), _Book()
    package.read(MAIN, book)
    strings, styles = _Strings(), _Styles()
    for part in relations.of_kind("sharedStrings"):
        package.read(part, strings)
    for part in relations.of_kind("styles"):
        package.read(part, styles)
    epoch = _EPOCH_1904 if book.is_1904 else _EPOCH_1900
    sheets, is_empty = list[str](), True
    for name, key in book.sheets:
        if relations.kinds.get(key) != "worksheet" or key not in relations.parts:
            continue
        sheet = _Sheet(strings.texts, styles.dates, epoch, bounds)
        package.read(relations.parts[key], sheet)
        is_empty = is_empty and not sheet.out.getvalue()
        sheets.append(f"[sheet {name}]\n\n{sheet.out.getvalue()}".rstrip())
    return "" if is_empty else "\n\n".join(sheets)


class _Book(Elements):
    """The sheets of a workbook in their order, and which day it counts from."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.is_1904 = False

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            self.sheets.append((" ".join(value(attributes, "name").split()), relation(attributes)))
        elif name == "workbookPr":
            self.is_1904 = value(attributes, "date1904") in ("1", "true")


class _Strings(Elements):
    """The texts that cells refer to by their number."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._is_text = False
        self._is_reading_aid = False

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._is_reading_aid = True
        elif name == "t":
            self._is_text = not self._is_reading_aid

    @override
    def text(self, text: str) -> None:
        if self._is_text:
            self._pieces.append(text)

    @override
    def end(self, name: str) -> None:
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._is_reading_aid = False
        elif name == "si":
            if len(self.texts) == _MOST_STRINGS:
                raise Unreadable("too-long")
            self.texts.append("".join(self._pieces))


class _Styles(Elements):
    """Which styles of cells are those of dates."""

    def __init__(self) -> None:
        self.dates: list[bool] = []
        self._own: dict[int, bool] = {}
        self._is_used = False

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            code = value(attributes, "formatCode").partition(";")[0]
            number = count(attributes, "numFmtId", 0, most=_MOST_STYLE)
            self._own[number] = bool(_DATE_LETTERS.search(_NO_LETTERS.sub("", code)))
        elif name == "cellXfs":
            self._is_used = True
        elif name == "xf" and self._is_used:
            number = count(attributes, "numFmtId", 0, most=_MOST_STYLE)
            self.dates.append(self._own.get(number, number in _BUILT_IN_DATES))

    @override
    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._is_used = False


class _Sheet(Elements):
    """Writes the rows of a sheet as CSV, without the empty ones and without what is empty at their ends."""

    def __init__(
        self, strings: Sequence[str], dates: Sequence[bool], epoch: datetime, bounds: Bounds
    ) -> None:
        self.out = io.StringIO()
        self._writer = csv.writer(self.out, lineterminator="\n")
        self._strings = strings
        self._dates = dates
        self._epoch = epoch
        self._bounds = bounds
        self._row: list[str] = []
        self._column = 0
        self._type = ""
        self._is_date = False
        self._kept: list[str] | None = None
        self._value: list[str] = []
        self._formula: list[str] = []
        self._is_reading_aid = False

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        match name:
            case "row":
                self._row, self._column = [], 0
            case "c":
                self._begin_cell(attributes)
            case "rPh":
                self._is_reading_aid = True
            case "v" | "t" if not self._is_reading_aid:
                self._kept = self._value
            case "f":
                self._kept = self._formula
            case _:
                pass

    def _begin_cell(self, attributes: Attributes) -> None:
        if found := _COLUMN.match(attributes.get("r", "")):
            self._column = _column(found[0])
        else:
            self._column += 1
        style = count(attributes, "s", 0, most=_MOST_STYLE)
        self._is_date = style < len(self._dates) and self._dates[style]
        self._type = attributes.get("t", "n")
        self._value, self._formula = [], []

    @override
    def text(self, text: str) -> None:
        if self._kept is not None:
            self._kept.append(text)

    @override
    def end(self, name: str) -> None:
        match name:
            case "v" | "t" | "f":
                self._kept = None
            case "rPh":
                self._is_reading_aid = False
            case "c":
                self._end_cell()
            case "row" if self._row:
                before = self.out.tell()
                self._writer.writerow(self._row)
                self._bounds.write(self.out.tell() - before)
            case _:
                pass

    def _end_cell(self) -> None:
        shown = self._shown("".join(self._value))
        if not shown and self._formula:
            shown = "=" + "".join(self._formula)
        if shown and self._column <= _MOST_COLUMNS:
            self._row += [""] * (self._column - 1 - len(self._row))
            self._row.append(shown)

    def _shown(self, text: str) -> str:
        match self._type:
            case "s":
                at = int(text) if text.isdecimal() and len(text) < len(str(_MOST_STRINGS)) else -1
                return self._strings[at] if 0 <= at < len(self._strings) else ""
            case "b":
                return "TRUE" if text.strip() == "1" else "FALSE" if text else ""
            case "n":
                return self._number(text.strip())
            case _:
                return text

    def _number(self, text: str) -> str:
        try:
            number = float(text)
        except ValueError:
            return text
        if self._is_date and 0 <= number < _MOST_DAYS:
            return self._date(number)
        return f"{number:.15g}" if "." in text or "E" in text.upper() else text

    def _date(self, days: float) -> str:
        if self._epoch is _EPOCH_1900 and 1 <= days < _LEAP_FAULT:
            days += 1
        moment = self._epoch + timedelta(seconds=round(days * 86400))
        if days < 1:
            return f"{moment:%H:%M:%S}"
        day = f"{moment:%Y-%m-%d}"
        return f"{day} {moment:%H:%M:%S}" if moment.hour or moment.minute or moment.second else day


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
