"""What a selection copies, whether it is on the screen or not."""

from collections.abc import Sequence

from glmdesk.render import blocks as b
from glmdesk.render.clipboard import plain_text
from glmdesk.render.runs import flat_text

Place = tuple[int, int]
"""A block, and a position in it."""


def end_of(blocks: Sequence[b.Block]) -> Place:
    """Return the last place in some blocks."""
    return (len(blocks) - 1, len(flat_text(blocks[-1]))) if blocks else (0, 0)


def selected_text(blocks: Sequence[b.Block], first: Place, last: Place) -> str:
    """Return the text from one place to another: without marks, but with the bullets of whole lists."""
    texts: list[str] = []
    for number in range(first[0], min(last[0] + 1, len(blocks))):
        flat = flat_text(blocks[number])
        start = first[1] if number == first[0] else 0
        end = last[1] if number == last[0] else len(flat)
        is_whole = start == 0 and end >= len(flat)
        texts.append(plain_text((blocks[number],)) if is_whole else flat[start:end])
    return "\n\n".join(filter(None, texts))
