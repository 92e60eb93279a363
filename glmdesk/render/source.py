"""The text that blocks are made of and that their spans point into."""

import re
from typing import Final

_LINE_END: Final = re.compile(r"\r\n?")
# A control character has no picture, and pasted into a terminal it is a command; a lone surrogate cannot be
# encoded. CommonMark 2.3 shows NUL as U+FFFD; so are these.
_UNSHOWABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def normalize(text: str) -> str:
    """Return `text` with LF as its only line end and U+FFFD for every character that cannot be shown."""
    return _UNSHOWABLE.sub("\ufffd", _LINE_END.sub("\n", text))


class Normalizer:
    """`normalize` for a text that arrives in pieces, even when a CRLF is cut in two."""

    def __init__(self) -> None:
        self._after_cr = False

    def feed(self, delta: str) -> str:
        """Return what `delta` adds to the normalised text."""
        if not delta:
            return ""
        completes_crlf = self._after_cr and delta[0] == "\n"
        self._after_cr = delta[-1] == "\r"
        return normalize(delta[1:] if completes_crlf else delta)
