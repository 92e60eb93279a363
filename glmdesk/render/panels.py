"""The blocks of a message that have controls of their own: code and tables, however deep."""

from collections.abc import Iterator, Sequence
from itertools import islice

from glmdesk.render import blocks as b
from glmdesk.render.runs import flat_blocks, flat_text
from glmdesk.render.tex import MAX_LENGTH

PanelBlock = b.Code | b.Math | b.Table
"""A formula is one only where it is too long to be set, and shown as its source."""


def number_of(blocks: Sequence[b.Block], index: int, position: int) -> int:
    """Return which one of its kind, from 1, stands at a position of a block."""
    here = [panel for start, panel in _placed(blocks[index], 0) if start <= position]
    is_table = isinstance(here[-1], b.Table)
    before = (panel for block in islice(blocks, index) for panel in _panels(block))
    return sum(isinstance(panel, b.Table) is is_table for panel in (*before, *here))


def _panels(block: b.Block) -> Iterator[PanelBlock]:
    """Yield the panels of a block."""
    if isinstance(block, b.Code | b.Table) or (isinstance(block, b.Math) and len(block.tex) > MAX_LENGTH):
        yield block
    elif isinstance(block, b.Quote | b.Footnote):
        for nested in block.blocks:
            yield from _panels(nested)
    elif isinstance(block, b.BulletList | b.OrderedList):
        for item in block.items:
            for nested in item.blocks:
                yield from _panels(nested)


def _placed(block: b.Block, start: int) -> Iterator[tuple[int, PanelBlock]]:
    """Yield the panels of a block that begins at a position, each with its own first position."""
    match block:
        case b.Code() | b.Math() | b.Table():
            yield from ((start, panel) for panel in _panels(block))
        case b.Quote(blocks=blocks) | b.Footnote(blocks=blocks):
            yield from _nested(blocks, start)
        case b.BulletList(items=items) | b.OrderedList(items=items):
            for item in items:
                yield from _nested(item.blocks, start)
                start += len(flat_blocks(item.blocks)) + 1
        case _:
            pass


def _nested(blocks: b.Blocks, start: int) -> Iterator[tuple[int, PanelBlock]]:
    for block in blocks:
        yield from _placed(block, start)
        start += len(flat_text(block)) + 1
