"""A table as a whole: what its columns are called, what they are, and the values of its rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from glmdesk.storage.table_query import quoted
from glmdesk.tools.tabular.columns import Column, Reading, Value
from glmdesk.tools.tabular.headings import Heading, heading_of
from glmdesk.tools.tabular.reading import NoTable, Part, decimal_mark

_MOST_ROWS: Final = 500_000
_MOST_CELLS: Final = 4_000_000
_MOST_COLUMNS: Final = 200
_LONGEST_NAME: Final = 64
_TOTALS: Final = frozenset(
    ("合计", "总计", "小计", "共计", "总和", "total", "grand total", "subtotal", "sum")
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the rows of a table are like. Columns that are read in two ways come twice, behind the others."""

    part: Part
    heading: Heading
    names: tuple[str, ...]
    readings: tuple[Reading, ...]
    count: int
    totals: tuple[str, ...]
    """What rows begin with that may be sums of others."""

    @property
    def types(self) -> tuple[str, ...]:
        """The types of all columns."""
        first = (reading.kind for reading in self.readings)
        return (*first, *(reading.beside.kind for reading in self.readings if reading.beside))

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """Yield the values of all columns, row by row."""
        first = [reading.value_of for reading in self.readings]
        beside = [
            (number, reading.beside.value_of)
            for number, reading in enumerate(self.readings)
            if reading.beside
        ]
        for row in islice(self.part.rows(), self.heading.height, None):
            cells = [*row, *[""] * (len(first) - len(row))]
            values = [value_of(cell) for value_of, cell in zip(first, cells, strict=True)]
            yield (*values, *(value_of(cells[number]) for number, value_of in beside))

    def told(self) -> Iterator[tuple[str, str]]:
        """Yield what is to be known of columns that are not read as they are written, behind their names.

        What is to be known of rows stands behind an empty name.
        """
        seconds = iter(self.names[len(self.readings) :])
        for name, reading in zip(self.names, self.readings, strict=False):
            beside = quoted(next(seconds)) if reading.beside else ""
            if reading.told:
                yield name, f"{quoted(name)} {reading.told.replace('{beside}', beside)}."
        if self.totals:
            yield "", f"Rows that begin with {' or '.join(self.totals)} may be sums of others."


def shape_of(part: Part, is_over: Callable[[], bool]) -> Shape:
    """Look through a table: it is read again for its values, and never held as a whole. Raises NoTable."""
    first_rows = part.first_rows()
    if not first_rows:
        raise NoTable(f"“{part.label}” is empty.")
    decimal = decimal_mark(first_rows, part.separator)
    heading = heading_of(first_rows, decimal)
    columns = [Column(decimal) for _name in heading.names]
    count, totals = 0, dict[str, None]()
    for row in islice(part.rows(), heading.height, None):
        count += 1
        columns += [Column(decimal) for _cell in range(len(row) - len(columns))]
        if is_over() or _is_too_much(count, len(columns)):
            raise NoTable(_too_much(part))
        for column, cell in zip(columns, row, strict=False):
            column.take(cell)
        if row[0].strip().casefold() in _TOTALS:
            totals[row[0].strip()] = None
    if _is_too_much(count, len(columns)):
        raise NoTable(_too_much(part))
    readings = tuple(column.reading() for column in columns)
    names = [*heading.names, *[""] * (len(columns) - len(heading.names))]
    own = distinct(names)
    seconds = [
        f"{name}{reading.beside.ending}"
        for name, reading in zip(own, readings, strict=True)
        if reading.beside
    ]
    return Shape(part, heading, distinct([*own, *seconds]), readings, count, tuple(totals))


def _is_too_much(rows: int, columns: int) -> bool:
    return rows > _MOST_ROWS or columns > _MOST_COLUMNS or rows * columns > _MOST_CELLS


def _too_much(part: Part) -> str:
    return (
        f"“{part.label}” is too large: a table has up to {_MOST_ROWS} rows, {_MOST_COLUMNS} columns "
        f"and {_MOST_CELLS} cells."
    )


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return names for columns that SQL tells apart; it knows no capital letters."""
    found: dict[str, str] = {}
    for number, name in enumerate(names, 1):
        plain = " ".join(name.split())[:_LONGEST_NAME] or f"c{number}"
        while plain.casefold() in found:
            plain = f"{plain}_{number}"
        found[plain.casefold()] = plain
    return tuple(found.values())
