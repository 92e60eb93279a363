"""The row of the settings about the API key."""

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from glmdesk.chat.key_state import Found, KeyState, Malformed, Refused, Unneeded, Unread, describe
from glmdesk.desktop.secrets import Origin
from glmdesk.domain.errors import Action
from glmdesk.i18n import _
from glmdesk.ui.widgets.action_label import action_label
from glmdesk.ui.widgets.quotes import PlainLabel


class KeyRow(QWidget):
    """Says where the key is, and offers what changes something about that.

    Signals:
        entry_requested(): another key should be entered.
        keyring_requested(): the keyring should be asked once more.
        removal_requested(): the key should be forgotten.
    """

    entry_requested = Signal()
    keyring_requested = Signal()
    removal_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state = PlainLabel()
        self._state.setWordWrap(True)
        self._state.setTextFormat(Qt.TextFormat.PlainText)
        self._enter = _button(action_label(Action.ENTER_KEY), self.entry_requested)
        self._ask = _button(action_label(Action.ASK_KEYRING), self.keyring_requested)
        self._forget = _button(_("Forget key"), self.removal_requested)
        buttons = QHBoxLayout()
        for button in (self._enter, self._ask, self._forget):
            buttons.addWidget(button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        # The label beside it stands where an input has its text.
        column.setContentsMargins(0, self.fontMetrics().height() * 3 // 8, 0, 0)
        column.addWidget(self._state)
        column.addLayout(buttons)

    def show_state(self, state: KeyState) -> None:
        """Show what is known of the key."""
        self._state.setText(describe(state))
        self._enter.setVisible(not isinstance(state, (Refused, Malformed, Unneeded)))
        self._ask.setVisible(isinstance(state, Unread))
        self._forget.setVisible(isinstance(state, Found) and state.origin is not Origin.ENVIRONMENT)


def _button(name: str, pressed: SignalInstance) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    button.clicked.connect(pressed)
    return button
