"""The first screen: enter an API key, test it, keep it, or try the program without one."""

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from glmdesk.chat.key_state import (
    Found,
    KeyState,
    Malformed,
    Missing,
    Refused,
    Sought,
    Unneeded,
    Unread,
    describe,
)
from glmdesk.desktop.secrets import Origin
from glmdesk.domain.errors import Action
from glmdesk.i18n import _
from glmdesk.ui.widgets.action_label import action_label
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.text_input import LineInput


class KeyEntry(QFrame):
    """A field for the API key with what belongs to it. The key leaves the field as soon as it is kept.

    Signals:
        test_requested(key: str): ask the service whether it accepts the key. It costs nothing.
        save_requested(key: str): keep the key, in the system's keyring if there is one, and use it.
        console_requested(): open the page where keys are made.
        demo_requested(): go on without a key, with simulated answers.
        look_requested(): ask the system's keyring once more.
    """

    test_requested = Signal(str)
    save_requested = Signal(str)
    console_requested = Signal()
    demo_requested = Signal()
    look_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("key_entry")
        self.setMaximumWidth(440)
        self._is_refused = False
        self._has_keyring = True
        headline = QLabel(_("Welcome to glmdesk"))
        headline.setProperty("kind", "headline")
        self._explanation = PlainLabel()
        self._explanation.setProperty("kind", "muted")
        self._explanation.setWordWrap(True)
        self._explanation.setTextFormat(Qt.TextFormat.PlainText)
        self.field = LineInput()
        self.field.setAccessibleName(_("API key"))
        self.field.setPlaceholderText(_("API key"))
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self._status = PlainLabel()
        self._status.setWordWrap(True)
        self._status.setTextFormat(Qt.TextFormat.PlainText)
        self._status.hide()
        self._look = self._button(action_label(Action.ASK_KEYRING))
        self._look.clicked.connect(self.look_requested)
        self._look.hide()
        self._test = self._button(_("Test key"))
        self._save = self._button(_("Save key"), kind="primary")
        self._console = self._button(_("Get a key in the console"), kind="flat")
        demo = self._button(_("Try the demo"))
        self._test.clicked.connect(lambda: self.test_requested.emit(self.field.text()))
        self._save.clicked.connect(self._submit)
        self.field.submitted.connect(self._submit)
        self._console.clicked.connect(self.console_requested)
        demo.clicked.connect(self.demo_requested)
        self.field.textChanged.connect(self._show_buttons)
        self._lay_out(headline, [self._look], [self._save, self._test], [demo, self._console])
        self._show_buttons()

    def _lay_out(self, headline: QLabel, *rows: list[QPushButton]) -> None:
        column = QVBoxLayout(self)
        column.setSpacing(12)
        for widget in (headline, self._explanation, self.field, self._status):
            column.addWidget(widget)
        for buttons in rows:
            row = QHBoxLayout()
            for button in buttons:
                row.addWidget(button)
            row.addStretch()
            column.addLayout(row)

    def show_state(self, state: KeyState) -> None:
        """Say which service the key is for, where it will be kept, and why none is known."""
        self._is_refused = isinstance(state, (Refused, Malformed, Unneeded))
        self._look.setVisible(isinstance(state, Unread))
        if isinstance(state, (Refused, Malformed)):
            self._console.hide()
            self._explanation.setText(state.problem.words)
        elif isinstance(state, Unneeded):
            self._console.hide()
            self._explanation.setText(describe(state))
        else:
            self._console.setVisible(state.endpoint.console_url(billing=False) is not None)
            self._explanation.setText(self._promise(state).format(host=state.endpoint.host))
        self.show_status(_why_not(state), is_problem=isinstance(state, Unread))
        self._show_buttons()

    def _promise(self, state: Sought | Found | Missing | Unread) -> str:
        match state:
            case Missing(has_keyring=has_keyring):
                self._has_keyring = has_keyring
            case Unread() | Found(origin=Origin.KEYRING):
                self._has_keyring = True
            case _:
                # They tell nothing of the keyring.
                pass
        if isinstance(state, Found) and state.origin is Origin.ENVIRONMENT:
            return _(
                "The key of the variable GLMDESK_API_KEY is in use. One that is entered here for {host} "
                "is used when glmdesk is started without the variable."
            )
        if self._has_keyring:
            return _(
                "Paste your API key for {host}. It is kept in the keyring of this system, "
                "is sent to that service only, and is never written to a file."
            )
        return _(
            "Paste your API key for {host}. It is kept until glmdesk is closed, "
            "is sent to that service only, and is never written to a file."
        )

    def show_status(self, text: str, *, is_problem: bool) -> None:
        """Say how a test or a save went; the key stays in the field."""
        self._status.setProperty("kind", "danger" if is_problem else "muted")
        self._status.style().polish(self._status)
        self._status.setText(text)
        self._status.setVisible(bool(text))

    def set_busy(self, is_busy: bool) -> None:
        """Block the buttons while a test or a save is under way."""
        self.field.setReadOnly(is_busy)
        self._show_buttons()

    def clear(self) -> None:
        """Forget what was typed."""
        self.field.clear()
        self.show_status("", is_problem=False)

    def _submit(self) -> None:
        if self._save.isEnabled():
            self.save_requested.emit(self.field.text())

    def _show_buttons(self) -> None:
        is_usable = bool(self.field.text().strip()) and not self.field.isReadOnly() and not self._is_refused
        self._test.setEnabled(is_usable)
        self._save.setEnabled(is_usable)

    def _button(self, name: str, kind: str = "") -> QPushButton:
        button = QPushButton(name)
        button.setAccessibleName(name)
        button.setAutoDefault(False)
        button.setProperty("kind", kind)
        return button


def _why_not(state: KeyState) -> str:
    """Return why there is no key yet, where there is more to say of it than that."""
    match state:
        case Sought(is_waited_for=True) | Unread():
            return describe(state)
        case Missing():
            return state.reasons
        case _:
            return ""
