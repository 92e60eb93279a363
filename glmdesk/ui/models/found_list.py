"""What was found: commands, then titles of conversations, then messages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    """Of a hit; the keys of a command."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something that the program does, and the keys for it, if there are any."""

    name: str
    act: Callable[[], object]
    keys: str = ""


class FoundRow(NamedTuple):
    """A hit as it is shown."""

    found: Found | Command
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

    def found(self, row: int) -> Found | Command:
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
                value = _beside(row.found)
            case _:
                pass
        return value

    def _heading(self, row: int) -> str:
        kind = _kind(self._rows[row].found)
        return kind if not row or kind != _kind(self._rows[row - 1].found) else ""


def _kind(found: Found | Command) -> str:
    if isinstance(found, Command):
        return _("Commands")
    return _("Titles") if found.message_id is None else _("Messages")


def _beside(found: Found | Command) -> str:
    """Return what stands at the end of a row: the keys of a command, or a date."""
    if isinstance(found, Command):
        return found.keys
    day = found.at.astimezone().date()
    return QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)
