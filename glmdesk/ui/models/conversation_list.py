"""The conversations as the sidebar lists them: pinned first, then the most recent, below headings by date."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Any, NamedTuple

from PySide6.QtCore import (
    QDate,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QStringListModel,
    Qt,
    Signal,
)

from glmdesk.domain.conversation import Conversation
from glmdesk.domain.listing import EVERYTHING, Listing
from glmdesk.i18n import _
from glmdesk.markup import tool_tip
from glmdesk.typed import override

_WEEK = timedelta(days=7)
_FIRST = -float("inf")
_AFTER_ALL = "\U0010ffff"


class Role(IntEnum):
    """What a row tells besides its title."""

    ID = Qt.ItemDataRole.UserRole
    """Empty for a heading."""
    IS_RUNNING = Qt.ItemDataRole.UserRole + 1
    IS_UNREAD = Qt.ItemDataRole.UserRole + 2


class _Key(NamedTuple):
    """Where a row stands. Of two rows the lesser one comes first."""

    is_loose: bool
    before: float
    """Seconds before 1970."""
    id: str


class _Heading(NamedTuple):
    """What stands above the rows of a group."""

    text: str
    key: _Key


class ConversationList(QStringListModel):
    """Rows of conversations and of headings, which are all equally high and cannot be chosen.

    Only the conversations of one listing are shown. What has not been loaded yet is not shown either, even if
    it changes: it comes with its page.

    The rows themselves are Qt's, which asks how many there are with each one that it lays out: a hundred
    thousand calls into Python take a quarter of a second. What is in them follows its signals, first of all.

    Signals:
        renamed(conversation_id: str, title: str): the title was edited in the list; the row shows it already.
        more_wanted(): the view has come near the end of what was loaded.
    """

    renamed = Signal(str, str)
    more_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Conversation | _Heading] = []
        self._coming: list[Conversation | _Heading] = []
        """What the rows are that are being inserted, or all of them at a reset."""
        self.rowsInserted.connect(self._insert)
        self.rowsRemoved.connect(self._remove)
        self.rowsMoved.connect(self._move)
        self.modelReset.connect(self._reset)
        self._by_id: dict[str, Conversation] = {}
        self._running: set[str] = set()
        self._listing = EVERYTHING
        self._end: Conversation | None = None
        self._is_loading = False
        self._today = datetime.now().astimezone().date()

    @property
    def listing(self) -> Listing:
        """Which conversations are shown."""
        return self._listing

    @property
    def end(self) -> Conversation | None:
        """The last conversation of the last page, as it was then; None when there is no further page."""
        return self._end

    @property
    def conversations(self) -> Collection[Conversation]:
        """Those that are loaded."""
        return self._by_id.values()

    def reset_rows(
        self, rows: Sequence[Conversation], *, has_more: bool, listing: Listing = EVERYTHING
    ) -> None:
        """Show the first page of a listing."""
        self._listing = listing
        self._by_id = {row.id: row for row in rows}
        self._end = rows[-1] if rows and has_more else None
        self._is_loading = False
        self._coming = self._with_headings(sorted(rows, key=self._key))
        self.setStringList([""] * len(self._coming))

    def append_page(self, rows: Sequence[Conversation], *, has_more: bool) -> None:
        """Add the next conversations."""
        self._is_loading = False
        self._end = rows[-1] if rows and has_more else None
        fresh = [row for row in rows if row.id not in self._by_id]
        last = self._rows[-1] if self._rows else None
        above = self._heading_of(last).text if isinstance(last, Conversation) else ""
        added = self._with_headings(fresh, above)
        if added:
            self._by_id |= {row.id: row for row in fresh}
            self._put_in(len(self._rows), added)

    def await_page(self) -> None:
        """Let the next page be asked for again: it could not be read."""
        self._is_loading = False

    def put(self, conversation: Conversation) -> None:
        """Show a conversation as it is now, where it belongs, if that is anywhere in what is shown."""
        if not self._listing.holds(conversation) or self._is_beyond(conversation):
            self.remove(conversation.id)
            return
        self._ensure_heading(self._heading_of(conversation))
        row = self.row_of(conversation.id)
        target = self._place_of(self._key(conversation))
        if row is None:
            self._by_id[conversation.id] = conversation
            self._put_in(target, [conversation])
            return
        if target > row:
            target -= 1
        if target == row:
            self._rows[row] = self._by_id[conversation.id] = conversation
            self._changed(row)
        else:
            # Moved and not put in anew: the view's current row would become another, and Delete would hit it.
            self._by_id[conversation.id] = self._rows[row] = conversation
            self.moveRows(QModelIndex(), row, 1, QModelIndex(), target + 1 if target > row else target)
            self._changed(target)
            self._drop_bare_heading(row if target > row else row + 1)

    def remove(self, conversation_id: str) -> None:
        """Show a conversation no longer."""
        row = self.row_of(conversation_id)
        if row is not None:
            self._take(row)
            del self._by_id[conversation_id]
            self._drop_bare_heading(row)

    def set_running(self, conversation_id: str, *, is_marked: bool) -> None:
        """Mark a conversation in which an answer is being written."""
        (self._running.add if is_marked else self._running.discard)(conversation_id)
        row = self.row_of(conversation_id)
        if row is not None:
            self._changed(row)

    def set_unread(self, conversation_id: str, *, is_marked: bool) -> None:
        """Mark a conversation whose answer ended unseen."""
        known = self._by_id.get(conversation_id)
        if known is not None:
            self.put(replace(known, unread=is_marked))

    @property
    def today(self) -> date:
        """The day by which they are grouped."""
        return self._today

    def regroup(self, today: date) -> None:
        """Put the headings where they belong on a new day."""
        self._today = today
        wanted = self._with_headings(row for row in self._rows if isinstance(row, Conversation))
        headings = [row for row in wanted if isinstance(row, _Heading)]
        for row in reversed(range(len(self._rows))):
            if isinstance(self._rows[row], _Heading) and self._rows[row] not in headings:
                self._take(row)
        for heading in headings:
            self._ensure_heading(heading)

    def row_of(self, conversation_id: str) -> int | None:
        """Return the row of a conversation, or None when it is not shown."""
        known = self._by_id.get(conversation_id)
        return None if known is None else self._place_of(self._key(known))

    def conversation(self, row: int) -> Conversation | None:
        """Return the conversation of a row; None for a heading."""
        found = self._rows[row]
        return found if isinstance(found, Conversation) else None

    @override
    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if isinstance(row, Conversation):
            return self._told(row, role)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.text
            case Role.ID:
                return ""
            case _:
                return None

    def _told(self, conversation: Conversation, role: int) -> Any:
        value: Any = None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                value = conversation.title or _("New chat")
            case Qt.ItemDataRole.ToolTipRole:
                value = tool_tip(conversation.title or _("New chat"))
            case Role.ID:
                value = conversation.id
            case Role.IS_RUNNING:
                value = conversation.id in self._running
            case Role.IS_UNREAD:
                value = conversation.unread
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
        conversation = self.conversation(index.row())
        if role != Qt.ItemDataRole.EditRole or not title or conversation is None:
            return False
        self.renamed.emit(conversation.id, title)
        return True

    @override
    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        if index.isValid() and self.conversation(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    @override
    def canFetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> bool:
        return not parent.isValid() and self._end is not None and not self._is_loading

    @override
    def fetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> None:
        self._is_loading = True
        self.more_wanted.emit()

    def _key(self, conversation: Conversation) -> _Key:
        moment = self._listing.moment(conversation).timestamp()
        return _Key(not conversation.pinned, -moment, conversation.id)

    def _row_key(self, row: Conversation | _Heading) -> _Key:
        return self._key(row) if isinstance(row, Conversation) else row.key

    def _place_of(self, key: _Key) -> int:
        return bisect_left(self._rows, key, key=self._row_key)

    def _is_beyond(self, conversation: Conversation) -> bool:
        return self._end is not None and self._key(conversation) > self._key(self._end)

    def _heading_of(self, conversation: Conversation) -> _Heading:
        if conversation.pinned:
            return _Heading(_("Pinned"), _Key(False, _FIRST, ""))
        text, end = _group(self._listing.moment(conversation).astimezone().date(), self._today)
        # What is of the first moment of the next day is in the group of that day, and stands before this.
        before = _FIRST if end is None else -datetime(end.year, end.month, end.day).astimezone().timestamp()
        return _Heading(text, _Key(True, before, _AFTER_ALL))

    def _with_headings(
        self, conversations: Iterable[Conversation], above: str = ""
    ) -> list[Conversation | _Heading]:
        """Return rows with headings where a group begins; `above` is the one of the row above them."""
        rows: list[Conversation | _Heading] = []
        for conversation in conversations:
            heading = self._heading_of(conversation)
            if heading.text != above:
                rows.append(heading)
                above = heading.text
            rows.append(conversation)
        return rows

    def _ensure_heading(self, heading: _Heading) -> None:
        row = self._place_of(heading.key)
        if row == len(self._rows) or self._rows[row] != heading:
            self._put_in(row, [heading])

    def _drop_bare_heading(self, below: int) -> None:
        """Remove the heading above a row if nothing is left of its group."""
        row = below - 1
        is_bare = below == len(self._rows) or isinstance(self._rows[below], _Heading)
        if is_bare and isinstance(self._rows[row], _Heading):
            self._take(row)

    def _put_in(self, row: int, rows: list[Conversation | _Heading]) -> None:
        self._coming = rows
        self.insertRows(row, len(rows))

    def _take(self, row: int) -> None:
        self.removeRows(row, 1)

    def _insert(self, _parent: QModelIndex, first: int, _last: int) -> None:
        self._rows[first:first] = self._coming

    def _remove(self, _parent: QModelIndex, first: int, last: int) -> None:
        del self._rows[first : last + 1]

    def _move(
        self, _parent: QModelIndex, first: int, _last: int, _destination: QModelIndex, below: int
    ) -> None:
        row = self._rows.pop(first)
        self._rows.insert(below - 1 if below > first else below, row)

    def _reset(self) -> None:
        self._rows = self._coming

    def _changed(self, row: int) -> None:
        self.dataChanged.emit(self.index(row), self.index(row))


def _group(day: date, today: date) -> tuple[str, date | None]:
    """Return what the group of a day is called, and the day on which the next group begins."""
    if day >= today:
        return _("Today"), None
    yesterday = today - timedelta(days=1)
    if day == yesterday:
        return _("Yesterday"), today
    week = today - _WEEK + timedelta(days=1)
    if day >= week:
        return _("Previous 7 days"), yesterday
    # Translators: how a month of a year is written, in the letters of QLocale: "MMMM yyyy" or "yyyy年M月".
    text = QLocale().toString(QDate(day.year, day.month, day.day), _("MMMM yyyy"))
    next_month = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return text, min(next_month, week)
