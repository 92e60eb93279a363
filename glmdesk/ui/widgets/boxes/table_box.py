"""A table: columns as wide as what is in them, rows laid out when they are seen."""

import math
import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, Qt

from glmdesk.render import blocks as b
from glmdesk.render.direction import blocks_from_right
from glmdesk.render.runs import Run, flat_inlines, flat_row, runs
from glmdesk.typed import override
from glmdesk.ui.theme import colour
from glmdesk.ui.widgets.boxes.box import Box, Leaf, Marked
from glmdesk.ui.widgets.boxes.kept import PanelState
from glmdesk.ui.widgets.boxes.panel import Panel, bar_height
from glmdesk.ui.widgets.boxes.stack import Stack
from glmdesk.ui.widgets.boxes.text_box import TextBox
from glmdesk.ui.widgets.boxes.voices import Voice, Voices

_SCROLL_BAR: Final = 11
"""Pixels. Room for the bar that moves a table sideways."""
_PADDING_X: Final = 10
_PADDING_Y: Final = 5
_LINE_HEIGHT: Final = 1.34
_ROWS_MEASURED: Final = 100
"""How many rows decide the width of the columns. Those that come later are broken into lines instead."""
_WIDEST: Final = 340.0
_NARROWEST: Final = 36.0
_COMFORTABLE: Final = 200.0
"""Pixels. A column of a table that has to be moved sideways anyway may be so wide."""
_LONGEST_WORD: Final = 160.0
"""Pixels. A column is made no narrower than its longest word, if that is no longer."""
_SEVERAL_CHARACTERS: Final = 72.0
"""Pixels. Chinese can be broken anywhere, but nobody reads it one below the other."""
_FEW_WORDS: Final = 8
_HALVINGS: Final = 12
"""Enough to find a limit to half a pixel."""
# What is not broken between lines: letters of scripts that have spaces between words.
_WORD: Final = re.compile(r"[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+")
_ALIGNMENT: Final = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


class TableBox(Panel):
    """A table with room for its controls below."""

    scroll_bar_gap = 1
    overhang = 10

    def __init__(self, block: b.Table, voices: Voices, state: PanelState) -> None:
        self._theme = voices.style.theme
        self.bar_height = bar_height(voices.style) - 4
        self.block = block
        is_from_right = blocks_from_right((block,))
        self._rows = _Rows(block, voices, is_from_right=is_from_right)
        super().__init__(self._rows, state, ground=self._theme.page, is_from_right=is_from_right)

    @override
    def grow(self, block: b.Block, kept_parts: int, /) -> int | None:
        if not isinstance(block, b.Table) or blocks_from_right((block,)) != self.is_from_right:
            return None
        unchanged = self._rows.grow(block, kept_parts)
        if unchanged is not None:
            self.block = block
            self._show_height()
        return unchanged

    @override
    def _show_height(self) -> None:
        self._along = self.bar_height - self.overhang + (_SCROLL_BAR if self.reach else 0)
        self._left = max(0.0, self.width - self.content_width) if self.is_from_right else 0.0
        super()._show_height()

    @property
    @override
    def content_width(self) -> float:
        return self._rows.across

    @property
    @override
    def room(self) -> QRectF:
        return QRectF(self._left, 0, min(self.width, self.content_width), self.inner.height)

    @override
    def _sides_of(self, position: int) -> tuple[float, float]:
        return self._rows.sides_of(position)

    @override
    def paint(self, painter: QPainter, clip: QRectF, marked: Marked) -> None:
        super().paint(painter, clip, marked)
        painter.setPen(colour(self._theme.border))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.room.adjusted(0.5, 0.5, -0.5, -0.5))


class _Rows(Stack):
    """The rows; the header is the first of them."""

    def __init__(self, block: b.Table, voices: Voices, *, is_from_right: bool) -> None:
        super().__init__()
        self._is_from_right = is_from_right
        self._voices = voices
        self._block = block
        self._natural = [0.0] * len(block.header)
        """The widths that the columns would like to have."""
        self._least = [0.0] * len(block.header)
        """The widths below which they could not be read well."""
        self._measured = 0
        self._line_height = _line_height(voices.text)
        self._columns: list[float] = []
        self._going_on: tuple[int, Box | None] = (0, None)
        """The row that was the last one, as it was before something was added."""
        self._measure_columns()
        self._resize(0, 1 + len(block.rows))

    @property
    def across(self) -> float:
        """The width of all columns."""
        return sum(self._columns)

    def sides_of(self, position: int) -> tuple[float, float]:
        """Return where the cell of a position begins and ends."""
        index = self._index_of(position)
        cells = self._row(index)
        position -= self._start(index)
        number = 0
        while number < len(cells) - 1 and position > (length := len(flat_inlines(cells[number]))):
            position -= length + 1
            number += 1
        return self._sides[number]

    @property
    def _sides(self) -> list[tuple[float, float]]:
        """Where the columns begin and end, in their order; the first one is at the side the text is from."""
        ends = list(accumulate(self._columns, initial=0.0))
        if self._is_from_right:
            return [(ends[-1] - end, ends[-1] - start) for start, end in pairwise(ends)]
        return list(pairwise(ends))

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
        self._going_on = (kept, self._boxes[kept]) if 0 < kept < len(self._boxes) else (0, None)
        columns = self._fitted(self._width)
        if columns != self._columns:
            self._columns, kept = columns, 0
        self._resize(kept, 1 + len(block.rows))
        self._count_on()
        return self._heights.top(kept)

    def _row(self, index: int) -> b.Row:
        return self._block.rows[index - 1] if index else self._block.header

    def _measure_columns(self) -> None:
        last = min(1 + len(self._block.rows), _ROWS_MEASURED)
        for index in range(self._measured, last):
            voice = self._voices.text if index else self._voices.bold
            for column, cell in enumerate(self._row(index)):
                pieces = runs(cell)
                widest = voice.width(pieces)
                least = max(_widest_word(pieces, voice), min(widest, _SEVERAL_CHARACTERS))
                self._natural[column] = max(self._natural[column], min(widest, _WIDEST))
                self._least[column] = max(self._least[column], least)
        self._measured = max(self._measured, last)

    def _fitted(self, width: float) -> list[float]:
        """Return the widths of the columns, with their paddings; together they may be wider than this."""
        wanted = [_padded(natural) for natural in self._natural]
        if sum(wanted) <= width:
            return wanted
        least = [_padded(each) for each in self._least]
        if sum(least) > width:
            return [max(low, min(high, _COMFORTABLE)) for low, high in zip(least, wanted, strict=True)]
        return _squeezed(wanted, least, width)

    @override
    def set_width(self, width: float) -> None:
        if width != self._width:
            self._columns = self._fitted(width)
            self._width = width
            self._remake()

    @override
    def take_in_drawings(self) -> bool:
        changed = super().take_in_drawings()
        if changed:
            self._natural = [0.0] * len(self._natural)
            self._least = [0.0] * len(self._least)
            self._measured = 0
            self._measure_columns()
            columns = self._fitted(self._width)
            if columns != self._columns:
                self._columns = columns
                self._remake()
        return changed

    @override
    def _make(self, index: int) -> Box:
        row, voice = self._row(index), self._voices.text if index else self._voices.bold
        # Numbers, which have no direction, stand where the texts of a table from the right begin.
        start = Qt.AlignmentFlag.AlignRight if self._is_from_right else None
        alignments = [
            start if alignment is None else _ALIGNMENT[alignment] for alignment in self._block.alignments
        ]
        made = _Row(row, alignments, self._sides, voice)
        number, before = self._going_on
        if index == number and isinstance(before, _Row):
            made.take_cells(before)
        return made

    @override
    def _guess(self, index: int, width: float) -> int:
        return self._line_height

    @override
    def _length_of(self, index: int) -> int:
        return len(flat_row(self._row(index)))

    @override
    def paint(self, painter: QPainter, clip: QRectF, marked: Marked) -> None:
        theme = self._voices.style.theme
        header = QRectF(0, 0, self.across, self._heights[0])
        if header.intersects(clip):
            painter.fillRect(header, colour(theme.code_background))
        painter.setPen(colour(theme.border))
        top, bottom = max(0.0, clip.top()), min(float(self.height), clip.bottom())
        for left, _right in self._sides:
            if left:
                painter.drawLine(QPointF(round(left) + 0.5, top), QPointF(round(left) + 0.5, bottom))
        super().paint(painter, clip, marked)


def _widest_word(pieces: Sequence[Run], voice: Voice) -> float:
    """Return the width of what is not broken between lines, as far as a column is made for it."""
    widest = begun = 0.0
    for run in pieces:
        if run.formula is not None:
            widest, begun = max(widest, voice.width((run,))), 0.0
            continue
        metrics, text = voice.metrics_of(run), run.text
        found = list(_WORD.finditer(text))
        # Of many words the one with most letters is about the widest; what goes on from or into another run
        # is not left out.
        words = found if len(found) < _FEW_WORDS else [found[0], max(found, key=_letters), found[-1]]
        ends, before = 0.0, begun
        for word in words:
            width = metrics.horizontalAdvance(word[0]) + (before if word.start() == 0 else 0.0)
            widest = max(widest, width)
            ends = width if word.end() == len(text) else 0.0
        begun = ends
    return min(widest, _LONGEST_WORD)


def _letters(word: re.Match[str]) -> int:
    return word.end() - word.start()


def _line_height(voice: Voice) -> int:
    """Return the height of a row in which no cell is broken into lines."""
    return voice.line(_LINE_HEIGHT)[0] + 2 * _PADDING_Y + 1


def _padded(width: float) -> float:
    return math.ceil(max(width, _NARROWEST)) + 2 * _PADDING_X + 2


def _squeezed(wanted: list[float], least: list[float], width: float) -> list[float]:
    """Return widths of columns that fit: the widest give up what is too much, down to the least for each."""
    low, high = 0.0, max(wanted)
    # Each column as wide as wanted up to a limit, which is looked for.
    for _halving in range(_HALVINGS):
        limit = (low + high) / 2
        columns = [max(small, min(large, limit)) for small, large in zip(least, wanted, strict=True)]
        low, high = (limit, high) if sum(columns) <= width else (low, limit)
    return [
        float(math.floor(max(small, min(large, low)))) for small, large in zip(least, wanted, strict=True)
    ]


class _Row(Leaf):
    """One row. A cell that the source leaves out is empty."""

    def __init__(
        self,
        row: b.Row,
        alignments: Sequence[Qt.AlignmentFlag | None],
        sides: Sequence[tuple[float, float]],
        voice: Voice,
    ) -> None:
        super().__init__()
        self._voice = voice
        self._theme = voice.style.theme
        self.row = row
        self._sides = sides
        self._across = max(right for _left, right in sides)
        self.cells = [
            TextBox(runs(cell), voice, line_height=_LINE_HEIGHT, alignment=alignment)
            for cell, alignment in zip(row, alignments, strict=False)
        ]
        self._tops: list[float] = []
        """Where the cells begin, once they are measured."""

    def take_cells(self, before: "_Row") -> None:
        """Keep the cells, with their layouts, that are in this row as it was before."""
        for number, (cell, other) in enumerate(zip(self.row, before.row, strict=False)):
            if cell == other:
                self.cells[number] = before.cells[number]

    @property
    @override
    def length(self) -> int:
        return sum(cell.length + 1 for cell in self.cells) - 1

    @override
    def _guess(self, width: float) -> int:
        return _line_height(self._voice)

    @override
    def _measure(self, width: float) -> int:
        for cell, (left, right) in zip(self.cells, self._sides, strict=False):
            cell.set_width(right - left - 2 * _PADDING_X - 1)
            cell.lay_out(0, 1, 0)
        # Their first lines have one baseline.
        baselines = [cell.lines.baseline for cell in self.cells]
        self._tops = [_PADDING_Y + max(baselines) - baseline for baseline in baselines]
        bottoms = (top + cell.height for top, cell in zip(self._tops, self.cells, strict=True))
        return math.ceil(max(bottoms, default=_PADDING_Y) + _PADDING_Y + 1)

    @override
    def _forget(self) -> None:
        for cell in self.cells:
            cell.forget(0, 0)

    @override
    def take_in_drawings(self) -> bool:
        # Of all cells: the first that has changed is not the only one.
        changed = sum(cell.take_in_drawings() for cell in self.cells) > 0
        self._is_measured = self._is_measured and not changed
        return changed

    @override
    def paint(self, painter: QPainter, clip: QRectF, marked: Marked) -> None:
        painter.setPen(colour(self._theme.border))
        painter.drawLine(QPointF(0, self.height - 0.5), QPointF(self._across, self.height - 0.5))
        start = 0
        for cell, (left, _right), top in zip(self.cells, self._sides, self._tops, strict=False):
            inside = None
            if marked is not None:
                first, last = max(0, marked[0] - start), min(cell.length, marked[1] - start)
                inside = (first, last) if first < last else None
            painter.translate(left + _PADDING_X, top)
            cell.paint(painter, clip.translated(-left - _PADDING_X, -top), inside)
            painter.translate(-left - _PADDING_X, -top)
            start += cell.length + 1

    def _cell_at(self, x: float) -> int:
        distances = [max(left - x, x - right, 0.0) for left, right in self._sides[: len(self.cells)]]
        return distances.index(min(distances))

    @override
    def position_at(self, point: QPointF) -> int:
        if not self.cells:
            return 0
        self.lay_out(0, self.height, 0)
        number = self._cell_at(point.x())
        before = sum(cell.length + 1 for cell in self.cells[:number])
        return before + self.cells[number].position_at(self._inside(number, point))

    @override
    def line_at(self, position: int) -> tuple[float, float]:
        self.lay_out(0, self.height, 0)
        for cell, cell_top in zip(self.cells, self._tops, strict=True):
            if position <= cell.length:
                top, height = cell.line_at(position)
                return top + cell_top, height
            position -= cell.length + 1
        return 0.0, float(self.height)

    @override
    def areas(self, first: int, last: int, /) -> list[QRectF]:
        found: list[QRectF] = []
        for cell, (left, _right), top in zip(self.cells, self._sides, self._tops, strict=False):
            if first <= cell.length and last >= 0:
                inside = cell.areas(max(0, first), min(cell.length, last))
                found += [area.translated(left + _PADDING_X, top) for area in inside]
            first, last = first - cell.length - 1, last - cell.length - 1
        return found

    @override
    def link_at(self, point: QPointF, /) -> str:
        if not self.cells or not self._is_measured:
            return ""
        number = self._cell_at(point.x())
        return self.cells[number].link_at(self._inside(number, point))

    def _inside(self, number: int, point: QPointF) -> QPointF:
        return point - QPointF(self._sides[number][0] + _PADDING_X, self._tops[number])
