"""A table as what spreadsheets take."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from glmdesk.render import blocks as b
from glmdesk.render.plain_text import inlines_text

# What a spreadsheet takes for a formula, which could send what it reads elsewhere. Numbers are none.
# Source: OWASP, "CSV Injection".
_FORMULA: Final = re.compile(r"[=+\-@＝＋－＠\t\r](?!\Z)")
_HARMLESS: Final = re.compile(r"[+-][\d.,]*\d[ %‰]*|[+-]+")


def csv_text(table: b.Table) -> str:
    """Return a table as CSV (RFC 4180), its cells as plain text.

    An apostrophe stands before what would be a formula.
    """
    lines: list[list[str]] = []
    for row in (table.header, *table.rows):
        cells = [guarded(inlines_text(cell)) for cell in row]
        lines.append(cells + [""] * (len(table.header) - len(cells)))
    return separated(lines)


def separated(lines: Iterable[Sequence[str]], *, between: str = ",") -> str:
    """Return lines of cells with a sign between them; a cell that holds it, or goes over lines, is quoted."""
    written = io.StringIO()
    csv.writer(written, delimiter=between, lineterminator="\r\n").writerows(lines)
    return written.getvalue()


def guarded(cell: str) -> str:
    """Return a cell with an apostrophe before what would be a formula."""
    is_formula = _FORMULA.match(cell) and not _HARMLESS.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
