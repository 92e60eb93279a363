"""Pieces of blocks, cut at positions of their flat text (`runs.flat_text`).

What cannot be cut (a formula, an image, the mark of a footnote or a source) belongs to a piece that has any
of it.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar, assert_never

from glmdesk.render import blocks as b
from glmdesk.render.runs import flat_blocks, flat_inlines, flat_row, flat_text

Part = TypeVar("Part")


def piece(block: b.Block, first: int, last: int) -> b.Blocks:
    """Return what stands from one position up to another; nothing where they are the same.

    What holds other blocks is left out where the piece lies within one: a word of an item has no bullet.
    """
    if first <= 0 and last >= len(flat_text(block)):
        return (block,)
    match block:
        case b.Heading(inlines=inlines) | b.Paragraph(inlines=inlines):
            kept = _inlines(inlines, first, last)
            cut: b.Blocks = (replace(block, inlines=kept, span=None),) if kept else ()
        case b.BulletList() | b.OrderedList():
            cut = _list(block, first, last)
        case b.Quote(blocks=blocks) | b.Footnote(blocks=blocks):
            inner = _blocks(blocks, first, last)
            cut = (replace(block, blocks=inner, span=None),) if len(inner) > 1 else inner
        case b.Code(text=text) | b.Written(text=text):
            cut = (replace(block, text=text[first:last], span=None),) if first < last else ()
        case b.Details(summary=summary, blocks=blocks):
            cut = _blocks((b.Written(summary), *blocks), first, last)
        case b.Table():
            cut = _table(block, first, last)
        case b.Math():
            cut = (block,) if first < last else ()
        case b.Rule():
            cut = ()
        case _:
            assert_never(block)
    return cut


def _cut(
    parts: Iterable[Part], flat: Callable[[Part], str], first: int, last: int, *, gap: int = 1
) -> Iterable[tuple[int, Part, int, int]]:
    """Yield the parts that a piece touches: index, part, and where the piece begins and ends in it.

    The parts stand `gap` positions apart.
    """
    start = 0
    for index, part in enumerate(parts):
        length = len(flat(part))
        if start >= last:
            return
        if start + length > first:
            yield index, part, max(0, first - start), min(length, last - start)
        start += length + gap


def _blocks(blocks: b.Blocks, first: int, last: int) -> b.Blocks:
    cut = _cut(blocks, flat_text, first, last)
    return tuple(kept for _, block, start, end in cut for kept in piece(block, start, end))


def _flat_item(item: b.ListItem) -> str:
    return flat_blocks(item.blocks)


def _list(block: b.BulletList | b.OrderedList, first: int, last: int) -> b.Blocks:
    touched = tuple(_cut(block.items, _flat_item, first, last))
    items = tuple(replace(item, blocks=_blocks(item.blocks, start, end)) for _, item, start, end in touched)
    if len(items) <= 1:
        return items[0].blocks if items else ()
    if isinstance(block, b.OrderedList):
        return (replace(block, start=block.start + touched[0][0], items=items, span=None),)
    return (replace(block, items=items, span=None),)


def _table(table: b.Table, first: int, last: int) -> b.Blocks:
    """Return the rows of a piece; the first of them is the header, for there is no table without one."""
    touched = _cut((table.header, *table.rows), flat_row, first, last)
    rows = tuple(_row(row, len(table.header), start, end) for _, row, start, end in touched)
    cells = [cell for row in rows for cell in row if cell]
    if len(cells) == 1:
        return (b.Paragraph(cells[0]),)
    return (replace(table, header=rows[0], rows=rows[1:], span=None),) if cells else ()


def _row(row: b.Row, columns: int, first: int, last: int) -> b.Row:
    """Return a whole row in which only the cells of a piece say something."""
    cells: list[b.Inlines] = [()] * columns
    for index, cell, start, end in _cut(row, flat_inlines, first, last):
        cells[index] = _inlines(cell, start, end)
    return tuple(cells)


def _inlines(inlines: b.Inlines, first: int, last: int) -> b.Inlines:
    touched = _cut(inlines, lambda inline: flat_inlines((inline,)), first, last, gap=0)
    return tuple(_inline(inline, start, end) for _, inline, start, end in touched)


def _inline(inline: b.Inline, first: int, last: int) -> b.Inline:
    match inline:
        case b.Text(text) | b.CodeSpan(text):
            return replace(inline, text=text[first:last])
        case b.Strong(nested) | b.Emphasis(nested) | b.Strike(nested) | b.Link(inlines=nested):
            return replace(inline, inlines=_inlines(nested, first, last))
        case b.MathSpan() | b.LineBreak() | b.FootnoteRef() | b.SourceRef() | b.Image():
            return inline
        case _:
            assert_never(inline)
