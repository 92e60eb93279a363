"""The program beside its window: the icon in the panel, what closing the window means, and pausing."""

from typing import Final

from PySide6.QtCore import QObject, Signal

from glmdesk.app.arriving import raise_window
from glmdesk.app.desk import Desk
from glmdesk.app.engine import Engine
from glmdesk.app.stage import Stage
from glmdesk.app.telling import Telling
from glmdesk.desktop.bus import Bus, BusProblem
from glmdesk.desktop.instance import InstanceCommand
from glmdesk.desktop.tray_host import TrayHost
from glmdesk.domain.message import Message
from glmdesk.i18n import _
from glmdesk.storage.settings import Settings
from glmdesk.ui.tray import Standing, Tray

_RECENT: Final = 5
"""Chats in the menu."""


class Residence(QObject):
    """Keeps the program within reach while its window is closed, where an icon is proven to be seen.

    Pausing holds back what would be asked by itself, such as questions that wait for the service, and what is
    pressed elsewhere; what one asks in a window is asked.

    Signals:
        quit_requested(): the program should end.
        paused(is_paused: bool): keys that are pressed elsewhere should do nothing, or work again.
    """

    quit_requested = Signal()
    paused = Signal(bool)

    def __init__(self, stage: Stage, engine: Engine, desk: Desk, *, is_explained: bool) -> None:
        """`is_explained` says that the user was told once what closing the window means."""
        super().__init__(stage.window)
        self._stage = stage
        self._engine = engine
        self._desk = desk
        self.is_explained = is_explained
        self._writing: set[str] = set()
        self._is_paused = self._is_missed = False
        self._bus: Bus | None = None
        self._host: TrayHost | None = None
        self.tray = Tray(stage.icons, self._recent, stage.window)
        self.telling = Telling(stage.settings, engine, self.tray)
        self._connect()

    async def begin(self) -> None:
        """Show the icon, now or as soon as there is a panel for it."""
        self._follow_setting(Settings.tray.key)
        try:
            self._bus = await Bus.open("SESSION")
            self.telling.use(self._bus)
            self._host = TrayHost(
                self._bus, self._engine.tasks.start, lambda: self._follow_setting(Settings.tray.key)
            )
            await self._host.begin()
        except BusProblem:
            # Windows, macOS and plain X11 need none: Qt knows these panels, early or late.
            return

    def end(self) -> None:
        """Leave the panel and the bus."""
        self.tray.hide()
        if self._bus is not None:
            self._bus.close()

    @property
    def is_seen(self) -> bool:
        """Whether the icon is proven to be on the screen."""
        if self._stage.settings.tray == "none":
            return False
        return self.tray.is_docked or (self._host is not None and self._host.has_our_icon)

    def take_in_window(self) -> bool:
        """Hide the window if one can come back to it by the icon; return whether it is so."""
        if self._stage.settings.tray != "resident" or not self.is_seen:
            return False
        self._stage.window.hide()
        if not self.is_explained:
            self.is_explained = True
            words = _(
                "Click its icon in the panel to come back; its menu quits. In the settings closing can too."
            )
            self.telling.say(_("glmdesk keeps running"), words)
        return True

    def show_window(self, token: str = "") -> None:
        """Show the window above all others. A `token` is leave of the desktop for that."""
        raise_window(self._stage.window, InstanceCommand(activation_token=token))
        self._take_look()

    def _connect(self) -> None:
        tray, engine = self.tray, self._engine
        # Looked up at each click: the popup is made when it is wanted.
        tray.quick_requested.connect(lambda: self._desk.arriving.show_quick(""))
        tray.window_requested.connect(self.show_window)
        tray.new_requested.connect(self._show_new)
        tray.conversation_chosen.connect(self._show_chat)
        tray.settings_requested.connect(self._show_settings)
        tray.quit_requested.connect(self.quit_requested)
        tray.paused.connect(self._pause)
        self.telling.opened.connect(self._show_chat)
        self.telling.missed.connect(self._take_missed)
        self._desk.work_done.connect(self.telling.tell_done)
        engine.answers.began.connect(self._begin_answer)
        engine.answers.ended.connect(self._end_answer)
        engine.outbox.changed.connect(self._show_standing)
        engine.settings.changed.connect(self._follow_setting)
        self._stage.window.windowHandle().activeChanged.connect(self._look)

    def _recent(self) -> list[tuple[str, str]]:
        return [(one.id, one.title) for one in self._desk.recent_conversations[:_RECENT]]

    def _show_new(self) -> None:
        self.show_window()
        self._desk.new_chat()

    def _show_chat(self, conversation_id: str, token: str = "") -> None:
        self.show_window(token)
        if conversation_id:
            self._desk.open_chat(conversation_id)

    def _show_settings(self) -> None:
        self.show_window()
        self._desk.show_settings()

    def _pause(self, is_paused: bool) -> None:
        self._is_paused = is_paused
        self._engine.outbox.hold(is_held=is_paused)
        self._show_standing()
        self.paused.emit(is_paused)

    def _begin_answer(self, answer: Message) -> None:
        self._writing.add(answer.id)
        self._show_standing()

    def _end_answer(self, answer: Message) -> None:
        self._writing.discard(answer.id)
        self._show_standing()

    def _take_missed(self) -> None:
        self._is_missed = True
        self._show_standing()

    def _look(self) -> None:
        if self._stage.window.windowHandle().isActive():
            self._take_look()

    def _take_look(self) -> None:
        self._is_missed = False
        self.telling.forget()
        self._show_standing()

    def _show_standing(self) -> None:
        if self._is_paused:
            standing = Standing.PAUSED
        elif self._writing:
            standing = Standing.ANSWERING
        elif self._is_missed:
            standing = Standing.UNREAD
        elif self._engine.outbox.waiting:
            standing = Standing.OFFLINE
        else:
            standing = Standing.IDLE
        self.tray.set_standing(standing)

    def _follow_setting(self, key: str) -> None:
        if key != Settings.tray.key:
            return
        if self._stage.settings.tray == "none":
            self.tray.hide()
        else:
            self.tray.show()
