"""Whether the starts before this one came to their end: how a program that cannot start is noticed."""

import contextlib
from pathlib import Path
from typing import Final, Self

_NAME: Final = "unfinished-start"


class StartMark:
    """A file that stands as long as a start has not come to where the program can be used.

    Only the one instance of a data folder has it. What cannot be read or written is passed over: then nothing
    is noticed.
    """

    def __init__(self, path: Path, failed: int) -> None:
        """`begin` makes one."""
        self._path = path
        self.failed = failed
        """How many starts in a row before this one did not come that far."""

    @classmethod
    def begin(cls, data: Path) -> Self:
        """Leave the mark of a start that begins now."""
        path = data / _NAME
        try:
            failed = int(path.read_bytes())
        except (OSError, ValueError):
            failed = 0
        with contextlib.suppress(OSError):
            path.write_bytes(b"%d" % (failed + 1))
        return cls(path, failed)

    def take_back(self) -> None:
        """Say that the program can be used, or that it was ended before, as it should be."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
