"""A hot key of macOS, which takes no permission. Source: RegisterEventHotKey of <CarbonEvents.h>."""

import ctypes
from typing import Any, Final

from glmdesk.desktop.hotkeys.key_codes import MAC_KEYCODES
from glmdesk.desktop.hotkeys.way import HotkeyUser, WayRefused
from glmdesk.domain.global_shortcut import GlobalShortcut, Modifier
from glmdesk.i18n import _

_KEYBOARD: Final = int.from_bytes(b"keyb")
_HOT_KEY_PRESSED: Final = 5
_SIGNATURE: Final = int.from_bytes(b"glmd")
"""Four letters are a number there."""
_MODIFIERS: Final[dict[Modifier, int]] = {"Ctrl": 0x100, "Shift": 0x200, "Alt": 0x800, "Meta": 0x1000}
"""cmdKey, shiftKey, optionKey and controlKey: Ctrl is ⌘ there, and Meta is ⌃."""
_EXCLUSIVE: Final = 1
"""kEventHotKeyExclusive: what another program has is refused, and what we have is refused to others."""
_DONE: Final = 0
_TAKEN: Final = -9878
"""noErr and eventHotKeyExistsErr."""


class _EventType(ctypes.Structure):
    _fields_ = (("kind", ctypes.c_uint32), ("number", ctypes.c_uint32))


class _HotKeyId(ctypes.Structure):
    _fields_ = (("signature", ctypes.c_uint32), ("number", ctypes.c_uint32))


_Handler = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


class MacWay:
    """macOS, which calls back in the main thread. `library` is its Carbon."""

    def __init__(self, user: HotkeyUser, library: Any = None) -> None:
        self._user = user
        self._library = library or _carbon()
        self._key, self._handler_there = ctypes.c_void_p(), ctypes.c_void_p()
        # The system keeps its address only.
        self._handler = _Handler(self._take)

    @property
    def name(self) -> str:
        """What this way is called."""
        return _("macOS hot key")

    async def begin(self, shortcut: GlobalShortcut) -> str:
        """Register the keys. Raises WayRefused where another program has them."""
        target = self._library.GetEventDispatcherTarget()
        kinds = _EventType(_KEYBOARD, _HOT_KEY_PRESSED)
        installed = self._library.InstallEventHandler(
            target, self._handler, 1, ctypes.byref(kinds), None, ctypes.byref(self._handler_there)
        )
        registered = self._library.RegisterEventHotKey(
            MAC_KEYCODES[shortcut.key],
            sum(_MODIFIERS[modifier] for modifier in shortcut.modifiers),
            _HotKeyId(_SIGNATURE, 1),
            target,
            _EXCLUSIVE,
            ctypes.byref(self._key),
        )
        if installed == registered == _DONE:
            return shortcut.shown_keys
        self.end()
        if registered == _TAKEN:
            raise WayRefused.taken(shortcut)
        raise WayRefused(_("The system has refused it: {code}.").format(code=installed or registered))

    def end(self) -> None:
        """Leave the keys to others."""
        if self._key.value is not None:
            self._library.UnregisterEventHotKey(self._key)
        if self._handler_there.value is not None:
            self._library.RemoveEventHandler(self._handler_there)
        self._key, self._handler_there = ctypes.c_void_p(), ctypes.c_void_p()

    def _take(self, _call: int | None, _event: int | None, _data: int | None) -> int:
        # Only hot keys of this process come here, and it has one.
        self._user.take_press("")
        return _DONE


def _carbon() -> Any:
    carbon = ctypes.CDLL("/System/Library/Frameworks/Carbon.framework/Carbon")
    pointer, number = ctypes.c_void_p, ctypes.c_uint32
    # Whatever is not said to be a pointer would be cut to 32 bits.
    carbon.GetEventDispatcherTarget.restype = pointer
    carbon.InstallEventHandler.argtypes = [pointer, _Handler, ctypes.c_ulong, pointer, pointer, pointer]
    carbon.RegisterEventHotKey.argtypes = [number, number, _HotKeyId, pointer, number, pointer]
    carbon.UnregisterEventHotKey.argtypes = carbon.RemoveEventHandler.argtypes = [pointer]
    return carbon
