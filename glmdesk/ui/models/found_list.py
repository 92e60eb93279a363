"""What was found in the conversations: titles first, then messages."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractListModel, QDate, QLocale, QModelIndex, QObject, QPersistentModelIndex, Qt

from glmdesk.i18n import _
from glmdesk.storage.search.excerpt import Excerpt
from glmdesk.storage.search.search import Found
from glmdesk.typed import override


class FoundRole(IntEnum):
    """What a row tells besides its title."""

    FOUND = Qt.ItemDataRole.UserRole
    HEADING = Qt.ItemDataRole.UserRole + 1
    """What stands above the first row of a kind, empty for the others."""
    TITLE = Qt.ItemDataRole.UserRole + 2
    """An `Excerpt`."""
    TEXT = Qt.ItemDataRole.UserRole + 3
    """An `Excerpt`; empty for a title."""
    DATE = Qt.ItemDataRole.UserRole + 4


class FoundRow(NamedTuple):
    """A hit as it is shown."""

    found: Found
    title: Excerpt
    text: Excerpt


class FoundList(QAbstractListModel):
    """Rows of hits."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: Sequence[FoundRow] = ()

    def show(self, rows: Sequence[FoundRow]) -> None:
        """Show these hits only."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def found(self, row: int) -> Found:
        """Return the hit of a row."""
        return self._rows[row].found

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        value: Any = None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                value = "\n".join(filter(None, (row.title.text, row.text.text)))
            case FoundRole.FOUND:
                value = row.found
            case FoundRole.HEADING:
                value = self._heading(index.row())
            case FoundRole.TITLE:
                value = row.title
            case FoundRole.TEXT:
                value = row.text
            case FoundRole.DATE:
                day = row.found.at.astimezone().date()
                shown = QDate(day.year, day.month, day.day)
                value = QLocale().toString(shown, QLocale.FormatType.ShortFormat)
            case _:
                pass
        return value

    def _heading(self, row: int) -> str:
        is_title = self._rows[row].found.message_id is None
        if row and is_title == (self._rows[row - 1].found.message_id is None):
            return ""
        return _("Titles") if is_title else _("Messages")
