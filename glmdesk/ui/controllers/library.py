"""The list of conversations: loading it, renaming, deleting and bringing back."""

from datetime import UTC, datetime, timedelta
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from glmdesk.storage.conversations import Conversations
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.tasks import TaskRunner

UNDO_S = 10.0
"""Seconds. How long a deleted conversation can be brought back with one click."""

_PAGE = 100
_DAY_MS = 24 * 60 * 60 * 1000


class LibraryController(QObject):
    """Keeps the sidebar's list true to the database.

    Signals:
        deleted(conversation_id: str, title: str): it is out of sight and can be restored for `UNDO_S`.
        restored(conversation_id: str): it is back.
        renamed(conversation_id: str, title: str): it has another title.
        loaded(): the first page is in the list.
    """

    deleted = Signal(str, str)
    restored = Signal(str)
    renamed = Signal(str, str)
    loaded = Signal()

    def __init__(self, store: Conversations, rows: ConversationList, tasks: TaskRunner) -> None:
        super().__init__()
        self._store = store
        self._rows = rows
        self._tasks = tasks
        rows.more_wanted.connect(self._load_more)
        rows.renamed.connect(self.rename)
        # "Today" ends at midnight, also for a window that stays open.
        self._midnight = QTimer(self)
        self._midnight.setSingleShot(True)
        self._midnight.timeout.connect(self._begin_day)
        self._await_midnight()

    async def load(self) -> None:
        """Fill the list with the first page, and drop what was deleted in an earlier run."""
        page = await self._store.page(limit=_PAGE)
        self._rows.reset_rows(page, has_more=len(page) == _PAGE)
        self.loaded.emit()

    async def purge(self) -> None:
        """Remove for good what was deleted before the undo window of any running program."""
        await self._store.purge(datetime.now(UTC) - timedelta(seconds=2 * UNDO_S))

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation another title."""
        self._tasks.start(f"rename:{conversation_id}", partial(self._rename, conversation_id, title))

    def delete(self, conversation_id: str) -> None:
        """Put a conversation out of sight; it can be brought back."""
        self._tasks.start(f"delete:{conversation_id}", partial(self._delete, conversation_id))

    def restore(self, conversation_id: str) -> None:
        """Bring a deleted conversation back."""
        self._tasks.start(f"restore:{conversation_id}", partial(self._restore, conversation_id))

    async def _rename(self, conversation_id: str, title: str) -> None:
        await self._store.update(conversation_id, title=title)
        self.renamed.emit(conversation_id, title)
        await self._refresh(conversation_id)

    async def _delete(self, conversation_id: str) -> None:
        row = self._rows.row_of(conversation_id)
        title = self._rows.conversation(row).title if row is not None else ""
        await self._store.delete(conversation_id, datetime.now(UTC))
        self._rows.remove(conversation_id)
        self.deleted.emit(conversation_id, title)

    async def _restore(self, conversation_id: str) -> None:
        await self._store.restore(conversation_id)
        await self._refresh(conversation_id)
        self.restored.emit(conversation_id)

    async def _refresh(self, conversation_id: str) -> None:
        conversation = await self._store.get(conversation_id)
        if conversation is not None:
            self._rows.put(conversation)

    def _load_more(self) -> None:
        self._tasks.start("library:more", self._append_page)

    async def _append_page(self) -> None:
        count = self._rows.rowCount()
        last = self._rows.conversation(count - 1) if count else None
        page = await self._store.page(after=last, limit=_PAGE)
        self._rows.append_page(page, has_more=len(page) == _PAGE)

    def _await_midnight(self) -> None:
        now = datetime.now().astimezone()
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=1, microsecond=0)
        self._midnight.start(min(round((midnight - now).total_seconds() * 1000), _DAY_MS))

    def _begin_day(self) -> None:
        self._rows.regroup()
        self._await_midnight()
