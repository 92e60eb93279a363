"""What a column of a table is: what its cells say together, and what a model has to be told of that."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from glmdesk.tools.tabular.cells import (
    PERCENTS,
    DecimalMark,
    Written,
    day_in,
    is_code,
    is_nothing,
    number_in,
)

Kind = Literal["INTEGER", "REAL", "TEXT"]
Value = str | int | float | None

LONGEST_CELL: Final = 100_000
_MOST_EXAMPLES: Final = 4
_SHOWN_CELL: Final = 40

_ID: Final = re.compile(r"\+?\d{11,}", re.ASCII)
"""A number of a telephone, an account or an order, where all of a column are as long."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A second column that says the same in another way; its name has an ending."""

    ending: Literal["_text", "_number"]
    kind: Kind
    value_of: Callable[[str], Value]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column is read. `told` is what a model has to know of that; "{beside}" in it is a name."""

    kind: Kind
    value_of: Callable[[str], Value]
    beside: Beside | None = None
    told: str = ""


@dataclass(slots=True)
class Column:
    """Takes the cells of a column one by one, and says how it is to be read."""

    decimal: DecimalMark
    numbers: int = 0
    days: int = 0
    words: int = 0
    _is_whole: bool = True
    _has_codes: bool = False
    _bare: int = 0
    """Numbers but zero without a sign."""
    _bracketed: int = 0
    _ids: set[int] = field(default_factory=set[int])
    """How long the numbers are of which it may be one of ids; 0 for others."""
    _units: set[str] = field(default_factory=set[str])
    _examples: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """By form: cells that are not read as they are written, and as what."""
    _nothing: dict[str, None] = field(default_factory=dict[str, None])
    _other: str = ""
    """A cell that is neither a number nor a day."""

    def take(self, cell: str) -> None:
        """Take one more cell; those without anything in them count for nothing."""
        cell = cell.strip()
        if not cell:
            return
        number = number_in(cell, self.decimal)
        if number is not None:
            self._take_number(cell, number)
        elif is_nothing(cell):
            self._nothing[cell] = None
        elif day := day_in(cell):
            self.days += 1
            if day != cell:
                self._examples.setdefault("day", (cell, day))
        else:
            self.words += 1
            self._has_codes = self._has_codes or is_code(cell)
            self._other = self._other or cell

    def _take_number(self, cell: str, number: Written) -> None:
        self.numbers += 1
        self._is_whole = self._is_whole and isinstance(number.value, int)
        self._bracketed += number.is_bracketed
        if len(self._ids) <= 1:
            self._ids.add(len(cell) if _ID.fullmatch(cell) else 0)
        if number.unit:
            self._units.add(number.unit)
        elif number.value:
            self._bare += 1
        if number.form:
            self._examples.setdefault(number.form, (cell, f"{number.value}"))

    @property
    def is_numeric(self) -> bool:
        """Whether most of it are numbers."""
        return self.numbers > self.words + self.days

    @property
    def is_of_days(self) -> bool:
        """Whether most of it are days."""
        return self.days > self.words + self.numbers

    def reading(self) -> Reading:
        """Return how a column of these cells is read."""
        if self.days and not self.numbers and not self.words and self._examples:
            as_written = Beside("_text", "TEXT", _text)
            return Reading("TEXT", _day, as_written, self._converted("days as ISO 8601 says"))
        if not self.is_numeric or self._is_of_ids():
            return Reading("TEXT", _text)
        if reason := self._mixture():
            return self._mixed(reason)
        kind: Kind = "INTEGER" if self._is_whole else "REAL"
        if not self._examples and not self._nothing:
            return Reading(kind, self._number)
        return Reading(kind, self._number, Beside("_text", "TEXT", _text), self._converted("numbers"))

    def _is_of_ids(self) -> bool:
        are_all_as_long = len(self._ids) == 1 and 0 not in self._ids
        return are_all_as_long or (self._has_codes and not self._examples)

    def _mixture(self) -> str:
        """Return why its numbers are no numbers of one kind; empty where they are."""
        if self.words or self.days:
            others = self.words + self.days
            such = f", such as {_shown(self._other)}" if self._other else ""
            return f"{others} of {others + self.numbers} values are no numbers{such}"
        if len(self._units) > 1:
            return f"the units differ ({', '.join(sorted(self._units))})"
        if self._units & {*PERCENTS} and self._bare:
            return "some are percents and some are not"
        if self._bracketed == self.numbers:
            return "all are in parentheses, which may mean below zero"
        return ""

    def _mixed(self, reason: str) -> Reading:
        kind: Kind = "INTEGER" if self._is_whole else "REAL"
        told = f"is text, because {reason}; {{beside}} has its numbers, and NULL for the rest"
        if self._examples:
            told += f" ({self._read_as()})"
        return Reading("TEXT", _text, Beside("_number", kind, self._number), told)

    def _converted(self, into: str) -> str:
        parts = [part for part in (self._read_as(), self._read_as_nothing()) if part]
        return f"was read as {into}: {'; '.join(parts)}. As written: {{beside}}"

    def _read_as(self) -> str:
        shown = [*self._examples.values()][:_MOST_EXAMPLES]
        return ", ".join(f"{_shown(cell)} is {value}" for cell, value in shown)

    def _read_as_nothing(self) -> str:
        cells = ", ".join(_shown(cell) for cell in [*self._nothing][:_MOST_EXAMPLES])
        return f"{cells} is NULL" if cells else ""

    def _number(self, cell: str) -> Value:
        number = number_in(cell.strip(), self.decimal)
        return number.value if number else None


def _text(cell: str) -> Value:
    return cell[:LONGEST_CELL] if cell.strip() else None


def _day(cell: str) -> Value:
    return day_in(cell.strip())


def _shown(cell: str) -> str:
    """Return the beginning of a cell as it stands in a sentence."""
    text = " ".join(cell.split())
    short = text if len(text) <= _SHOWN_CELL else f"{text[:_SHOWN_CELL]}…"
    return f'"{short}"'
