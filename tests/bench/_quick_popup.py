"""The quick ask window in a process of its own, which comes and goes. Prints what that takes, and stays.

It is a line of JSON: for each time the milliseconds until it was painted, which is ours to do, and until it
had the keyboard too, which the window manager gives; and the megabytes of the process after some of them and
after all.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from glmdesk.app.quick import Quick
from glmdesk.chat.image_source import NoImages
from glmdesk.desktop.opener import Opener
from glmdesk.desktop.paths import resources
from glmdesk.desktop.redaction import Redactor
from glmdesk.domain.catalog import Catalog
from glmdesk.typed import override
from glmdesk.ui import loop, theme
from glmdesk.ui.icons import Icons
from glmdesk.ui.quick_ask import QuickAskWindow
from tests.bench._process import pss_mb
from tests.ui.open_window import open_window

TIMES = 200
WARM_UP = 20
# Seconds. A person takes longer; and Qt has to hear first that the window has not the keyboard any more.
PAUSE_S = 0.3


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
        self.painted_at = time.perf_counter()
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


async def measure(application: QApplication) -> int:
    """Let it come and go, print what that took, and stay until the input ends."""
    catalog = Catalog.from_toml((resources() / "models.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        async with open_window(Path(folder), catalog, Icons(resources() / "icons")) as main:
            main.window.hide()
            await asyncio.sleep(PAUSE_S)
            started = time.perf_counter()
            quick = Quick(main.stage, main.engine, main.desk, Opener(Redactor(), {}), NoImages())
            painted: list[float] = []
            ready: list[float] = []
            watch = Watch(quick.window)
            memory = 0.0
            for number in range(WARM_UP + TIMES):
                watch.begin()
                started = started if number == 0 else time.perf_counter()
                quick.open()
                async with asyncio.timeout(10):
                    await watch.done.wait()
                painted.append(1000 * (watch.painted_at - started))
                ready.append(1000 * (time.perf_counter() - started))
                quick.window.dismiss()
                await asyncio.sleep(PAUSE_S)
                if number == WARM_UP:
                    memory = pss_mb(os.getpid())
            found = {"painted": painted, "ready": ready, "memory": [memory, pss_mb(os.getpid())]}
            print(json.dumps(found), flush=True)
            done = asyncio.Event()
            asyncio.get_running_loop().add_reader(sys.stdin.fileno(), done.set)
            await done.wait()
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
            quick.end()
    return 0


def main() -> None:
    """Run it on the platform that Qt chooses."""
    application = QApplication(["bench", "-style", "Fusion"])
    application.setQuitOnLastWindowClosed(False)
    application.setFont(theme.text_font(0))
    sys.exit(loop.run(application, measure(application)))


if __name__ == "__main__":
    main()
