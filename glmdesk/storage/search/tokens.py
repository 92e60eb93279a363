"""What stands in the index for a text, and what a text must have that contains a piece.

Words, as far as they are divided by spaces, are tokens; a dictionary of them finds those with a piece inside.
Of scripts that write no spaces, and of words too long for a dictionary, pairs of characters are tokens. So is
every character, for pieces of one character and of signs; and where one word follows another with a space
between them, the end of the first with the beginning of the second, for phrases.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

# Thai, Lao, Burmese, Khmer, Japanese, Bopomofo, Chinese, Korean.
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUNS: Final = re.compile(f"([{_UNSPACED}]+)|[^\\W_{_UNSPACED}]+")
LONGEST_WORD: Final = 32
"""Characters. What is longer is no word: it would only make the dictionary larger."""
_JOINT: Final = "_"
"""Is in no run. Marks tokens that are neither characters nor words."""


class Run(NamedTuple):
    """Letters and digits without anything between them."""

    text: str
    start: int
    is_unspaced: bool

    @property
    def end(self) -> int:
        """Where it ends in the folded text."""
        return self.start + len(self.text)

    @property
    def is_word(self) -> bool:
        """Whether it is in the dictionary as a whole."""
        return not self.is_unspaced and len(self.text) <= LONGEST_WORD

    @property
    def pairs(self) -> list[str]:
        """What stands for a piece of it, where it does not stand for itself."""
        mark = "" if self.is_unspaced else _JOINT
        return [mark + pair for pair in pairs(self.text)]


def runs(folded: str) -> list[Run]:
    """Return the runs of a folded text, in order."""
    return [Run(found[0], found.start(), found[1] is not None) for found in _RUNS.finditer(folded)]


def joints(folded: str, found: Sequence[Run]) -> Iterator[tuple[Run, Run, str]]:
    """Yield runs with only a space between them, and their token."""
    for before, after in pairwise(found):
        if folded[before.end : after.start] == " ":
            yield before, after, before.text[-2:] + _JOINT + after.text[:2]


def tokens(folded: str) -> tuple[set[str], set[str]]:
    """Return the tokens of a folded text, and those that are words."""
    found = runs(folded)
    words = {run.text for run in found if run.is_word}
    others = {token for run in found if not run.is_word for token in run.pairs}
    joined = {token for _before, _after, token in joints(folded, found)}
    return (words | others | joined | set(folded)) - {" "}, words


def pairs(text: str) -> list[str]:
    """Return the pairs of neighbouring characters; a single one stands for itself."""
    return [text[at : at + 2] for at in range(len(text) - 1)] or [text]
