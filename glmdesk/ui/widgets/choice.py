"""A list to choose from that shows it is one."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, Qt, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from glmdesk.typed import override

_ARROW_HALF = 4.0
_FROM_RIGHT = 16.0


class ChoiceBox(QComboBox):
    """A combo box with an arrow in the colour of the text; scrolling over it changes nothing by accident.

    Where there is little room, what is chosen ends with a sign that it goes on.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_label(self, name: str) -> None:
        """Take a name for screen readers; the box stands in its place already.

        On Linux the name of a combo box is what is chosen in it, and the label beside it says what it is.
        """
        self.setAccessibleName(name)
        label = QLabel(name, self.parentWidget())
        label.setBuddy(self)
        label.hide()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown_text
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        self._paint_arrow(painter)

    @property
    def shown_text(self) -> str:
        """What of the chosen text is seen."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        complex_control, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(complex_control, option, field, self).width()
        return self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)

    def _paint_arrow(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(self.palette().placeholderText().color()), 1.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        middle = QPointF(self.width() - _FROM_RIGHT, self.height() / 2 + 1)
        left, right = QPointF(-_ARROW_HALF, -_ARROW_HALF / 2), QPointF(_ARROW_HALF, -_ARROW_HALF / 2)
        painter.drawPolyline(QPolygonF([middle + left, middle + QPointF(0, _ARROW_HALF / 2), middle + right]))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
