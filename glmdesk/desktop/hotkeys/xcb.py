"""The few requests to an X server that a key grab takes, through the libxcb that Qt itself has loaded.

Sources: <xcb/xproto.h>; "X Window System Protocol", where the layouts of what is received are.
"""

import ctypes
import struct
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

_MIN_KEYCODE: Final = 34
_ROOTS: Final = 1
_BODY: Final = 32
"""Where in a setup the smallest keycode is, and where the list in a reply begins."""
_ASYNC: Final = 1
_XKB: Final = b"XKEYBOARD"


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _Screens(ctypes.Structure):
    _fields_ = (("first", ctypes.c_void_p), ("rest", ctypes.c_int), ("index", ctypes.c_int))


class Keyboard(NamedTuple):
    """What the keys mean: the keysyms of each keycode by its number, and the keycodes of each modifier."""

    keysyms: dict[int, tuple[int, ...]]
    modifiers: tuple[tuple[int, ...], ...]

    def code_of(self, keysym: int) -> int | None:
        """Return the key that has a keysym, in the first layout if it is there."""
        columns = max((len(syms) for syms in self.keysyms.values()), default=0)
        for column in range(columns):
            for code, syms in self.keysyms.items():
                if column < len(syms) and syms[column] == keysym:
                    return code
        return None

    def mask_of(self, keysyms: Iterable[int]) -> int:
        """Return the bit of the modifier that some keys set; 0 if none does."""
        wanted = set(keysyms)
        for bit, codes in enumerate(self.modifiers):
            if any(wanted & set(self.keysyms.get(code, ())) for code in codes):
                return 1 << bit
        return 0


class Grab(NamedTuple):
    """A key with exactly the modifiers of a mask."""

    code: int
    mask: int


class Display:
    """A connection to an X server that somebody else has opened and reads events from."""

    def __init__(self, connection: int) -> None:
        self._connection = ctypes.c_void_p(connection)
        self._xcb = _library()
        self._free: Any = ctypes.CDLL(None).free
        self._free.argtypes = [ctypes.c_void_p]
        setup = self._xcb.xcb_get_setup(self._connection)
        self._first_code, self._last_code = ctypes.string_at(setup + _MIN_KEYCODE, 2)
        screen = self._xcb.xcb_setup_roots_iterator(setup).first
        self._root: int = ctypes.c_uint32.from_address(screen).value
        self.first_xkb_event = self._first_event_of(_XKB)
        """The number of the events that tell of keyboards; 0 where there are none."""

    def keyboard(self) -> Keyboard:
        """Return what the keys mean now."""
        count = self._last_code - self._first_code + 1
        cookie = self._xcb.xcb_get_keyboard_mapping(self._connection, self._first_code, count)
        head, body = self._reply(self._xcb.xcb_get_keyboard_mapping_reply, cookie)
        rows = struct.iter_unpack(f"={head[1]}I", body)
        keysyms = {self._first_code + number: row for number, row in enumerate(rows)}
        cookie = self._xcb.xcb_get_modifier_mapping(self._connection)
        head, body = self._reply(self._xcb.xcb_get_modifier_mapping_reply, cookie)
        return Keyboard(keysyms, tuple(struct.iter_unpack(f"={head[1]}B", body)))

    def grab(self, grab: Grab) -> bool:
        """Ask for a key wherever it is pressed; return whether nobody else has it."""
        owner_events = False
        error = self._xcb.xcb_request_check(
            self._connection,
            self._xcb.xcb_grab_key_checked(
                self._connection, owner_events, self._root, grab.mask, grab.code, _ASYNC, _ASYNC
            ),
        )
        if error:
            self._free(error)
        return not error

    def ungrab(self, grab: Grab) -> None:
        """Leave a key to others."""
        self._xcb.xcb_ungrab_key(self._connection, grab.code, self._root, grab.mask)
        self._xcb.xcb_flush(self._connection)

    def _first_event_of(self, extension: bytes) -> int:
        cookie = self._xcb.xcb_query_extension(self._connection, len(extension), extension)
        head, _body = self._reply(self._xcb.xcb_query_extension_reply, cookie)
        _kind, _pad, _sequence, _length, is_there, _opcode, first_event = struct.unpack_from("=BBHIBBB", head)
        return first_event if is_there else 0

    def _reply(self, fetch: Any, cookie: _Cookie) -> tuple[bytes, bytes]:
        """Return the first 32 bytes of a reply, and what follows them."""
        reply = fetch(self._connection, cookie, None)
        if not reply:
            raise OSError("the X server is gone")
        head = ctypes.string_at(reply, _BODY)
        _kind, _data, _sequence, words = struct.unpack_from("=BBHI", head)
        body = ctypes.string_at(reply + _BODY, words * 4)
        self._free(reply)
        return head, body


def _library() -> Any:
    """Load libxcb, and say what is a pointer: anything else would be cut to 32 bits."""
    xcb = ctypes.CDLL("libxcb.so.1")
    pointer, byte = ctypes.c_void_p, ctypes.c_uint8
    xcb.xcb_get_setup.restype = pointer
    xcb.xcb_get_setup.argtypes = [pointer]
    xcb.xcb_setup_roots_iterator.restype = _Screens
    xcb.xcb_setup_roots_iterator.argtypes = [pointer]
    for name, arguments in (
        ("xcb_get_keyboard_mapping", [byte, byte]),
        ("xcb_get_modifier_mapping", []),
        ("xcb_query_extension", [ctypes.c_uint16, ctypes.c_char_p]),
    ):
        ask, fetch = getattr(xcb, name), getattr(xcb, f"{name}_reply")
        ask.restype, ask.argtypes = _Cookie, [pointer, *arguments]
        fetch.restype, fetch.argtypes = pointer, [pointer, _Cookie, pointer]
    xcb.xcb_grab_key_checked.restype = _Cookie
    xcb.xcb_grab_key_checked.argtypes = [pointer, byte, ctypes.c_uint32, ctypes.c_uint16, byte, byte, byte]
    xcb.xcb_request_check.restype = pointer
    xcb.xcb_request_check.argtypes = [pointer, _Cookie]
    xcb.xcb_ungrab_key.argtypes = [pointer, byte, ctypes.c_uint32, ctypes.c_uint16]
    xcb.xcb_flush.argtypes = [pointer]
    return xcb
