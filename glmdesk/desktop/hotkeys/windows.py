"""A key of Windows' own list. Source: RegisterHotKey of <winuser.h>.

Its presses come as messages to the thread that has asked, which is that of our windows: whoever is sent one
may bring a window to the front.
"""

import ctypes
from typing import Any, Final

from glmdesk.desktop.hotkeys.key_codes import VIRTUAL_KEYS
from glmdesk.desktop.hotkeys.way import HotkeyUser, WayRefused
from glmdesk.domain.global_shortcut import GlobalShortcut, Modifier
from glmdesk.i18n import _

_WM_HOTKEY: Final = 0x312
_MODIFIERS: Final[dict[Modifier, int]] = {"Alt": 1, "Ctrl": 2, "Shift": 4, "Meta": 8}
_ONCE: Final = 0x4000
"""MOD_NOREPEAT: not again while the keys are held down."""
_OUR_ID: Final = 1
_ANY_WINDOW: Final = None


class _Message(ctypes.Structure):
    """The beginning of a MSG."""

    _fields_ = (("window", ctypes.c_void_p), ("kind", ctypes.c_uint32), ("parameter", ctypes.c_size_t))


class WindowsWay:
    """Windows. `library` is its user32."""

    def __init__(self, user: HotkeyUser, library: Any = None) -> None:
        self._user = user
        self._library = library or ctypes.CDLL("user32")
        self._is_registered = False

    @property
    def name(self) -> str:
        """What this way is called."""
        return _("Windows hotkey")

    async def begin(self, shortcut: GlobalShortcut) -> str:
        """Register the keys. Raises WayRefused where another program has them."""
        held = sum(_MODIFIERS[modifier] for modifier in shortcut.modifiers)
        code = VIRTUAL_KEYS[shortcut.key]
        if not self._library.RegisterHotKey(_ANY_WINDOW, _OUR_ID, held | _ONCE, code):
            raise WayRefused.taken(shortcut)
        self._is_registered = True
        return shortcut.shown_keys

    def end(self) -> None:
        """Leave the keys to others."""
        if self._is_registered:
            self._library.UnregisterHotKey(_ANY_WINDOW, _OUR_ID)
            self._is_registered = False

    def take(self, address: int) -> None:
        """Look at a message."""
        message = _Message.from_address(address)
        if message.kind == _WM_HOTKEY and message.parameter == _OUR_ID:
            self._user.take_press("")
