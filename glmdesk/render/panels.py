"""The blocks of a message that have controls of their own: code and tables, however deep."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from glmdesk.render import blocks as b
from glmdesk.render.runs import flat_blocks, flat_text
from glmdesk.render.tex import MAX_LENGTH

PanelBlock = b.Code | b.Math | b.Table
"""A formula is one only where it is too long to be set, and shown as its source."""


class PanelNumbers:
    """Which one of its kind a panel is, among blocks that go on."""

    def __init__(self, blocks: Sequence[b.Block]) -> None:
        self._blocks = blocks
        self._before = [(0, 0)]
        """Before each block, and behind the last one counted: how many tables there are, and others."""

    def forget(self, kept: int) -> None:
        """Take the blocks behind the first `kept` for others."""
        del self._before[kept + 1 :]

    def number_of(self, index: int, position: int) -> int:
        """Return which one of its kind, from 1, stands at a position of a block."""
        for block in islice(self._blocks, len(self._before) - 1, index):
            self._before.append(_counted(self._before[-1], _panels(block)))
        here = [panel for start, panel in _placed(self._blocks[index], 0) if start <= position]
        tables, others = _counted(self._before[index], here)
        return tables if isinstance(here[-1], b.Table) else others


def _counted(before: tuple[int, int], panels: Iterable[PanelBlock]) -> tuple[int, int]:
    tables, others = before
    for panel in panels:
        if isinstance(panel, b.Table):
            tables += 1
        else:
            others += 1
    return tables, others


def _panels(block: b.Block) -> Iterator[PanelBlock]:
    """Yield the panels of a block."""
    if isinstance(block, b.Code | b.Table) or (isinstance(block, b.Math) and len(block.tex) > MAX_LENGTH):
        yield block
    elif isinstance(block, b.Quote | b.Footnote | b.Details):
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
        case b.Details(summary=summary, blocks=blocks):
            yield from _nested(blocks, start + len(summary) + 1)
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
