"""How the program is told to end from outside of its window: by a signal, or by the console it is in."""

import asyncio
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

if sys.platform == "win32":
    import ctypes
    from ctypes.wintypes import BOOL, DWORD

    # Called in a thread of its own, with Ctrl+C or the end of the console as the event.
    _Handler = ctypes.WINFUNCTYPE(BOOL, DWORD)

    @contextmanager
    def termination_calls(end: Callable[[], None]) -> Generator[None]:
        """Let what tells the program to end call `end` in the running loop, for the length of the block.

        Python hears of Ctrl+C only between two of its own steps, and a window that waits has none.
        """
        loop = asyncio.get_running_loop()

        def hear(_event: int) -> bool:
            loop.call_soon_threadsafe(end)
            return True

        handler = _Handler(hear)
        ctypes.windll.kernel32.SetConsoleCtrlHandler(handler, True)
        try:
            yield
        finally:
            ctypes.windll.kernel32.SetConsoleCtrlHandler(handler, False)

else:

    @contextmanager
    def termination_calls(end: Callable[[], None]) -> Generator[None]:
        """Let what tells the program to end call `end` in the running loop, for the length of the block."""
        loop = asyncio.get_running_loop()
        numbers = (signal.SIGTERM, signal.SIGINT)
        for number in numbers:
            loop.add_signal_handler(number, end)
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)
