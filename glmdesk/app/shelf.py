"""The conversations as a whole: the sidebar's list and its menus, imports, exports and backups."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal

from glmdesk.app.backup_keeper import BackupKeeper
from glmdesk.app.commands import Act
from glmdesk.app.stage import Stage
from glmdesk.domain.catalog import Catalog
from glmdesk.i18n import _, listed, ngettext
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.ui.controllers.answers import AnswersController
from glmdesk.ui.controllers.conversations import ConversationsController
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.panes.arranging import Arranging
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.widgets.banner import Kind
from glmdesk.ui.widgets.conversation_view import ConversationView
from glmdesk.ui.widgets.menu_button import Choice, MenuButton

if TYPE_CHECKING:
    from glmdesk.app.transfers import Transfers

_AGAIN_S: Final = 10.0
"""Seconds until an erasure that met a reader is tried again."""
_ERASING_S: Final = 3600.0
"""Seconds. Longer than erasing takes: a large history is written anew."""


class Shelf(QObject):
    """Where conversations are listed, arranged, and go in and out.

    Signals:
        chosen(conversation_id: str): one should be shown.
        imported(): there are other conversations now.
        taken_back(conversation_ids: list[str]): these are there no more.
        restore_requested(path: Path): a backup should take the place of the history.
        work_done(words: str): an import or an export has ended well.
    """

    chosen = Signal(str)
    imported = Signal()
    taken_back = Signal(list)
    restore_requested = Signal(object)
    work_done = Signal(str)

    def __init__(
        self,
        stage: Stage,
        database: Database,
        catalog: Catalog,
        answers: AnswersController,
        tasks: TaskRunner,
        *,
        default_model: Callable[[], str],
    ) -> None:
        super().__init__(stage.window)
        self._stage = stage
        self._database = database
        self._catalog = catalog
        self._answers = answers
        self._tasks = tasks
        self._default_model = default_model
        self._transfers: Transfers | None = None
        """It comes with the first import or export."""
        self.rows = ConversationList(self)
        self.view = ConversationView(self.rows)
        self.conversations = ConversationsController(Conversations(database), self.rows, tasks)
        self.backups = BackupKeeper(stage, database, tasks)
        self._arranging = Arranging(self.view, self.rows, self.conversations)
        self.backups.restore_requested.connect(self.restore_requested)
        self.view.chosen.connect(self.chosen)
        self.view.delete_requested.connect(self.delete)
        self._arranging.delete_requested.connect(self.delete)
        self._arranging.name_requested.connect(self._ask_for_name)
        self._arranging.export_requested.connect(self.export)
        self._arranging.erase_requested.connect(self._ask_whether_to_erase)

    async def fill(self) -> None:
        """Read the list and add it to the sidebar."""
        await self.conversations.load()
        sidebar, theme = self._stage.window.sidebar, self._stage.appearance.theme
        sidebar.add_list(self.view, self._arranging.choice, theme)
        menu = MenuButton(_("Import, export, backups"))
        menu.set_choices([Choice(name, act) for name, act in self._acts()])
        sidebar.add_more(menu, theme)
        # No timer runs while the computer sleeps: who comes back to the window sees today's headings.
        self._stage.window.windowHandle().activeChanged.connect(self.conversations.look_at_day)

    def acts(self) -> Sequence[Act]:
        """Return what can be done with all conversations."""
        return self._acts()

    def _acts(self) -> list[tuple[str, Callable[[], object]]]:
        history, folder = _("Import a history…"), _("Import a folder of Markdown…")
        return [
            (history, lambda: self.transfers.ask_what_to_import(is_folder=False)),
            (folder, lambda: self.transfers.ask_what_to_import(is_folder=True)),
            (_("Export all conversations…"), lambda: self.transfers.export(None)),
            (_("Backups…"), self.backups.show),
        ]

    @property
    def transfers(self) -> "Transfers":
        """What imports and exports."""
        from glmdesk.app.transfers import Transfers  # noqa: PLC0415 - for who imports or exports

        if self._transfers is None:
            self._transfers = Transfers(
                self._stage, self._database, self._catalog, self._tasks, self._default_model
            )
            self._transfers.imported.connect(self._take_import)
            self._transfers.taken_back.connect(self.taken_back)
            self._transfers.done.connect(self.work_done)
        return self._transfers

    def export(self, conversation_ids: Sequence[str]) -> None:
        """Ask in which form conversations should be written, and where."""
        titles = [one.title for one in self.rows.conversations if one.id in conversation_ids]
        self.transfers.export(
            conversation_ids, titles[0] if len(titles) == len(conversation_ids) == 1 else ""
        )

    def _ask_whether_to_erase(self, conversation_ids: Sequence[str]) -> None:
        from PySide6.QtWidgets import QMessageBox  # noqa: PLC0415 - for who erases

        count = len(conversation_ids)
        box = QMessageBox(self._stage.window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(_("Erase"))
        box.setText(
            ngettext(
                "Erase {count} conversation for good?", "Erase {count} conversations for good?", count
            ).format(count=f"{count:,}")
        )
        box.setInformativeText(
            _("Nothing of it will be left in the history, its index and its log, and there is no way back.")
        )
        erase = box.addButton(_("Erase"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole))
        erase.clicked.connect(lambda: self._start_to_erase(conversation_ids))
        box.open()

    def delete(self, conversation_ids: Sequence[str]) -> None:
        """Put conversations out of sight; answers being written in them are stopped."""
        for conversation_id in conversation_ids:
            self._answers.stop(conversation_id)
        self.conversations.delete(conversation_ids)

    def _start_to_erase(self, conversation_ids: Sequence[str]) -> None:
        name = f"erase:{','.join(conversation_ids)}"
        self._tasks.start(name, partial(self._end_and_erase, conversation_ids))

    async def _end_and_erase(self, conversation_ids: Sequence[str]) -> None:
        for conversation_id in conversation_ids:
            await self._answers.end(conversation_id)
        self.taken_back.emit(list(conversation_ids))
        await self.erase(conversation_ids)

    async def clear_up(self) -> None:
        """Remove what cannot come back, and its files; finish an erasure that was cut off."""
        from glmdesk.storage.attachments import sweep  # noqa: PLC0415 - not needed to show a window
        from glmdesk.storage.erase import Erasure  # noqa: PLC0415

        await self.conversations.purge()
        await Erasure(self._database).finish()
        await sweep(self._database, datetime.now(UTC))

    async def erase(self, conversation_ids: Sequence[str]) -> None:
        """Remove conversations for good, and say which other files still hold them."""
        from glmdesk.storage.erase import Erasure, holders  # noqa: PLC0415 - for who erases

        banner = self._stage.window.chat.banner
        erasing = _("Erasing…")
        banner.show_message(Kind.NOTICE, erasing, seconds=_ERASING_S)
        erasure = Erasure(self._database)
        try:
            is_done = await erasure.erase(conversation_ids)
        finally:
            banner.withdraw_text(erasing)
        for conversation_id in conversation_ids:
            self.rows.remove(conversation_id)
        await self.conversations.read_folders()
        path, usual = self._database.path, (self._database.path.parent, self.backups.folder)
        held = await asyncio.to_thread(holders, path, self.backups.folders, conversation_ids)
        # The name says where it is, but for what is in a folder that nobody would look for elsewhere.
        names = listed(one.name if one.parent in usual else str(one) for one in held)
        words = _("Erased. Still held by: {files}.").format(files=names) if held else _("Erased.")
        if not is_done:
            still = _("Something reads the history just now, and its log still holds what was erased.")
            banner.show_message(Kind.NOTICE, still)
            while not is_done:
                await asyncio.sleep(_AGAIN_S)
                is_done = await erasure.finish()
        banner.show_message(Kind.NOTICE, words)

    def _take_import(self) -> None:
        self.conversations.show(self.rows.listing)
        self.imported.emit()

    def _ask_for_name(self, question: str, name: str, take: Callable[[str], None]) -> None:
        from glmdesk.ui.dialogs.name import NameDialog  # noqa: PLC0415 - for who needs one

        dialog = NameDialog(question, name, self._stage.window)
        dialog.named.connect(take)
        dialog.open()
