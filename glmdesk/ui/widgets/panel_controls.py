"""Controls of a panel: real widgets over what is painted, which the keyboard and screen readers reach."""

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    Qt,
)
from PySide6.QtWidgets import QAbstractButton, QWidget

from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.theme import Style, colour
from glmdesk.ui.widgets.boxes.panel import Panel, small_font
from glmdesk.ui.widgets.side_scroll_bar import HEIGHT, SideScrollBar

_PADDING = 8
_RADIUS = 6
_COPIED_MS = 2000
"""How long a button says that it has copied something."""


class PanelControls(QObject):
    """What every panel has; the kinds of panels add their own.

    They serve one panel at a time, and another one when it is out of sight.

    Signals:
        moved(): the panel was moved sideways.
        wraps_chosen(is_wrapped: bool): lines that are too long should be broken, or not.
        expansion_chosen(is_expanded: bool): all of the panel should be shown, or its beginning.
        save_requested(name: str, text: str): a text should become a file, for which there is a name.
    """

    moved = Signal()
    wraps_chosen = Signal(bool)
    expansion_chosen = Signal(bool)
    save_requested = Signal(str, str)

    def __init__(self, style: Style, view: QWidget) -> None:
        super().__init__(view)
        self.panel: Panel | None = None
        self.area = QRect()
        """Where the panel stands in the view, with the room that only its controls use."""
        self._shown: tuple[object, ...] = ()
        self._scroll_bar = SideScrollBar(style.theme, view)
        self._scroll_bar.moved.connect(self._move)

    @property
    def parts(self) -> list[QWidget]:
        """What stands over the panel, from its top."""
        return [self._scroll_bar]

    @property
    def stops(self) -> list[QWidget]:
        """Where Tab stops, in this order."""
        return [self._scroll_bar]

    def serve(self, panel: Panel, name: str) -> None:
        """Belong to a panel; the name says which one it is."""
        self.panel = panel
        self._scroll_bar.setAccessibleName(_("Scroll {block} sideways").format(block=name))

    def stand(self, corner: QPoint, top: int, bottom: int) -> None:
        """Stand over the panel at this corner, as far as it is seen between two heights of the view."""
        panel = self.panel
        assert panel is not None, "controls serve a panel before they stand over it"
        self.area = QRect(corner.x(), corner.y(), round(panel.width), panel.height + panel.overhang)
        # An answer that is being written asks all the time, and mostly everything is as it was.
        looks = self._looks(panel, top, bottom)
        if looks != self._shown:
            self._shown = looks
            self._arrange(panel, top, bottom)

    def _looks(self, panel: Panel, top: int, bottom: int) -> tuple[object, ...]:
        """Return what everything depends on that `_arrange` does."""
        ends = max(top, self.area.top()), min(bottom, self.area.bottom())
        return panel, self.area, ends, panel.reach, panel.offset

    def _arrange(self, panel: Panel, _top: int, bottom: int, /) -> None:
        """Bring everything to its place."""
        corner = self.area.topLeft()
        room = panel.room.toRect().translated(corner)
        self._scroll_bar.setVisible(panel.reach > 0)
        if panel.reach > 0:
            self._scroll_bar.show_range(panel.reach, room.width(), round(panel.offset))
            below = room.bottom() + 1 + panel.scroll_bar_gap
            y = max(room.top(), min(below, bottom - HEIGHT))
            self._scroll_bar.setGeometry(room.left(), y, room.width(), HEIGHT)

    def reveal(self, *, is_visible: bool) -> None:
        """Show what is only seen while the panel is pointed at."""
        self._scroll_bar.reveal(is_visible=is_visible)

    def scroll(self, pixels: float) -> bool:
        """Move the panel sideways; return whether it can be moved at all."""
        panel = self.panel
        if panel is None or not panel.reach:
            return False
        before = panel.offset
        panel.move_to(before + pixels)
        if panel.offset != before:
            self._scroll_bar.show_range(panel.reach, self._scroll_bar.pageStep(), round(panel.offset))
            self.moved.emit()
        return True

    def retire(self) -> None:
        """Serve no panel."""
        self.panel = None
        self._shown = ()
        self.reveal(is_visible=False)
        for part in self.parts:
            part.hide()

    def _move(self, value: int) -> None:
        if self.panel is not None:
            self.panel.move_to(value)
            self.moved.emit()


class PanelButton(QAbstractButton):
    """A small button, in words. It paints itself: those that stay in the window while it scrolls often do."""

    def __init__(self, style: Style, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = style.theme
        self.setFont(small_font(style))
        self.setText(text)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # What does not track the mouse hides its moves from the transcript, which shows what is pointed at.
        self.setMouseTracking(True)

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 2 * _PADDING, metrics.height() + _PADDING)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_pressed, is_pointed_at = self.isDown() or self.isChecked(), self.underMouse()
        if is_pressed or is_pointed_at or self.hasFocus():
            painter.setPen(colour(theme.accent) if self.hasFocus() else Qt.PenStyle.NoPen)
            ground = theme.selected if is_pressed else theme.hover
            painter.setBrush(colour(ground) if is_pressed or is_pointed_at else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        is_quiet = not (is_pressed or is_pointed_at or self.hasFocus())
        painter.setPen(colour(theme.muted if is_quiet else theme.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class CopyButton(PanelButton):
    """Copies a text and says so for a moment."""

    def __init__(self, style: Style, text: str, parent: QWidget) -> None:
        super().__init__(style, text, parent)
        self._words = text
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_COPIED_MS)
        self._timer.timeout.connect(self.reset)
        widths: list[int] = []
        for words in (_("Copied"), text):
            self.setText(words)
            widths.append(self.sizeHint().width())
        self.setFixedWidth(max(widths))

    def copy(self, text: str) -> None:
        """Put a text into the clipboard."""
        QGuiApplication.clipboard().setText(text)
        self.setText(_("Copied"))
        self.setAccessibleDescription(_("Copied"))
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, _("Copied")))

    def reset(self) -> None:
        """Offer to copy again."""
        self._timer.stop()
        self.setText(self._words)
        self.setAccessibleDescription("")
