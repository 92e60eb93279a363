"""What a selection copies, whether it is on the screen or not."""

from collections.abc import Iterator, Sequence

from glmdesk.render import blocks as b
from glmdesk.render.clipboard import plain_text, rich_line, rich_text
from glmdesk.render.cutting import cut
from glmdesk.render.runs import flat_text

Place = tuple[int, int]
"""A block, and a position in it."""


def end_of(blocks: Sequence[b.Block]) -> Place:
    """Return the last place in some blocks."""
    return (len(blocks) - 1, len(flat_text(blocks[-1]))) if blocks else (0, 0)


def selected_text(blocks: Sequence[b.Block], first: Place, last: Place) -> str:
    """Return the text from one place to another: without marks, but with the bullets of whole lists."""
    texts: list[str] = []
    for block, start, end in _selected(blocks, first, last):
        flat = flat_text(block)
        is_whole = start == 0 and end >= len(flat)
        texts.append(plain_text((block,)) if is_whole else flat[start:end])
    return "\n\n".join(filter(None, texts))


def selected_blocks(blocks: Sequence[b.Block], first: Place, last: Place) -> b.Blocks:
    """Return what lies between two places."""
    return tuple(cut(*piece) for piece in _selected(blocks, first, last) if piece[1] < piece[2])


def as_html(blocks: Sequence[b.Block]) -> str:
    """Return what was selected as a piece of HTML; some words of one paragraph are no paragraph."""
    match blocks:
        case [b.Paragraph(inlines=inlines)]:
            return rich_line(inlines)
        case _:
            return rich_text(blocks)


def _selected(blocks: Sequence[b.Block], first: Place, last: Place) -> Iterator[tuple[b.Block, int, int]]:
    """Yield the blocks in question, and where the piece of each begins and ends."""
    for number in range(first[0], min(last[0] + 1, len(blocks))):
        block = blocks[number]
        start = first[1] if number == first[0] else 0
        yield block, start, last[1] if number == last[0] else len(flat_text(block))
