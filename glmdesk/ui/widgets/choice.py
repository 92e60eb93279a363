"""A list to choose from that shows it is one."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, Qt, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from glmdesk.typed import override

_ARROW_HALF = 4.0
_FROM_RIGHT = 16.0


class ChoiceBox(QComboBox):
    """A combo box with an arrow in the colour of the text; scrolling over it changes nothing by accident."""

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
        super().paintEvent(event)
        painter = QPainter(self)
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
