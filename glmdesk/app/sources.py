"""Source texts that PySide reads: left alone, they are as large as everything else that Python holds."""

import linecache
from typing import Any

from glmdesk.typed import override


class _Nothing(dict[str, Any]):
    """A cache that keeps nothing."""

    @override
    def __setitem__(self, key: str, value: object, /) -> None:
        """Forget it at once."""


def keep_no_sources() -> None:
    """Let `linecache` keep nothing of what it reads from now on.

    PySide looks into the source of every module that is imported after it for whether it asks for "features",
    and nobody ever forgets these texts. A traceback reads the lines it shows anyway.
    """
    linecache.cache = _Nothing()
