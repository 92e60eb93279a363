"""A message above the composer: what happened, what to do, and a button that does it."""

from enum import Enum

from PySide6 import QtCore
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton

from glmdesk.domain.errors import Action, Problem
from glmdesk.i18n import _
from glmdesk.ui.icons import Icons
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.action_label import action_label
from glmdesk.ui.widgets.quotes import PlainLabel


class Kind(Enum):
    """How serious it is."""

    ERROR = "error"
    NOTICE = "notice"


class Banner(QFrame):
    """Shows one message at a time and hides itself when there is none.

    Signals:
        acted(action: str): the button was pressed; `action` is the name given with the message.
    """

    acted = Signal(str)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._icons = icons
        self._action = ""
        self._text = PlainLabel()
        self._text.setWordWrap(True)
        self._button = QPushButton()
        self._button.clicked.connect(self._act)
        self._close = QToolButton()
        self._close.setAccessibleName(_("Dismiss"))
        self._close.setToolTip(_("Dismiss"))
        self._close.clicked.connect(self.clear)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        row.addWidget(self._close)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Colour the closing cross."""
        self._close.setIcon(self._icons.icon("close", theme.muted))

    def show_message(
        self, kind: Kind, text: str, *, action: str = "", label: str = "", seconds: float | None = None
    ) -> None:
        """Show a message, with a button if there is an `action`; after `seconds` it goes by itself."""
        self.setProperty("kind", kind.value)
        self.style().polish(self)
        self._text.style().polish(self._text)
        self._text.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self._text.setText(text)
        self.setAccessibleName(text)
        self._action = action
        self._button.setText(label)
        self._button.setAccessibleName(label)
        self._button.setVisible(bool(action))
        self.show()
        if seconds is None:
            self._timer.stop()
        else:
            self._timer.start(round(seconds * 1000))

    def show_problem(self, problem: Problem) -> None:
        """Show an error with what can be done about it; what is done to an answer is offered there."""
        action = None if problem.action in (Action.RETRY, Action.CONTINUE) else problem.action
        self.show_message(
            Kind.ERROR,
            problem.words,
            action=action or "",
            label=action_label(action) if action else "",
        )

    @property
    def action(self) -> str:
        """What the button stands for now; empty where none is shown."""
        return "" if self.isHidden() else self._action

    def make_way(self) -> None:
        """Show nothing, but for what goes by itself: it may still be wanted."""
        if not self._timer.isActive():
            self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self._timer.stop()
        self.hide()

    def _act(self) -> None:
        action = self._action
        self.clear()
        self.acted.emit(action)
