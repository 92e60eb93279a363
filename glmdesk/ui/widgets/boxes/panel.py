"""A block in a frame, with controls of its own over it. What is too wide is moved sideways in the frame."""

import math
from abc import abstractmethod
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, Qt

from glmdesk.typed import override
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.boxes.box import Box, Marked, Visitor
from glmdesk.ui.widgets.boxes.inset import Inset
from glmdesk.ui.widgets.boxes.kept import PanelState

_MARGIN: Final = 24
"""Pixels. What is looked for is shown at least as far from the edges."""


def small_font(style: Style) -> QFont:
    """Return the font of the controls."""
    font = QFont(style.text)
    font.setPointSizeF(style.text.pointSizeF() * 0.85)
    return font


def bar_height(style: Style) -> int:
    """Return the height of a row of controls."""
    return math.ceil(QFontMetricsF(small_font(style)).height()) + 12


class Panel(Inset):
    """A block with controls."""

    scroll_bar_gap = 0
    """Pixels between the inner box and the bar that moves it sideways."""

    def __init__(
        self, inner: Box, state: PanelState, *, left: int = 0, top: int = 0, right: int = 0, bottom: int = 0
    ) -> None:
        super().__init__(inner, left=left, top=top, right=right, bottom=bottom)
        self.state = state

    @property
    @abstractmethod
    def content_width(self) -> float:
        """The width of the inner box if nothing of it is hidden."""

    @abstractmethod
    def _sides_of(self, position: int) -> tuple[float, float]:
        """Return where what stands at a position begins and ends, counted from the left of the inner box."""

    @property
    def room(self) -> QRectF:
        """Where the inner box is seen."""
        return QRectF(0, self._top, self.width, self.inner.height)

    @property
    def reach(self) -> int:
        """How far it can be moved sideways."""
        return max(0, math.ceil(self.content_width + self._across - self.width))

    @property
    def offset(self) -> float:
        """How far it is moved sideways."""
        return min(self.state.offset, self.reach)

    def move_to(self, offset: float) -> None:
        """Move it sideways, as far as there is something to be seen."""
        self.state.offset = max(0.0, min(offset, self.reach))

    @override
    def panels(self, _top: float, _bottom: float, /) -> Iterator[tuple[int, Box, QPointF]]:
        yield 0, self, QPointF()

    @override
    def visit(self, position: int, act: Visitor, /) -> bool:
        act(self, position)
        self._show_height()
        return True

    @override
    def reveal(self, position: int) -> None:
        left, right = (x + self._left for x in self._sides_of(position))
        if left - self.offset < _MARGIN:
            self.move_to(left - _MARGIN)
        elif right - self.offset > self.width - _MARGIN:
            self.move_to(right - self.width + _MARGIN)

    @override
    def paint(self, painter: QPainter, clip: QRectF, marked: Marked) -> None:
        offset, room = self.offset, self.room
        self.paint_frame(painter, clip)
        painter.save()
        if self.reach:
            painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
        painter.translate(self._left - offset, self._top)
        self.inner.paint(painter, (clip & room).translated(offset - self._left, -self._top), marked)
        painter.restore()

    @override
    def areas(self, first: int, last: int, /) -> list[QRectF]:
        shift, room = QPointF(self._left - self.offset, self._top), self.room
        found = (area.translated(shift) for area in self.inner.areas(first, last))
        return [area & room if area.width() else area for area in found if area.right() >= 0]

    @override
    def _inside(self, point: QPointF) -> QPointF:
        x = max(0.0, min(point.x(), self.width)) + self.offset
        return QPointF(x, point.y()) - QPointF(self._left, self._top)

    @property
    @override
    def natural_width(self) -> float:
        return self.content_width + self._across
