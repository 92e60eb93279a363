"""What the interpreter keeps, and when it looks for garbage."""

import gc
import linecache
from typing import Any

from glmdesk.typed import override


class _Nothing(dict[str, Any]):
    """A cache that keeps nothing."""

    @override
    def __setitem__(self, key: str, value: object, /) -> None:
        """Forget it at once."""


# How many objects may be made before the youngest are looked through, and how many such looks before the
# older ones are. Python's own figures have it look through everything several times while a long conversation
# is opened, and each time nothing is painted for a tenth of a second.
_THRESHOLDS = (10_000, 50, 1000)


def collect_seldom() -> None:
    """Look for garbage from now on, but seldom, and never in what is there already."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()


def keep_no_sources() -> None:
    """Let `linecache` keep nothing of what it reads from now on.

    PySide looks into the source of every module that is imported after it for whether it asks for "features".
    Nobody ever forgets these texts, which are as large as everything else that Python holds. A traceback
    reads the lines it shows anyway.
    """
    linecache.cache = _Nothing()
