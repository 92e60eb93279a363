"""The quick ask window: a question, what it is about, and the answer below it. It comes and goes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPoint, QSize, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QCursor,
    QGuiApplication,
    QHideEvent,
    QMouseEvent,
    QResizeEvent,
    QScreen,
    Qt,
)
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from glmdesk.domain.message import Message
from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.front import bring_to_front
from glmdesk.ui.icons import Icons
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.action_bar import ActionBar
from glmdesk.ui.widgets.banner import Banner
from glmdesk.ui.widgets.composer import Composer
from glmdesk.ui.widgets.elided_label import ElidedLabel
from glmdesk.ui.widgets.message_figures import explained, figures
from glmdesk.ui.widgets.model_picker import ModelPicker
from glmdesk.ui.widgets.tab_order import follow_in_order
from glmdesk.ui.widgets.text_chip import TextChip

if TYPE_CHECKING:
    from glmdesk.ui.widgets.transcript import Transcript

_WIDTH: Final = 680
_EDGE: Final = 12
_TOP: Final = 0.18
"""Where the window begins on the screen: its question stands in the upper third."""
_MOST: Final = 0.6
"""How much of the height of the screen it takes before the answer scrolls."""
_LEAST_ANSWER: Final = 72
_LEAVING_MS: Final = 150
"""Milliseconds. Menus and input methods take the keyboard for less than that when they come and go."""
_COPIED_MS: Final = 1500
_COMPOSITED: Final = ("cocoa", "wayland", "windows")
"""Platforms on which what is behind round corners is always seen."""


class QuickAskWindow(QDialog):
    """Lays out what is asked and answered quickly.

    It hides when another window gets the keyboard, unless it is pinned. Nothing is lost by that: what was
    written is there when it comes back, and an answer goes on meanwhile.

    Signals:
        activated(): it has got the keyboard.
        dismissed(): it has been hidden.
        asked_about(index: int): an action should be carried out.
        copy_requested(): the answer should be put on the clipboard.
        continue_requested(): the exchange should go on in the main window.
        new_requested(): another exchange should begin.
    """

    activated = Signal()
    dismissed = Signal()
    asked_about = Signal(int)
    copy_requested = Signal()
    continue_requested = Signal()
    new_requested = Signal()

    def __init__(self, icons: Icons, picker: ModelPicker) -> None:
        kind = Qt.WindowType
        super().__init__(None, kind.Tool | kind.FramelessWindowHint | kind.WindowStaysOnTopHint)
        self._icons = icons
        self._theme: Theme | None = None
        self._transcript: Transcript | None = None
        self._content_height = 0
        self.places: dict[str, tuple[int, int]] = {}
        """Where the user has moved it on a screen, by the name of that; may be given."""
        self._put_at = QPoint()
        self._grip: QPoint | None = None
        self.setWindowTitle(_("Quick ask"))
        self.setAccessibleName(_("Quick ask"))
        # A tool window would go with its program's focus even while it is pinned.
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self._is_round = QGuiApplication.platformName() in _COMPOSITED
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground, self._is_round)
        self.chip = TextChip(icons)
        self.composer = _composer(icons)
        self.actions_bar = ActionBar(icons)
        self.banner = Banner(icons)
        self.picker = picker
        self.picker.set_label(_("Model"))
        self._figures = ElidedLabel()
        self._new = self._tool(_("New question"))
        self._pin = self._tool(_("Keep this window open"))
        self._pin.setCheckable(True)
        self._copy = _button(_("Copy answer"))
        self._continue = _button(_("Continue in main window"))
        self._rule = QFrame()
        self._answer = QWidget()
        self._column: QVBoxLayout | None = None
        """It comes when everything in it is there."""
        self._fitting = self._timer(0, self._fit_now)
        self._leaving = self._timer(_LEAVING_MS, self._leave)
        self._confirming = self._timer(_COPIED_MS, lambda: self._copy.setText(_("Copy answer")))
        self._lay_out()
        self._connect()
        self.show_messages(are_there=False)
        self.show_answer(None, "")

    def _tool(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setIconSize(QSize(18, 18))
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button

    def _timer(self, milliseconds: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(act)
        return timer

    def _lay_out(self) -> None:
        self._rule.setObjectName("rule")
        self._rule.setFixedHeight(1)
        self._figures.setProperty("kind", "muted")
        self._figures.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        frame = QFrame()
        frame.setObjectName("quick")
        frame.setProperty("round", self._is_round)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        # What it once needed is no reason to stay as high as that.
        around.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        around.addWidget(frame)
        answer = QVBoxLayout(self._answer)
        answer.setContentsMargins(0, 0, 0, 0)
        answer.setSpacing(0)
        self._answer.hide()
        foot = QHBoxLayout()
        foot.setSpacing(6)
        self.picker.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        foot.addWidget(self.picker)
        foot.addStretch(1)
        for button in (self._copy, self._continue, self._new, self._pin):
            foot.addWidget(button)
        self._column = column = QVBoxLayout(frame)
        column.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
        column.setSpacing(8)
        asking = (self.chip, self.composer, self.actions_bar, self.banner)
        for part in (*asking, self._rule, self._answer, self._figures):
            column.addWidget(part)
        column.addLayout(foot)
        self._order_stops()

    def _order_stops(self) -> None:
        transcript = () if self._transcript is None else (self._transcript,)
        follow_in_order(
            (
                self.composer.input,
                self.composer.button,
                *self.actions_bar.stops,
                *self.banner.stops,
                *transcript,
                self.picker,
                self._copy,
                self._continue,
                self._new,
                self._pin,
                self.chip.button,
                self.composer.input,
            )
        )

    def _connect(self) -> None:
        self._copy.clicked.connect(self.copy_requested)
        self._continue.clicked.connect(self.continue_requested)
        self._new.clicked.connect(self.new_requested)
        self._pin.toggled.connect(self._show_pin)
        self.actions_bar.chosen.connect(self.asked_about)
        self.composer.input.cancelled.connect(self.dismiss)
        self.composer.changed.connect(self.fit)

    def set_theme(self, theme: Theme) -> None:
        """Show a theme's colours where the stylesheet does not reach."""
        self._theme = theme
        for part in (self.chip, self.composer, self.actions_bar, self.banner, self.picker):
            part.set_theme(theme)
        self._new.setIcon(self._icons.icon("plus", theme.muted))
        self._show_pin()

    def _show_pin(self) -> None:
        if self._theme is not None:
            colour = self._theme.accent if self.is_pinned else self._theme.muted
            self._pin.setIcon(self._icons.icon("pin", colour))

    @property
    def is_pinned(self) -> bool:
        """Whether it stays when another window gets the keyboard."""
        return self._pin.isChecked()

    def add_transcript(self, transcript: "Transcript") -> None:
        """Add the view of the messages, which comes with the first of them."""
        self._transcript = transcript
        transcript.setAccessibleName(_("Answer"))
        transcript.height_changed.connect(self._take_height)
        self._content_height = transcript.content_height
        layout = self._answer.layout()
        assert layout is not None, "it has been laid out"
        layout.addWidget(transcript)
        self._order_stops()

    def show_messages(self, *, are_there: bool) -> None:
        """Show the transcript and what can be done with it, or neither."""
        for part in (self._answer, self._rule, self._new):
            part.setVisible(are_there)
        self.fit()

    def show_answer(self, answer: Message | None, title: str, *, is_leaving: bool = False) -> None:
        """Show what the last answer took, by a model of that title, and what can be done with it.

        `is_leaving` says that it is continued elsewhere as soon as it is complete.
        """
        is_there = answer is not None
        taken = answer if answer is not None and answer.usage is not None else None
        self._figures.explanation = explained(taken) if taken is not None else ""
        self._figures.setText(figures(taken, title) if taken is not None else "")
        self._figures.setAccessibleName(self._figures.text())
        self._figures.setVisible(bool(self._figures.text()))
        self._copy.setVisible(is_there)
        self._copy.setEnabled(answer is not None and bool(answer.text))
        self._continue.setVisible(is_there)
        self._continue.setEnabled(not is_leaving)
        words = _("Continues when it is written") if is_leaving else _("Continue in main window")
        self._continue.setText(words)
        self._continue.setAccessibleName(words)

    def confirm_copy(self) -> None:
        """Say that the answer is on the clipboard."""
        self._copy.setText(_("Copied"))
        self._confirming.start()

    def come(self) -> None:
        """Come to the user, with the keyboard on the question."""
        if not self.isVisible():
            self._move_to(_screen_with_pointer())
        self.show()
        bring_to_front(self)
        self.composer.input.setFocus()

    def dismiss(self) -> None:
        """Go away; what is asked goes on."""
        if self.isVisible():
            self.hide()
            # It was still to be seen when it lost the keyboard by that.
            self._leaving.stop()
            self.dismissed.emit()

    def fit(self) -> None:
        """Take the height that is needed, up to a part of the screen; the answer then scrolls."""
        # Soon: what asks for it may be in the middle of being laid out.
        self._fitting.start()

    def _fit_now(self) -> None:
        if self._column is None:
            return
        # A layout within another one hears of what has changed with the next event only.
        for part in (self.chip, self.composer, self.banner):
            if (layout := part.layout()) is not None:
                layout.activate()
        if not self._answer.isHidden():
            around = self._needed(self._column) - self._answer.minimumHeight()
            room = int(self.screen().availableGeometry().height() * _MOST) - around
            self._answer.setFixedHeight(max(_LEAST_ANSWER, min(self._content_height, room)))
        # Fixed, or a desktop that tiles its windows makes a tile of it.
        self.setFixedSize(self.width(), self._needed(self._column))

    def _needed(self, column: QVBoxLayout) -> int:
        # That of the frame is known at once, in contrast to that of the window.
        column.invalidate()
        if column.hasHeightForWidth():
            return column.totalHeightForWidth(self.width())
        return column.totalSizeHint().height()

    def _take_height(self, height: int) -> None:
        if height != self._content_height:
            self._content_height = height
            self.fit()

    def _move_to(self, screen: QScreen) -> None:
        area = screen.availableGeometry()
        self.setScreen(screen)
        self.setFixedWidth(min(_WIDTH, area.width() - 2 * _EDGE))
        self._fit_now()
        middle = QPoint(area.x() + (area.width() - self.width()) // 2, area.y() + int(area.height() * _TOP))
        kept = self.places.get(screen.name())
        place = middle if kept is None else area.topLeft() + QPoint(*kept)
        self._put_at = place if area.contains(place) else middle
        self.move(self._put_at)

    def _leave(self) -> None:
        """Go away, unless it has the keyboard still, an input method has, or a dialog or a menu is open."""
        is_in_use = self.isActiveWindow() or self.composer.input.is_composing
        windows = (child for child in self.findChildren(QWidget) if child.isWindow())
        if not (self.is_pinned or is_in_use or any(window.isVisible() for window in windows)):
            self.dismiss()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            if self.isActiveWindow():
                self._leaving.stop()
                self.activated.emit()
            elif self.isVisible():
                self._leaving.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.pos() != self._put_at:
            screen = self.screen()
            place = self.pos() - screen.availableGeometry().topLeft()
            self.places[screen.name()] = (place.x(), place.y())

    @override
    def reject(self) -> None:
        # Escape, wherever in it the keyboard is.
        self.dismiss()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        # It is kept for the next time.
        event.ignore()
        self.dismiss()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.fit()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        window = self.windowHandle()
        # Under Wayland only the compositor can move a window.
        if not window.startSystemMove():
            self._grip = event.globalPosition().toPoint() - self.pos()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self.move(event.globalPosition().toPoint() - self._grip)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None


def _composer(icons: Icons) -> Composer:
    composer = Composer(icons)
    composer.leave_out_files()
    composer.leaves_escape = True
    composer.input.setAccessibleName(_("Question"))
    composer.input.sends_with_both = True
    composer.set_ready(is_ready=True)
    return composer


def _button(name: str) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    return button


def _screen_with_pointer() -> QScreen:
    return QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()
