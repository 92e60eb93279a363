"""JSON as a table: an array of objects, or the one such array in an object."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from glmdesk.domain.strict_json import Json, Step, path_text, scalar_text


@dataclass(frozen=True, slots=True)
class JsonTable:
    """A table of JSON values.

    Attributes:
        name: What the array is called in its object; empty where it is the whole.
        columns: The names in any of the objects, in the order in which they first come.
        rows: The objects. Each may lack some of the names.
    """

    name: str
    columns: tuple[str, ...]
    rows: Sequence[dict[str, Json]]

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell; nothing for null and where there is none."""
        return cell_text(self.rows[row].get(self.columns[column]))

    def path(self, row: int, column: int) -> str:
        """Return where the value of a cell is."""
        steps: list[Step] = [self.name] if self.name else []
        return path_text([*steps, row, self.columns[column]])

    def lines(self, order: Sequence[int] | None = None) -> list[list[Json]]:
        """Return the values of the cells, without the heading, the rows in an order; None: as they came."""
        rows = self.rows if order is None else [self.rows[number] for number in order]
        return [[row.get(name) for name in self.columns] for row in rows]


_SORTS_LAST: Final = 3


def table_in(value: Json) -> JsonTable | None:
    """Return the table that a value is or holds; None where there is none, or more than one."""
    if isinstance(value, dict):
        found = [(name, inner) for name, inner in value.items() if _is_table(inner)]
        if len(found) != 1:
            return None
        name, array = found[0]
    else:
        name, array = "", value
    if not _is_table(array):
        return None
    assert isinstance(array, list), "only lists are tables"
    rows = [row for row in array if isinstance(row, dict)]
    columns = dict.fromkeys(key for row in rows for key in row)
    return JsonTable(name, tuple(columns), rows)


def cell_text(value: Json) -> str:
    """Return a value as it stands in a cell."""
    return "" if value is None else scalar_text(value)


def is_number(value: Json) -> bool:
    """Return whether a value is a number, which true and false are not."""
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def sort_key(value: Json) -> tuple[int, Decimal, str]:
    """Return what a cell is sorted by: numbers by what they are, before texts, and nothing last."""
    if value is None:
        return _SORTS_LAST, Decimal(), ""
    if isinstance(value, (int, Decimal)):
        return int(isinstance(value, bool)), Decimal(value), ""
    return 2, Decimal(), scalar_text(value).casefold()


def _is_table(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) and row for row in value)
