"""The question what something is to be called."""

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from glmdesk.i18n import _
from glmdesk.ui.widgets.text_input import LineInput

_WIDTH = 360


class NameDialog(QDialog):
    """Asks for a name; an empty one cannot be given.

    Signals:
        named(name: str): without spaces around it.
    """

    named = Signal(str)

    def __init__(self, question: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(question)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self._field = LineInput()
        self._field.setAccessibleName(question)
        self._field.setText(name)
        self._field.selectAll()
        buttons = QDialogButtonBox()
        self._take = buttons.addButton(_("OK"), QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = buttons.addButton(_("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        for button in (self._take, cancel):
            button.setAccessibleName(button.text())
            # Enter belongs to the field, which knows whether an input method has it.
            button.setAutoDefault(False)
        self._take.setProperty("kind", "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 14)
        column.setSpacing(14)
        column.addWidget(self._field)
        column.addWidget(buttons)
        self._field.textChanged.connect(self._show_whether_named)
        self._field.submitted.connect(self._give)
        self._field.cancelled.connect(self.reject)
        buttons.accepted.connect(self._give)
        buttons.rejected.connect(self.reject)
        self._show_whether_named()
        self._field.setFocus()

    def _show_whether_named(self) -> None:
        self._take.setEnabled(bool(self._field.text().strip()))

    def _give(self) -> None:
        if name := self._field.text().strip():
            self.named.emit(name)
            self.accept()
