"""A table of JSON as a workbook (XLSX)."""

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from glmdesk.domain.json_table import JsonTable, cell_text
from glmdesk.domain.strict_json import Json

if TYPE_CHECKING:
    from openpyxl.cell import Cell

_LONGEST_TEXT: Final = 32_767
"""Characters that a cell holds."""
_LARGEST_NUMBER: Final = 10**15
"""A spreadsheet counts with fifteen digits: longer numbers are kept as texts."""
_MOST_DIGITS: Final = 15
_WIDEST: Final = 60
_NARROWEST: Final = 8


def workbook(table: JsonTable, order: Sequence[int] | None = None) -> bytes:
    """Return a workbook with one sheet: the names above, then the rows in an order; None: as they came.

    What a text says is never a formula, whatever it begins with.
    """
    # It takes a third of a second, for who wants a workbook.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    lines = table.lines(order)
    for number, name in enumerate(table.columns):
        widest = max((len(cell_text(line[number])) for line in lines), default=0)
        width = min(max(len(name), widest, _NARROWEST), _WIDEST) + 2
        sheet.column_dimensions[get_column_letter(number + 1)].width = width
    sheet.freeze_panes = "A2"

    def cell(value: Json, *, is_bold: bool = False) -> "Cell":
        kept = _kept(value)
        if isinstance(kept, str):
            kept = ILLEGAL_CHARACTERS_RE.sub("�", kept[:_LONGEST_TEXT])
        made = WriteOnlyCell(sheet, value=kept)
        if isinstance(kept, str):
            made.data_type = "s"
        if is_bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(name, is_bold=True) for name in table.columns])
    for line in lines:
        sheet.append([cell(value) for value in line])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _kept(value: Json) -> str | int | float | bool | None:
    """Return what a cell holds of a value: numbers that it can hold exactly, and all else as a text."""
    match value:
        case None | bool():
            return value
        case int():
            return value if abs(value) < _LARGEST_NUMBER else str(value)
        case Decimal():
            is_exact = len(value.as_tuple().digits) <= _MOST_DIGITS
            return float(value) if is_exact else str(value)
        case _:
            return cell_text(value)
