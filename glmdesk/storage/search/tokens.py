"""What stands in the index for a text, and what a text must have that contains a piece.

Tokens are: every character, for pieces of one character and of signs; the pairs of neighbouring letters, and
of scripts that write spaces the triples too; words of more letters, of which a dictionary finds those with a
piece inside; and for phrases, where one word follows another with a space between them, the end of the first
with the beginning of the second, and short words with what is on both sides of them.
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
_LONGEST_PART: Final = 3
"""Characters. What is longer than parts are is in the dictionary."""
_LONGEST_WORD: Final = 32
"""Characters. What is longer is no word: it would only make the dictionary larger."""
_JOINT: Final = "_"
"""Is in no run. Marks tokens that are neither characters nor parts of words."""
JOINED: Final = 2
"""Characters of each of two words, in the token of where they meet."""
LONG: Final = 2 * _JOINT
"""The token of texts with words that are too long for the dictionary."""


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
    def is_part(self) -> bool:
        """Whether it is a token wherever it stands."""
        return len(self.text) <= (2 if self.is_unspaced else _LONGEST_PART)

    @property
    def is_word(self) -> bool:
        """Whether it is in the dictionary as a whole."""
        return not (self.is_unspaced or self.is_part or self.is_long)

    @property
    def is_long(self) -> bool:
        """Whether it would be in the dictionary if it were shorter."""
        return not self.is_unspaced and len(self.text) > _LONGEST_WORD

    @property
    def parts(self) -> list[str]:
        """The longest tokens that stand for a piece of it."""
        if self.is_part:
            return [self.text]
        return parts(self.text, 2) if self.is_unspaced else triples(self.text)


def runs(folded: str) -> list[Run]:
    """Return the runs of a folded text, in order."""
    return [Run(found[0], found.start(), found[1] is not None) for found in _RUNS.finditer(folded)]


def joints(folded: str, found: Sequence[Run]) -> Iterator[tuple[Run, Run, str]]:
    """Yield runs with only a space between them, and their token."""
    for before, after in pairwise(found):
        if folded[before.end : after.start] == " ":
            yield before, after, before.text[-JOINED:] + _JOINT + after.text[:JOINED]


def bridges(folded: str, found: Sequence[Run]) -> Iterator[tuple[Run, Run, Run, str]]:
    """Yield short words between two runs with only spaces between them, and their token.

    It ends with the last letters of the run before, the last one first: where only that one is known, it is
    asked for by its beginning.
    """
    for (before, word, _), (again, after, _) in pairwise(joints(folded, found)):
        if word is again and word.is_part and not word.is_unspaced:
            end = before.text[-JOINED:][::-1]
            yield before, word, after, _JOINT.join((word.text, after.text[0], end))


def tokens(folded: str) -> tuple[set[str], set[str]]:
    """Return the tokens of a folded text, and those that are words."""
    found = runs(folded)
    words = {run.text for run in found if run.is_word}
    some = {part for run in found for part in (*parts(run.text, 2), *run.parts)}
    joined = {joint[-1] for joint in joints(folded, found)}
    joined.update(bridge[-1] for bridge in bridges(folded, found))
    long = {LONG} if any(run.is_long for run in found) else set[str]()
    return (words | some | joined | long | set(folded)) - {" "}, words


def triples(text: str) -> list[str]:
    """Return every three neighbouring characters."""
    return parts(text, _LONGEST_PART)


def parts(text: str, length: int) -> list[str]:
    """Return every so many neighbouring characters; nothing where there are fewer."""
    return [text[at : at + length] for at in range(len(text) - length + 1)]
