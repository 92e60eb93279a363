"""A table: columns as wide as what is in them, rows laid out when they are seen."""

import math
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, Qt

from glmdesk.render import blocks as b
from glmdesk.render.runs import flat_inlines, flat_row, runs
from glmdesk.typed import override
from glmdesk.ui.widgets.boxes.box import Box, Leaf, Marked
from glmdesk.ui.widgets.boxes.stack import Stack
from glmdesk.ui.widgets.boxes.text_box import TextBox
from glmdesk.ui.widgets.boxes.voices import Voices

_PADDING_X: Final = 10
_PADDING_Y: Final = 5
_LINE_HEIGHT: Final = 1.2
_ROWS_MEASURED: Final = 100
"""How many rows decide the width of the columns. Those that come later are broken into lines instead."""
_WIDEST: Final = 340.0
_NARROWEST: Final = 36.0
_ALIGNMENT: Final = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
    None: None,
}


class TableBox(Stack):
    """The rows of a table; the header is the first of them."""

    def __init__(self, block: b.Table, voices: Voices) -> None:
        super().__init__()
        self._voices = voices
        self._block = block
        self._natural = [0.0] * len(block.header)
        """The widths that the columns would like to have."""
        self._measured = 0
        self._columns: list[float] = []
        self._measure_columns()
        self._resize(0, 1 + len(block.rows))

    @override
    def grow(self, block: b.Block, kept_parts: int, /) -> int | None:
        if not isinstance(block, b.Table) or block.header != self._block.header:
            return None
        if block.alignments != self._block.alignments:
            return None
        self._block = block
        self._measured = min(self._measured, 1 + kept_parts)
        self._measure_columns()
        kept = min(1 + kept_parts, len(self._boxes))
        columns = self._fitted(self._width)
        if columns != self._columns:
            self._columns, kept = columns, 0
        self._resize(kept, 1 + len(block.rows))
        return self._heights.top(kept)

    def _row(self, index: int) -> b.Row:
        return self._block.rows[index - 1] if index else self._block.header

    def _measure_columns(self) -> None:
        last = min(1 + len(self._block.rows), _ROWS_MEASURED)
        for index in range(self._measured, last):
            metrics = (self._voices.text if index else self._voices.bold).metrics
            for column, cell in enumerate(self._row(index)):
                text = flat_inlines(cell)
                widest = max(map(metrics.horizontalAdvance, text.split("\n")), default=0.0)
                self._natural[column] = max(self._natural[column], min(widest, _WIDEST))
        self._measured = max(self._measured, last)

    def _fitted(self, width: float) -> list[float]:
        """Return the widths of the columns, with their paddings."""
        wanted: list[float] = [
            math.ceil(max(natural, _NARROWEST)) + 2 * _PADDING_X + 2 for natural in self._natural
        ]
        surplus = sum(wanted) - width
        if surplus <= 0:
            return wanted
        # The wide ones give up what is too much.
        limit = _limit(wanted, width)
        return [min(each, limit) for each in wanted]

    @override
    def set_width(self, width: float) -> None:
        if width != self._width:
            self._columns = self._fitted(width)
            count = len(self._boxes)
            self._width = width
            self._resize(0, count)

    @override
    def _make(self, index: int) -> Box:
        return _Row(
            self._row(index), self._block.alignments, self._columns, self._voices, is_header=not index
        )

    @override
    def _guess(self, index: int, width: float) -> int:
        return math.ceil(self._voices.text.metrics.height() * _LINE_HEIGHT) + 2 * _PADDING_Y + 1

    @override
    def _length_of(self, index: int) -> int:
        return len(flat_row(self._row(index)))


def _limit(wanted: Iterable[float], width: float) -> float:
    """Return the width at which columns have to be cut so that all of them fit."""
    rest, left = width, sorted(wanted)
    for number, each in enumerate(left):
        share = rest / (len(left) - number)
        if each > share:
            return max(share, _NARROWEST)
        rest -= each
    return math.inf


class _Row(Leaf):
    """One row. A cell that the source leaves out is empty."""

    def __init__(
        self,
        row: b.Row,
        alignments: tuple[b.Alignment, ...],
        columns: list[float],
        voices: Voices,
        *,
        is_header: bool,
    ) -> None:
        super().__init__()
        voice = voices.bold if is_header else voices.text
        self._theme = voices.style.theme
        self._is_header = is_header
        self._columns = columns
        self._lefts = [sum(columns[:number]) for number in range(len(columns) + 1)]
        self._cells = [
            TextBox(runs(cell), voice, line_height=_LINE_HEIGHT, alignment=_ALIGNMENT[alignment])
            for cell, alignment in zip(row, alignments, strict=False)
        ]

    @property
    @override
    def length(self) -> int:
        return sum(cell.length + 1 for cell in self._cells) - 1

    @override
    def _guess(self, width: float) -> int:
        return self._measure(width)

    @override
    def _measure(self, width: float) -> int:
        highest = 0
        for cell, column in zip(self._cells, self._columns, strict=False):
            cell.set_width(column - 2 * _PADDING_X - 1)
            cell.lay_out(0, 1, 0)
            highest = max(highest, cell.height)
        return highest + 2 * _PADDING_Y + 1

    @override
    def _forget(self) -> None:
        for cell in self._cells:
            cell.forget(0, 0)

    @override
    def paint(self, painter: QPainter, clip: QRectF, marked: Marked) -> None:
        self._paint_lines(painter)
        start = 0
        for cell, left in zip(self._cells, self._lefts, strict=False):
            inside = None
            if marked is not None:
                first, last = max(0, marked[0] - start), min(cell.length, marked[1] - start)
                inside = (first, last) if first < last else None
            painter.translate(left + _PADDING_X, _PADDING_Y)
            cell.paint(painter, clip.translated(-left - _PADDING_X, -_PADDING_Y), inside)
            painter.translate(-left - _PADDING_X, -_PADDING_Y)
            start += cell.length + 1

    def _paint_lines(self, painter: QPainter) -> None:
        right = round(self._lefts[-1])
        if self._is_header:
            painter.fillRect(QRectF(0, 0, right, self.height), QColor(self._theme.code_background))
        painter.setPen(QColor(self._theme.border))
        bottom = self.height - 0.5
        painter.drawLine(QPointF(0, bottom), QPointF(right, bottom))
        if self._is_header:
            painter.drawLine(QPointF(0, 0.5), QPointF(right, 0.5))
        for left in self._lefts:
            # The last line stands inside the table, as the first one does.
            x = min(round(left), right - 1) + 0.5
            painter.drawLine(QPointF(x, 0), QPointF(x, bottom))

    def _cell_at(self, x: float) -> int:
        found = next(
            (number for number, left in enumerate(self._lefts[1:]) if x < left), len(self._cells) - 1
        )
        return min(found, len(self._cells) - 1)

    @override
    def position_at(self, point: QPointF) -> int:
        if not self._cells:
            return 0
        number = self._cell_at(point.x())
        before = sum(cell.length + 1 for cell in self._cells[:number])
        return before + self._cells[number].position_at(self._inside(number, point))

    @override
    def line_at(self, position: int) -> tuple[float, float]:
        for cell in self._cells:
            if position <= cell.length:
                top, height = cell.line_at(position)
                return top + _PADDING_Y, height
            position -= cell.length + 1
        return 0.0, float(self.height)

    @override
    def areas_of(self, first: int, last: int, /) -> list[QRectF]:
        areas: list[QRectF] = []
        start = 0
        for cell, left in zip(self._cells, self._lefts, strict=False):
            inside = max(0, first - start), min(cell.length, last - start)
            if inside[0] < inside[1]:
                areas += (area.translated(left + _PADDING_X, _PADDING_Y) for area in cell.areas_of(*inside))
            start += cell.length + 1
        return areas

    @override
    def link_at(self, point: QPointF, /) -> str:
        if not self._cells:
            return ""
        number = self._cell_at(point.x())
        return self._cells[number].link_at(self._inside(number, point))

    def _inside(self, number: int, point: QPointF) -> QPointF:
        return point - QPointF(self._lefts[number] + _PADDING_X, _PADDING_Y)
