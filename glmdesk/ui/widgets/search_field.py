"""Where one writes what is to be found in all conversations."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, Qt

from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.shortcuts import SEARCH
from glmdesk.ui.widgets.text_input import LineInput


class SearchField(LineInput):
    """One line.

    Signals:
        went_down(): the key that leads to what was found was pressed.
    """

    went_down = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Search conversations"))
        self.setPlaceholderText(_("Search"))
        self.setToolTip(SEARCH.added_to(_("Search conversations")))
        # Qt reads the drawings of its style for it; and it is not seen before there is something to clear.
        self.textChanged.connect(self._offer_clearing)

    def _offer_clearing(self) -> None:
        self.setClearButtonEnabled(True)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and not self.is_composing:
            self.went_down.emit()
        else:
            super().keyPressEvent(event)
