"""The tables in the text of a file, and their rows: what separates cells, and how numbers are written."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import Final

from glmdesk.tools.tabular.cells import DecimalMark
from glmdesk.tools.tabular.headings import LOOKED_AT

_SEPARATORS: Final = (",", "\t", ";", "|")
_WORKBOOKS: Final = (".xlsx", ".xlsm")
_SHEET: Final = re.compile(r"(?:\A|(?<=\n\n))\[sheet ([^\n]*)\](?=\n\n|\Z)")
"""How the text of a workbook, as models read it, says that a sheet begins."""
_DECIMAL_COMMA: Final = re.compile(r"\D*(?:\d{1,3}(?:\.\d{3})*|\d+),(?:\d{1,2}|\d{4,})\D*", re.ASCII)
_DECIMAL_POINT: Final = re.compile(r"\D*(?:\d{1,3}(?:,\d{3})*|\d+)\.(?:\d{1,2}|\d{4,})\D*", re.ASCII)


class NoTable(Exception):
    """A text is no table that can be read; the words say why."""


@dataclass(frozen=True, slots=True)
class Part:
    """A text that is a table, with what it is called in words and by itself."""

    label: str
    name: str
    text: str
    separator: str

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows that have anything in them. Raises NoTable."""
        reader = csv.reader(io.StringIO(self.text.replace("\0", ""), newline=""), delimiter=self.separator)
        try:
            yield from (row for row in reader if any(cell and not cell.isspace() for cell in row))
        except csv.Error as error:
            raise NoTable(f"“{self.label}” is no table that can be read: {error}.") from error

    def first_rows(self) -> Sequence[list[str]]:
        """Return as many rows as it takes to tell what the others are like. Raises NoTable."""
        return [*islice(self.rows(), LOOKED_AT)]


def parts_of(name: str, text: str) -> Iterator[Part]:
    """Yield the tables of a file: it is one, or a workbook of which the text has every sheet as CSV."""
    marks = _marks(text) if PurePath(name).suffix.lower() in _WORKBOOKS else []
    if not marks or marks[0].start() > 0:
        yield Part(name, PurePath(name).stem, text, _separator(text))
        return
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        content = text[mark.end() : following.start() if following else None]
        if content.strip():
            yield Part(f"{name}, sheet {mark[1]}", mark[1], content, ",")


def decimal_mark(rows: Sequence[Sequence[str]], separator: str) -> DecimalMark:
    """Return what stands before decimal places: a comma only where cells are separated for its sake."""
    if separator != ";":
        return "."
    cells = [cell.strip() for row in rows for cell in row]
    commas, points = (
        sum(1 for cell in cells if written.fullmatch(cell)) for written in (_DECIMAL_COMMA, _DECIMAL_POINT)
    )
    return "," if commas > points else "."


def _marks(text: str) -> list[re.Match[str]]:
    """Return where sheets begin, which is never in a cell: those that look like it are quoted."""
    marks: list[re.Match[str]] = []
    for mark in _SHEET.finditer(text):
        if not marks or text.count('"', marks[-1].end(), mark.start()) % 2 == 0:
            marks.append(mark)
    return marks


def _separator(text: str) -> str:
    """Return what stands between cells: what the first lines have most evenly, and often."""
    lines = [line for line in text[: 1 << 16].splitlines()[:LOOKED_AT] if line.strip()]

    def evenness(separator: str) -> tuple[int, int]:
        (often, times), *_others = Counter(line.count(separator) for line in lines).most_common(1) or [(0, 0)]
        return (times, often) if often else (0, 0)

    return max(_SEPARATORS, key=evenness)
