"""The services that the user has added: which there are, and the way to add, edit and remove one."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from glmdesk.domain.own_service import OwnService
from glmdesk.i18n import _
from glmdesk.ui.widgets.quotes import PlainLabel

_SIZE: Final = (520, 380)


class ServicesDialog(QDialog):
    """Lists services.

    Signals:
        addition_requested(): another one should be added.
        edition_requested(name: str): one should be edited, or tried.
        removal_requested(name: str): one should be there no more.
    """

    addition_requested = Signal()
    edition_requested = Signal(str)
    removal_requested = Signal(str)

    def __init__(self, services: Sequence[OwnService], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Services"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        words = PlainLabel(
            _(
                "Whatever speaks as OpenAI's service does can be added: Ollama, vLLM, SGLang or llama.cpp on "
                "this computer or at home, or a service in the network. Which one is asked is chosen in the "
                "settings."
            )
        )
        words.setProperty("kind", "muted")
        words.setWordWrap(True)
        self._list = QListWidget()
        self._list.setProperty("kind", "list")
        self._list.setAccessibleName(_("Services"))
        self._list.currentRowChanged.connect(self._show_what_applies)
        self._list.itemActivated.connect(self._ask_to_edit)
        buttons, role = QDialogButtonBox(), QDialogButtonBox.ButtonRole
        add = buttons.addButton(_("Add…"), role.ActionRole)
        self._edit: QPushButton = buttons.addButton(_("Edit and test…"), role.ActionRole)
        self._remove: QPushButton = buttons.addButton(_("Remove…"), role.ActionRole)
        close = buttons.addButton(_("Close"), role.RejectRole)
        for button in (add, self._edit, self._remove, close):
            button.setAccessibleName(button.text())
            button.setAutoDefault(False)
        add.clicked.connect(self.addition_requested)
        self._edit.clicked.connect(self._ask_to_edit)
        self._remove.clicked.connect(self._ask_whether_to_remove)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(10)
        for part in (words, self._list, buttons):
            column.addWidget(part)
        self.show_services(services)

    def show_services(self, services: Sequence[OwnService]) -> None:
        """Show what there is now."""
        row = max(0, self._list.currentRow())
        self._list.clear()
        for service in services:
            item = QListWidgetItem(f"{service.name}  ·  {service.base_url}")
            item.setData(Qt.ItemDataRole.UserRole, service.name)
            self._list.addItem(item)
        self._list.setCurrentRow(min(row, self._list.count() - 1))
        self._show_what_applies()

    @property
    def _chosen(self) -> str:
        row = self._list.currentRow()
        return "" if row < 0 else str(self._list.item(row).data(Qt.ItemDataRole.UserRole))

    def _show_what_applies(self) -> None:
        self._edit.setEnabled(bool(self._chosen))
        self._remove.setEnabled(bool(self._chosen))

    def _ask_to_edit(self) -> None:
        if self._chosen:
            self.edition_requested.emit(self._chosen)

    def _ask_whether_to_remove(self) -> None:
        name = self._chosen
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(_("Remove the service “{name}”?").format(name=name))
        box.setInformativeText(
            _("Its key goes too, unless something else is asked with it. What it has answered stays.")
        )
        remove = box.addButton(_("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole))
        remove.clicked.connect(lambda: self.removal_requested.emit(name))
        box.open()
