"""A table as what spreadsheets take."""

import csv
import io
import re
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
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    for row in (table.header, *table.rows):
        cells = [_guarded(inlines_text(cell)) for cell in row]
        writer.writerow(cells + [""] * (len(table.header) - len(cells)))
    return written.getvalue()


def _guarded(cell: str) -> str:
    is_formula = _FORMULA.match(cell) and not _HARMLESS.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
