"""One service of the user's: what it is called, where it is, what it has, and whether it answers."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from glmdesk.chat.checkup import COST_AT_MOST, Listed, Step
from glmdesk.domain.endpoint import wants_agreement
from glmdesk.domain.own_service import OwnService
from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.widgets.check_list import CheckList
from glmdesk.ui.widgets.check_results import CheckResults
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.text_input import LineInput

_SIZE: Final = (560, 700)
_EDGE: Final = 24
_LIST_HEIGHT: Final = 132
_FEW: Final = 8
"""Models that are all chosen when a service lists them."""

Price = Callable[[OwnService, str], str]
"""Says what one word to a model of a service costs at most."""


class ServiceDialog(QDialog):
    """Asks for everything about a service. It closes when that is kept.

    Signals:
        save_requested(service: OwnService, key: str): keep it; the key is empty where none was entered.
        check_requested(service: OwnService, key: str): find out whether it can be reached.
        word_requested(service: OwnService, key: str, model_id: str): find out how fast a model answers.
    """

    save_requested = Signal(object, str)
    check_requested = Signal(object, str)
    word_requested = Signal(object, str, str)

    def __init__(self, service: OwnService | None, price: Price, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Edit the service") if service else _("Add a service"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self._price = price
        self._has_kept_key = service is not None and service.needs_key
        self.name = self._line(_("Name"), _("Ollama"))
        self.address = self._line(_("Address"), "http://127.0.0.1:11434/v1")
        self._agreement = QCheckBox(_("Ask it without encryption"))
        self._agreement_why = _explanation(
            _(
                "Everyone in the same network can read what is asked and answered, and the key. "
                "Agree to that for a network of your own only."
            )
        )
        self._gateway = QCheckBox(_("It passes everything on to BigModel"))
        gateway_why = _explanation(
            _(
                "What only BigModel has, such as its web search and the switch for thinking, is sent to it "
                "then. Its models need not be named."
            )
        )
        self._needs_key = QCheckBox(_("It is asked with a key"))
        self.key = self._line(_("API key"), _("API key"))
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self._models = CheckList(_("Models"))
        self._models.setFixedHeight(_LIST_HEIGHT)
        self._models.setSpacing(2)
        self._other_model = self._line(_("Add a model"), _("The id of another model"))
        self._add_model = _button(_("Add"), self._take_model)
        self._check = _button(_("Test the connection"), self._ask_to_check)
        self._word = _button(_("Ask one word"), self._ask_for_word)
        self._cost = _explanation("")
        self._results = CheckResults()
        self._problem = PlainLabel()
        self._problem.setProperty("kind", "danger")
        self._problem.setWordWrap(True)
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.hide()
        self._save = QPushButton()
        self._lay_out(gateway_why)
        self._fill(service)
        self._connect()
        self.name.setFocus()

    def _line(self, name: str, placeholder: str) -> LineInput:
        line = LineInput()
        line.setAccessibleName(name)
        line.setPlaceholderText(placeholder)
        line.cancelled.connect(self.reject)
        return line

    def _lay_out(self, gateway_why: QLabel) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(_EDGE, 20, _EDGE, 20)
        column.setSpacing(6)
        more = QHBoxLayout()
        more.addWidget(self._other_model, 1)
        more.addWidget(self._add_model)
        tests = QHBoxLayout()
        tests.addWidget(self._check)
        tests.addWidget(self._word)
        tests.addStretch()
        for title, parts in (
            (_("Name"), (self.name,)),
            (_("Address"), (self.address, self._agreement, self._agreement_why)),
            (_("API key"), (self._needs_key, self.key)),
            (_("Models"), (self._models, more, self._gateway, gateway_why)),
            (_("Connection"), (tests, self._cost, self._results)),
        ):
            label = QLabel(title)
            if isinstance(parts[0], QWidget):
                label.setBuddy(parts[0])
            label.setContentsMargins(0, 10 if column.count() else 0, 0, 0)
            column.addWidget(label)
            for part in parts:
                if isinstance(part, QWidget):
                    column.addWidget(part)
                else:
                    column.addLayout(part)
        column.addStretch()
        self._frame(column)

    def _frame(self, column: QVBoxLayout) -> None:
        """Let the parts scroll, above the buttons that end it."""
        page = QWidget()
        page.setLayout(column)
        area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(page)
        buttons = QDialogButtonBox()
        self._save = buttons.addButton(_("Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = buttons.addButton(_("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        for button in (self._save, cancel):
            button.setAccessibleName(button.text())
            # Enter belongs to the fields, which know whether an input method has it.
            button.setAutoDefault(False)
        self._save.setProperty("kind", "primary")
        buttons.accepted.connect(self._ask_to_save)
        buttons.rejected.connect(self.reject)
        foot = QVBoxLayout()
        foot.setContentsMargins(_EDGE, 0, _EDGE, 14)
        foot.addWidget(self._problem)
        foot.addWidget(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area, 1)
        whole.addLayout(foot)

    def _fill(self, service: OwnService | None) -> None:
        if service is not None:
            self.name.setText(service.name)
            self.address.setText(service.base_url)
            self._agreement.setChecked(service.is_plain_allowed)
            self._needs_key.setChecked(service.needs_key)
            self._gateway.setChecked(service.dialect == "bigmodel")
            for model_id in service.models:
                self._offer_model(model_id, is_chosen=True)
        if self._has_kept_key:
            self.key.setPlaceholderText(_("Leave it empty to keep the key that there is"))
        self._show_what_applies()

    def _connect(self) -> None:
        for line in (self.name, self.address, self.key):
            line.submitted.connect(self._ask_to_save)
            line.textChanged.connect(self._show_what_applies)
        self._other_model.submitted.connect(self._take_model)
        self._other_model.textChanged.connect(self._show_what_applies)
        for box in (self._agreement, self._needs_key, self._gateway):
            box.toggled.connect(self._show_what_applies)
        self._models.itemChanged.connect(self._show_what_applies)
        self._models.currentItemChanged.connect(self._show_what_applies)

    @property
    def draft(self) -> OwnService:
        """The service as it was entered."""
        address = self.address.text().strip()
        return OwnService(
            " ".join(self.name.text().split()),
            address,
            models=tuple(self._chosen_models()),
            dialect="bigmodel" if self._gateway.isChecked() else "openai",
            needs_key=self._needs_key.isChecked(),
            is_plain_allowed=self._agreement.isChecked() and wants_agreement(address),
        )

    def _chosen_models(self) -> list[str]:
        return [item.text() for item in self._models.marked]

    @property
    def _asked_model(self) -> str:
        """The model to ask a word of: that on which the list stands, or else the first chosen one."""
        names = [*(item.text() for item in self._models.selectedItems()), *self._chosen_models()]
        return next(iter(names), "")

    def show_refusal(self, reason: str) -> None:
        """Say why the service was not kept."""
        self._problem.setText(reason)
        self._problem.setVisible(bool(reason))

    def begin_check(self) -> None:
        """Show nothing of an earlier check."""
        self._results.clear()
        self._check.setEnabled(False)
        self._word.setEnabled(False)

    def end_check(self) -> None:
        """Let another check be asked for."""
        self._check.setEnabled(True)
        self._show_what_applies()

    def show_step(self, step: Step) -> None:
        """Show what was found; models that the service lists can be chosen."""
        self._results.add(step)
        if isinstance(step, Listed):
            # A server at home has the few models that somebody has put there; a shop has hundreds.
            are_few = len(step.models) <= _FEW and not self._models.count()
            for model_id in step.models:
                self._offer_model(model_id, is_chosen=are_few)
            self._show_what_applies()

    def show_check_problem(self, reason: str) -> None:
        """Say why nothing more was found."""
        self._results.add_problem(reason)

    def _offer_model(self, model_id: str, *, is_chosen: bool) -> None:
        for item in self._models.findItems(model_id, Qt.MatchFlag.MatchExactly):
            if is_chosen:
                item.setCheckState(Qt.CheckState.Checked)
            return
        self._models.add(model_id, is_marked=is_chosen)

    def _take_model(self) -> None:
        if model_id := self._other_model.text().strip():
            self._offer_model(model_id, is_chosen=True)
            self._other_model.clear()

    def _show_what_applies(self) -> None:
        self.show_refusal("")
        wants = wants_agreement(self.address.text())
        self._agreement.setVisible(wants)
        self._agreement_why.setVisible(wants)
        self.key.setVisible(self._needs_key.isChecked())
        self._add_model.setEnabled(bool(self._other_model.text().strip()))
        model_id = self._asked_model
        self._word.setEnabled(bool(model_id) and self._check.isEnabled())
        words = _("One word is asked of {model}, and at most {tokens} tokens are answered: {price}.")
        price = self._price(self.draft, model_id) if model_id else ""
        nothing = _("Tick the models that are to be offered. The test proposes those that the service lists.")
        self._cost.setText(
            words.format(model=model_id, tokens=COST_AT_MOST.completion_tokens, price=price)
            if model_id
            else nothing
        )

    def _ask_to_check(self) -> None:
        self.check_requested.emit(self.draft, self.key.text())

    def _ask_for_word(self) -> None:
        self.word_requested.emit(self.draft, self.key.text(), self._asked_model)

    def _ask_to_save(self) -> None:
        # What was written and not added is meant too.
        self._take_model()
        self.save_requested.emit(self.draft, self.key.text())

    @override
    def done(self, result: int) -> None:
        self.key.clear()
        super().done(result)


def _explanation(text: str) -> QLabel:
    label = PlainLabel(text)
    label.setProperty("kind", "muted")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _button(name: str, act: Callable[[], None]) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    button.clicked.connect(act)
    return button
