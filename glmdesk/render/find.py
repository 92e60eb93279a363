"""Finding a text in what is shown of a message: case does not matter, nor does the width of letters."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from glmdesk.render import blocks as b
from glmdesk.render.runs import flat_text

_WIDE: Final = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
"""Full-width forms of ASCII, as Chinese input methods write them."""
_REWRITTEN: Final = re.compile(r"[&\[|]|\\\(")
"""What shows something else than stands there, or in another order: references, links, tables, formulas."""
_MARKS: Final = re.compile(r"[\s*_~`#<>$\-+\\]+")
"""What may stand between letters that are shown beside each other."""


class Hit(NamedTuple):
    """A place where the text was found: from a position up to another, in a block."""

    block: int
    first: int
    last: int


class Needle:
    """A text of one line that is to be found. An empty one is nowhere."""

    def __init__(self, text: str) -> None:
        self._folded = _folded(text)
        self._letters = _MARKS.sub("", self._folded)

    def __bool__(self) -> bool:
        return bool(self._folded)

    def may_be_in(self, source: str) -> bool:
        """Whether a message of this Markdown could show the text; quicker than looking at its blocks."""
        return _REWRITTEN.search(source) is not None or self._letters in _MARKS.sub("", _folded(source))

    def hits(self, blocks: Sequence[b.Block]) -> Iterator[Hit]:
        """Yield where it is in some blocks, in order; hits do not overlap."""
        size = len(self._folded)
        for number, block in enumerate(blocks if size else ()):
            text = _folded(flat_text(block))
            at = text.find(self._folded)
            while at >= 0:
                yield Hit(number, at, at + size)
                at = text.find(self._folded, at + size)


def _folded(text: str) -> str:
    """Return a text of the same length in which letters that count as the same are the same."""
    narrow = text.translate(_WIDE)
    lower = narrow.lower()
    # A few capitals have a small form of two characters.
    return lower if len(lower) == len(text) else "".join(each.lower()[0] for each in narrow)
