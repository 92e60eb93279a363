"""Key grabs on a real X server, where other programs type, have keys, and change the keyboard."""

import asyncio
import ctypes
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from glmdesk.desktop.hotkeys.way import WayRefused
from glmdesk.desktop.hotkeys.x11 import X11Way
from glmdesk.domain.global_shortcut import GlobalShortcut
from tests.desktop.hotkey_user import Told
from tests.support.desktop import DesktopSession

pytestmark = pytest.mark.anyio

KEY_PRESS = 2
CHOSEN = GlobalShortcut.parse("Ctrl+Alt+G")


@pytest.fixture(scope="module")
def desktop() -> Iterator[DesktopSession]:
    with DesktopSession(bus=False) as session:
        yield session


@pytest.fixture(autouse=True)
def us_keyboard(desktop: DesktopSession) -> None:
    desktop.run("setxkbmap", "us")
    desktop.run("xset", "r", "off")


class Client:
    """A connection to the server with a way on it, to which all events are handed as Qt does."""

    def __init__(self, display: str) -> None:
        xcb = self._xcb = ctypes.CDLL("libxcb.so.1")
        xcb.xcb_connect.restype = xcb.xcb_poll_for_event.restype = ctypes.c_void_p
        xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
        for function in (xcb.xcb_poll_for_event, xcb.xcb_disconnect, xcb.xcb_get_file_descriptor):
            function.argtypes = [ctypes.c_void_p]
        self._free = ctypes.CDLL(None).free
        self._free.argtypes = [ctypes.c_void_p]
        self._connection: int = xcb.xcb_connect(display.encode(), None)
        self._presses = 0
        self.repeated = asyncio.Event()
        """The server has told of the grabbed key several times."""
        self.told = Told()
        self.way = X11Way(self.told, self._connection)
        self._file: int = xcb.xcb_get_file_descriptor(self._connection)
        asyncio.get_running_loop().add_reader(self._file, self.read)

    def read(self) -> None:
        """Hand over what has arrived."""
        while event := self._xcb.xcb_poll_for_event(self._connection):
            self.way.take(event)
            self._presses += ctypes.c_uint8.from_address(event).value == KEY_PRESS
            if self._presses > 3:
                self.repeated.set()
            self._free(event)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._file)
        self._xcb.xcb_disconnect(self._connection)


@asynccontextmanager
async def client(desktop: DesktopSession) -> AsyncIterator[Client]:
    made = Client(desktop.env["DISPLAY"])
    yield made
    made.close()


async def press(desktop: DesktopSession, *keys: str) -> None:
    await asyncio.to_thread(desktop.run, "xdotool", "key", *keys)


@pytest.mark.parametrize("text", ["Ctrl+Alt+G", "Meta+F5", "Ctrl+Alt+Space", "Ctrl+Alt+Shift+7", "F13"])
async def test_a_press_is_heard_once_and_nothing_else_is(desktop: DesktopSession, text: str) -> None:
    # The code of F13, which has another meaning on the keyboards of today.
    pressed = text.replace("Meta", "super").replace("Space", "space").replace("G", "g").replace("F13", "191")
    async with client(desktop) as one:
        assert await one.way.begin(GlobalShortcut.parse(text)) == text.replace("Meta", "Super")

        await press(desktop, "g", "ctrl+g", "ctrl+alt+h", "ctrl+alt+shift+g", pressed)
        await one.told.next()

        assert one.told.presses == [""]


@pytest.mark.parametrize("lock", ["Caps_Lock", "Num_Lock", "Scroll_Lock"])
async def test_locks_do_not_matter(desktop: DesktopSession, lock: str) -> None:
    async with client(desktop) as one:
        await one.way.begin(CHOSEN)
        await press(desktop, lock, "ctrl+alt+g", lock)
        await one.told.next()
        assert one.told.presses == [""]


async def test_keys_that_are_held_down_are_heard_once_until_they_are_released(
    desktop: DesktopSession,
) -> None:
    async with client(desktop) as one:
        await one.way.begin(CHOSEN)
        desktop.run("xset", "r", "on", "r", "rate", "50", "100")
        desktop.run("xdotool", "keydown", "ctrl+alt+g")
        async with asyncio.timeout(5):
            await one.repeated.wait()
        desktop.run("xdotool", "keyup", "ctrl+alt+g")
        assert one.told.presses == [""]

        await press(desktop, "ctrl+alt+g")
        while len(one.told.presses) < 2:
            await one.told.next()


async def test_keys_that_another_program_has_are_refused_until_it_lets_go(desktop: DesktopSession) -> None:
    async with client(desktop) as other, client(desktop) as one:
        await other.way.begin(CHOSEN)
        with pytest.raises(
            WayRefused, match=r"Something else has Ctrl\+Alt\+G already, perhaps .* input method"
        ):
            await one.way.begin(CHOSEN)
        other.way.end()
        assert await one.way.begin(CHOSEN) == "Ctrl+Alt+G"


async def test_what_is_refused_in_part_is_left_to_others_as_a_whole(desktop: DesktopSession) -> None:
    async with client(desktop) as other, client(desktop) as one, client(desktop) as third:
        await other.way.begin(CHOSEN)
        with pytest.raises(WayRefused):
            await one.way.begin(CHOSEN)
        other.way.end()
        await third.way.begin(CHOSEN)


async def test_after_its_end_the_keys_are_those_of_others(desktop: DesktopSession) -> None:
    async with client(desktop) as one, client(desktop) as other:
        await one.way.begin(CHOSEN)
        one.way.end()
        await other.way.begin(CHOSEN)
        await press(desktop, "ctrl+alt+g")
        await other.told.next()
        assert (one.told.presses, other.told.presses) == ([], [""])


@pytest.mark.parametrize("layout", ["us", "cn", "fr", "dvorak", "us,ru", "ru", "gr"])
async def test_the_letter_is_where_the_keyboard_has_it_or_else_where_americans_do(
    desktop: DesktopSession, layout: str
) -> None:
    desktop.run("setxkbmap", layout)
    # Dvorak has its G where others have U.
    code = "30" if layout == "dvorak" else "42"
    async with client(desktop) as one:
        await one.way.begin(CHOSEN)
        await press(desktop, f"ctrl+alt+{code}")
        await one.told.next()
        assert one.told.presses == [""]


async def test_another_keyboard_asks_to_be_armed_anew_where_the_keys_have_moved(
    desktop: DesktopSession,
) -> None:
    async with client(desktop) as one:
        await one.way.begin(CHOSEN)
        desktop.run("setxkbmap", "fr")
        await press(desktop, "ctrl+alt+g")
        await one.told.next()
        assert (one.told.calls_to_arm, one.told.presses) == (0, [""])

        desktop.run("setxkbmap", "dvorak")
        await one.told.next()
        assert one.told.calls_to_arm
        one.way.end()
        await one.way.begin(CHOSEN)
        await press(desktop, "ctrl+alt+30")
        while len(one.told.presses) < 2:
            await one.told.next()


async def test_keys_that_the_keyboard_lacks_are_refused(desktop: DesktopSession) -> None:
    desktop.run("xmodmap", "-e", "clear mod4")
    async with client(desktop) as one:
        with pytest.raises(WayRefused, match=r"no such keys: Super\+A"):
            await one.way.begin(GlobalShortcut.parse("Meta+A"))
