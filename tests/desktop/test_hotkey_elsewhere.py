"""Hotkeys of Windows and macOS, on stand-ins for the libraries that these systems have for them."""

import ctypes
import struct
from types import SimpleNamespace
from typing import Any

import pytest

from glmdesk.desktop.hotkeys.key_codes import KEYSYMS, MAC_KEYCODES, US_KEYCODES, VIRTUAL_KEYS
from glmdesk.desktop.hotkeys.mac import MacWay
from glmdesk.desktop.hotkeys.way import WayRefused
from glmdesk.desktop.hotkeys.windows import WindowsWay
from glmdesk.domain.global_shortcut import KEYS, SPACE, GlobalShortcut
from tests.desktop.hotkey_user import Told

pytestmark = pytest.mark.anyio

WM_HOTKEY, WM_KEYDOWN = 0x312, 0x100


class User32:
    """As much of Windows' user32 as is called: a list of keys, each of which one program has."""

    def __init__(self, *taken: tuple[int, int]) -> None:
        self.keys = dict.fromkeys(taken, 0)
        self.functions = SimpleNamespace(RegisterHotKey=self._register, UnregisterHotKey=self._unregister)

    def _register(self, window: None, number: int, held: int, key: int) -> int:
        assert held & 0x4000, "held keys would repeat"
        wanted = (held & ~0x4000, key)
        if wanted in self.keys:
            return 0
        self.keys[wanted] = number
        return 1

    def _unregister(self, window: None, number: int) -> int:
        self.keys = {key: owner for key, owner in self.keys.items() if owner != number}
        return 1


def tell(way: WindowsWay, kind: int, parameter: int) -> None:
    """Hand over a message as Windows has it in memory: window, kind, parameters, time and place."""
    message = ctypes.create_string_buffer(struct.pack("@PIN", 0, kind, parameter) + bytes(24))
    way.take(ctypes.addressof(message))


@pytest.mark.parametrize(
    ("text", "held", "key"),
    [("Ctrl+Alt+G", 3, 0x47), ("Meta+Shift+F5", 12, 0x74), ("Alt+Space", 1, 0x20), ("F20", 0, 0x83)],
)
async def test_windows_tells_of_the_keys_until_they_are_given_back(text: str, held: int, key: int) -> None:
    told, library = Told(), User32()
    way = WindowsWay(told, library.functions)
    assert await way.begin(GlobalShortcut.parse(text)) == GlobalShortcut.parse(text).shown_keys
    assert list(library.keys) == [(held, key)]
    (number,) = library.keys.values()

    tell(way, WM_KEYDOWN, number)
    tell(way, WM_HOTKEY, number + 1)
    tell(way, WM_HOTKEY, number)
    assert told.presses == [""]

    way.end()
    way.end()
    assert library.keys == {}


async def test_windows_refuses_keys_that_another_program_has() -> None:
    library = User32((3, 0x41))
    way = WindowsWay(Told(), library.functions)
    with pytest.raises(WayRefused, match=r"has Ctrl\+Alt\+A already, perhaps QQ"):
        await way.begin(GlobalShortcut.parse("Ctrl+Alt+A"))
    way.end()
    assert list(library.keys) == [(3, 0x41)]


class Carbon:
    """As much of macOS's Carbon as is called."""

    def __init__(self, *, refuses: str = "") -> None:
        self.refuses = refuses
        self.key: tuple[int, int] | None = None
        self.handler: Any = None
        self.functions = SimpleNamespace(
            GetEventDispatcherTarget=lambda: 4,
            InstallEventHandler=self._install,
            RemoveEventHandler=self._remove,
            RegisterEventHotKey=self._register,
            UnregisterEventHotKey=self._unregister,
        )

    @property
    def is_left(self) -> bool:
        """Whether nothing is registered."""
        return self.key is None and self.handler is None

    def _install(self, target: int, handler: Any, count: int, kinds: Any, _data: None, place: Any) -> int:
        assert (target, count, bytes(kinds._obj)) == (4, 1, struct.pack("=II", 0x6B657962, 5))
        if self.refuses == "handler":
            return -9861
        self.handler = handler
        place._obj.value = 7
        return 0

    def _remove(self, place: Any) -> int:
        assert place.value == 7
        self.handler = None
        return 0

    def _register(self, code: int, held: int, _id: Any, target: int, options: int, place: Any) -> int:
        assert (target, options) == (4, 1)
        if self.refuses == "key":
            return -9878
        self.key = (code, held)
        place._obj.value = 8
        return 0

    def _unregister(self, place: Any) -> int:
        assert place.value == 8
        self.key = None
        return 0


@pytest.mark.parametrize(
    ("text", "code", "held"),
    [
        ("Meta+Alt+G", 5, 0x1800),
        ("Ctrl+Alt+0", 29, 0x900),
        ("Ctrl+Shift+F12", 111, 0x300),
        ("Alt+Space", 49, 0x800),
    ],
)
async def test_macos_calls_back_until_the_keys_are_given_back(text: str, code: int, held: int) -> None:
    told, carbon = Told(), Carbon()
    way = MacWay(told, carbon.functions)
    await way.begin(GlobalShortcut.parse(text))
    assert carbon.key == (code, held)

    assert carbon.handler(None, None, None) == 0
    assert told.presses == [""]

    way.end()
    way.end()
    assert carbon.is_left


@pytest.mark.parametrize(
    ("refuses", "words"), [("key", "Something else has"), ("handler", "The system has refused it: -9861")]
)
async def test_macos_may_refuse_and_keeps_nothing(refuses: str, words: str) -> None:
    carbon = Carbon(refuses=refuses)
    with pytest.raises(WayRefused, match=words):
        await MacWay(Told(), carbon.functions).begin(GlobalShortcut.parse("Meta+Alt+G"))
    assert carbon.is_left


@pytest.mark.parametrize("codes", [KEYSYMS, VIRTUAL_KEYS, MAC_KEYCODES])
def test_every_key_has_a_code_of_its_own_on_every_system(codes: dict[str, int]) -> None:
    assert set(codes) == set(KEYS)
    assert len(set(codes.values())) == len(codes)


def test_keys_without_a_place_of_their_own_on_a_keyboard_have_one_in_the_usa() -> None:
    assert set(KEYS) - set(US_KEYCODES) == {SPACE, *(f"F{number}" for number in range(1, 13))}
    assert len(set(US_KEYCODES.values())) == len(US_KEYCODES)
