"""Tables in a form that models read well."""

from collections.abc import Sequence
from typing import Final

_MOST_COLUMNS: Final = 256


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a table of Markdown, the first one as its head. One of a single column is its cells."""
    rows = [row[:_MOST_COLUMNS] for row in rows if any(row)]
    width = max(map(len, rows), default=0)
    if width <= 1:
        return "\n\n".join(cell for row in rows for cell in row)
    lines = [_line([*row, *[""] * (width - len(row))]) for row in rows]
    return "\n".join((lines[0], "|" + " --- |" * width, *lines[1:]))


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"
