"""Over a line with details: a button as wide as the line, which shows what is below it."""

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, Qt
from PySide6.QtWidgets import QWidget

from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.theme import RADIUS, Style, colour
from glmdesk.ui.widgets.boxes.details_box import ARROW, DetailsBox
from glmdesk.ui.widgets.fold_controls import FoldButton, FoldControls

_REACH = 3.5
"""Pixels from the middle of the arrow to its tip."""


class DetailsControls(FoldControls):
    """The words of the line are painted by the box, where they can be found and copied."""

    @override
    def _make_fold(self, style: Style, view: QWidget) -> FoldButton:
        return _Line(style, view)

    @property
    def _box(self) -> DetailsBox:
        assert isinstance(self.panel, DetailsBox), "these controls are for details"
        return self.panel

    @override
    def _fold_room(self) -> QRect:
        return QRect(self.area.left(), self.area.top(), self.area.width(), self._box.summary_height)

    @override
    def _fold_words(self) -> tuple[str, str]:
        name = _("Show: {summary}") if self._box.is_collapsed else _("Hide: {summary}")
        return "", name.format(summary=self._box.block.summary)


class _Line(FoldButton):
    """An arrow at the left, and a ground behind the words of the line that is pointed at."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.underMouse() or self.isDown():
            self._paint_ground(painter, area, colour(theme.selected if self.isDown() else theme.hover))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus():
            painter.setPen(QPen(colour(theme.accent), 1.5))
            painter.drawRoundedRect(area, RADIUS, RADIUS)
        middle = QPointF(8 + ARROW / 2 - 3, self.height() / 2)
        along, across = (QPointF(_REACH, 0), QPointF(0, _REACH))
        if not self.is_collapsed:
            along, across = across, along
        painter.setPen(QPen(colour(theme.muted), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline([middle - along / 2 - across, middle + along / 2, middle - along / 2 + across])

    def _paint_ground(self, painter: QPainter, area: QRectF, ground: QColor) -> None:
        """Colour what is behind the words, which are painted already and differ more from the old ground."""
        is_darker = ground.lightness() < colour(self._theme.code_background).lightness()
        modes = QPainter.CompositionMode
        painter.setCompositionMode(
            modes.CompositionMode_Darken if is_darker else modes.CompositionMode_Lighten
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        painter.setCompositionMode(modes.CompositionMode_SourceOver)
