"""SQL over attached files with tables: what is in them as tables, and what came of a statement as CSV."""

import csv
import io
import re
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
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
from glmdesk.tools.tabular.reading import NoTable, parts_of
from glmdesk.tools.tabular.shape import Shape, distinct, shape_of

MOST_TEXT: Final = 64 << 20
"""Characters of a file."""
_MOST_FILES: Final = 8
_SHOWN_ROWS: Final = 200
_DESCRIBED_ROWS: Final = 3
_SHOWN_CELL: Final = 500
_HEAD: Final = 400
"""Characters of a result above its rows."""
_NOTES: Final = 3_000
"""Characters of what is said of columns below them."""

_WORD: Final = re.compile(r"\W+")
_TOTALS: Final = frozenset(
    ("合计", "总计", "小计", "共计", "总和", "total", "grand total", "subtotal", "sum")
)

_DESCRIPTION: Final = (
    "Run one SQL SELECT (SQLite) over attached CSV, TSV or XLSX files; nothing can be changed. Give the "
    "files: each file or sheet is a table, the first is also called t. Columns are named as in the heading; "
    "numbers are recognised however they are written (1,234.50, ¥5, 12% as 0.12, 1.2万), an empty cell is "
    "NULL. Without sql: the tables with their columns, types, number of rows and how columns were read; ask "
    f"for that first. Results are CSV, at most {_SHOWN_ROWS} rows, and say how many were left out."
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
    parts = [part for name, text in texts.items() for part in parts_of(name, text)]
    if not parts:
        raise Refused("There is nothing in these files.")
    try:
        shapes = [shape_of(part, is_over) for part in parts]
    except NoTable as error:
        raise Refused(str(error)) from error
    tables = list(_tables(shapes))
    if not sql.strip():
        return "\n\n".join(map(_description, shapes, tables))
    try:
        rows = run_query(tables, sql, most_rows=_SHOWN_ROWS, is_over=is_over)
    except NotAnswered as error:
        known = "; ".join(f"{quoted(table.name)}({', '.join(table.columns)})" for table in tables)
        raise Refused(f"{error}\nTables: {known}") from error
    return _shown(rows, _notes(shapes, sql))


def _tables(shapes: Sequence[Shape]) -> Iterator[Table]:
    names = distinct([_WORD.sub("_", shape.part.name).strip("_") or "file" for shape in shapes])
    for name, shape in zip(names, shapes, strict=True):
        yield Table(name, shape.names, shape.types, shape.rows())


def _description(shape: Shape, table: Table) -> str:
    columns = ", ".join(
        f"{quoted(column)} {kind}" for column, kind in zip(table.columns, table.types, strict=True)
    )
    head = f"{shape.part.label}: table {quoted(table.name)}, {shape.count} rows\n{columns}\n"
    above = f"Above the rows stands:\n{_csv(shape.heading.above)}" if shape.heading.above else ""
    told = "".join(f"{words}\n" for _name, words in shape.told())
    return f"{head}{above}{told}{_csv(islice(table.rows, _DESCRIBED_ROWS))}"


def _notes(shapes: Sequence[Shape], sql: str) -> str:
    """Return what is to be known of the columns that a statement may be about."""
    asked = sql.casefold()
    told = (words for shape in shapes for name, words in shape.told() if name.casefold() in asked)
    return "\n".join(told)[:_NOTES]


def _shown(rows: Rows, notes: str) -> str:
    """Return rows as CSV, as many as there is room for, below a line about those that were left out."""
    lines = [_csv([row]) for row in rows.rows]
    head = _csv([rows.columns])
    room = MOST_CHARACTERS - _HEAD - len(notes) - len(head)
    kept = 0
    for line in lines:
        room -= len(line)
        if room < 0:
            break
        kept += 1
    total = f"{rows.count}" if rows.is_whole else f"more than {rows.count}"
    note = f"{total} rows" if kept == rows.count and rows.is_whole else f"the first {kept} of {total} rows"
    shown = f"[{note}]\n{head}{''.join(lines[:kept])}".rstrip("\n")
    return f"{shown}\n\n{notes}" if notes else shown


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
