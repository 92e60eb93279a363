"""Answers that are to be JSON, as blocks: a table where they are one that is short, code else."""

from collections.abc import Sequence
from typing import Final

from glmdesk.domain.json_table import JsonTable, cell_text, is_number, table_in
from glmdesk.domain.message import Message
from glmdesk.domain.strict_json import Json, NotJson, read_json, unfenced
from glmdesk.i18n import _
from glmdesk.render import blocks as b
from glmdesk.render.json_text import in_lines

OPENING: Final = "`" * 40 + "json\n"
"""Begins a block of code that nothing ends: what is written of JSON is shown as such."""

_MOST_ROWS: Final = 50
_MOST_COLUMNS: Final = 8
_LONGEST_TABLE: Final = 20_000
"""Characters. What is larger is shown in a window of its own."""


def value_of(answer: Message) -> Json:
    """Return the value that an answer is, which has been found good; None for one that is none any more."""
    try:
        return read_json(unfenced(answer.text))
    except NotJson:
        return None


def json_blocks(answer: Message, *, is_source: bool = False) -> b.Blocks:
    """Return the one block of an answer that has ended; with `is_source` its text is shown as it came."""
    if not answer.text:
        return ()
    if is_source:
        return (b.Code("json", answer.text),)
    table = table_in(value_of(answer)) if answer.is_good_json and len(answer.text) <= _LONGEST_TABLE else None
    if table is not None and len(table.rows) <= _MOST_ROWS and len(table.columns) <= _MOST_COLUMNS:
        return (table_block(table),)
    text = unfenced(answer.text)
    return (b.Code("json", in_lines(text) or text),)


def table_block(table: JsonTable) -> b.Table:
    """Return a table as it stands in a message; columns of numbers are aligned to the right."""
    lines = table.lines()
    alignments: tuple[b.Alignment, ...] = tuple(
        _alignment([line[place] for line in lines]) for place in range(len(table.columns))
    )
    return b.Table(
        alignments,
        tuple((b.Text(name),) for name in table.columns),
        tuple(tuple((b.Text(text),) if (text := cell_text(cell)) else () for cell in line) for line in lines),
    )


def attempt_blocks(answer: Message) -> b.Blocks:
    """Return a line with what came at first below it, where that had to be mended."""
    attempt = answer.structured.attempt if answer.structured else ""
    return (b.Details(_("First attempt, not as asked for"), (b.Code("", attempt),)),) if attempt else ()


def _alignment(cells: Sequence[Json]) -> b.Alignment:
    said = [cell for cell in cells if cell is not None]
    are_numbers = bool(said) and all(is_number(cell) for cell in said)
    return "right" if are_numbers else None
