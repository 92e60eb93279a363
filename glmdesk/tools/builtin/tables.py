"""SQL over attached files with tables: what is in them as tables, and what came of a statement as CSV."""

import csv
import io
import re
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import PurePath
from typing import Annotated, Final

from msgspec import Meta

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.tool import Scene, Tool
from glmdesk.i18n import _
from glmdesk.storage.table_query import NotAnswered, Rows, Table, quoted
from glmdesk.storage.table_query import query as run_query
from glmdesk.tools.beside import Beside, in_thread
from glmdesk.tools.builtin.files import ReadText, find_file, named_files
from glmdesk.tools.builtin.tool import MOST_CHARACTERS, Refused, built_in

MOST_ROWS: Final = 500_000
MOST_CELLS: Final = 4_000_000
MOST_TEXT: Final = 64 << 20
"""Characters of a file."""
_MOST_COLUMNS: Final = 200
_LONGEST_CELL: Final = 100_000
_MOST_FILES: Final = 8
_SHOWN_ROWS: Final = 200
_DESCRIBED_ROWS: Final = 3
_SHOWN_CELL: Final = 500
_LONGEST_NAME: Final = 64
_LOOKED_AT: Final = 50
"""Lines from which it is told what stands between the cells."""
_NOTE: Final = 400
"""Characters of a result that are not rows."""

_SEPARATORS: Final = (",", "\t", ";", "|")
_INTEGER: Final = re.compile(r"[+-]?(?:0|[1-9]\d{0,17})", re.ASCII)
_REAL: Final = re.compile(
    r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*|\.?\d*[eE][+-]?\d{1,3})|\.\d+(?:[eE][+-]?\d{1,3})?)", re.ASCII
)
"""Longer whole numbers are none: they would lose digits."""
_WORKBOOKS: Final = (".xlsx", ".xlsm")
_SHEET: Final = re.compile(r"(?:\A|(?<=\n\n))\[sheet ([^\n]*)\](?=\n\n|\Z)")
"""How the text of a workbook, as models read it, says that a sheet begins."""
_WORD: Final = re.compile(r"\W+")

_DESCRIPTION: Final = (
    "Run one SQL SELECT (SQLite) over attached CSV, TSV or XLSX files; nothing can be changed. Give the "
    "files: each file or sheet is a table, the first is also called t. Columns are named as in the first "
    "line; numbers are recognised, an empty cell is NULL. Without sql: the tables with their columns, "
    f"types and number of rows. Results are CSV, at most {_SHOWN_ROWS} rows, and say how many were left "
    "out."
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of which files."""

    files: Annotated[
        tuple[str, ...],
        Meta(
            description="The files, as they are called in the conversation",
            min_length=1,
            max_length=_MOST_FILES,
        ),
    ]
    sql: Annotated[str, Meta(description='For example: SELECT "Name", sum("Amount") FROM t GROUP BY 1')] = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A text that is a table, with what it is called in words and in SQL."""

    label: str
    name: str
    text: str
    separator: str


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the rows of a table are like. `has_heading`: the first of them names the columns."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    count: int
    has_heading: bool


def table_query(read_text: ReadText, beside: Beside = in_thread) -> Tool:
    """Return the tool."""
    title = _("Query attached tables")
    return built_in("query_table", title, _DESCRIPTION, Question, partial(_run, read_text, beside))


async def _run(read_text: ReadText, beside: Beside, asked: Question, scene: Scene) -> str:
    named = named_files(scene.attachments)
    texts: dict[str, str] = {}
    for wanted in asked.files:
        name, attachment = find_file(wanted, named)
        texts[name] = await _text(read_text, name, attachment)
    is_over = threading.Event()
    try:
        return await beside(partial(answer, texts, asked.sql, is_over.is_set))
    finally:
        # Whoever no longer waits leaves nothing running.
        is_over.set()


async def _text(read_text: Callable[[Attachment], Awaitable[str | None]], name: str, file: Attachment) -> str:
    text = await read_text(file)
    if text is None:
        raise Refused(f"“{name}” has no text that can be read.")
    if len(text) > MOST_TEXT:
        raise Refused(
            f"“{name}” is too large to be queried: it has more than {MOST_TEXT >> 20} million characters."
        )
    return text


def answer(texts: dict[str, str], sql: str, is_over: Callable[[], bool] = lambda: False) -> str:
    """Return what a statement selects from files, or without one what is in them. Raises Refused."""
    parts = [part for name, text in texts.items() for part in _parts(name, text)]
    if not parts:
        raise Refused("There is nothing in these files.")
    shapes = [_shape_of(part, is_over) for part in parts]
    tables = list(_tables(parts, shapes))
    if not sql.strip():
        described = zip(parts, shapes, tables, strict=True)
        return "\n\n".join(_description(part.label, shape.count, table) for part, shape, table in described)
    try:
        rows = run_query(tables, sql, most_rows=_SHOWN_ROWS, is_over=is_over)
    except NotAnswered as error:
        known = "; ".join(f"{quoted(table.name)}({', '.join(table.columns)})" for table in tables)
        raise Refused(f"{error}\nTables: {known}") from error
    return _shown(rows)


def _parts(name: str, text: str) -> Iterator[_Part]:
    """Yield the tables of a file: it is one, or a workbook of which the text has every sheet as CSV."""
    marks = _marks(text) if PurePath(name).suffix.lower() in _WORKBOOKS else []
    if not marks or marks[0].start() > 0:
        yield _Part(name, PurePath(name).stem, text, _separator(text))
        return
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        content = text[mark.end() : following.start() if following else None]
        if content.strip():
            yield _Part(f"{name}, sheet {mark[1]}", mark[1], content, ",")


def _marks(text: str) -> list[re.Match[str]]:
    """Return where sheets begin, which is never in a cell: those that look like it are quoted."""
    marks: list[re.Match[str]] = []
    for mark in _SHEET.finditer(text):
        if not marks or text.count('"', marks[-1].end(), mark.start()) % 2 == 0:
            marks.append(mark)
    return marks


def _shape_of(part: _Part, is_over: Callable[[], bool]) -> _Shape:
    """Look through a table: it is read again for a statement, and never held as a whole. Raises Refused."""
    rows = _rows(part)
    first = next(rows, None)
    if first is None:
        raise Refused(f"“{part.label}” is empty.")
    kinds = [""] * len(first)
    count = 0
    for row in rows:
        count += 1
        kinds += [""] * (len(row) - len(kinds))
        if is_over() or _is_too_much(count, len(kinds)):
            raise Refused(_too_much(part))
        for number, cell in enumerate(row):
            kinds[number] = _merged(kinds[number], cell)
    if _is_too_much(count, len(kinds)):
        raise Refused(_too_much(part))
    has_heading = _is_heading(first)
    if has_heading:
        columns = _distinct([*first, *[""] * (len(kinds) - len(first))])
    else:
        columns = tuple(f"c{number}" for number in range(1, len(kinds) + 1))
        count += 1
        for number, cell in enumerate(first):
            kinds[number] = _merged(kinds[number], cell)
    return _Shape(columns, tuple(kind or "TEXT" for kind in kinds), count, has_heading)


def _rows(part: _Part) -> Iterator[list[str]]:
    """Yield the rows of a table that are not empty. Raises Refused."""
    reader = csv.reader(io.StringIO(part.text.replace("\0", ""), newline=""), delimiter=part.separator)
    try:
        yield from filter(None, reader)
    except csv.Error as error:
        raise Refused(f"“{part.label}” is no table that can be read: {error}.") from error


def _is_too_much(rows: int, columns: int) -> bool:
    return rows > MOST_ROWS or columns > _MOST_COLUMNS or rows * columns > MOST_CELLS


def _too_much(part: _Part) -> str:
    return (
        f"“{part.label}” is too large: a table has up to {MOST_ROWS} rows, {_MOST_COLUMNS} columns "
        f"and {MOST_CELLS} cells."
    )


def _separator(text: str) -> str:
    """Return what stands between cells: what the first lines have most evenly, and often."""
    lines = [line for line in text[: 1 << 16].splitlines()[:_LOOKED_AT] if line.strip()]

    def evenness(separator: str) -> tuple[int, int]:
        (often, times), *_others = Counter(line.count(separator) for line in lines).most_common(1) or [(0, 0)]
        return (times, often) if often else (0, 0)

    return max(_SEPARATORS, key=evenness)


def _is_heading(first: Sequence[str]) -> bool:
    """Whether the first row names the columns: words, each once, of which none is a number."""
    named = [cell.strip() for cell in first if cell.strip()]
    return bool(named) and len(set(named)) == len(named) and not any(map(_is_number, named))


def _is_number(cell: str) -> bool:
    return bool(_INTEGER.fullmatch(cell) or _REAL.fullmatch(cell))


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return names for columns that SQL tells apart; it knows no capital letters."""
    found: dict[str, str] = {}
    for number, name in enumerate(names, 1):
        plain = " ".join(name.split())[:_LONGEST_NAME] or f"c{number}"
        while plain.casefold() in found:
            plain = f"{plain}_{number}"
        found[plain.casefold()] = plain
    return tuple(found.values())


def _tables(parts: Sequence[_Part], shapes: Sequence[_Shape]) -> Iterator[Table]:
    names = _distinct([_WORD.sub("_", part.name).strip("_") or "file" for part in parts])
    for name, part, shape in zip(names, parts, shapes, strict=True):
        yield Table(name, shape.columns, shape.types, _values(part, shape))


def _merged(kind: str, cell: str) -> str:
    """Return the type of a column with one more cell; empty for one of which all cells are."""
    cell = cell.strip()
    if kind == "TEXT" or not cell:
        return kind
    if _INTEGER.fullmatch(cell):
        return kind or "INTEGER"
    return "REAL" if _REAL.fullmatch(cell) else "TEXT"


def _values(part: _Part, shape: _Shape) -> Iterator[tuple[str | int | float | None, ...]]:
    for row in islice(_rows(part), int(shape.has_heading), None):
        filled = [*row, *[""] * (len(shape.types) - len(row))]
        yield tuple(map(_value, filled, shape.types))


def _value(cell: str, kind: str) -> str | int | float | None:
    stripped = cell.strip()
    if not stripped:
        return None
    if kind == "INTEGER":
        return int(stripped)
    return float(stripped) if kind == "REAL" else cell[:_LONGEST_CELL]


def _description(label: str, count: int, table: Table) -> str:
    columns = ", ".join(
        f"{quoted(column)} {kind}" for column, kind in zip(table.columns, table.types, strict=True)
    )
    first = _csv(islice(table.rows, _DESCRIBED_ROWS))
    return f"{label}: table {quoted(table.name)}, {count} rows\n{columns}\n{first}"


def _shown(rows: Rows) -> str:
    """Return rows as CSV, as many as there is room for, below a line about those that were left out."""
    lines = [_csv([row]) for row in rows.rows]
    head = _csv([rows.columns])
    room = MOST_CHARACTERS - _NOTE - len(head)
    kept = 0
    for line in lines:
        room -= len(line)
        if room < 0:
            break
        kept += 1
    total = f"{rows.count}" if rows.is_whole else f"more than {rows.count}"
    note = f"{total} rows" if kept == rows.count and rows.is_whole else f"the first {kept} of {total} rows"
    return f"[{note}]\n{head}{''.join(lines[:kept])}".rstrip("\n")


def _csv(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= _SHOWN_CELL else f"{text[:_SHOWN_CELL]}…"
