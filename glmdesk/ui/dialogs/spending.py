"""What answers have cost: by month, day, model and conversation."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from glmdesk.i18n import N_, _, listed
from glmdesk.storage.ledger import By, Sum
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.tabs import Tabs

_SIZE: Final = (760, 460)
_PADDING: Final = 10
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TABS: Final = (
    (By.MONTH, N_("By month"), N_("Month")),
    (By.DAY, N_("By day"), N_("Day")),
    (By.MODEL, N_("By model"), N_("Model")),
    (By.CONVERSATION, N_("By conversation"), N_("Conversation")),
)
_COLUMNS: Final = (
    "",
    N_("Answers"),
    N_("Tokens read"),
    N_("From cache"),
    N_("Tokens written"),
    N_("Cost"),
    N_("Saved by cache"),
)


class SpendingDialog(QDialog):
    """Shows sums.

    Signals:
        wanted(by: By): these sums should be shown.
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget, model_title: Callable[[str | None], str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Spending"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self._model_title = model_title
        self._tabs = Tabs(_("Spending"), (_(name) for _by, name, _column in _TABS))
        self._sums = QTreeWidget()
        self._sums.setRootIsDecorated(False)
        self._sums.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._sums.setAccessibleName(_("Sums"))
        self._sums.setHeaderLabels([name and _(name) for name in _COLUMNS])
        for number in range(1, len(_COLUMNS)):
            self._sums.headerItem().setTextAlignment(number, _RIGHT)
        self._sums.header().setStretchLastSection(False)
        self._sums.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._nothing = PlainLabel(_("No answers yet."))
        self._nothing.setProperty("kind", "muted")
        self._nothing.hide()
        buttons = QDialogButtonBox()
        close = buttons.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setAccessibleName(_("Close"))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        for part in (self._tabs, self._sums):
            column.addWidget(part)
        column.addWidget(self._nothing, 1, Qt.AlignmentFlag.AlignCenter)
        column.addWidget(buttons)
        self._tabs.currentChanged.connect(self._ask)

    @property
    def by(self) -> By:
        """What is added up."""
        return _TABS[self._tabs.currentIndex()][0]

    def _ask(self, index: int) -> None:
        self.wanted.emit(_TABS[index][0])

    def show_sums(self, by: By, sums: Sequence[Sum]) -> None:
        """Show sums, if they are the ones that are wanted now; the latest comes first."""
        if by is not self.by:
            return
        self._sums.headerItem().setText(0, _(_TABS[self._tabs.currentIndex()][2]))
        self._sums.setVisible(bool(sums))
        self._nothing.setVisible(not sums)
        self._sums.clear()
        for one in reversed(sums):
            cost = listed([str(cost) for cost in one.costs if cost.amount]) or _("free")
            cells = (
                self._named(by, one),
                *(f"{count:,}" for count in (one.answers, one.tokens_in, one.tokens_cached, one.tokens_out)),
                cost,
                listed([str(saved) for saved in one.saved]) or "–",
            )
            item = QTreeWidgetItem(list(cells))
            for number in range(1, len(cells)):
                item.setTextAlignment(number, _RIGHT)
            item.setSizeHint(0, QSize(0, self.fontMetrics().height() + _PADDING))
            self._sums.addTopLevelItem(item)
        for number in range(1, len(_COLUMNS)):
            self._sums.resizeColumnToContents(number)

    def _named(self, by: By, one: Sum) -> str:
        if by is By.MODEL:
            return self._model_title(one.name) or _("unknown")
        return one.name or _("Deleted conversations")
