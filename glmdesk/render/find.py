"""Finding a text in what is shown of a message."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from glmdesk.domain import folding
from glmdesk.render import blocks as b
from glmdesk.render.runs import flat_text

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
        self._needle = folding.Needle(text)
        self._letters = folding.Needle(_MARKS.sub("", text))

    def __bool__(self) -> bool:
        return bool(self._needle)

    def may_be_in(self, source: str) -> bool:
        """Whether a message of this Markdown could show the text; quicker than looking at its blocks."""
        if _REWRITTEN.search(source) is not None or not self._letters:
            return True
        return self._letters.is_in(_MARKS.sub("", source))

    def hits(self, blocks: Sequence[b.Block]) -> Iterator[Hit]:
        """Yield where it is in some blocks, in order; hits do not overlap."""
        for number, block in enumerate(blocks if self._needle else ()):
            text = flat_text(block)
            if self._needle.is_in(text):
                for first, last in folding.Folded.of(text).spans(self._needle.folded):
                    yield Hit(number, first, last)
