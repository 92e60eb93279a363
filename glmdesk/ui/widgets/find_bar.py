"""Above the messages: the text to be found in them."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.shortcuts import FIND_NEXT, FIND_PREVIOUS
from glmdesk.ui.theme import COLUMN_WIDTH, Theme
from glmdesk.ui.widgets.text_input import LineInput, is_enter

_WIDTH = 360


class _Field(LineInput):
    """The text to be found.

    Signals:
        stepped_back(): Shift+Enter was pressed.
    """

    stepped_back = Signal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if is_enter(event) and has_shift and not self.is_composing:
            event.accept()
            self.stepped_back.emit()
        else:
            super().keyPressEvent(event)


class FindBar(QFrame):
    """Asks what to find, and shows how much was found.

    Signals:
        text_changed(text: str): something else should be found.
        step_requested(step: int): the reader should go to the hit before (-1) or after (1) the current one.
        closed(): nothing is to be found any more.
    """

    text_changed = Signal(str)
    step_requested = Signal(int)
    closed = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("find")
        self._icons = icons
        self.field = _Field()
        self.field.setAccessibleName(_("Find in chat"))
        self.field.setPlaceholderText(_("Find in chat"))
        self.field.setMaximumWidth(_WIDTH)
        self.field.textChanged.connect(self.text_changed)
        self.field.submitted.connect(lambda: self.step_requested.emit(1))
        self.field.stepped_back.connect(lambda: self.step_requested.emit(-1))
        self.field.cancelled.connect(self.close_bar)
        self._count = QLabel()
        self._count.setProperty("kind", "muted")
        self._previous = self._button(FIND_PREVIOUS.added_to(_("Previous match")), _("Previous match"))
        self._previous.clicked.connect(lambda: self.step_requested.emit(-1))
        self._next = self._button(FIND_NEXT.added_to(_("Next match")), _("Next match"))
        self._next.clicked.connect(lambda: self.step_requested.emit(1))
        self._close = self._button(_("Close"), _("Close"))
        self._close.clicked.connect(self.close_bar)
        # As wide as the messages below, in the middle like them.
        inner = QWidget()
        inner.setMaximumWidth(COLUMN_WIDTH)
        around = QHBoxLayout(self)
        around.setContentsMargins(24, 6, 24, 6)
        around.addStretch(1)
        around.addWidget(inner, 1000)
        around.addStretch(1)
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.field, 100)
        row.addSpacing(8)
        row.addWidget(self._count)
        row.addStretch(1)
        for button in (self._previous, self._next, self._close):
            row.addWidget(button)
        self.hide()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in this order."""
        return self.field, self._previous, self._next, self._close

    def set_theme(self, theme: Theme) -> None:
        """Show a theme's colours."""
        for button, icon in ((self._previous, "up"), (self._next, "down"), (self._close, "close")):
            button.setIcon(self._icons.icon(icon, theme.muted))

    def open_bar(self) -> None:
        """Ask what to find; what was looked for before can be written over."""
        was_shown = self.isVisible()
        self.show()
        self.field.setFocus()
        self.field.selectAll()
        if not was_shown:
            self.text_changed.emit(self.field.text())

    def show_bar(self, text: str) -> None:
        """Look for a text, and leave the keyboard where it is."""
        self.field.setText("")
        self.show()
        self.field.setText(text)

    def close_bar(self) -> None:
        """Find nothing any more."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def show_count(self, number: int, count: int, *, is_looking: bool) -> None:
        """Show which hit is the current one, and how many there are."""
        if not self.field.text() or (is_looking and not count):
            words = ""
        elif count:
            words = _("{number} of {count}").format(number=number, count=count)
        else:
            words = _("No matches")
        for button in (self._previous, self._next):
            button.setEnabled(count > 0)
        if words != self._count.text():
            self._count.setText(words)
            if words and not is_looking:
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, words))

    def _button(self, tip: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setToolTip(tip)
        button.setAccessibleName(name)
        button.setIconSize(QSize(16, 16))
        return button
