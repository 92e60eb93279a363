"""The shortcut that opens the quick ask window from any program: armed as the settings say."""

import logging
from typing import Final

from PySide6.QtCore import QObject, Signal

from glmdesk.app.stage import Stage
from glmdesk.desktop.hotkeys.way import Asking, Fails, Off, Standing, Way, WayRefused, Works
from glmdesk.domain.errors import UsageError
from glmdesk.domain.global_shortcut import GlobalShortcut, require_free
from glmdesk.storage.settings import Settings
from glmdesk.ui.controllers.settings import SettingsController
from glmdesk.ui.tasks import TaskRunner

logger = logging.getLogger(__name__)

_TASK: Final = "hotkey"


class Hotkey(QObject):
    """Arms the shortcut of the settings, and arms it anew when that or what it stands on changes.

    While glmdesk is paused the keys are left to other programs.

    Signals:
        pressed(token: str): the keys were pressed; a token of the desktop lets windows rise.
        heard(): the quick ask window was asked for from outside, by the keys or by a command bound to some.
        changed(shortcut: str, standing: Standing): another one is in force, or it stands in another way.
        chosen_again(): the keys in force were pressed while others could be chosen.
    """

    pressed = Signal(str)
    heard = Signal()
    changed = Signal(str, object)
    chosen_again = Signal()

    def __init__(self, stage: Stage, settings: SettingsController, tasks: TaskRunner) -> None:
        super().__init__(stage.window)
        self._settings = stage.settings
        self._tasks = tasks
        self._way: Way | None = None
        self._is_paused = False
        self._are_keys_chosen = False
        self.standing: Standing = Off()
        settings.changed.connect(self._follow_setting)

    def begin(self) -> None:
        """Arm the shortcut, if there is one."""
        if self._settings.quick_shortcut:
            self.arm_anew()

    def end(self) -> None:
        """Leave the keys to others."""
        self._tasks.cancel(_TASK)
        self._leave_way()

    def pause(self, is_paused: bool) -> None:
        """Leave the keys to others for a while, or take them again."""
        self._is_paused = is_paused
        self.begin()

    def let_choose(self, are_keys_chosen: bool) -> None:
        """Let a press mean that the keys are chosen, or again that they are wanted."""
        self._are_keys_chosen = are_keys_chosen

    def take_press(self, token: str) -> None:
        """Tell of a press."""
        if self._are_keys_chosen:
            self.chosen_again.emit()
        else:
            self.pressed.emit(token)

    def take_keys(self, keys: str) -> None:
        """Take note of how the desktop calls the keys from now on."""
        if isinstance(self.standing, Works):
            self._stand(self.standing._replace(keys=keys))

    def take_loss(self, reason: str) -> None:
        """Take note that the keys are heard no more."""
        if self._way is not None:
            self._stand(Fails(self._way.name, reason))

    def arm_anew(self) -> None:
        """Leave what is armed, and arm what is wanted."""
        self._tasks.start(_TASK, self._arm)

    async def _arm(self) -> None:
        self._leave_way()
        text = self._settings.quick_shortcut
        if not text or self._is_paused:
            self._stand(Off())
            return
        shortcut = GlobalShortcut.parse(text)
        try:
            require_free(shortcut)
        except UsageError as error:
            # It stands in the file: nobody could choose it here.
            self._stand(Fails("", str(error)))
            return
        from glmdesk.app.hotkey_ways import way_here  # noqa: PLC0415 - for who has a shortcut

        self._way = way = way_here(self)
        self._stand(Asking(way.name))
        try:
            keys = await way.begin(shortcut)
        except WayRefused as error:
            logger.info("the shortcut %s is not heard: %s", shortcut, error)
            self._stand(Fails(way.name, str(error)))
        else:
            self._stand(Works(way.name, keys))

    def _leave_way(self) -> None:
        way, self._way = self._way, None
        if way is not None:
            way.end()

    def _follow_setting(self, key: str) -> None:
        if key == Settings.quick_shortcut.key:
            self.arm_anew()

    def _stand(self, standing: Standing) -> None:
        self.standing = standing
        self.changed.emit(self._settings.quick_shortcut, standing)
