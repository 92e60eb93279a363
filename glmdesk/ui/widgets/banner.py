"""A message above the composer: what happened, what to do, and a button that does it."""

from collections.abc import Collection
from enum import Enum
from typing import NamedTuple

from PySide6 import QtCore
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

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


class _Said(NamedTuple):
    """One message, until somebody has done with it."""

    kind: Kind
    text: str
    action: str
    label: str
    is_passing: bool

    @property
    def rank(self) -> int:
        """Where it stands among those that wait: what goes by itself cannot, then the worst comes first."""
        if self.is_passing:
            return 0
        if self.kind is Kind.ERROR:
            return 1 if self.action else 2
        return 3


class Banner(QFrame):
    """Shows one message at a time, the others when their turn comes, and hides itself when there is none.

    Signals:
        acted(action: str): the button was pressed; `action` is the name given with the message.
    """

    acted = Signal(str)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._icons = icons
        self._said: list[_Said] = []
        """In the order in which they are shown."""
        self._text = PlainLabel()
        self._text.setWordWrap(True)
        self._button = QPushButton()
        self._button.clicked.connect(self._act)
        self._close = QToolButton()
        self._close.setAccessibleName(_("Dismiss"))
        self._close.setToolTip(_("Dismiss"))
        self._close.clicked.connect(self.dismiss)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.end_passing)
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
        """Show a message, with a button if there is an `action`; after `seconds` it goes by itself.

        It takes the place of one with the same text, and one that goes by itself the place of another such.
        """
        said = _Said(kind, text, action, label, seconds is not None)
        if seconds is not None:
            self._timer.start(round(seconds * 1000))
        kept = [one for one in self._said if one.text != text and not (one.is_passing and said.is_passing)]
        self._take(sorted([*kept, said], key=lambda one: one.rank))

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
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in this order."""
        return self._button, self._close

    @property
    def action(self) -> str:
        """What the button stands for now; empty where none is shown."""
        return self._said[0].action if self._said else ""

    def make_way(self) -> None:
        """Take away what is shown, but for what goes by itself: it may still be wanted."""
        if self._said and not self._said[0].is_passing:
            self.dismiss()

    def dismiss(self) -> None:
        """Take away what is shown; the next one follows."""
        self._take(self._said[1:])

    def withdraw(self, actions: Collection[str]) -> None:
        """Take away every message whose button stands for one of these."""
        self._take([one for one in self._said if one.action not in actions])

    def end_passing(self) -> None:
        """Take away what goes by itself."""
        self._take([one for one in self._said if not one.is_passing])

    def _take(self, said: list[_Said]) -> None:
        self._said = said
        if not any(one.is_passing for one in said):
            self._timer.stop()
        if said:
            self._show(said[0])
        self.setVisible(bool(said))

    def _show(self, said: _Said) -> None:
        self.setProperty("kind", said.kind.value)
        self.style().polish(self)
        self._text.style().polish(self._text)
        self._text.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self._text.setText(said.text)
        self.setAccessibleName(said.text)
        self._button.setText(said.label)
        self._button.setAccessibleName(said.label)
        self._button.setVisible(bool(said.action))

    def _act(self) -> None:
        action = self.action
        self.dismiss()
        self.acted.emit(action)
