"""The quick ask window in a process of its own, which comes and goes. Prints what that takes, and stays.

It is a line of JSON: for each time the milliseconds until it was painted, which is ours to do, and until it
had the keyboard too, which the window manager gives, from the call and from a press of the shortcut; and the
megabytes of the process after some of them and after all. The shortcut stays armed.
"""

import asyncio
import ctypes
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QEvent, QObject
from PySide6.QtWidgets import QApplication

from glmdesk.app.quick import Quick
from glmdesk.app.stage import Application
from glmdesk.chat.image_source import NoImages
from glmdesk.desktop.hotkeys.way import Works
from glmdesk.desktop.opener import Opener
from glmdesk.desktop.paths import resources
from glmdesk.desktop.redaction import Redactor
from glmdesk.domain.catalog import Catalog
from glmdesk.storage.settings import Settings
from glmdesk.typed import override
from glmdesk.ui import loop, theme
from glmdesk.ui.icons import Icons
from glmdesk.ui.quick_ask import QuickAskWindow
from tests.bench._process import pss_mb
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.waiting import until

TIMES = 200
WARM_UP = 20
# Seconds. A person takes longer; and Qt has to hear first that the window has not the keyboard any more.
PAUSE_S = 0.3
KEYS = "ctrl+alt+g"
KEY_PRESS = 2


class Watch(QObject):
    """Tells when a window has been painted and has the keyboard."""

    def __init__(self, window: QuickAskWindow) -> None:
        super().__init__()
        self._window = window
        self._is_painted = False
        self.painted_at = 0.0
        self.done = asyncio.Event()
        window.installEventFilter(self)
        # The question gets the keyboard just after the window.
        window.activated.connect(lambda: asyncio.get_running_loop().call_soon(self._look))

    def begin(self) -> None:
        """Wait for the next time."""
        self._is_painted = False
        self.done.clear()

    def _take_paint(self) -> None:
        self.painted_at = time.monotonic()
        self._look()

    def _look(self) -> None:
        if self._is_painted and self._window.isActiveWindow() and self._window.composer.input.hasFocus():
            self.done.set()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._is_painted:
            # All that is in it is painted in the same turn of the loop.
            self._is_painted = True
            asyncio.get_running_loop().call_soon(self._take_paint)
        return False


class Presses(QAbstractNativeEventFilter):
    """Knows when a key was last pressed, by the clock of the X server, which is that of this computer."""

    def __init__(self) -> None:
        super().__init__()
        self.at_ms = 0

    @override
    def nativeEventFilter(
        self, eventType: QByteArray | bytes | bytearray | memoryview, message: int, /
    ) -> object:
        kind, _key, _sequence, time_ms = struct.unpack("=BBHI", ctypes.string_at(int(message), 8))
        if kind == KEY_PRESS:
            self.at_ms = time_ms
        return False, 0

    def since_ms(self, moment: float) -> float:
        """Return how long before a moment of `time.monotonic` that was."""
        return (1000 * moment - self.at_ms) % 2**32


async def by_key(main: OpenWindow, quick: Quick, watch: Watch, times: int) -> tuple[list[float], list[float]]:
    """Press the shortcut again and again; return what it took to be painted, and to have the keyboard."""
    hotkey, presses = main.desk.hotkey, Presses()
    main.desk.arriving.show_quick = quick.open
    main.engine.settings.change(Settings.quick_shortcut, "Ctrl+Alt+G")
    await until(lambda: isinstance(hotkey.standing, Works), hotkey.changed)
    application = QApplication.instance()
    assert application is not None
    application.installNativeEventFilter(presses)
    painted: list[float] = []
    ready: list[float] = []
    for _number in range(times):
        watch.begin()
        await asyncio.to_thread(subprocess.run, ["xdotool", "key", KEYS], check=True)
        async with asyncio.timeout(10):
            await watch.done.wait()
        painted.append(presses.since_ms(watch.painted_at))
        ready.append(presses.since_ms(time.monotonic()))
        quick.window.dismiss()
        await asyncio.sleep(PAUSE_S)
    application.removeNativeEventFilter(presses)
    return painted, ready


async def measure(application: QApplication) -> int:
    """Let it come and go, print what that took, and stay until the input ends."""
    catalog = Catalog.from_toml((resources() / "models.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        async with open_window(Path(folder), catalog, Icons(resources() / "icons")) as main:
            main.window.hide()
            await asyncio.sleep(PAUSE_S)
            started = time.monotonic()
            quick = Quick(main.stage, main.engine, main.desk, Opener(Redactor(), {}), NoImages())
            painted: list[float] = []
            ready: list[float] = []
            watch = Watch(quick.window)
            memory = 0.0
            for number in range(WARM_UP + TIMES):
                watch.begin()
                started = started if number == 0 else time.monotonic()
                quick.open()
                async with asyncio.timeout(10):
                    await watch.done.wait()
                painted.append(1000 * (watch.painted_at - started))
                ready.append(1000 * (time.monotonic() - started))
                quick.window.dismiss()
                await asyncio.sleep(PAUSE_S)
                if number == WARM_UP:
                    memory = pss_mb(os.getpid())
            memory_after = pss_mb(os.getpid())
            key_painted, key_ready = await by_key(main, quick, watch, WARM_UP + TIMES)
            found = {
                "painted": painted,
                "ready": ready,
                "key_painted": key_painted,
                "key_ready": key_ready,
                "memory": [memory, memory_after],
            }
            print(json.dumps(found), flush=True)
            done = asyncio.Event()
            asyncio.get_running_loop().add_reader(sys.stdin.fileno(), done.set)
            await done.wait()
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
            main.desk.hotkey.end()
            quick.end()
    return 0


def main() -> None:
    """Run it on the platform that Qt chooses."""
    # Not any: this one keeps no drawings, which Qt would look through every ten seconds.
    application = Application()
    application.setFont(theme.text_font(0))
    sys.exit(loop.run(application, measure(application)))


if __name__ == "__main__":
    main()
