"""Blocks below each other, and what holds blocks: lists, quotes, notes."""

import math
from collections.abc import Iterator, Sequence
from typing import Final, assert_never

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, Qt

from glmdesk.render import blocks as b
from glmdesk.render.direction import blocks_from_right
from glmdesk.render.panels import PanelNumbers
from glmdesk.render.runs import Run, flat_blocks, flat_text, runs
from glmdesk.render.tex import MAX_LENGTH
from glmdesk.typed import override
from glmdesk.ui.widgets.boxes.box import TO_END, Box, Visitor
from glmdesk.ui.widgets.boxes.code_box import CodeBox
from glmdesk.ui.widgets.boxes.details_box import DetailsBox
from glmdesk.ui.widgets.boxes.flow_box import FlowBox
from glmdesk.ui.widgets.boxes.inset import Inset
from glmdesk.ui.widgets.boxes.kept import Kept, PanelState
from glmdesk.ui.widgets.boxes.math_box import MathBox
from glmdesk.ui.widgets.boxes.rule_box import RuleBox
from glmdesk.ui.widgets.boxes.stack import Stack
from glmdesk.ui.widgets.boxes.table_box import TableBox
from glmdesk.ui.widgets.boxes.text_box import LINE_HEIGHT, TextBox
from glmdesk.ui.widgets.boxes.voices import Voices
from glmdesk.ui.widgets.boxes.written_box import WrittenBox

GAP: Final = 12
"""Pixels between two blocks."""

_BESIDE_NUMBER: Final = 7
_TIGHT_GAP: Final = 2
_LOOSE_GAP: Final = 8
_INDENT: Final = 26
"""Pixels with letters of the usual size; so are those of bullets and ticks."""
_USUAL_HEIGHT: Final = 14.0
"""Pixels that a line of such letters is high."""
_BAR_WIDTH: Final = 3
_BAR_GAP: Final = 14
_BULLET: Final = 5.0
_TICK: Final = 12.0
_DETAILS: Final = -2
"""Where the panels are kept that stand behind a text, beside those of its blocks."""


class Blocks(Stack):
    """Blocks below each other."""

    def __init__(self, blocks: Sequence[b.Block], voices: Voices, kept: Kept, *, gap: int = GAP) -> None:
        super().__init__(gap=gap)
        self._voices = voices
        self.kept = kept
        self._blocks: list[b.Block] = []
        self._panel_numbers = PanelNumbers(self._blocks)
        self.replace(0, blocks)

    def replace(self, kept: int, blocks: Sequence[b.Block], kept_parts: int = 0) -> int:
        """Show `blocks` after the first `kept`; of the first of them `kept_parts` parts are there already.

        Return the height above which nothing has changed.
        """
        going_on = self._boxes[kept] if kept < len(self._boxes) and blocks else None
        self._blocks[kept:] = blocks
        self._panel_numbers.forget(kept)
        unchanged = None if going_on is None else going_on.grow(blocks[0], kept_parts)
        if going_on is None or unchanged is None:
            self._resize(kept, len(self._blocks))
        else:
            self._resize(kept + 1, len(self._blocks))
            self._put(kept, going_on)
        return self._heights.top(min(kept, len(self))) + (unchanged or 0)

    def go_on(self, blocks: Sequence[b.Block], kept: int) -> int:
        """Show `blocks`, of which at least the first `kept` are there already.

        Return the height above which nothing has changed.
        """
        kept = _common(self._blocks, blocks, kept)
        lines = _lines_kept(self._blocks[kept], blocks[kept]) if kept < min(len(self), len(blocks)) else 0
        return self.replace(kept, blocks[kept:], lines)

    @override
    def grow(self, block: b.Block, _kept_parts: int, /) -> int | None:
        return self.go_on(block.blocks, 0) if isinstance(block, b.Details) else None

    @property
    def end_of_text(self) -> int:
        """The height at which the last block has its last line, at the lowest."""
        last = self._boxes[-1] if self._boxes else None
        return self.height - (last.foot if last is not None else 0)

    def place_at(self, point: QPointF) -> tuple[int, int]:
        """Return the block nearest to a point, and the nearest position in it."""
        if point.y() >= self._heights.total - self._gap / 2:
            return len(self) - 1, self._length_of(len(self) - 1)
        index = self._heights.row_at(point.y() + self._gap / 2)
        box = self._box(index)
        return index, box.position_at(point - QPointF(0, self._heights.top(index)))

    def paint_between(
        self, painter: QPainter, clip: QRectF, first: tuple[int, int], last: tuple[int, int]
    ) -> None:
        """Paint what lies inside the clip, and mark what lies between two places."""
        for index, box, place in self._within(clip.top(), clip.bottom()):
            marked = None
            if first[0] <= index <= last[0]:
                start = first[1] if index == first[0] else 0
                end = last[1] if index == last[0] else TO_END
                marked = (start, end) if start < end else None
            painter.translate(0, place)
            box.paint(painter, clip.translated(0, -place), marked)
            painter.translate(0, -place)

    def line_at_place(self, index: int, position: int) -> tuple[float, float]:
        """Return the top and the height of the line of a position in a block, and lay it out if need be."""
        if index >= len(self):
            return 0.0, 0.0
        top, height = self._box(index).line_at(position)
        self._put(index, self._box(index))
        return self._heights.top(index) + top, height

    def panels_between(self, top: float, bottom: float) -> Iterator[tuple[int, int, Box, QPointF]]:
        """Yield the panels between two heights: block, position in it, panel, and its top left corner."""
        for index, box, place in self._within(top, bottom):
            for position, panel, corner in box.panels(top - place, bottom - place):
                yield index, position, panel, corner + QPointF(0, place)

    def panel_number(self, index: int, position: int) -> int:
        """Return which one of its kind, from 1, the panel is that stands at a position of a block."""
        return self._panel_numbers.number_of(index, position)

    def visit_place(self, index: int, position: int, act: Visitor) -> None:
        """Let something be done to the panel that holds a place, which may change its height."""
        box = self._box(index)
        if box.visit(position, act):
            self._put(index, box)

    def areas_in(self, index: int, first: int, last: int) -> list[QRectF]:
        """Return where positions of a block are, as far as they are laid out."""
        box = self._boxes[index] if index < len(self) else None
        if box is None:
            return []
        return [area.translated(0, self._heights.top(index)) for area in box.areas(first, last)]

    @property
    def collapsed(self) -> list[int]:
        """The details of which the summary only is shown."""
        details = (index for index, block in enumerate(self._blocks) if isinstance(block, b.Details))
        return [index for index in details if not self._kept_of(index).panel.is_expanded]

    @property
    def blocks(self) -> Sequence[b.Block]:
        """What is shown."""
        return self._blocks

    @override
    def _make(self, index: int) -> Box:
        return make_box(self._blocks[index], self._voices, self._kept_of(index))

    def _kept_of(self, index: int) -> Kept:
        """Return what is kept of a block; that of details does not depend on the text before them."""
        if not isinstance(self._blocks[index], b.Details):
            return self.kept.at(index)
        before = sum(isinstance(block, b.Details) for block in self._blocks[:index])
        return self.kept.at(_DETAILS).at(before)

    @override
    def _guess(self, index: int, width: float) -> int:
        return _guessed_height(self._blocks[index], width, self._voices)

    @override
    def _length_of(self, index: int) -> int:
        return len(flat_text(self._blocks[index]))


def make_box(block: b.Block, voices: Voices, kept: Kept) -> Box:
    """Return the box for a block, as the reader has left it."""
    match block:
        case b.Paragraph() | b.Heading():
            box: Box = FlowingBlock(block, voices)
        case b.BulletList() | b.OrderedList():
            box = ListBox(block, voices, kept)
        case b.Quote(blocks=blocks):
            box = QuoteBox(blocks, voices, kept)
        case b.Footnote(label=label, blocks=blocks):
            box = NoteBox(label, blocks, voices, kept)
        case b.Details():
            box = DetailsBox(block, voices, kept.panel, lambda blocks: Blocks(blocks, voices, kept))
        case _:
            box = _leaf_box(block, voices, kept.panel)
    return box


def _leaf_box(block: b.Leaf, voices: Voices, state: PanelState) -> Box:
    match block:
        case b.Code():
            box: Box = CodeBox(block, voices, state)
        case b.Math(tex=tex) if len(tex) <= MAX_LENGTH:
            box = MathBox(block, voices)
        case b.Math():
            box = CodeBox(b.Code("TeX", block.source), voices, state)
        case b.Table():
            box = TableBox(block, voices, state)
        case b.Rule():
            box = RuleBox(voices.style)
        case b.Written():
            box = WrittenBox(block, voices, state)
        case _:
            assert_never(block)
    return box


class FlowingBlock(FlowBox):
    """A paragraph or a heading."""

    def __init__(self, block: b.Paragraph | b.Heading, voices: Voices) -> None:
        voice = voices.text if isinstance(block, b.Paragraph) else voices.headings[block.level - 1]
        super().__init__(runs(block.inlines), voice)
        self._kind = block.level if isinstance(block, b.Heading) else None

    @override
    def grow(self, block: b.Block, _kept_parts: int, /) -> int | None:
        match block:
            case b.Paragraph(inlines=inlines) if self._kind is None:
                return self.become(runs(inlines))
            case _:
                return None


class QuoteBox(Inset):
    """Quoted blocks beside a bar."""

    def __init__(self, blocks: b.Blocks, voices: Voices, kept: Kept) -> None:
        self._blocks = Blocks(blocks, voices, kept)
        self._style = voices.style
        super().__init__(self._blocks, before=_BAR_GAP, is_from_right=blocks_from_right(blocks))

    @override
    def grow(self, block: b.Block, kept_parts: int, /) -> int | None:
        if not isinstance(block, b.Quote) or blocks_from_right(block.blocks) != self.is_from_right:
            return None
        unchanged = self._blocks.go_on(block.blocks, kept_parts)
        self._show_height()
        return unchanged

    @override
    def paint_frame(self, painter: QPainter, clip: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._style.theme.border))
        left = self.width - _BAR_WIDTH if self.is_from_right else 0.0
        painter.drawRoundedRect(QRectF(left, 0, _BAR_WIDTH, self.height), 1.5, 1.5)


class NoteBox(Inset):
    """What a footnote says, behind its label."""

    def __init__(self, label: str, blocks: b.Blocks, voices: Voices, kept: Kept) -> None:
        self._voices = voices
        self._label = TextBox((Run(f"[{label}]", muted=True),), voices.text)
        indent = max(_INDENT, math.ceil(self._label.natural_width) + 8)
        self._indent = indent
        inner = Blocks(blocks, voices, kept)
        super().__init__(inner, before=indent, is_from_right=blocks_from_right(blocks))
        self._label.set_width(indent)

    @override
    def paint_frame(self, painter: QPainter, clip: QRectF) -> None:
        top = _beside(self.inner, self._voices)
        left = self.width - self._label.natural_width if self.is_from_right else 0.0
        painter.translate(left, top)
        self._label.paint(painter, clip.translated(-left, -top), None)
        painter.translate(-left, -top)


class ListBox(Stack):
    """The items of a list."""

    def __init__(self, block: b.BulletList | b.OrderedList, voices: Voices, kept: Kept) -> None:
        super().__init__(gap=_TIGHT_GAP if block.tight else _LOOSE_GAP)
        self._voices = voices
        self._kept = kept
        self._block = block
        self._is_from_right = blocks_from_right((block,))
        self._show_items(0)

    def _show_items(self, kept: int) -> None:
        self._resize(kept, len(self._block.items))
        self._count_on()

    @override
    def grow(self, block: b.Block, kept_parts: int, /) -> int | None:
        if type(block) is not type(self._block) or not isinstance(block, b.BulletList | b.OrderedList):
            return None
        if block.tight != self._block.tight or self._indent(block) != self._indent(self._block):
            return None
        if blocks_from_right((block,)) != self._is_from_right:
            return None
        before, self._block = self._block.items, block
        kept = _common(before, block.items, kept_parts)
        going_on = self._boxes[kept] if kept < min(len(before), len(block.items)) else None
        if not isinstance(going_on, ItemBox) or not going_on.can_show(block.items[kept]):
            self._show_items(kept)
            return self._heights.top(kept)
        unchanged = going_on.go_on(block.items[kept])
        self._show_items(kept + 1)
        self._put(kept, going_on)
        return self._heights.top(kept) + unchanged

    @override
    def _make(self, index: int) -> Box:
        item = self._block.items[index]
        number = self._block.start + index if isinstance(self._block, b.OrderedList) else None
        gap = _TIGHT_GAP if self._block.tight else GAP
        inner = Blocks(item.blocks, self._voices, self._kept.at(index), gap=gap)
        mark = None if number is None else f".{number}" if self._is_from_right else f"{number}."
        indent = self._indent(self._block)
        return ItemBox(item, mark, inner, self._voices, indent, is_from_right=self._is_from_right)

    def _indent(self, block: b.BulletList | b.OrderedList) -> int:
        """Return how far the items stand from the edge: long numbers need more room."""
        usual = round(_INDENT * _scale(self._voices))
        if isinstance(block, b.BulletList):
            return usual
        digits = len(str(block.start + len(block.items)))
        widest = f"{'0' * digits}."
        return max(usual, math.ceil(self._voices.text.metrics.horizontalAdvance(widest)) + _BESIDE_NUMBER)

    @override
    def _guess(self, index: int, width: float) -> int:
        blocks = self._block.items[index].blocks
        inner = width - self._indent(self._block)
        return sum(_guessed_height(block, inner, self._voices) for block in blocks)

    @override
    def _length_of(self, index: int) -> int:
        return len(flat_blocks(self._block.items[index].blocks))


class ItemBox(Inset):
    """One item behind its mark: a number, a bullet, or the box of a task."""

    def __init__(
        self,
        item: b.ListItem,
        number: str | None,
        blocks: Blocks,
        voices: Voices,
        indent: int,
        *,
        is_from_right: bool,
    ) -> None:
        super().__init__(blocks, before=indent, is_from_right=is_from_right)
        self._blocks = blocks
        self._checked = item.checked
        self._voices = voices
        self._indent = indent
        self._number = number

    def can_show(self, item: b.ListItem) -> bool:
        """Whether the mark of an item is this one's."""
        return item.checked is self._checked

    def go_on(self, item: b.ListItem) -> int:
        """Show what the item has become. Return the height above which nothing has changed."""
        unchanged = self._blocks.go_on(item.blocks, 0)
        self._show_height()
        return unchanged

    @override
    def paint_frame(self, painter: QPainter, clip: QRectF) -> None:
        theme, (line, baseline) = self._voices.style.theme, self._voices.text.line(LINE_HEIGHT)
        # The line of a mark has the baseline of the first line beside it.
        top = _beside(self.inner, self._voices)
        scale = _scale(self._voices)
        if self._checked is not None:
            painter.save()
            painter.translate(self._beside_text(8, _TICK, scale), top + (line - _TICK * scale) / 2)
            painter.scale(scale, scale)
            self._paint_task(painter)
            painter.restore()
        elif self._number is not None:
            painter.setPen(QColor(theme.muted))
            painter.setFont(self._voices.text.font)
            width = self._voices.text.metrics.horizontalAdvance(self._number)
            left = self._beside_text(_BESIDE_NUMBER, width)
            painter.drawText(QPointF(left, top + baseline), self._number)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.muted))
            left, size = self._beside_text(12 - _BULLET / 2, _BULLET, scale), _BULLET * scale
            painter.drawEllipse(QRectF(left, top + (line - size) / 2, size, size))

    def _beside_text(self, gap: float, width: float, scale: float = 1.0) -> float:
        """Return the left of a mark of a width that stands so far before the text."""
        if self.is_from_right:
            return self.width - self._indent + gap * scale
        return self._indent - (gap + width) * scale

    def _paint_task(self, painter: QPainter) -> None:
        theme, box = self._voices.style.theme, QRectF(0, 0, _TICK, _TICK)
        painter.setPen(QPen(QColor(theme.accent if self._checked else theme.muted), 1.4))
        painter.setBrush(QColor(theme.accent) if self._checked else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 3, 3)
        if self._checked:
            painter.setPen(QPen(QColor(theme.on_accent), 1.8))
            painter.drawPolyline([QPointF(2.8, 6.2), QPointF(5.2, 8.6), QPointF(9.4, 3.6)])


def _common(before: Sequence[object], after: Sequence[object], known: int) -> int:
    """Return how many leading parts are equal, of which some are known to be."""
    most = min(len(before), len(after))
    kept = min(known, most)
    while kept < most and before[kept] == after[kept]:
        kept += 1
    return kept


def _lines_kept(before: b.Block, after: b.Block) -> int:
    """Return how many lines of code are complete in it as it was, and the same as it is now."""
    match before, after:
        case b.Code(text=old), b.Code(text=new) if new.startswith(old):
            return old.count("\n")
        case _:
            return 0


def _beside(box: Box, voices: Voices) -> float:
    """Return where a line of text begins that has the baseline of a box's first line."""
    _height, usual = voices.text.line(LINE_HEIGHT)
    return 0.0 if box.baseline is None else box.baseline - usual


def _scale(voices: Voices) -> float:
    """Return how many times as large as usual the letters are."""
    return voices.text.metrics.height() / _USUAL_HEIGHT


def _guessed_height(block: b.Block, width: float, voices: Voices) -> int:
    """Return a guess from how much there is of a block, without looking at all of it."""
    metrics = voices.text.metrics
    match block:
        case b.Code(text=text) | b.Math(tex=text):
            lines = text.count("\n") + 3
        case b.Table(rows=rows):
            lines = round((len(rows) + 1) * 1.4)
        case b.BulletList(items=items) | b.OrderedList(items=items):
            lines = len(items)
        case b.Details():
            lines = 2
        case _ if block.span is not None:
            lines = 1 + int((block.span.end - block.span.start) * metrics.height() * 0.6 / max(width, 1))
        case _:
            lines = 1 + int(len(flat_text(block)) * metrics.height() * 0.6 / max(width, 1))
    return math.ceil(lines * metrics.lineSpacing() * LINE_HEIGHT)
