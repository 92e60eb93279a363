"""How much reading a document may take, so that no file is a trap: letters, unpacked bytes, seconds."""

import time
from typing import Final, Literal

Reason = Literal["damaged", "encrypted", "no-text", "old-format", "too-long", "too-slow"]

MOST_LETTERS: Final = 16_000_000
"""Of a document's text; the largest window holds a quarter of that."""

_MOST_UNPACKED: Final = 256 << 20
_MOST_SECONDS: Final = 60.0


class Unreadable(Exception):
    """A document from which no text can be had, and why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Bounds:
    """What one document has taken so far. Each method raises Unreadable where that is too much."""

    def __init__(
        self,
        *,
        letters: int = MOST_LETTERS,
        unpacked: int = _MOST_UNPACKED,
        seconds: float = _MOST_SECONDS,
    ) -> None:
        self._letters = letters
        self._unpacked = unpacked
        self._end = time.monotonic() + seconds

    def write(self, letters: int) -> None:
        """Count letters of the text, and look at the clock."""
        self._letters -= letters
        if self._letters < 0:
            raise Unreadable("too-long")
        self.look()

    def unpack(self, size: int) -> None:
        """Count bytes that were unpacked, and look at the clock."""
        self._unpacked -= size
        if self._unpacked < 0:
            raise Unreadable("too-long")
        self.look()

    def look(self) -> None:
        """Look at the clock."""
        if time.monotonic() > self._end:
            raise Unreadable("too-slow")
