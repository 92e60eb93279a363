"""How the interpreter imports, and when it looks for garbage."""

import builtins
import gc
import importlib

# How many objects may be made before the youngest are looked through, and how many such looks before the
# older ones are. Python's own figures have it look through everything several times while a long conversation
# is opened, and each time nothing is painted for a tenth of a second.
_THRESHOLDS = (10_000, 50, 1000)


def collect_seldom() -> None:
    """Look for garbage from now on, but seldom, and never in what is there already."""
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
