"""What quick questions can do with a text by one key: added, edited, ordered, and as they came."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from glmdesk.domain.catalog import Offer
from glmdesk.domain.quick_action import KEYS, QuickAction, built_in_actions
from glmdesk.i18n import _
from glmdesk.ui.widgets.choice import ChoiceBox
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.text_input import LineInput, TextInput

_SIZE: Final = (760, 520)
_LIST_WIDTH: Final = 200


class QuickActionsDialog(QDialog):
    """Edits actions; nothing is changed before they are saved.

    Signals:
        chosen(actions: tuple[QuickAction, ...]): these should be there, in this order.
    """

    chosen = Signal(object)

    def __init__(self, actions: Sequence[QuickAction], offer: Offer, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Quick actions"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self._actions = list(actions)
        self._is_showing = False
        self._list = QListWidget()
        self._list.setProperty("kind", "list")
        self._list.setAccessibleName(_("Quick actions"))
        self._list.setFixedWidth(_LIST_WIDTH)
        self._name, self._prompt = LineInput(), TextInput()
        self._key, self._model = ChoiceBox(), ChoiceBox()
        self._problem = PlainLabel()
        self._problem.setProperty("kind", "danger")
        self._problem.setWordWrap(True)
        self._up, self._down = self._button(_("Up")), self._button(_("Down"))
        self._add, self._remove = self._button(_("Add")), self._button(_("Remove"))
        self._reset = self._button(_("Restore built-in actions"))
        self._fill_choices(offer)
        self._buttons = QDialogButtonBox()
        self._save = self._buttons.addButton(_("Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = self._buttons.addButton(_("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self._save.setProperty("kind", "primary")
        for button in (self._save, cancel):
            button.setAccessibleName(button.text())
            button.setAutoDefault(False)
        self._lay_out()
        self._connect()
        self._show_list(0)

    def _button(self, name: str) -> QPushButton:
        button = QPushButton(name)
        button.setAccessibleName(name)
        button.setAutoDefault(False)
        return button

    def _fill_choices(self, offer: Offer) -> None:
        self._key.addItem(_("None"), "")
        for key in KEYS:
            self._key.addItem(f"Alt+{key}", key)
        self._model.addItem(_("That of quick questions"), "")
        for model in offer:
            self._model.addItem(model.title, model.id)
        # One of another service stays what it is.
        for model_id in dict.fromkeys(action.model for action in self._actions):
            if self._model.findData(model_id) < 0:
                self._model.addItem(offer.title(model_id), model_id)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self._list, 1)
        for row in ((self._add, self._remove), (self._up, self._down)):
            order = QHBoxLayout()
            for button in row:
                order.addWidget(button)
            left.addLayout(order)
        self._prompt.setFrameShape(QFrame.Shape.NoFrame)
        self._prompt.setProperty("kind", "list")
        explanation = PlainLabel(
            _(
                "{text} stands for the text. {language} is English for a Chinese text, Chinese for an "
                "English one, and else the language of the prompt."
            )
        )
        explanation.setProperty("kind", "muted")
        explanation.setWordWrap(True)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setVerticalSpacing(10)
        for name, field in ((_("Name"), self._name), (_("Key"), self._key), (_("Model"), self._model)):
            field.setAccessibleName(name)
            form.addRow(name, field)
        self._prompt.setAccessibleName(_("Prompt"))
        form.addRow(_("Prompt"), self._prompt)
        form.addRow("", explanation)
        form.addRow("", self._problem)
        both = QHBoxLayout()
        both.setSpacing(18)
        both.addLayout(left)
        both.addLayout(form, 1)
        foot = QHBoxLayout()
        foot.addWidget(self._reset)
        foot.addStretch(1)
        foot.addWidget(self._buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(14)
        column.addLayout(both, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self._list.currentRowChanged.connect(self._show_action)
        for edited in (self._name.textChanged, self._prompt.textChanged, self._model.activated):
            edited.connect(self._take)
        self._key.activated.connect(self._take_key)
        self._add.clicked.connect(self._add_one)
        self._remove.clicked.connect(self._remove_one)
        self._up.clicked.connect(lambda: self._move(-1))
        self._down.clicked.connect(lambda: self._move(1))
        self._reset.clicked.connect(self._restore)
        for field in (self._name, self._prompt):
            field.submitted.connect(self._give)
            field.cancelled.connect(self.reject)
        self._prompt.sends_with_control = True
        self._buttons.accepted.connect(self._give)
        self._buttons.rejected.connect(self.reject)

    @property
    def _row(self) -> int:
        return self._list.currentRow()

    def _show_list(self, row: int) -> None:
        self._list.clear()
        self._list.addItems([action.name for action in self._actions])
        self._list.setCurrentRow(min(row, len(self._actions) - 1))
        self._show_action(self._row)

    def _show_action(self, row: int) -> None:
        action = self._actions[row] if row >= 0 else QuickAction("", "")
        self._is_showing = True
        self._name.setText(action.name)
        self._prompt.setPlainText(action.prompt)
        self._key.setCurrentIndex(self._key.findData(action.key))
        self._model.setCurrentIndex(self._model.findData(action.model))
        self._is_showing = False
        for field in (self._name, self._prompt, self._key, self._model, self._remove):
            field.setEnabled(row >= 0)
        self._up.setEnabled(row > 0)
        self._down.setEnabled(0 <= row < len(self._actions) - 1)
        self._show_problem()

    def _take(self) -> None:
        row = self._row
        if self._is_showing or row < 0:
            return
        name, prompt = " ".join(self._name.text().split()), self._prompt.toPlainText().strip()
        key, model = self._key.currentData(), self._model.currentData()
        self._actions[row] = QuickAction(name, prompt, key, model)
        self._list.item(row).setText(name)
        self._show_problem()

    def _take_key(self) -> None:
        # A key does one thing: it is taken from the action that had it.
        key = self._key.currentData()
        self._actions = [replace(one, key="") if key and one.key == key else one for one in self._actions]
        self._take()

    def _show_problem(self) -> None:
        names = [action.name for action in self._actions]
        if not all(names):
            problem = _("An action has no name.")
        elif len(set(names)) < len(names):
            problem = _("Two actions have the same name.")
        elif not all(action.prompt for action in self._actions):
            problem = _("An action has no prompt.")
        else:
            problem = ""
        self._problem.setText(problem)
        self._save.setEnabled(not problem)

    def _add_one(self) -> None:
        used = {action.key for action in self._actions}
        key = next((key for key in KEYS if key not in used), "")
        self._actions.append(QuickAction("", "{text}", key))
        self._show_list(len(self._actions) - 1)
        self._name.setFocus()

    def _remove_one(self) -> None:
        row = self._row
        del self._actions[row]
        self._show_list(row)

    def _move(self, step: int) -> None:
        row = self._row
        self._actions.insert(row + step, self._actions.pop(row))
        self._show_list(row + step)

    def _restore(self) -> None:
        self._actions = list(built_in_actions())
        self._show_list(0)

    def _give(self) -> None:
        if self._save.isEnabled():
            self.chosen.emit(tuple(self._actions))
            self.accept()
