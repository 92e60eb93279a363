"""Below a message that is not whole: how it ended, and what can be done about it."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from glmdesk.domain.errors import Action, Problem
from glmdesk.domain.message import State
from glmdesk.i18n import _
from glmdesk.ui.models.message_list import Row
from glmdesk.ui.widgets.action_label import action_label
from glmdesk.ui.widgets.quotes import PlainLabel


class MessageOutcome(QFrame):
    """Words, and the buttons that follow from them.

    Signals:
        continue_requested(), retry_requested(): of this message.
        remedy_requested(action: Action): what the message's problem offers besides these.
    """

    continue_requested = Signal()
    retry_requested = Signal()
    remedy_requested = Signal(object)

    def __init__(self, *, has_buttons: bool = True) -> None:
        super().__init__()
        self._has_buttons = has_buttons
        self.setObjectName("outcome")
        self.notice = PlainLabel()
        self.notice.setWordWrap(True)
        self.notice.setTextFormat(Qt.TextFormat.PlainText)
        self._actions: list[Action] = []
        """What the buttons of remedies offer."""
        self._remedies = [_button("", partial(self._offer, number)) for number in range(2)]
        self._continue = _button(_("Continue"), self.continue_requested.emit)
        self._retry = _button(_("Retry"), self.retry_requested.emit)
        self._buttons = QHBoxLayout()
        self._buttons.setContentsMargins(0, 0, 0, 0)
        for button in self.stops:
            self._buttons.addWidget(button)
        self._buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(6)
        column.addWidget(self.notice)
        column.addLayout(self._buttons)

    @property
    def stops(self) -> list[QWidget]:
        """Where Tab stops, in this order."""
        return [*self._remedies, self._continue, self._retry]

    def show_row(self, row: Row) -> None:
        """Show how a message ended, of which `outcome_of` has words."""
        message = row.message
        self.notice.setText(outcome_of(row))
        is_error = message.state in _FAILURES or (message.state is State.COMPLETE and message.problem)
        self.setProperty("kind", "error" if is_error else "plain")
        for styled in (self, self.notice):
            styled.style().polish(styled)
        self._show_remedies(message.problem)
        self._continue.setVisible(message.state.can_continue and message.has_arrived)
        self._retry.setVisible(leads_to_retry(row))
        if not self._has_buttons:
            for button in self.stops:
                button.hide()
        # A layout inside another one hears of what is shown with the next event only.
        self._buttons.invalidate()

    def _show_remedies(self, problem: Problem | None) -> None:
        offered = (problem.action, problem.alternative) if problem else ()
        self._actions = [action for action in offered if action not in (None, Action.CONTINUE, Action.RETRY)]
        for button in self._remedies:
            button.hide()
        for button, action in zip(self._remedies, self._actions, strict=False):
            label = action_label(action, problem.details if problem else {})
            button.setText(label)
            button.setAccessibleName(label)
            button.show()

    def _offer(self, number: int) -> None:
        self.remedy_requested.emit(self._actions[number])


_FAILURES = (State.FAILED, State.INTERRUPTED, State.WITHHELD)
_GOING_ON = (State.STREAMING, State.WAITING)
"""Of a call that is being carried out, or waits for the user's word."""


def _button(name: str, act: Callable[[], None]) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.clicked.connect(act)
    return button


def leads_to_retry(row: Row) -> bool:
    """Return whether the words about a message are the place for another try."""
    message = row.message
    is_not_as_asked = message.state is State.COMPLETE and message.problem is not None
    return message.state in (*_FAILURES, State.WAITING) or is_not_as_asked or _shortfall(row) is not None


def outcome_of(row: Row) -> str:
    """Return how a message ended, or what its rest waits for; nothing where all is well."""
    message = row.message
    if message.state is State.STREAMING:
        # Without a text it stands in the place of the text.
        return row.status if message.text else ""
    if problem := message.problem or _shortfall(row):
        return problem.words
    match message.state:
        case State.COMPLETE:
            return ""
        case State.STOPPED:
            return _("Stopped by you.")
        case State.CUT_SHORT:
            return _("Cut short: the longest answer was reached.")
        case _:
            return _("The answer broke off. What had arrived is kept.")


def _shortfall(row: Row) -> Problem | None:
    """Return what an answer lacks; calls need no words that were all answered, or still are being."""
    are_answered = all(result.text or result.state in _GOING_ON for result in row.results)
    return None if row.results and are_answered else row.message.shortfall
