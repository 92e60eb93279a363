"""A key grab of X11, on the connection that Qt has: by the time of its press windows may come to the front.

The server sends nothing but presses of the grabbed key. Source: "X Window System Protocol", GrabKey.
"""

import ctypes
import struct
from itertools import product
from typing import Final

from glmdesk.desktop.hotkeys.key_codes import KEYSYMS, US_KEYCODES
from glmdesk.desktop.hotkeys.way import HotkeyUser, WayRefused
from glmdesk.desktop.hotkeys.xcb import Display, Grab, Keyboard
from glmdesk.domain.global_shortcut import GlobalShortcut, Modifier
from glmdesk.i18n import _

_KEY_PRESS: Final = 2
_KEY_RELEASE: Final = 3
_MAPPING_NOTIFY: Final = 34
_EVENT: Final = struct.Struct("=BBHI")
"""Kind, key, sequence, time. Of an event that another program has sent, the kind is 128 more."""
_XKB_KINDS: Final = (0, 1)
"""XkbNewKeyboardNotify and XkbMapNotify, which whoever knows XKB is told in place of MappingNotify."""

_SHIFT, _CAPS_LOCK, _CONTROL = 1, 2, 4
_ALT: Final = (0xFFE9, 0xFFEA)
_META: Final = (0xFFEB, 0xFFEC)
"""XK_Alt_L, XK_Alt_R, XK_Super_L and XK_Super_R; which bit they set is up to the keyboard."""
_LOCKS: Final = ((0xFF7F,), (0xFF14,))
"""XK_Num_Lock, XK_Scroll_Lock: a shortcut works whether they are on or off."""


class X11Way:
    """Linux and the BSDs where programs speak to an X server. `connection` is the address of Qt's own."""

    def __init__(self, user: HotkeyUser, connection: int) -> None:
        self._user = user
        self._display = Display(connection)
        self._shortcut: GlobalShortcut | None = None
        self._wanted: frozenset[Grab] = frozenset()
        self._codes: frozenset[int] = frozenset()
        self._is_down = False
        self._released_at = -1

    @property
    def name(self) -> str:
        """What this way is called."""
        return _("X11 key grab")

    async def begin(self, shortcut: GlobalShortcut) -> str:
        """Grab the keys. Raises WayRefused where another program has them."""
        self._shortcut = shortcut
        self._wanted = grabs_for(shortcut, self._display.keyboard())
        if not self._wanted:
            raise WayRefused(_("This keyboard has no such keys: {keys}.").format(keys=shortcut.shown_keys))
        if not all(self._display.grab(grab) for grab in self._wanted):
            self._ungrab()
            raise WayRefused.taken(shortcut)
        self._codes = frozenset(grab.code for grab in self._wanted)
        return shortcut.shown_keys

    def end(self) -> None:
        """Leave the keys to others."""
        self._ungrab()
        self._shortcut, self._codes = None, frozenset()

    def take(self, address: int) -> None:
        """Look at an event of the connection."""
        kind, key, _sequence, time = _EVENT.unpack(ctypes.string_at(address, _EVENT.size))
        if kind == _KEY_PRESS and key in self._codes:
            self._press(time)
        elif kind == _KEY_RELEASE and key in self._codes:
            self._is_down, self._released_at = False, time
        elif kind == _MAPPING_NOTIFY or (kind == self._display.first_xkb_event and key in _XKB_KINDS):
            self._follow_keyboard()

    def _press(self, time: int) -> None:
        # Holding a key down presses it again and again; to some there is a release at the same moment.
        is_repeated = self._is_down or time == self._released_at
        self._is_down = True
        if not is_repeated:
            self._user.take_press("")

    def _follow_keyboard(self) -> None:
        """Ask to be armed anew where the keys have moved; mostly it is only another keyboard that is used."""
        shortcut = self._shortcut
        if shortcut is not None and grabs_for(shortcut, self._display.keyboard()) != self._wanted:
            self._user.arm_anew()

    def _ungrab(self) -> None:
        for grab in self._wanted:
            self._display.ungrab(grab)


def grabs_for(shortcut: GlobalShortcut, keyboard: Keyboard) -> frozenset[Grab]:
    """Return what is to be grabbed for a shortcut; nothing where the keyboard has no such keys."""
    masks: dict[Modifier, int] = {
        "Shift": _SHIFT,
        "Ctrl": _CONTROL,
        "Alt": keyboard.mask_of(_ALT),
        "Meta": keyboard.mask_of(_META),
    }
    held = {masks[modifier] for modifier in shortcut.modifiers}
    code = keyboard.code_of(KEYSYMS[shortcut.key]) or US_KEYCODES.get(shortcut.key)
    if code is None or not all(held):
        return frozenset()
    locks = {_CAPS_LOCK, *(mask for keysyms in _LOCKS if (mask := keyboard.mask_of(keysyms)))}
    states = product(*((0, lock) for lock in locks))
    return frozenset(Grab(code, sum(held) | sum(state)) for state in states)
