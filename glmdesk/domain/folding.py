"""Texts as they are compared when something is looked for.

Case, the width of letters, accents and the kind of white space make no difference; nothing else is passed
over. Sources: Unicode Standard Annex 15 (normalization) and section 3.13 (caseless matching).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

# Of Latin, Greek and Cyrillic letters. Marks of other scripts tell letters apart, as in Japanese or Hindi;
# the stroke that is left out here tells signs apart, as in ≠.
_ACCENTS: Final = re.compile("[\u0300-\u0337\u0339-\u036f]+")
_ACCENTED: Final = re.compile("[\u00c0-\u024f\u0300-\u036f\u0370-\u052f\u1e00-\u1fff]")
# What `str.split` divides at, but for single spaces.
_OTHER_SPACE: Final = re.compile(r"[^\S ]| {2}|^ | $")
# What is no letter or digit when it is folded, or the small form of what it was. Most texts are made of it.
_PLAIN: Final = (
    "\u4e00-\u9fff"  # Chinese
    "\0-\x7f"
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff60"  # full-width punctuation
    "\u3000-\u3029\u3041-\u3096\u30a1-\u30fa"  # other punctuation, and Japanese
    "\u2010-\u2016\u2018-\u2027\u2030-\u203b\uac00-\ud7a3"  # quotation marks and dashes, and Korean
)
# Vowels and ends of Korean syllables, voice marks of half-width Japanese: they combine without being marks.
_JOINING: Final = frozenset(map(chr, (*range(0x1160, 0x1200), 0xFF9E, 0xFF9F)))
_WORDS: Final = re.compile(r"[^\W_]+")
_NOT_PLAIN: Final = re.compile(f"[^{_PLAIN}]")


def fold(text: str) -> str:
    """Return a text such that two texts count as the same if this is the same. Ends have no white space."""
    folded = _fold_letters(text)
    return " ".join(folded.split()) if _OTHER_SPACE.search(folded) else folded


def _fold_letters(text: str) -> str:
    """Return the same with white space as it is."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    if _ACCENTED.search(folded):
        folded = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", folded)))
    return folded


class Needle:
    """What is looked for in many texts. An empty one is in none."""

    def __init__(self, text: str) -> None:
        self.folded: Final = fold(text)
        self._has_space = " " in self.folded
        words = _WORDS.findall(self.folded)
        self._has_signs = "".join(words) != self.folded.replace(" ", "")
        self._word = max(words, key=len, default="")
        """What can be looked for before a text is folded, which takes a while."""

    def __bool__(self) -> bool:
        return bool(self.folded)

    def is_in(self, text: str) -> bool:
        """Whether the folded text is in another one when that is folded; quickly where it is not."""
        if text.isascii() or not _NOT_PLAIN.search(text):
            if self.folded in text:
                return bool(self.folded)
            lower = text.lower()
            if self._word not in lower:
                return False
            if text.isascii() or not self._has_signs:
                return self._is_within(lower)
        return self._is_within(_fold_letters(text))

    def _is_within(self, letters: str) -> bool:
        if self.folded in letters:
            return True
        has_other_space = self._has_space and _OTHER_SPACE.search(letters) is not None
        return has_other_space and self.folded in " ".join(letters.split())


class Folded(NamedTuple):
    """A folded text, and where each of its characters comes from.

    Attributes:
        text: As `fold` returns it, but for its ends.
        places: The positions in the source, and behind them the length of the source.
    """

    text: str
    places: tuple[int, ...]

    @classmethod
    def of(cls, source: str) -> "Folded":
        """Fold a text piece by piece."""
        letters: list[str] = []
        places: list[int] = []
        place = 0
        for piece in _pieces(source):
            folded = _folded_piece(piece)
            if folded != " " or letters[-1:] != [" "]:
                letters.extend(folded)
                places.extend([place] * len(folded))
            place += len(piece)
        return cls("".join(letters), (*places, place))

    def spans(self, folded: str) -> Iterator[tuple[int, int]]:
        """Yield where in the source a folded text begins and ends, in order; none overlaps another."""
        at = self.text.find(folded)
        while at >= 0:
            end = at + len(folded)
            last = self.places[end - 1]
            yield (
                self.places[at],
                next(place for place in self.places[end:] if place > last or end == len(self.text)),
            )
            at = self.text.find(folded, end)


def _pieces(text: str) -> Iterator[str]:
    """Yield what has to be folded together: characters with what combines with them."""
    if text.isascii():
        yield from text
        return
    piece = ""
    for character in text:
        if piece and not (unicodedata.combining(character) or character in _JOINING):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


@lru_cache(maxsize=4096)
def _folded_piece(piece: str) -> str:
    return " " if piece.isspace() else _fold_letters(piece)
