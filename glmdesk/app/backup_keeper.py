"""Backups while the window is open: made beside everything else, looked at on request, and failures said."""

import asyncio
import logging
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from glmdesk.app.stage import Stage
from glmdesk.domain.errors import LocalDataError
from glmdesk.storage.backup_folder import folder_named
from glmdesk.storage.backups import Backups, back_up, is_wanted
from glmdesk.storage.database import Database
from glmdesk.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from glmdesk.ui.dialogs.backups import BackupsDialog

logger = logging.getLogger(__name__)

_HOUR_MS: Final = 60 * 60 * 1000
_TASK: Final = "backup"


class BackupKeeper(QObject):
    """Makes a backup when the last one is older than a day and there is something to keep, looked at hourly.

    Signals:
        restore_requested(path: Path): the run should end, and begin again with this backup.
    """

    restore_requested = Signal(object)

    def __init__(self, stage: Stage, database: Database, tasks: TaskRunner) -> None:
        super().__init__(stage.window)
        self._stage = stage
        self._database = database
        self._tasks = tasks
        self._dialog: BackupsDialog | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_HOUR_MS)
        self._timer.timeout.connect(self._look)

    @property
    def folder(self) -> Path:
        """Where backups are kept from now on."""
        chosen = self._stage.settings.backup_folder
        data = self._stage.paths.data
        return folder_named(chosen, data) if chosen else data / "backups"

    @property
    def folders(self) -> list[Path]:
        """Where there may be backups: that folder, and the one in which they are while none is chosen."""
        return list(dict.fromkeys([self.folder, self._stage.paths.data / "backups"]))

    @property
    def _backups(self) -> Backups:
        return Backups(self._database.path, self.folder)

    def begin(self) -> None:
        """Make one if it is due, and go on looking."""
        self._timer.start()
        self._look()

    def _look(self) -> None:
        self._tasks.start(_TASK, partial(self._keep, self._backups, is_asked_for=False))

    def show(self) -> None:
        """Show the backups that there are."""
        from glmdesk.ui.dialogs.backups import BackupsDialog  # noqa: PLC0415 - for who looks

        backups = self._backups
        self._dialog = dialog = BackupsDialog(self._stage.window, str(backups.folder))
        dialog.backup_requested.connect(
            lambda: self._tasks.start(_TASK, partial(self._keep, self._backups, is_asked_for=True))
        )
        dialog.restore_requested.connect(self.restore_requested)
        dialog.finished.connect(self._forget_dialog)
        dialog.open()
        self._tasks.start("backups:list", partial(self._list, backups))

    def _forget_dialog(self) -> None:
        self._dialog = None

    async def _list(self, backups: Backups) -> None:
        try:
            found = await asyncio.to_thread(backups.existing)
        except LocalDataError as error:
            if self._dialog is not None:
                self._dialog.show_problem(error.problem)
            return
        if self._dialog is not None:
            self._dialog.show_backups(found)

    async def _keep(self, backups: Backups, *, is_asked_for: bool) -> None:
        """Make a backup if it is due or asked for; a failure is said in the dialog, else in the window."""
        now = datetime.now(UTC)
        try:
            if is_asked_for or await is_wanted(self._database, backups, now):
                made = await back_up(self._database, backups, now)
                logger.info("backup: %s", made.path)
        except LocalDataError as error:
            logger.info("no backup: %s", error)
            if self._dialog is None:
                raise
            self._dialog.show_problem(error.problem)
            return
        if self._dialog is not None:
            self._dialog.show_problem(None)
            await self._list(backups)
