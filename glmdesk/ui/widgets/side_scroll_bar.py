"""The slim bar that moves a wide block sideways."""

from PySide6.QtCore import QEvent, QRectF, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, Qt, QWheelEvent
from PySide6.QtWidgets import QScrollBar, QStyle, QStyleOptionSlider, QWidget

from glmdesk.typed import override
from glmdesk.ui.theme import Theme, colour

HEIGHT = 10
_THICKNESS = 5.0
_STEP = 40


class SideScrollBar(QScrollBar):
    """Is seen while its block is pointed at or it has the keyboard. The wheel passes it by.

    Signals:
        moved(offset: int): somebody moved it.
    """

    moved = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._is_revealed = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setSingleStep(_STEP)
        # Scroll bars have it the other way round, which is made for those that stand upright.
        self.setInvertedControls(False)
        self.setMouseTracking(True)
        self._is_being_set = False
        self.valueChanged.connect(self._tell)
        self.hide()

    def show_range(self, reach: int, page: int, offset: int) -> None:
        """Show how far one can go, how much is seen at a time, and how far one has gone."""
        self._is_being_set = True
        self.setRange(0, reach)
        self.setPageStep(page)
        self.setValue(offset)
        self._is_being_set = False

    def _tell(self, value: int) -> None:
        if not self._is_being_set:
            self.moved.emit(value)

    def reveal(self, *, is_visible: bool) -> None:
        """Show it, or as much of it as has the keyboard."""
        if is_visible != self._is_revealed:
            self._is_revealed = is_visible
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not (self._is_revealed or self.hasFocus() or self.isSliderDown()):
            return
        theme = self._theme
        is_held = self.isSliderDown() or self.underMouse()
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        handle = self.style().subControlRect(
            QStyle.ComplexControl.CC_ScrollBar, option, QStyle.SubControl.SC_ScrollBarSlider, self
        )
        bar = QRectF(handle.left() + 2, (HEIGHT - _THICKNESS) / 2, handle.width() - 4, _THICKNESS)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(
            colour(theme.accent if self.hasFocus() else theme.muted if is_held else theme.border)
        )
        painter.drawRoundedRect(bar, _THICKNESS / 2, _THICKNESS / 2)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()
