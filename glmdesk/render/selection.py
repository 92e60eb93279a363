"""What a selection copies, whether it is on the screen or not."""

from collections.abc import Sequence

from glmdesk.render import blocks as b
from glmdesk.render.runs import flat_text
from glmdesk.render.slices import piece

Place = tuple[int, int]
"""A block, and a position in it."""


def end_of(blocks: Sequence[b.Block]) -> Place:
    """Return the last place in some blocks."""
    return (len(blocks) - 1, len(flat_text(blocks[-1]))) if blocks else (0, 0)


def selected(blocks: Sequence[b.Block], first: Place, last: Place) -> b.Blocks:
    """Return what stands from one place to another. A block without text belongs to what lies around it."""
    found: list[b.Block] = []
    for number in range(first[0], min(last[0] + 1, len(blocks))):
        length = len(flat_text(blocks[number]))
        start = first[1] if number == first[0] else 0
        end = min(last[1], length) if number == last[0] else length
        if start < end or not length:
            found.extend(piece(blocks[number], start, end))
    return tuple(found)
