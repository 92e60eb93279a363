"""Where a table begins and what names its columns: what the first rows are, next to those below them.

A name is another thing than what stands below it: a word above numbers, a year above others.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Final

from glmdesk.tools.tabular.cells import DecimalMark, day_in, number_in
from glmdesk.tools.tabular.columns import Column

LOOKED_AT: Final = 60
"""Rows that are enough to tell."""
_MOST_ABOVE: Final = 12
_MOST_HEADINGS: Final = 3
_YEARS: Final = range(1900, 2101)
_LABEL: Final = re.compile(r"\d{1,4}")

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Heading:
    """The names of the columns, none where no row has them, and how many rows stand above the values.

    `above` are those rows that are not only a name in each column.
    """

    names: tuple[str, ...]
    height: int
    above: tuple[Row, ...] = ()


def heading_of(rows: Sequence[Row], decimal: DecimalMark) -> Heading:
    """Return the heading of a table, given its first rows that are not empty."""
    top = _first_of_table(rows, decimal)
    body = _Body(rows[top + 1 :], rows[top], decimal)
    if not body.is_named_by(rows[top]):
        return Heading((), top, tuple(rows[:top]))
    last = top
    while last + 1 < min(len(rows) - 1, top + _MOST_HEADINGS):
        below = _Body(rows[last + 2 :], rows[last + 1], decimal)
        if not below.continues(rows[top : last + 1], rows[last + 1]):
            break
        last += 1
    block = rows[top : last + 1]
    return Heading(_joined(block), last + 1, tuple(rows[:top] if last == top else rows[: last + 1]))


def _first_of_table(rows: Sequence[Row], decimal: DecimalMark) -> int:
    """Return where the first row is that is not a title: those are half empty, and names stand below them."""
    widest = max(map(_filled, rows))
    for number, row in enumerate(rows[: _MOST_ABOVE + 1]):
        if _is_title(row, widest):
            continue
        is_named = number > 0 and _Body(rows[number + 1 :], row, decimal).is_named_by(row)
        return number if is_named else 0
    return 0


def _is_title(row: Row, widest: int) -> bool:
    filled = _filled(row)
    # Above a group of columns stands one name, and nothing above what names the rows.
    return 2 * filled <= widest and (filled == 1 or bool(row[0].strip()))


def _filled(row: Row) -> int:
    return sum(1 for cell in row if cell.strip())


class _Body:
    """The columns below a row that may name them."""

    def __init__(self, rows: Sequence[Row], head: Row, decimal: DecimalMark) -> None:
        self._decimal: DecimalMark = decimal
        # Some programs write the heading again on each page.
        below = [row for row in rows if [*row] != [*head]]
        self._columns: list[Column] = []
        self._cells: list[list[str]] = []
        for cells in zip_longest(*below, fillvalue=""):
            column = Column(decimal)
            for cell in cells:
                column.take(cell)
            self._columns.append(column)
            self._cells.append([cell.strip() for cell in cells])

    def is_named_by(self, row: Row) -> bool:
        """Whether a row has the names of these columns and not more values."""
        if not _filled(row):
            return False
        labels = self._has_labels(row)
        fors = againsts = 0
        for number, cell in enumerate(map(str.strip, row)):
            is_value = self._is_value(cell)
            if not cell or (is_value and labels):
                continue
            if is_value or cell in self._below(number):
                againsts += 1
            elif number < len(self._columns):
                fors += self._columns[number].is_numeric or self._columns[number].is_of_days
        return fors > againsts or againsts == 0

    def continues(self, heading: Sequence[Row], row: Row) -> bool:
        """Whether a row below a heading is one more line of it, such as units or the names within groups."""
        names = 0
        for number, column in enumerate(self._columns):
            cell = row[number].strip() if number < len(row) else ""
            if column.is_numeric or column.is_of_days:
                if cell and self._is_value(cell):
                    return False
                names += bool(cell)
            elif cell and any(number < len(line) and line[number].strip() for line in heading):
                return False
        return names > 1

    def _is_value(self, cell: str) -> bool:
        return bool(number_in(cell, self._decimal) or day_in(cell))

    def _below(self, number: int) -> Sequence[str]:
        return self._cells[number] if number < len(self._cells) else ()

    def _has_labels(self, row: Row) -> bool:
        """Whether the numbers in a row are names: years, or whatever stands beside an empty corner."""
        cells = [*enumerate(map(str.strip, row))]
        numbered = [(number, int(cell)) for number, cell in cells if _LABEL.fullmatch(cell)]
        values = [value for _number, value in numbered]
        if not self._cells or not values or (len(set(values)) < len(values) and not _are_years(values)):
            return False
        if not row[0].strip() and self._columns[0].words:
            return True
        if not _are_years(values) or any(_are_years(self._values(number)) for number, _value in numbered):
            return False
        steps = {second - first for first, second in pairwise(values)}
        are_in_steps = bool(steps) and 0 not in steps and len({step > 0 for step in steps}) == 1
        return are_in_steps or all(self._is_beyond(number, value) for number, value in numbered)

    def _values(self, number: int) -> list[float]:
        found = (number_in(cell, self._decimal) for cell in self._below(number))
        return [float(written.value) for written in found if written]

    def _is_beyond(self, number: int, value: int) -> bool:
        values = self._values(number)
        return bool(values) and not min(values) <= value <= max(values)


def _are_years(values: Sequence[float]) -> bool:
    return bool(values) and all(value in _YEARS for value in values)


def _joined(block: Sequence[Row]) -> tuple[str, ...]:
    """Return names out of the lines of a heading; what stands above several columns is in all of theirs."""
    *groups, last = block
    lines = [_spread(line) for line in groups]
    return tuple(
        " ".join(filter(None, dict.fromkeys(map(str.strip, cells))))
        for cells in zip_longest(*lines, last, fillvalue="")
    )


def _spread(line: Row) -> list[str]:
    spread: list[str] = []
    for cell in line:
        spread.append(cell if cell.strip() or not spread else spread[-1])
    return spread
