"""Boxes below each other, made when they are seen."""

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from glmdesk.typed import override
from glmdesk.ui.widgets.boxes.box import WHOLE, Box, Marked, Visitor
from glmdesk.ui.widgets.heights import Heights

_MANY: Final = 500
"""Boxes. Of more than that those far away are not kept, but made anew when they are seen again."""


class Stack(Box):
    """Boxes one below the other, `gap` pixels and `separator` positions apart."""

    def __init__(self, *, gap: int = 0, separator: int = 1) -> None:
        self._gap = gap
        self._separator = separator
        self._width = -1.0
        self._boxes: list[Box | None] = []
        self._heights = Heights()
        """Of the boxes, each with the gap below it."""
        self._starts: list[int] = []
        """The first positions of as many boxes as were asked for, and the one after the last of them."""
        self._live: set[int] = set()
        """The boxes that may have a layout."""
        self._settled: set[int] = set()
        """The boxes whose heights are no guesses."""

    @abstractmethod
    def _make(self, index: int) -> Box:
        """Return the box at an index, new."""

    @abstractmethod
    def _guess(self, index: int, width: float) -> int:
        """Return a guess of the height of a box that is not made yet, quickly."""

    @abstractmethod
    def _length_of(self, index: int) -> int:
        """Return how many positions a box has."""

    def __len__(self) -> int:
        return len(self._boxes)

    def _resize(self, kept: int, count: int) -> None:
        """Have `count` boxes, of which the first `kept` are those that are there."""
        if kept < len(self._boxes):
            gone = range(kept, len(self._boxes))
            del self._boxes[kept:]
            self._live.difference_update(gone)
            self._settled.difference_update(gone)
            self._heights.truncate(kept)
        del self._starts[kept + 1 :]
        self._boxes += [None] * (count - kept)
        is_known = self._width > 0
        self._heights.extend(
            self._gap + (self._guess(index, self._width) if is_known else 0) for index in range(kept, count)
        )
        self._show_height()

    def _remake(self) -> None:
        """Make all boxes anew for what they hold already."""
        starts, self._starts = self._starts, []
        self._resize(0, len(self._boxes))
        self._starts = starts

    def _box(self, index: int) -> Box:
        box = self._boxes[index]
        if box is None:
            box = self._boxes[index] = self._make(index)
            box.set_width(self._width)
        self._live.add(index)
        return box

    def _put(self, index: int, box: Box) -> None:
        """Take another box, or one that is there and has changed."""
        self._boxes[index] = box
        self._settled.discard(index)
        del self._starts[index + 1 :]
        self._heights[index] = box.height + self._gap
        self._show_height()

    @property
    @override
    def is_settled(self) -> bool:
        return len(self._settled) == len(self._boxes)

    def _show_height(self) -> None:
        self.height = max(0, self._heights.total - self._gap)

    @property
    @override
    def length(self) -> int:
        return self._start(len(self._boxes)) - self._separator if self._boxes else 0

    def _start(self, index: int) -> int:
        """Return the first position of the box at an index."""
        if not self._starts:
            self._starts = [0]
        for known in range(len(self._starts) - 1, index):
            self._starts.append(self._starts[-1] + self._length_of(known) + self._separator)
        return self._starts[index]

    def _count_on(self) -> None:
        """Know all positions: those of many boxes together would take longer than a frame."""
        self._start(len(self._boxes))

    def _index_of(self, position: int) -> int:
        count = len(self._boxes)
        known = self._start(0)
        while known <= position and len(self._starts) <= count:
            known = self._start(min(2 * len(self._starts), count))
        most = min(len(self._starts), count)
        return bisect_right(self._starts, position, hi=most) - 1

    @override
    def set_width(self, width: float) -> None:
        if width == self._width:
            return
        before, self._width = self._width, width
        self._settled.clear()
        for box in self._boxes:
            if box is not None:
                box.set_width(width)
        if before <= 0 or len(self._boxes) <= _MANY:
            self._heights = Heights(map(self._height_of, range(len(self._boxes))))
        else:
            self._scale(before / width)
        self._show_height()

    def _height_of(self, index: int) -> int:
        """Return the height of a box with the gap below it."""
        box = self._boxes[index]
        return self._gap + (self._guess(index, self._width) if box is None else box.height)

    def _scale(self, factor: float) -> None:
        """Let boxes that are not made be so many times as high as before: of many that is guess enough."""
        gap = self._gap
        self._heights = Heights(
            round((height - gap) * factor) + gap if box is None else box.height + gap
            for box, height in zip(self._boxes, self._heights, strict=True)
        )

    @override
    def lay_out(self, top: float, bottom: float, anchor: float) -> float:
        if not self._boxes:
            return 0.0
        shift = 0.0
        index = self._heights.row_at(top)
        place = self._heights.top(index)
        while index < len(self._boxes) and place < bottom:
            if index not in self._settled or self._boxes[index] is None:
                shift += self._lay_out_box(index, top - place, bottom - place, anchor + shift - place)
            place += self._heights[index]
            index += 1
        self._show_height()
        return shift

    def _lay_out_box(self, index: int, top: float, bottom: float, anchor: float) -> float:
        """Lay out a part of a box; all heights count from its top."""
        before = self._heights[index]
        box = self._box(index)
        # What a box that has just been made says of itself is better than what was guessed for it; a place
        # within it moves in proportion.
        moved = anchor * (box.height + self._gap) / before - anchor if 0 < anchor < before else 0.0
        moved += box.lay_out(top, bottom, anchor + moved)
        self._heights[index] = box.height + self._gap
        if box.is_settled:
            self._settled.add(index)
        return self._heights[index] - before if anchor >= before else moved

    @override
    def forget(self, top: float, bottom: float) -> None:
        for index in tuple(self._live):
            box = self._boxes[index]
            place = self._heights.top(index)
            if box is not None:
                box.forget(top - place, bottom - place)
            if place >= bottom or place + self._heights[index] <= top:
                self._live.discard(index)
                if len(self._boxes) > _MANY:
                    self._boxes[index] = None

    @override
    def take_in_drawings(self) -> bool:
        changed = [index for index, box in enumerate(self._boxes) if box and box.take_in_drawings()]
        self._settled.difference_update(changed)
        return bool(changed)

    def _within(self, top: float, bottom: float) -> Iterator[tuple[int, Box, float]]:
        """Yield what is made between two heights: index, box and its top. It may be laid out for that."""
        if not self._boxes:
            return
        index = self._heights.row_at(top)
        place = self._heights.top(index)
        while index < len(self._boxes) and place <= bottom:
            box = self._boxes[index]
            if box is not None and place + box.height > top:
                self._live.add(index)
                yield index, box, place
            place += self._heights[index]
            index += 1

    @override
    def paint(self, painter: QPainter, clip: QRectF, marked: Marked) -> None:
        for index, box, place in self._within(clip.top(), clip.bottom()):
            painter.translate(0, place)
            box.paint(painter, clip.translated(0, -place), self._marked_in(index, marked))
            painter.translate(0, -place)

    def _marked_in(self, index: int, marked: Marked) -> Marked:
        # Where all is selected nobody needs to know how much that is.
        if marked is None or marked == WHOLE:
            return marked
        start = self._start(index)
        length = self._start(index + 1) - self._separator - start
        first, last = max(0, marked[0] - start), min(length, marked[1] - start)
        return (first, last) if first < last else None

    def _at(self, y: float) -> tuple[int, Box, float] | None:
        if not self._boxes:
            return None
        index = self._heights.row_at(y)
        return index, self._box(index), self._heights.top(index)

    @override
    def position_at(self, point: QPointF) -> int:
        found = self._at(point.y())
        if found is None:
            return 0
        index, box, place = found
        return self._start(index) + box.position_at(point - QPointF(0, place))

    @override
    def line_at(self, position: int) -> tuple[float, float]:
        if not self._boxes:
            return 0.0, 0.0
        index = self._index_of(position)
        box = self._box(index)
        top, height = box.line_at(position - self._start(index))
        self._heights[index] = box.height + self._gap
        self._show_height()
        return self._heights.top(index) + top, height

    @override
    def areas(self, first: int, last: int, /) -> list[QRectF]:
        if not self._boxes:
            return []
        found: list[QRectF] = []
        for index in range(self._index_of(first), self._index_of(last) + 1):
            box, start = self._boxes[index], self._start(index)
            if box is not None:
                self._live.add(index)
                inside = box.areas(max(0, first - start), min(box.length, last - start))
                found += [area.translated(0, self._heights.top(index)) for area in inside]
        return found

    @override
    def link_at(self, point: QPointF, /) -> str:
        found = self._at(point.y())
        return found[1].link_at(point - QPointF(0, found[2])) if found else ""

    @override
    def panels(self, top: float, bottom: float, /) -> Iterator[tuple[int, Box, QPointF]]:
        for index, box, place in self._within(top, bottom):
            for position, panel, corner in box.panels(top - place, bottom - place):
                yield self._start(index) + position, panel, corner + QPointF(0, place)

    @override
    def visit(self, position: int, act: Visitor, /) -> bool:
        if not self._boxes:
            return False
        index = self._index_of(position)
        box = self._box(index)
        is_visited = box.visit(position - self._start(index), act)
        if is_visited:
            self._put(index, box)
        return is_visited

    @property
    @override
    def baseline(self) -> float | None:
        first = self._boxes[0] if self._boxes else None
        return first.baseline if first else None

    @property
    @override
    def natural_width(self) -> float:
        return max((self._box(index).natural_width for index in range(len(self._boxes))), default=0.0)
