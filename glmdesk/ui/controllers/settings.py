"""Changing a setting: checked, in force at once, and stored."""

import asyncio
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from glmdesk.domain.errors import UsageError, UserError
from glmdesk.i18n import _
from glmdesk.storage.setting import Setting
from glmdesk.storage.settings import Settings
from glmdesk.ui.tasks import TaskRunner


class SettingsController(QObject):
    """Changes settings one at a time.

    Signals:
        changed(key: str): a setting has another value in force.
        refused(key: str, reason: str): the value is not allowed; the old one stays.
    """

    changed = Signal(str)
    refused = Signal(str, str)

    def __init__(self, settings: Settings, tasks: TaskRunner) -> None:
        super().__init__()
        self._settings = settings
        self._tasks = tasks

    def change(self, setting: Setting[Any], value: object) -> None:
        """Put a value in force and store it. One that is refused is so before this returns."""
        try:
            setting.checked(value)
        except UsageError as error:
            self.refused.emit(setting.key, str(error))
            return
        except ValueError:
            self.refused.emit(setting.key, _("This is not allowed here: {value}").format(value=value))
            return
        self._tasks.start(f"setting:{setting.key}", partial(self._change, setting, value))

    async def _change(self, setting: Setting[Any], value: object) -> None:
        if value == self._settings.value(setting):
            return
        try:
            await self._settings.change(setting, value)
        except (UserError, asyncio.CancelledError):
            # It is in force, although it could not be stored or a later change has not waited for that.
            self.changed.emit(setting.key)
            raise
        self.changed.emit(setting.key)
