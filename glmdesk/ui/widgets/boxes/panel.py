"""A block in a frame, with controls of its own over it. What is too wide is moved sideways in the frame."""

import math
from abc import abstractmethod
from collections.abc import Iterator
from typing import Final, Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainter, Qt

from glmdesk.typed import override
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.boxes.box import Box, Marked, Visitor
from glmdesk.ui.widgets.boxes.inset import Inset
from glmdesk.ui.widgets.boxes.kept import PanelState

_MARGIN: Final = 24
"""Pixels. What is looked for is shown at least as far from the edges."""
_FADE: Final = 28.0
"""Pixels from an edge behind which there is more: what is cut off there grows pale."""


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
    overhang = 0
    """Pixels below it, where no block is, in which its controls stand."""

    def __init__(
        self,
        inner: Box,
        state: PanelState,
        *,
        ground: str = "",
        beside: int = 0,
        top: int = 0,
        bottom: int = 0,
        is_from_right: bool = False,
    ) -> None:
        """Leave room, in pixels, around a box; one that goes on sideways stands on a colour, its ground."""
        super().__init__(
            inner, before=beside, top=top, after=beside, bottom=bottom, is_from_right=is_from_right
        )
        self.state = state
        self._ground = ground

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
        start = self.reach if self.is_from_right else 0
        return start if self.state.offset is None else min(self.state.offset, self.reach)

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
        seen = QRectF(room.left(), clip.top(), room.width(), clip.height()) & room
        if offset > 0:
            painter.fillRect(
                QRectF(seen.left(), seen.top(), _FADE, seen.height()), self._fade(seen.left(), 1)
            )
        if offset < self.reach:
            left = seen.right() - _FADE
            painter.fillRect(QRectF(left, seen.top(), _FADE, seen.height()), self._fade(seen.right(), -1))

    def _fade(self, edge: float, inwards: Literal[1, -1]) -> QLinearGradient:
        made = QLinearGradient(edge, 0, edge + inwards * _FADE, 0)
        ground = QColor(self._ground)
        made.setColorAt(0, ground)
        ground.setAlpha(0)
        made.setColorAt(1, ground)
        return made

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
