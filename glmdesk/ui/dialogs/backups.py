"""The backups that there are, how old the last one is, and the way back to one of them."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QLocale, Signal
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

from glmdesk.domain.errors import Problem
from glmdesk.i18n import _
from glmdesk.storage.backups import Backup
from glmdesk.ui.widgets.quotes import PlainLabel

_WIDTH: Final = 460


class BackupsDialog(QDialog):
    """Lists backups, the newest first.

    Signals:
        backup_requested(): one should be made now.
        restore_requested(path: Path): the history should be as it was then.
    """

    backup_requested = Signal()
    restore_requested = Signal(object)

    def __init__(self, parent: QWidget, folder: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Backups"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self._words = PlainLabel()
        self._words.setWordWrap(True)
        self._place = PlainLabel(_("Folder: {path}").format(path=folder))
        self._place.setProperty("kind", "muted")
        self._place.setWordWrap(True)
        self._problem = PlainLabel()
        self._problem.setProperty("kind", "danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._list = QListWidget()
        self._list.setProperty("kind", "list")
        self._list.setAccessibleName(_("Backups"))
        self._list.currentRowChanged.connect(self._show_whether_chosen)
        buttons, role = QDialogButtonBox(), QDialogButtonBox.ButtonRole
        self._now: QPushButton = buttons.addButton(_("Back up now"), role.ActionRole)
        self._restore: QPushButton = buttons.addButton(_("Restore…"), role.ActionRole)
        self._restore.setEnabled(False)
        close = buttons.addButton(_("Close"), role.RejectRole)
        for button in (self._now, self._restore, close):
            button.setAccessibleName(button.text())
        self._now.clicked.connect(self._ask_for_one)
        self._restore.clicked.connect(self._ask_whether)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(10)
        for part in (self._words, self._place, self._problem, self._list, buttons):
            column.addWidget(part)

    def show_backups(self, backups: Sequence[Backup]) -> None:
        """Show what there is."""
        self._now.setEnabled(True)
        self._list.clear()
        for backup in backups:
            size = QLocale().formattedDataSize(backup.size_bytes, 1)
            item = QListWidgetItem(f"{_moment(backup)}  ·  {size}")
            item.setData(Qt.ItemDataRole.UserRole, backup.path)
            self._list.addItem(item)
        last = _("The last good backup is of {moment}.")
        none = _("There is no backup yet.")
        self._words.setText(last.format(moment=_moment(backups[0])) if backups else none)

    def show_problem(self, problem: Problem | None) -> None:
        """Say why there is no backup of today."""
        self._now.setEnabled(True)
        self._problem.setText(problem.words if problem else "")
        self._problem.setVisible(problem is not None)

    def _show_whether_chosen(self, row: int) -> None:
        self._restore.setEnabled(row >= 0)

    def _ask_for_one(self) -> None:
        self._now.setEnabled(False)
        self.backup_requested.emit()

    def _ask_whether(self) -> None:
        item = self._list.currentItem()
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setText(_("Restore the history of {moment}?").format(moment=item.text().partition("  ·  ")[0]))
        box.setInformativeText(
            _("The window opens again with it. The history of now is kept beside it, under another name.")
        )
        restore = box.addButton(_("Restore"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole))
        path = item.data(Qt.ItemDataRole.UserRole)
        restore.clicked.connect(lambda: self.restore_requested.emit(path))
        box.open()


def _moment(backup: Backup) -> str:
    return f"{backup.at.astimezone():%Y-%m-%d %H:%M}"
