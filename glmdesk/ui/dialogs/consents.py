"""What tools may run without being asked about, and a button that takes it back."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QDateTime, QLocale, QSize, Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from glmdesk.i18n import N_, _
from glmdesk.storage.consents import Consent
from glmdesk.ui.widgets.quotes import PlainLabel

_SIZE: Final = (620, 380)
_PADDING: Final = 10
_WIDE_COLUMN: Final = 2
_COLUMNS: Final = (N_("Tool"), N_("From"), N_("Where"), N_("Since"))


class ConsentsDialog(QDialog):
    """Lists consents.

    Signals:
        revoked(consent: Consent): it should be asked about again.
    """

    revoked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("What may run unasked"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        words = PlainLabel(
            _(
                "Tools that only read what is here run unasked while they are chosen below the message. All "
                "others are asked about, until you allow them for a chat or always. A tool that describes "
                "itself differently is asked about again."
            )
        )
        words.setProperty("kind", "muted")
        words.setWordWrap(True)
        self._consents = QTreeWidget()
        self._consents.setRootIsDecorated(False)
        self._consents.setAccessibleName(_("What may run unasked"))
        self._consents.setHeaderLabels([_(name) for name in _COLUMNS])
        self._consents.header().setStretchLastSection(False)
        modes = QHeaderView.ResizeMode
        for number in range(len(_COLUMNS)):
            mode = modes.Stretch if number == _WIDE_COLUMN else modes.ResizeToContents
            self._consents.header().setSectionResizeMode(number, mode)
        self._consents.currentItemChanged.connect(self._show_whether_chosen)
        self._nothing = PlainLabel(_("Nothing was allowed yet."))
        self._nothing.setProperty("kind", "muted")
        buttons = QDialogButtonBox()
        self._revoke = QPushButton(_("Revoke"))
        self._revoke.setAccessibleName(self._revoke.text())
        self._revoke.clicked.connect(self._take_back)
        buttons.addButton(self._revoke, QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setAccessibleName(_("Close"))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(10)
        column.addWidget(words)
        column.addWidget(self._consents, 1)
        column.addWidget(self._nothing, 1, Qt.AlignmentFlag.AlignCenter)
        column.addWidget(buttons)
        self.show_consents(())

    def show_consents(self, consents: Sequence[Consent]) -> None:
        """Show these, in this order."""
        self._consents.clear()
        for consent in consents:
            where = _("Everywhere") if consent.conversation_id is None else consent.title or _("New chat")
            moment = QDateTime.fromSecsSinceEpoch(int(consent.given_at.timestamp()))
            since = QLocale().toString(moment, QLocale.FormatType.ShortFormat)
            item = QTreeWidgetItem([consent.name, consent.source or "glmdesk", where, since])
            item.setData(0, Qt.ItemDataRole.UserRole, consent)
            item.setSizeHint(0, QSize(0, self.fontMetrics().height() + _PADDING))
            self._consents.addTopLevelItem(item)
        self._consents.setVisible(bool(consents))
        self._nothing.setVisible(not consents)
        self._show_whether_chosen()

    def _show_whether_chosen(self) -> None:
        self._revoke.setEnabled(self._consents.currentItem() is not None)

    def _take_back(self) -> None:
        item = self._consents.currentItem()
        if item is not None:
            self.revoked.emit(item.data(0, Qt.ItemDataRole.UserRole))
