"""A box with room around another one, in which something is painted."""

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from glmdesk.typed import override
from glmdesk.ui.widgets.boxes.box import Box, Marked, Visitor


class Inset(Box):
    """Room around a box. What is painted there is up to the kind."""

    def __init__(
        self,
        inner: Box,
        *,
        before: int = 0,
        top: int = 0,
        after: int = 0,
        bottom: int = 0,
        is_from_right: bool = False,
    ) -> None:
        """Leave room, in pixels; `before` and `after` as the inner box is read."""
        self.inner = inner
        self.width = -1.0
        self.is_from_right = is_from_right
        self._left: float = after if is_from_right else before
        self._top = top
        self._across, self._along = before + after, top + bottom
        self.foot = bottom

    def paint_frame(self, painter: QPainter, clip: QRectF) -> None:
        """Paint what stands around the inner box."""

    @property
    @override
    def length(self) -> int:
        return self.inner.length

    @property
    @override
    def is_settled(self) -> bool:
        return self.inner.is_settled

    def _show_height(self) -> None:
        self.height = self.inner.height + self._along

    @override
    def set_width(self, width: float) -> None:
        self.width = width
        self.inner.set_width(max(1.0, width - self._across))
        self._show_height()

    @override
    def lay_out(self, top: float, bottom: float, anchor: float) -> float:
        shift = self.inner.lay_out(top - self._top, bottom - self._top, anchor - self._top)
        self._show_height()
        return shift

    @override
    def forget(self, top: float, bottom: float) -> None:
        self.inner.forget(top - self._top, bottom - self._top)

    @override
    def take_in_drawings(self) -> bool:
        return self.inner.take_in_drawings()

    @override
    def paint(self, painter: QPainter, clip: QRectF, marked: Marked) -> None:
        self.paint_frame(painter, clip)
        painter.translate(self._left, self._top)
        self.inner.paint(painter, clip.translated(-self._left, -self._top), marked)
        painter.translate(-self._left, -self._top)

    @override
    def position_at(self, point: QPointF) -> int:
        return self.inner.position_at(self._inside(point))

    @override
    def line_at(self, position: int) -> tuple[float, float]:
        top, height = self.inner.line_at(position)
        self._show_height()
        return self._top + top, height

    @override
    def areas(self, first: int, last: int, /) -> list[QRectF]:
        return [area.translated(self._left, self._top) for area in self.inner.areas(first, last)]

    @override
    def link_at(self, point: QPointF, /) -> str:
        return self.inner.link_at(self._inside(point))

    @override
    def panels(self, top: float, bottom: float, /) -> Iterator[tuple[int, Box, QPointF]]:
        for position, panel, corner in self.inner.panels(top - self._top, bottom - self._top):
            yield position, panel, corner + QPointF(self._left, self._top)

    @override
    def visit(self, position: int, act: Visitor, /) -> bool:
        is_visited = self.inner.visit(position, act)
        self._show_height()
        return is_visited

    def _inside(self, point: QPointF) -> QPointF:
        return point - QPointF(self._left, self._top)

    @property
    @override
    def baseline(self) -> float | None:
        inner = self.inner.baseline
        return None if inner is None else self._top + inner

    @property
    @override
    def natural_width(self) -> float:
        return self.inner.natural_width + self._across
