"""Tables (GFM 4.10), as one token whose cells are still source.

Our own rule, because a row must mean the same whichever rows stand above it: markdown-it counts the cells it
fills in and gives up a table after 65,536 of them. Here a short row is simply short.
"""

import re
from typing import Final

from markdown_it.rules_block import StateBlock

from glmdesk.render.blocks import Alignment

# A dash followed by a space begins a list.
_DELIMITER: Final = re.compile(r"(?!-[ \t])\|?(?>[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*)\|?[ \t]*")
_BAR: Final = re.compile(r"(?<!\\)\|")
MAX_COLUMNS: Final = 100
"""What has more is no table that anybody could read, and takes longer than a frame to be laid out."""
MAX_LINE: Final = 10_000
"""Characters. A longer line is no row, for the same reasons: while it is written it is parsed as a whole."""


def table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Parse a header, a delimiter row and the rows below. A block rule."""
    # The line after the header settles it for most lines; this is asked for every line of every paragraph.
    if start_line + 1 >= end_line or not _may_delimit(state, start_line + 1):
        return False
    header_line, delimiter_line = _line(state, start_line), _line(state, start_line + 1)
    if state.is_code_block(start_line) or "|" not in header_line or not _DELIMITER.fullmatch(delimiter_line):
        return False
    header, alignments = cells_in(header_line), [_alignment(cell) for cell in cells_in(delimiter_line)]
    is_table = len(header) == len(alignments) <= MAX_COLUMNS and _length(state, start_line) <= MAX_LINE
    if silent or not is_table:
        return is_table

    rows = _rows(state, start_line + 2, end_line, len(header))
    token = state.push("table", "", 0)
    token.map = [start_line, state.line]
    token.meta = {"alignments": alignments, "header": header, "rows": rows}
    return True


def _may_delimit(state: StateBlock, line: int) -> bool:
    first = state.bMarks[line] + state.tShift[line]
    return (
        first + 1 < state.eMarks[line]
        and state.src[first] in "|-:"
        and state.blkIndent <= state.sCount[line]
        and not state.is_code_block(line)
    )


def _rows(state: StateBlock, first: int, end_line: int, columns: int) -> list[list[str]]:
    """Return the rows from line `first` on, and move the state behind them."""
    old_parent, state.parentType = state.parentType, "table"
    terminators = state.md.block.ruler.getRules("blockquote")
    rows: list[list[str]] = []
    line = first
    while (
        line < end_line
        and state.sCount[line] >= state.blkIndent
        and not state.isEmpty(line)
        and not state.is_code_block(line)
        and _length(state, line) <= MAX_LINE
        and not any(ends(state, line, end_line, True) for ends in terminators)
    ):
        rows.append(cells_in(_line(state, line))[:columns])
        line += 1
    state.parentType = old_parent
    state.line = line
    return rows


def _length(state: StateBlock, line: int) -> int:
    return state.eMarks[line] - state.bMarks[line] - state.tShift[line]


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip(" \t")


def cells_in(line: str) -> list[str]:
    """Return the sources of the cells in a line."""
    cells = _BAR.split(line.rstrip(" \t"))
    if not cells[0]:
        cells = cells[1:]
    if cells and not cells[-1]:
        cells.pop()
    return [cell.strip(" \t").replace("\\|", "|") for cell in cells]


def _alignment(cell: str) -> Alignment:
    left, right = cell.startswith(":"), cell.endswith(":")
    if left and right:
        return "center"
    return "left" if left else "right" if right else None
