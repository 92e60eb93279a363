"""Steps from place to place in what is shown, as the keys for selecting take them."""

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum, auto
from typing import Final

from glmdesk.render import blocks as b
from glmdesk.render.runs import flat_text
from glmdesk.render.selection import Place

_JOINER: Final = "\u200d"
_WORD: Final = re.compile(r"\w+[^\w\n]*|[^\w\n]+|\n")
_REACH: Final = 1000
"""Characters that a step back by a word looks at."""


class Unit(Enum):
    """How far a step goes."""

    LETTER = auto()
    WORD = auto()
    BLOCK = auto()


def stepped(blocks: Sequence[b.Block], place: Place, unit: Unit, *, forward: bool) -> Place | None:
    """Return the place one step on, or None where the blocks end."""
    text = flat_text(blocks[place.block]) if blocks else ""
    if forward and place.position < len(text):
        return Place(place.block, _after(text, place.position, unit))
    if not forward and place.position > 0:
        return Place(place.block, _before(text, place.position, unit))
    number = place.block + (1 if forward else -1)
    if not 0 <= number < len(blocks):
        return None
    end = len(flat_text(blocks[number]))
    if unit is Unit.BLOCK:
        return Place(number, end if forward else 0)
    return Place(number, 0 if forward else end)


def word_around(text: str, position: int) -> tuple[int, int]:
    """Return where the word beside a position begins and ends; between words, what stands there."""
    first = last = position
    is_beside_word = re.search(r"\w", text[max(0, position - 1) : position + 1])
    kind = re.compile(r"\w" if is_beside_word else r"[^\w\n]")
    while first > 0 and kind.match(text[first - 1]):
        first -= 1
    while last < len(text) and kind.match(text[last]):
        last += 1
    return first, last


def _after(text: str, position: int, unit: Unit) -> int:
    match unit:
        case Unit.LETTER:
            position += 1
            while position < len(text) and _continues(text, position):
                position += 1
            return position
        case Unit.WORD:
            found = _WORD.match(text, position)
            return found.end() if found else len(text)
        case Unit.BLOCK:
            return len(text)


def _before(text: str, position: int, unit: Unit) -> int:
    match unit:
        case Unit.LETTER:
            position -= 1
            while position > 0 and _continues(text, position):
                position -= 1
            return position
        case Unit.WORD:
            start = max(0, position - _REACH)
            return max((found.start() for found in _WORD.finditer(text, start, position)), default=start)
        case Unit.BLOCK:
            return 0


def _continues(text: str, position: int) -> bool:
    """Whether the character at a position is a part of what the one before it begins: an accent, an emoji."""
    letter = text[position]
    is_joined = letter == _JOINER or text[position - 1] == _JOINER
    is_mark = unicodedata.category(letter) in ("Mn", "Me", "Mc") or "\U0001f3fb" <= letter <= "\U0001f3ff"
    return is_joined or is_mark
