"""What the interpreter imports, how, and when it looks for garbage."""

import builtins
import gc
import importlib
import sys
from collections.abc import Generator
from contextlib import contextmanager

# How many objects may be made before the youngest are looked through, and how many such looks before the
# older ones are. Python's own figures have it look through everything several times while a long conversation
# is opened, and each time nothing is painted for a tenth of a second. Fifty thousand take ten milliseconds.
_THRESHOLDS = (10_000, 5, 10_000)


def collect_seldom() -> None:
    """Look for garbage from now on, but seldom, and never in what is there already."""
    # What is frozen stays for ever, also what regular expressions and classes have left of their making.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()


def import_plainly() -> None:
    """Let Python import what follows without PySide reading along.

    PySide puts itself before every import, and reads and keeps the source of every module for whether it asks
    for "features" such as names in snake case. None of ours does, and reading them is a tenth of what we take
    to the first paint.
    """
    importlib.import_module("PySide6.QtCore")
    # It leaves here what it has replaced. A version that leaves nothing has replaced nothing.
    builtins.__import__ = vars(builtins).get("__orig_import__", builtins.__import__)


@contextmanager
def without_ssl() -> Generator[None]:
    """Import for the length of the block as a Python does that was built without `ssl`.

    asyncio takes it along where there is one, and with it OpenSSL: four megabytes in a window that has not
    been asked anything. It comes with the HTTP library, which speaks TLS itself, over plain sockets.
    """
    if "ssl" in sys.modules:
        yield
        return
    sys.modules["ssl"] = None  # type: ignore[assignment]  # says to `import` that there is no such module
    try:
        yield
    finally:
        del sys.modules["ssl"]
