"""Whether a panel shows our icon: asked of the StatusNotifierWatcher, which panels of Linux register with."""

import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any, Final

from glmdesk.desktop.bus import Bus, BusProblem, Peer

logger = logging.getLogger(__name__)

_NAME: Final = "org.kde.StatusNotifierWatcher"
_WATCHER: Final = Peer(_NAME, "/StatusNotifierWatcher", _NAME)
_SIGNALS: Final = (
    "StatusNotifierHostRegistered",
    "StatusNotifierHostUnregistered",
    "StatusNotifierItemRegistered",
    "StatusNotifierItemUnregistered",
)


class TrayHost:
    """Knows at any time whether our icon is on a panel.

    `start(name, work)` runs work of that name in place of what ran under it. `arrived()` is called when there
    is somebody to register with who was not there before.
    """

    def __init__(
        self,
        bus: Bus,
        start: Callable[[str, Callable[[], Awaitable[None]]], None],
        arrived: Callable[[], None],
    ) -> None:
        self._bus = bus
        self._start = start
        self._arrived = arrived
        self._is_there = False
        """Whether icons have somebody to register with."""
        self.has_our_icon = False
        """Whether ours has, and there is a panel that shows it."""

    async def begin(self) -> None:
        """Look, and go on whenever something changes. Raises BusProblem."""
        for signal in _SIGNALS:
            await self._bus.listen(_WATCHER, signal, lambda _body: self._start("tray:look", self._look))
        self._is_there = await self._bus.follow_owner(_NAME, self._take_owner)
        await self._look()

    def _take_owner(self, has_owner: bool) -> None:
        self._is_there = has_owner
        self.has_our_icon = False
        if has_owner:
            self._start("tray:greet", self._greet)

    async def _greet(self) -> None:
        """Wait until who has taken the name answers to it: an icon that comes before is lost."""
        try:
            await self._bus.get(_WATCHER, "IsStatusNotifierHostRegistered")
        except BusProblem as error:
            logger.info("the panel is silent: %s", error)
        self._arrived()

    async def _look(self) -> None:
        self.has_our_icon = self._is_there and await self._is_shown()

    async def _is_shown(self) -> bool:
        try:
            if not await self._bus.get(_WATCHER, "IsStatusNotifierHostRegistered"):
                return False
            items: list[Any] = await self._bus.get(_WATCHER, "RegisteredStatusNotifierItems")
            for item in items:
                if await self._is_ours(str(item)):
                    return True
        except BusProblem as error:
            logger.info("the panel does not say what it shows: %s", error)
        return False

    async def _is_ours(self, item: str) -> bool:
        """Whether an item, a bus name with or without the path of an object behind it, is of this process."""
        try:
            return await self._bus.process_of(item.partition("/")[0]) == os.getpid()
        except BusProblem:  # it has left meanwhile
            return False
