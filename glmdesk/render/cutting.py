"""Pieces of blocks, by positions in their flat text: what a selection holds of each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar, assert_never

from glmdesk.render import blocks as b
from glmdesk.render.runs import flat_blocks, flat_inlines, flat_row, flat_text

_Part = TypeVar("_Part")


def cut(block: b.Block, start: int, end: int) -> b.Block:
    """Return what of a block lies between two positions. Formulas, images and references are whole."""
    match block:
        case b.Heading(inlines=inlines) | b.Paragraph(inlines=inlines):
            return replace(block, inlines=_cut_inlines(inlines, start, end))
        case b.BulletList() | b.OrderedList():
            return _cut_list(block, start, end)
        case b.Quote(blocks=blocks) | b.Footnote(blocks=blocks):
            return replace(block, blocks=_cut_blocks(blocks, start, end))
        case b.Code(text=text):
            return replace(block, text=text[start:end])
        case b.Table():
            return _cut_table(block, start, end)
        case b.Math() | b.Rule():
            return block
        case _:
            assert_never(block)


def _within(
    parts: Iterable[tuple[_Part, int]], start: int, end: int
) -> Iterator[tuple[int, _Part, int, int]]:
    """Yield which parts lie between two positions: number, part, and where the piece of it begins and ends.

    Parts come with their lengths, and stand one position apart.
    """
    for number, (part, length) in enumerate(parts):
        first, last = max(start, 0), min(end, length)
        if first < last or first == last == length == 0:
            yield number, part, first, last
        start, end = start - length - 1, end - length - 1


def _cut_blocks(blocks: b.Blocks, start: int, end: int) -> b.Blocks:
    parts = ((block, len(flat_text(block))) for block in blocks)
    return tuple(cut(block, *piece) for _, block, *piece in _within(parts, start, end))


def _cut_list(block: b.BulletList | b.OrderedList, start: int, end: int) -> b.Block:
    parts = ((item, len(flat_blocks(item.blocks))) for item in block.items)
    found = list(_within(parts, start, end))
    items = tuple(replace(item, blocks=_cut_blocks(item.blocks, *piece)) for _, item, *piece in found)
    if isinstance(block, b.OrderedList) and found:
        return replace(block, items=items, start=block.start + found[0][0])
    return replace(block, items=items)


def _cut_table(table: b.Table, start: int, end: int) -> b.Block:
    """Return the rows in question; what lies within one cell is a paragraph."""
    parts = ((row, len(flat_row(row))) for row in (table.header, *table.rows))
    rows = [_cut_row(row, *piece) for _, row, *piece in _within(parts, start, end)]
    if len(rows) == 1 and sum(bool(cell) for cell in rows[0]) == 1:
        return b.Paragraph(next(cell for cell in rows[0] if cell))
    header, *others = rows or [table.header]
    return replace(table, header=header, rows=tuple(others))


def _cut_row(row: b.Row, start: int, end: int) -> b.Row:
    """Return a row whose cells are empty where they are not in question: each keeps its column."""
    cells: list[b.Inlines] = [()] * len(row)
    parts = ((cell, len(flat_inlines(cell))) for cell in row)
    for number, cell, *piece in _within(parts, start, end):
        cells[number] = _cut_inlines(cell, *piece)
    return tuple(cells)


def _cut_inlines(inlines: Sequence[b.Inline], start: int, end: int) -> b.Inlines:
    found: list[b.Inline] = []
    for inline in inlines:
        length = len(flat_inlines((inline,)))
        if start < length and end > 0:
            found.append(_cut_inline(inline, max(start, 0), min(end, length)))
        start, end = start - length, end - length
    return tuple(found)


def _cut_inline(inline: b.Inline, start: int, end: int) -> b.Inline:
    match inline:
        case b.Text(text) | b.CodeSpan(text):
            return replace(inline, text=text[start:end])
        case b.Strong(inner) | b.Emphasis(inner) | b.Strike(inner) | b.Link(inlines=inner):
            return replace(inline, inlines=_cut_inlines(inner, start, end))
        case b.MathSpan() | b.LineBreak() | b.FootnoteRef() | b.Image():
            return inline
        case _:
            assert_never(inline)
