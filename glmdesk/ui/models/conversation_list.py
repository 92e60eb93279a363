"""The conversations as the sidebar lists them: pinned first, then the most recent, in groups by date."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QDate,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from glmdesk.domain.conversation import Conversation
from glmdesk.i18n import _
from glmdesk.markup import tool_tip
from glmdesk.typed import override

_WEEK = timedelta(days=7)


class Role(IntEnum):
    """What a row tells besides its title."""

    ID = Qt.ItemDataRole.UserRole
    GROUP = Qt.ItemDataRole.UserRole + 1
    """The heading above the first row of a group, empty for the others."""
    IS_RUNNING = Qt.ItemDataRole.UserRole + 2
    IS_UNREAD = Qt.ItemDataRole.UserRole + 3


class ConversationList(QAbstractListModel):
    """Rows of conversations.

    Signals:
        renamed(conversation_id: str, title: str): the title was edited in the list; the row shows it already.
        more_wanted(): the view has come near the end of what was loaded.
    """

    renamed = Signal(str, str)
    more_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Conversation] = []
        self._running: set[str] = set()
        self._unread: set[str] = set()
        self._has_more = False

    def reset_rows(self, rows: Sequence[Conversation], *, has_more: bool) -> None:
        """Show these conversations only."""
        self.beginResetModel()
        self._rows = sorted(rows, key=_order)
        self._has_more = has_more
        self.endResetModel()

    def append_page(self, rows: Sequence[Conversation], *, has_more: bool) -> None:
        """Add the next older conversations."""
        self._has_more = has_more
        known = {row.id for row in self._rows}
        fresh = [row for row in rows if row.id not in known]
        if fresh:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(fresh) - 1)
            self._rows.extend(fresh)
            self.endInsertRows()

    def put(self, conversation: Conversation) -> None:
        """Add a conversation, or show its new state; it moves to where it belongs."""
        row = self.row_of(conversation.id)
        others = [other for other in self._rows if other.id != conversation.id]
        target = bisect_left(others, _order(conversation), key=_order)
        if row is None:
            self.beginInsertRows(QModelIndex(), target, target)
            self._rows.insert(target, conversation)
            self.endInsertRows()
        elif row == target:
            self._rows[row] = conversation
        else:
            self._move(row, target, conversation)
        # The heading of a group stands above its first row, which may have changed.
        first = target if row is None else min(row, target)
        last = target if row is None else max(row, target)
        self._changed(first, min(last + 1, len(self._rows) - 1))

    def remove(self, conversation_id: str) -> None:
        """Show a conversation no longer."""
        row = self.row_of(conversation_id)
        if row is not None:
            self._take(row)

    def set_running(self, conversation_id: str, *, is_marked: bool) -> None:
        """Mark a conversation in which an answer is being written."""
        self._mark(self._running, conversation_id, is_marked)

    def set_unread(self, conversation_id: str, *, is_marked: bool) -> None:
        """Mark a conversation whose answer ended unseen."""
        self._mark(self._unread, conversation_id, is_marked)

    def regroup(self) -> None:
        """Put the headings where they belong on a new day."""
        if self._rows:
            self._changed(0, len(self._rows) - 1)

    def row_of(self, conversation_id: str) -> int | None:
        """Return the row of a conversation, or None when it is not listed."""
        return next((row for row, value in enumerate(self._rows) if value.id == conversation_id), None)

    def conversation(self, row: int) -> Conversation:
        """Return the conversation of a row."""
        return self._rows[row]

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if not index.isValid():
            return None
        conversation = self._rows[index.row()]
        value: Any = None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                value = conversation.title or _("New chat")
            case Qt.ItemDataRole.ToolTipRole:
                value = tool_tip(conversation.title or _("New chat"))
            case Role.ID:
                value = conversation.id
            case Role.GROUP:
                value = self._heading(index.row())
            case Role.IS_RUNNING:
                value = conversation.id in self._running
            case Role.IS_UNREAD:
                value = conversation.id in self._unread
            case _:
                pass
        return value

    @override
    def setData(
        self,
        index: QModelIndex | QPersistentModelIndex,
        value: Any,
        role: int = Qt.ItemDataRole.EditRole,
    ) -> bool:
        title = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not title:
            return False
        self.renamed.emit(self._rows[index.row()].id, title)
        return True

    @override
    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags

    @override
    def canFetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> bool:
        return not parent.isValid() and self._has_more

    @override
    def fetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> None:
        self._has_more = False
        self.more_wanted.emit()

    def _heading(self, row: int) -> str:
        heading = _group(self._rows[row], datetime.now().astimezone().date())
        if row and heading == _group(self._rows[row - 1], datetime.now().astimezone().date()):
            return ""
        return heading

    def _move(self, row: int, target: int, conversation: Conversation) -> None:
        # Moved and not put in anew: the view's current row would become another, and Delete would hit it.
        below = target + 1 if target > row else target
        self.beginMoveRows(QModelIndex(), row, row, QModelIndex(), below)
        del self._rows[row]
        self._rows.insert(target, conversation)
        self.endMoveRows()

    def _take(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._rows[row]
        self.endRemoveRows()
        if row < len(self._rows):
            self._changed(row, row)

    def _mark(self, marked: set[str], conversation_id: str, is_marked: bool) -> None:
        (marked.add if is_marked else marked.discard)(conversation_id)
        row = self.row_of(conversation_id)
        if row is not None:
            self._changed(row, row)

    def _changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first), self.index(last))


def _order(conversation: Conversation) -> tuple[bool, float, str]:
    return (not conversation.pinned, -conversation.updated_at.timestamp(), conversation.id)


def _group(conversation: Conversation, today: date) -> str:
    if conversation.pinned:
        return _("Pinned")
    day = conversation.updated_at.astimezone().date()
    if day >= today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    if day > today - _WEEK:
        return _("Previous 7 days")
    # Translators: how a month of a year is written, in the letters of QLocale: "MMMM yyyy" or "yyyy年M月".
    return QLocale().toString(QDate(day.year, day.month, day.day), _("MMMM yyyy"))
