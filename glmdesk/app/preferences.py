"""The settings of the program: their dialog, and what follows from a change of one."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from glmdesk.app.commands import Act
from glmdesk.app.hotkey import Hotkey
from glmdesk.app.offering import Offering
from glmdesk.app.services import Services
from glmdesk.app.stage import Stage
from glmdesk.chat.connection import Connection
from glmdesk.domain.errors import LocalDataError
from glmdesk.domain.global_shortcut import GlobalShortcut
from glmdesk.i18n import _
from glmdesk.storage.presets import Presets
from glmdesk.storage.settings import FONT_SIZES, Settings
from glmdesk.ui import shortcuts
from glmdesk.ui.controllers.key import KeyController
from glmdesk.ui.controllers.settings import SettingsController
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.widgets.banner import Kind

if TYPE_CHECKING:
    from glmdesk.desktop.hotkeys.recipes import Recipe
    from glmdesk.ui.dialogs.settings import Override, SettingsDialog
    from glmdesk.ui.widgets.key_row import KeyRow
    from glmdesk.ui.widgets.login_row import LoginRow
    from glmdesk.ui.widgets.shortcut_row import ShortcutRow


_PRESETS: Final = "settings:presets"


class Preferences(QObject):
    """Lets settings be changed, and puts in force what a window shows of them.

    Signals:
        service_changed(): a setting changed that decides where questions go, or how.
        key_entry_requested(): another key should be entered.
        servers_requested(): the servers of tools should be shown.
    """

    service_changed = Signal()
    key_entry_requested = Signal()
    servers_requested = Signal()

    def __init__(
        self,
        stage: Stage,
        settings: SettingsController,
        offering: Offering,
        key: KeyController,
        *,
        services: Services,
        hotkey: Hotkey,
        presets: Presets,
        tasks: TaskRunner,
    ) -> None:
        super().__init__(stage.window)
        self._stage = stage
        self._settings = settings
        self._offering = offering
        self._key = key
        self._services = services
        self._hotkey = hotkey
        self._presets = presets
        self._tasks = tasks
        settings.changed.connect(self._apply)
        services.changed.connect(self._follow_services)
        self._set_send_key()

    def acts(self) -> list[Act]:
        """Return what can be done about settings."""
        themes = {"light": _("Light theme"), "dark": _("Dark theme"), "system": _("Theme of the system")}
        choose = partial(self._settings.change, Settings.theme)
        return [
            (shortcuts.SETTINGS, self.show),
            (_("Services"), partial(self._services.show, self._stage.window)),
            *((name, partial(choose, theme)) for theme, name in themes.items()),
        ]

    def show(self) -> None:
        """Show the settings."""
        from glmdesk.ui.dialogs.settings import SettingsDialog  # noqa: PLC0415 - for who opens it
        from glmdesk.ui.widgets.key_row import KeyRow  # noqa: PLC0415
        from glmdesk.ui.widgets.login_row import LoginRow  # noqa: PLC0415
        from glmdesk.ui.widgets.shortcut_row import ShortcutRow  # noqa: PLC0415

        key_row = None if self._stage.is_demo else KeyRow()
        login_row = None if self._stage.is_demo else LoginRow()
        shortcut_row = ShortcutRow(_(Settings.quick_shortcut.help), self._recipes)
        dialog = SettingsDialog(
            self._stage.settings,
            self._offering.offer,
            self._stage.window,
            services=self._services.all,
            overrides=_overrides(self._offering.connection),
            key_row=key_row,
            login_row=login_row,
            shortcut_row=shortcut_row,
        )
        dialog.change_requested.connect(self._settings.change)
        dialog.servers_requested.connect(self.servers_requested)
        dialog.services_requested.connect(lambda: self._services.show(dialog))
        self._settings.refused.connect(dialog.show_problem)
        self._offering.changed.connect(dialog.set_offer)
        self._services.changed.connect(dialog.set_services)
        if key_row is not None:
            self._connect_key(key_row, dialog)
        if login_row is not None:
            _connect_login(login_row, self._stage.paths.home)
        self._connect_shortcut(shortcut_row)
        self._tasks.start(_PRESETS, partial(self._show_presets, dialog))
        dialog.finished.connect(lambda: self._tasks.cancel(_PRESETS))
        dialog.open()

    async def _show_presets(self, dialog: "SettingsDialog") -> None:
        dialog.set_presets([preset.name for preset in await self._presets.all()])

    def zoom(self, step: int) -> None:
        """Show larger letters (1), smaller ones (-1), or those of the desktop (0)."""
        shown = self._stage.appearance.style.text.pointSize()
        wanted = min(max(shown + step, FONT_SIZES.minimum), FONT_SIZES.maximum) if step else 0
        self._settings.change(Settings.font_size, wanted)

    def _connect_key(self, row: "KeyRow", dialog: "SettingsDialog") -> None:
        row.entry_requested.connect(dialog.accept)
        row.entry_requested.connect(self.key_entry_requested)
        row.removal_requested.connect(dialog.accept)
        row.removal_requested.connect(self._key.forget)
        row.keyring_requested.connect(self._key.look)
        self._key.state_changed.connect(row.show_state)
        row.show_state(self._key.state)
        self._key.look_unasked()

    def _connect_shortcut(self, row: "ShortcutRow") -> None:
        row.chosen.connect(self._choose_shortcut)
        self._hotkey.changed.connect(row.show_state)
        self._hotkey.heard.connect(row.take_press)
        self._hotkey.chosen_again.connect(row.button.stop)
        row.button.listening_changed.connect(self._hotkey.let_choose)
        row.show_state(self._stage.settings.quick_shortcut, self._hotkey.standing)

    def _choose_shortcut(self, text: str) -> None:
        if text == self._stage.settings.quick_shortcut:
            # Who had the keys may have let go of them.
            self._hotkey.arm_anew()
        else:
            self._settings.change(Settings.quick_shortcut, text)

    def _recipes(self, shortcut: GlobalShortcut) -> "Sequence[Recipe]":
        # For whoever cannot have the keys otherwise.
        from glmdesk.desktop.hotkeys.recipes import recipes  # noqa: PLC0415
        from glmdesk.desktop.program import own_command  # noqa: PLC0415

        return recipes(own_command(self._stage.paths.home, "--quick"), shortcut)

    def _apply(self, key: str) -> None:
        settings = self._stage.settings
        match key:
            case "theme" | "font_size":
                self._stage.appearance.choose(settings.theme, settings.font_size)
            case "send_with":
                self._set_send_key()
            case "language":
                words = _("The language changes with the next start of glmdesk.")
                self._stage.window.chat.banner.show_message(Kind.NOTICE, words)
            case "service" | "base_url" | "proxy" | "silence_s" | "waiting_notice_s":
                self._follow_services()
            case _:
                pass

    def _follow_services(self) -> None:
        if not self._stage.is_demo:
            self.service_changed.emit()

    def _set_send_key(self) -> None:
        with_control = self._stage.settings.send_with == "ctrl-enter"
        self._stage.window.chat.composer.set_send_key(with_control=with_control)


def _connect_login(row: "LoginRow", home: Path | None) -> None:
    # For who opens the settings.
    from glmdesk.desktop.autostart import autostart  # noqa: PLC0415
    from glmdesk.desktop.program import own_command  # noqa: PLC0415

    entry = autostart(own_command(home, "--hidden"))

    def choose(is_on: bool) -> None:
        try:
            (entry.turn_on if is_on else entry.turn_off)()
        except LocalDataError as error:
            row.show_problem(str(error))
        else:
            row.show_problem("")
        row.show_state(is_on=entry.is_on())

    row.chosen.connect(choose)
    row.show_state(is_on=entry.is_on())


def _overrides(connection: Connection) -> "dict[str, Override]":
    """Return what the environment decides about the connection in place of the settings."""
    from glmdesk.ui.dialogs.settings import Override  # noqa: PLC0415 - for who opens them

    if not connection.variable:
        return {}
    problem = connection.refusal.words if connection.refusal else ""
    own = connection.target.own if connection.target else None
    return {
        "service": Override(own.name if own else _("At the address below"), connection.variable),
        "base_url": Override(connection.address, connection.variable, problem),
    }
