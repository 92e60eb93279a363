"""Marks by which a text names its sources, such as `[ref_1]`, as links that lead there."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, assert_never

from glmdesk.domain.message import Citation
from glmdesk.render import blocks as b
from glmdesk.render.sources import href_of

_BRACKETS: Final = ("[]", "［］", "【】")


def cited(blocks: b.Blocks, citations: Iterable[Citation]) -> b.Blocks:
    """Return blocks in which the marks of sources are links. What is said, and where, stays as it is."""
    links = dict(_links(citations))
    return tuple(map(_Linking(links).block, blocks)) if links else blocks


def _links(citations: Iterable[Citation]) -> Iterator[tuple[str, b.Link]]:
    for citation in citations:
        href = href_of(citation)
        for opening, closing in _BRACKETS if citation.ref and href else ():
            mark = f"{opening}{citation.ref}{closing}"
            yield mark, b.Link(href, citation.title, (b.Text(mark),))


class _Linking:
    def __init__(self, links: Mapping[str, b.Link]) -> None:
        self._links = links
        self._marks = re.compile("|".join(map(re.escape, links)))

    def block(self, block: b.Block) -> b.Block:
        """Return a block with links; itself where it has no marks."""
        match block:
            case b.Heading(inlines=inlines) | b.Paragraph(inlines=inlines):
                linked: b.Block = replace(block, inlines=self._inlines(inlines))
            case b.Quote(blocks=blocks) | b.Footnote(blocks=blocks):
                linked = replace(block, blocks=self._blocks(blocks))
            case b.BulletList(items=items) | b.OrderedList(items=items):
                linked = replace(
                    block, items=tuple(replace(item, blocks=self._blocks(item.blocks)) for item in items)
                )
            case b.Table(header=header, rows=rows):
                linked = replace(block, header=self._row(header), rows=tuple(map(self._row, rows)))
            case b.Code() | b.Math() | b.Rule() | b.Written() | b.Details():
                linked = block
            case _:
                assert_never(block)
        return block if linked == block else linked

    def _blocks(self, blocks: b.Blocks) -> b.Blocks:
        return tuple(map(self.block, blocks))

    def _row(self, row: b.Row) -> b.Row:
        return tuple(map(self._inlines, row))

    def _inlines(self, inlines: b.Inlines) -> b.Inlines:
        return tuple(part for inline in inlines for part in self._inline(inline))

    def _inline(self, inline: b.Inline) -> Iterator[b.Inline]:
        match inline:
            case b.Text(text):
                yield from self._text(inline, text)
            case b.Strong(nested) | b.Emphasis(nested) | b.Strike(nested):
                yield replace(inline, inlines=self._inlines(nested))
            case _:
                yield inline

    def _text(self, whole: b.Text, text: str) -> Iterator[b.Inline]:
        start = 0
        for found in self._marks.finditer(text):
            if found.start() > start:
                yield b.Text(text[start : found.start()])
            yield self._links[found[0]]
            start = found.end()
        if start < len(text):
            yield b.Text(text[start:]) if start else whole
