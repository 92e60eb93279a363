"""Places in the blocks of a message, and what lies between two of them."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from glmdesk.render import blocks as b
from glmdesk.render.runs import flat_text
from glmdesk.render.slices import piece


class Place(NamedTuple):
    """A block, and a position in its flat text."""

    block: int
    position: int


START: Final = Place(0, 0)
END: Final = Place(1 << 60, 0)
"""Behind all blocks, however many there are."""


def end_of(blocks: Sequence[b.Block]) -> Place:
    """Return the last place in some blocks."""
    return Place(len(blocks) - 1, len(flat_text(blocks[-1]))) if blocks else START


def selected(blocks: Sequence[b.Block], first: Place, last: Place) -> b.Blocks:
    """Return what stands from one place to another. A block without text belongs to what lies around it."""
    found: list[b.Block] = []
    for number in range(first.block, min(last.block + 1, len(blocks))):
        length = len(flat_text(blocks[number]))
        start = first.position if number == first.block else 0
        end = min(last.position, length) if number == last.block else length
        if start < end or not length:
            found.extend(piece(blocks[number], start, end))
    return tuple(found)
