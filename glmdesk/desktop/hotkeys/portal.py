"""The portal of a Wayland desktop, which asks its user whether a program may have the keys.

Sources: the documentation of XDG Desktop Portal, org.freedesktop.portal.GlobalShortcuts, Request, Session,
and org.freedesktop.host.portal.Registry; "Shortcuts" of freedesktop.org for how keys are written.
"""

import asyncio
import logging
from itertools import count
from typing import Any, Final

from glmdesk.desktop.bus import Bus, BusProblem, Peer
from glmdesk.desktop.hotkeys.way import HotkeyUser, WayRefused
from glmdesk.domain.global_shortcut import LETTERS, SPACE, GlobalShortcut, Modifier
from glmdesk.i18n import _

logger = logging.getLogger(__name__)

_NAME: Final = "org.freedesktop.portal.Desktop"
_PATH: Final = "/org/freedesktop/portal/desktop"
_SHORTCUTS: Final = Peer(_NAME, _PATH, "org.freedesktop.portal.GlobalShortcuts")
_REGISTRY: Final = Peer(_NAME, _PATH, "org.freedesktop.host.portal.Registry")
_REQUEST: Final = "org.freedesktop.portal.Request"
_SESSION: Final = "org.freedesktop.portal.Session"

_APP: Final = "glmdesk"
"""The name of its desktop file."""
_ID: Final = "quick-ask"
_GRANTED, _DECLINED = 0, 1
_ANSWER_S: Final = 10.0
"""Seconds. For what no user is asked about."""

_WRITTEN: Final[dict[Modifier, str]] = {"Meta": "LOGO", "Ctrl": "CTRL", "Alt": "ALT", "Shift": "SHIFT"}


class PortalWay:
    """Wayland, where only the desktop hears of keys that are pressed in other programs."""

    def __init__(self, user: HotkeyUser) -> None:
        self._user = user
        self._bus: Bus | None = None
        self._session = ""
        self._numbers = count()

    @property
    def name(self) -> str:
        """What this way is called."""
        return _("Desktop portal")

    async def begin(self, shortcut: GlobalShortcut) -> str:
        """Ask for the shortcut; the user may have to say yes. Raises WayRefused."""
        try:
            self._bus = bus = await Bus.open("SESSION")
            is_registered = await _register(bus)
            if not await bus.follow_owner(_NAME, self._take_owner):
                raise WayRefused(_("This desktop has no portal."))
            await _require_shortcuts(bus)
            self._session = await self._open_session(bus, is_registered=is_registered)
            await bus.listen(_SHORTCUTS, "Activated", self._take_press)
            await bus.listen(_SHORTCUTS, "ShortcutsChanged", self._take_shortcuts)
            await bus.listen(Peer(_NAME, self._session, _SESSION), "Closed", self._take_end)
            return await self._bind(bus, shortcut)
        except BusProblem as error:
            logger.info("the portal cannot be used: %s", error)
            raise WayRefused(_("The portal does not answer as it should.")) from error

    def end(self) -> None:
        """Leave the keys to others: the portal forgets a session whose connection is closed."""
        if self._bus is not None:
            self._bus.close()

    async def _open_session(self, bus: Bus, *, is_registered: bool) -> str:
        try:
            options = {"session_handle_token": ("s", _APP)}
            code, results = await self._ask(bus, "CreateSession", "", options=options, patience_s=_ANSWER_S)
        except BusProblem as error:
            if is_registered:
                raise
            # Whoever is not known by a desktop file is refused.
            logger.info("the portal does not know us: %s", error)
            words = _("The portal asks for a program that is installed with its desktop file, {name}.")
            raise WayRefused(words.format(name=f"{_APP}.desktop")) from error
        if code != _GRANTED:
            raise WayRefused(_("The portal does not answer as it should."))
        return str(results["session_handle"][1])

    async def _bind(self, bus: Bus, shortcut: GlobalShortcut) -> str:
        wish = {"description": ("s", _("Quick ask")), "preferred_trigger": ("s", written(shortcut))}
        no_window = ""
        code, results = await self._ask(
            bus, "BindShortcuts", "oa(sa{sv})s", self._session, [(_ID, wish)], no_window
        )
        if code == _DECLINED:
            raise WayRefused(_("It was declined in the dialog of the desktop."))
        if code != _GRANTED:
            raise WayRefused(_("The desktop has not granted it."))
        return _keys_in(results["shortcuts"][1])

    async def _ask(
        self,
        bus: Bus,
        member: str,
        signature: str,
        *arguments: object,
        options: dict[str, tuple[str, str]] | None = None,
        patience_s: float | None = None,
    ) -> tuple[int, dict[str, Any]]:
        """Return what the portal answers to a request, as a code and results. Raises BusProblem.

        Without a bound it is the user who takes as long as it takes.
        """
        token = f"{_APP}{next(self._numbers)}"
        sender = bus.own_name.removeprefix(":").replace(".", "_")
        answer: asyncio.Future[tuple[Any, ...]] = asyncio.get_running_loop().create_future()

        def take(body: tuple[Any, ...]) -> None:
            if not answer.done():
                answer.set_result(body)

        # It may answer before the call returns.
        stop = await bus.listen(Peer(_NAME, f"{_PATH}/request/{sender}/{token}", _REQUEST), "Response", take)
        try:
            named = {"handle_token": ("s", token), **(options or {})}
            await bus.call(_SHORTCUTS, member, f"{signature}a{{sv}}", *arguments, named)
            async with asyncio.timeout(patience_s):
                code, results = await answer
        except TimeoutError as error:
            raise BusProblem(f"{member} is not answered") from error
        finally:
            stop()
        return code, results

    def _take_press(self, body: tuple[Any, ...]) -> None:
        session, which, _time, options = body
        # Signals go to everybody: it may be another program's.
        if session == self._session and which == _ID:
            self._user.take_press(options.get("activation_token", ("s", ""))[1])

    def _take_shortcuts(self, body: tuple[Any, ...]) -> None:
        session, shortcuts = body
        if session == self._session:
            self._user.take_keys(_keys_in(shortcuts))

    def _take_end(self, _body: tuple[Any, ...]) -> None:
        self._user.take_loss(_("The desktop has taken it back."))

    def _take_owner(self, has_owner: bool) -> None:
        if has_owner:
            self._user.arm_anew()
        else:
            self._user.take_loss(_("The portal has ended; the shortcut works again when it is back."))


async def _register(bus: Bus) -> bool:
    """Say who we are, which has to come before anything else; return whether that is believed."""
    try:
        await bus.call(_REGISTRY, "Register", "sa{sv}", _APP, {})
    except BusProblem as error:
        # Older portals find out by themselves.
        logger.info("the portal takes no name: %s", error)
        return False
    return True


async def _require_shortcuts(bus: Bus) -> None:
    try:
        await bus.get(_SHORTCUTS, "version")
    except BusProblem as error:
        logger.info("the portal has no shortcuts: %s", error)
        raise WayRefused(_("The portal of this desktop has no global shortcuts.")) from error


def _keys_in(shortcuts: Any) -> str:
    """Return how the desktop calls our keys; nothing where it has given none."""
    for which, facts in shortcuts:
        if which == _ID:
            return str(facts.get("trigger_description", ("s", ""))[1])
    return ""


def written(shortcut: GlobalShortcut) -> str:
    """Return a shortcut as portals read it, whose keys have the names of X11."""
    held = [sign for modifier, sign in _WRITTEN.items() if modifier in shortcut.modifiers]
    is_lower = shortcut.key in LETTERS or shortcut.key == SPACE
    return "+".join([*held, shortcut.key.lower() if is_lower else shortcut.key])
