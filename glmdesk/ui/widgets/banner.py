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
    seconds: float | None
    """How long it is shown; None for what does not go by itself."""

    @property
    def is_passing(self) -> bool:
        """Whether it goes by itself."""
        return self.seconds is not None

    def replaces(self, other: "_Said") -> bool:
        """Whether another message is of no use beside this one: both pass, and their buttons do the same."""
        same = self.action.partition(":")[0] == other.action.partition(":")[0]
        return self.text == other.text or (self.is_passing and other.is_passing and same)

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
        self._timer.timeout.connect(self.dismiss)
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
        """Show a message, with a button if there is an `action`; after `seconds` in sight it goes by itself.

        It takes the place of one with the same text; of what goes by itself, that of one whose button does
        the same: an `action` is what is done, and behind a colon to what.
        """
        said = _Said(kind, text, action, label, seconds)
        kept = [one for one in self._said if not said.replaces(one)]
        # What goes by itself is seen at once, above what went before; anything else waits for its turn.
        everything = [said, *kept] if said.is_passing else [*kept, said]
        self._take(sorted(everything, key=lambda one: one.rank))

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

    def action_that(self, does: str) -> str:
        """Return the action of a message whose button does this, shown or not; empty where there is none."""
        return next((one.action for one in self._said if one.action.startswith(f"{does}:")), "")

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

    def withdraw_text(self, text: str) -> None:
        """Take away the message with this text."""
        self._take([one for one in self._said if one.text != text])

    def _take(self, said: list[_Said]) -> None:
        shown = self._said[0] if self._said else None
        self._said = said
        if not said:
            self._timer.stop()
        elif said[0] is not shown:
            self._show(said[0])
        self.setVisible(bool(said))

    def _show(self, said: _Said) -> None:
        if said.seconds is None:
            self._timer.stop()
        else:
            self._timer.start(round(said.seconds * 1000))
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
        action = self._said[0].action
        self.dismiss()
        self.acted.emit(action)
