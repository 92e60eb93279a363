"""The list of conversations: loading it, renaming, arranging, deleting and bringing back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from glmdesk.domain.conversation import Conversation
from glmdesk.domain.errors import LocalDataError
from glmdesk.domain.listing import EVERYTHING, Listing
from glmdesk.domain.local_time import midnight_after
from glmdesk.storage.conversations import Conversations
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.tasks import TaskRunner

UNDO_S = 10.0
"""Seconds. How long a deleted conversation can be brought back with one click."""

_PAGE = 100
_HOUR_MS = 60 * 60 * 1000


class ConversationsController(QObject):
    """Keeps the sidebar's list true to the database.

    Signals:
        deleted(conversation_id: str, title: str): it is out of sight and can be restored for `UNDO_S`.
        restored(conversation_id: str): it is back.
        archived(conversation_id: str, title: str): it is in the archive now.
        renamed(conversation_id: str, title: str): it has another title.
        arranged(conversations: list[Conversation]): they are pinned, archived or in folders as is told now.
        loaded(): the first page is in the list.
        folders_changed(): there may be other folders, or others in them.
    """

    deleted = Signal(str, str)
    restored = Signal(str)
    archived = Signal(str, str)
    renamed = Signal(str, str)
    arranged = Signal(list)
    loaded = Signal()
    folders_changed = Signal()

    def __init__(self, store: Conversations, rows: ConversationList, tasks: TaskRunner) -> None:
        super().__init__()
        self._store = store
        self._rows = rows
        self._tasks = tasks
        self.folders: dict[str, int] = {}
        """The names of the folders, in order, and how many conversations each lists."""
        rows.more_wanted.connect(self._load_more)
        rows.renamed.connect(self.rename)
        # "Today" ends at midnight, also for a window that stays open.
        self._midnight = QTimer(self)
        self._midnight.setSingleShot(True)
        self._midnight.timeout.connect(self.look_at_day)
        self._await_midnight()

    @property
    def recent(self) -> list[Conversation]:
        """The conversations that are listed, the last used first."""
        return sorted(self._rows.conversations, key=lambda one: one.updated_at, reverse=True)

    async def load(self, listing: Listing = EVERYTHING) -> None:
        """Fill the list with the first page of a listing."""
        self.folders = await self._store.folders()
        # Last, and shown at once: what is deleted meanwhile is not to come back.
        page = await self._store.page(listing, limit=_PAGE)
        self._rows.reset_rows(page, has_more=len(page) == _PAGE, listing=listing)
        self.loaded.emit()

    def look_at_day(self) -> None:
        """Put the headings where they belong if another day has begun."""
        today = datetime.now().astimezone().date()
        if today != self._rows.today:
            self._rows.regroup(today)
        self._await_midnight()

    async def purge(self) -> None:
        """Remove for good what was deleted before the undo window of any running program."""
        await self._store.purge(datetime.now(UTC) - timedelta(seconds=2 * UNDO_S))

    def show(self, listing: Listing) -> None:
        """List other conversations, or the same ones in another order."""
        self._tasks.cancel("conversations:show")
        self._tasks.start("conversations:show", partial(self.load, listing))

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation another title."""
        self._tasks.start(f"rename:{conversation_id}", partial(self._rename, conversation_id, title))

    def delete(self, conversation_ids: Sequence[str]) -> None:
        """Put conversations out of sight; they can be brought back."""
        self._tasks.start(f"delete:{','.join(conversation_ids)}", partial(self._delete, conversation_ids))

    def restore(self, conversation_id: str) -> None:
        """Bring a deleted conversation back."""
        self._tasks.start(f"restore:{conversation_id}", partial(self._restore, conversation_id))

    def pin(self, conversation_ids: Sequence[str], *, is_pinned: bool) -> None:
        """Let conversations stand above all others, or no longer."""
        self._arrange(conversation_ids, partial(self._store.arrange, pinned=is_pinned))

    def archive(self, conversation_ids: Sequence[str], *, is_archived: bool) -> None:
        """Put conversations into the archive, or take them out of it."""
        work = partial(self._archive, conversation_ids, is_archived=is_archived)
        self._tasks.start(f"arrange:{','.join(conversation_ids)}", work)

    async def _archive(self, conversation_ids: Sequence[str], *, is_archived: bool) -> None:
        await self._store.arrange(conversation_ids, archived=is_archived)
        for conversation in await self._take_arrangement(conversation_ids):
            if is_archived:
                self.archived.emit(conversation.id, conversation.title)

    def move(self, conversation_ids: Sequence[str], folder: str) -> None:
        """Put conversations into a folder; an empty name takes them out of theirs."""
        self._arrange(conversation_ids, partial(self._store.arrange, folder=folder))

    def rename_folder(self, name: str, new_name: str) -> None:
        """Call a folder something else; an empty name dissolves it. What is listed stays listed."""
        self._tasks.start(f"folder:{name}", partial(self._rename_folder, name, new_name))

    async def _rename_folder(self, name: str, new_name: str) -> None:
        await self._store.rename_folder(name, new_name)
        listing = self._rows.listing
        if listing.folder == name:
            listing = replace(listing, folder=new_name or None)
        await self.load(listing)
        self.arranged.emit(list(self._rows.conversations))

    async def read_folders(self) -> None:
        """Take what is in the folders now."""
        self.folders = await self._store.folders()
        self.folders_changed.emit()

    def _arrange(
        self, conversation_ids: Sequence[str], store: Callable[[Sequence[str]], Awaitable[None]]
    ) -> None:
        async def arrange() -> None:
            await store(conversation_ids)
            await self._take_arrangement(conversation_ids)

        self._tasks.start(f"arrange:{','.join(conversation_ids)}", arrange)

    async def _take_arrangement(self, conversation_ids: Sequence[str]) -> Sequence[Conversation]:
        found = await self._store.several(conversation_ids)
        for conversation in found:
            self._rows.put(conversation)
        self.arranged.emit(list(found))
        await self.read_folders()
        return found

    async def _rename(self, conversation_id: str, title: str) -> None:
        await self._store.update(conversation_id, title=title)
        self.renamed.emit(conversation_id, title)
        await self._refresh(conversation_id)

    async def _delete(self, conversation_ids: Sequence[str]) -> None:
        titles = {one.id: one.title for one in await self._store.several(conversation_ids)}
        await self._store.delete(conversation_ids, datetime.now(UTC))
        for conversation_id, title in titles.items():
            self._rows.remove(conversation_id)
            self.deleted.emit(conversation_id, title)
        await self.read_folders()

    async def _restore(self, conversation_id: str) -> None:
        await self._store.restore([conversation_id])
        await self._refresh(conversation_id)
        self.restored.emit(conversation_id)
        await self.read_folders()

    async def _refresh(self, conversation_id: str) -> None:
        conversation = await self._store.get(conversation_id)
        if conversation is not None:
            self._rows.put(conversation)

    def _load_more(self) -> None:
        self._tasks.start("conversations:more", self._append_page)

    async def _append_page(self) -> None:
        listing, end = self._rows.listing, self._rows.end
        try:
            page = await self._store.page(listing, after=end, limit=_PAGE)
        except LocalDataError:
            self._rows.await_page()
            raise
        if (listing, end) == (self._rows.listing, self._rows.end):
            self._rows.append_page(page, has_more=len(page) == _PAGE)

    def _await_midnight(self) -> None:
        now = datetime.now(UTC)
        left_s = (midnight_after(now) - now).total_seconds()
        # The timer stands still while the computer sleeps, and clocks are put right.
        self._midnight.start(min(round(left_s * 1000) + 1000, _HOUR_MS))
