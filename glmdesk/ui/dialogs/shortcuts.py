"""The dialog that lists the keyboard shortcuts."""

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel, QWidget

from glmdesk.i18n import _
from glmdesk.ui.dialogs.scrolled import ScrolledDialog
from glmdesk.ui.shortcuts import Shortcut, groups

_WIDTH = 480


class ShortcutsDialog(ScrolledDialog):
    """Lists what there is to press, by where it works. The arrows scroll it, Escape closes it."""

    def __init__(self, parent: QWidget, *, sends_with_control: bool) -> None:
        super().__init__(parent, _("Keyboard shortcuts"), width=_WIDTH, spacing=8, wide_column=0)
        for group in groups(sends_with_control=sends_with_control):
            self.add_heading(_(group.where))
            for shortcut in group.shortcuts:
                self._add_row(shortcut)
        self.end_rows()
        self.area.setAccessibleName(self.windowTitle())
        self.area.setFocus()

    def _add_row(self, shortcut: Shortcut) -> None:
        what, keys = QLabel(_(shortcut.does)), QLabel(shortcut.shown_keys)
        what.setWordWrap(True)
        # A screen reader that is at the keys says what they do.
        what.setBuddy(keys)
        keys.setProperty("kind", "keys")
        row = self.grid.rowCount()
        self.grid.addWidget(what, row, 0)
        self.grid.addWidget(keys, row, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
