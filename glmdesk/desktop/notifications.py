"""Notifications of the desktop: org.freedesktop.Notifications, where somebody answers to that name."""

import logging
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from glmdesk.desktop.bus import Bus, BusProblem, Peer

logger = logging.getLogger(__name__)

_NAME: Final = "org.freedesktop.Notifications"
_SERVER: Final = Peer(_NAME, "/org/freedesktop/Notifications", _NAME)
_ICON: Final = "glmdesk"
_AS_LONG_AS_USUAL: Final = -1
_DEFAULT_ACTION: Final = "default"


class Note(NamedTuple):
    """What is said. One with the `key` of an earlier one takes its place; a click hands the key back."""

    key: str
    title: str
    text: str
    action: str
    """What a click does, in words."""


class Notifications:
    """Shows notes, and withdraws them. `opened(key, token)` hears of clicks; a token lets windows rise."""

    def __init__(self, bus: Bus, opened: Callable[[str, str], None]) -> None:
        self._bus = bus
        self._opened = opened
        self._shown: dict[str, int] = {}
        """What the server calls them, by key."""
        self._tokens: dict[int, str] = {}
        self._is_markup = False
        self._is_ready = False

    async def show(self, note: Note) -> bool:
        """Show a note and return whether there is somebody who does."""
        try:
            await self._get_ready()
            (number,) = await self._bus.call(
                _SERVER,
                "Notify",
                "susssasa{sv}i",
                "glmdesk",
                self._shown.get(note.key, 0),
                _ICON,
                note.title,
                _escaped(note.text) if self._is_markup else note.text,
                [_DEFAULT_ACTION, note.action],
                {"desktop-entry": ("s", "glmdesk")},
                _AS_LONG_AS_USUAL,
            )
        except BusProblem as error:
            logger.info("no notification: %s", error)
            return False
        self._shown[note.key] = number
        return True

    async def withdraw(self) -> None:
        """Take back all that is still shown."""
        shown, self._shown = self._shown, {}
        for number in shown.values():
            try:
                await self._bus.call(_SERVER, "CloseNotification", "u", number)
            except BusProblem as error:
                logger.info("a notification stays: %s", error)

    async def _get_ready(self) -> None:
        if self._is_ready:
            return
        (abilities,) = await self._bus.call(_SERVER, "GetCapabilities")
        self._is_markup = "body-markup" in abilities
        await self._bus.listen(_SERVER, "ActivationToken", self._take_token)
        await self._bus.listen(_SERVER, "ActionInvoked", self._open)
        await self._bus.listen(_SERVER, "NotificationClosed", self._forget)
        self._is_ready = True

    def _take_token(self, body: tuple[Any, ...]) -> None:
        number, token = body
        self._tokens[number] = token

    def _open(self, body: tuple[Any, ...]) -> None:
        number, _action = body
        token = self._tokens.pop(number, "")
        # Signals go to everybody: a number may be that of another program's.
        for key in [key for key, shown in self._shown.items() if shown == number]:
            del self._shown[key]
            self._opened(key, token)

    def _forget(self, body: tuple[Any, ...]) -> None:
        number, _reason = body
        self._tokens.pop(number, None)
        self._shown = {key: shown for key, shown in self._shown.items() if shown != number}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
