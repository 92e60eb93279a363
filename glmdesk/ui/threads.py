"""Threads that work for the window without it noticing."""

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

# Seconds. How long the window waits at most whenever it takes the interpreter back from the thread, which is
# after each of some hundred calls into Qt a frame. With Python's own 5 ms, a frame of 1 ms takes 17.
_SWITCH_S: Final = 0.0001


class _Window:
    """How the interpreter is set while nothing works beside the window, and how much does."""

    threads = 0
    interval_s = 0.0
    collects = False


@contextmanager
def unnoticed() -> Generator[None]:
    """Let a thread work for the length of the block, maybe beside others. It is entered in Qt's own thread.

    It takes the interpreter from the window for moments only, and does not collect garbage: what of Qt is in
    it has to die in Qt's own thread.
    """
    if not _Window.threads:
        _Window.interval_s, _Window.collects = sys.getswitchinterval(), gc.isenabled()
        sys.setswitchinterval(_SWITCH_S)
        gc.disable()
    _Window.threads += 1
    try:
        yield
    finally:
        _Window.threads -= 1
        if not _Window.threads:
            sys.setswitchinterval(_Window.interval_s)
            if _Window.collects:
                gc.enable()
