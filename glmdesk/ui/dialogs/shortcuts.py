"""The dialog that lists the keyboard shortcuts."""

from PySide6.QtGui import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from glmdesk.i18n import _
from glmdesk.ui.shortcuts import Shortcut, groups

_WIDTH, _HEIGHT = 480, 640
_EDGE = 24
_ABOVE_GROUP = 14


class ShortcutsDialog(QDialog):
    """Lists what there is to press, by where it works. The arrows scroll it, Escape closes it."""

    def __init__(self, parent: QWidget, *, sends_with_control: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(_WIDTH, _HEIGHT)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(_EDGE, 20, _EDGE, 20)
        self._grid.setVerticalSpacing(8)
        self._grid.setHorizontalSpacing(_EDGE)
        self._grid.setColumnStretch(0, 1)
        for group in groups(sends_with_control=sends_with_control):
            self._add_heading(_(group.where))
            for shortcut in group.shortcuts:
                self._add_row(shortcut)
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        page = QWidget()
        page.setLayout(self._grid)
        area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setAccessibleName(self.windowTitle())
        area.setWidget(page)
        buttons = QDialogButtonBox()
        close = buttons.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setAccessibleName(_("Close"))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.addWidget(area, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(_EDGE, 0, _EDGE, 0)
        foot.addWidget(buttons)
        column.addLayout(foot)
        area.setFocus()

    def _add_heading(self, text: str) -> None:
        heading = QLabel(text)
        heading.setProperty("kind", "muted")
        row = self._grid.rowCount()
        if row > 1:
            heading.setContentsMargins(0, _ABOVE_GROUP, 0, 0)
        self._grid.addWidget(heading, row, 0, 1, 2)

    def _add_row(self, shortcut: Shortcut) -> None:
        what, keys = QLabel(_(shortcut.does)), QLabel(shortcut.shown_keys)
        what.setWordWrap(True)
        # A screen reader that is at the keys says what they do.
        what.setBuddy(keys)
        keys.setProperty("kind", "keys")
        row = self._grid.rowCount()
        self._grid.addWidget(what, row, 0)
        self._grid.addWidget(keys, row, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
