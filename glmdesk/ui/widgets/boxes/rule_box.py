"""A line across the column."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from glmdesk.typed import override
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.boxes.box import Leaf, Marked

_HEIGHT: Final = 9


class RuleBox(Leaf):
    """A line, with no positions in it but its end."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style

    @property
    @override
    def length(self) -> int:
        return 0

    @override
    def _guess(self, width: float) -> int:
        return _HEIGHT

    @override
    def _measure(self, width: float) -> int:
        return _HEIGHT

    @override
    def _forget(self) -> None:
        pass

    @override
    def paint(self, painter: QPainter, clip: QRectF, marked: Marked) -> None:
        painter.setPen(QColor(self._style.theme.border))
        painter.drawLine(QPointF(0, _HEIGHT / 2), QPointF(self._width, _HEIGHT / 2))

    @override
    def position_at(self, point: QPointF) -> int:
        return 0

    @override
    def line_at(self, position: int) -> tuple[float, float]:
        return 0.0, _HEIGHT
