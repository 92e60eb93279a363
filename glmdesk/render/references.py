"""Marks by which a text names its sources, such as `[ref_1]`: as numbers, and as links that lead there."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final, assert_never

from glmdesk.domain.message import Citation, listed_sources
from glmdesk.render import blocks as b
from glmdesk.render.sources import href_of

_BRACKETS: Final = ("[]", "［］", "【】")

_MARK: Final = re.compile(r"\[ref_(\d{1,3})\]|［ref_(\d{1,3})］|【ref_(\d{1,3})】", re.ASCII)
"""A mark as the service has its models write it, whatever its source may be."""

_BEGUN: Final = re.compile(r"[\[［【](?:r(?:e(?:f(?:_\d{0,3})?)?)?)?\Z", re.ASCII)


def marks_of(citations: Iterable[Citation]) -> dict[str, b.SourceRef]:
    """Return the marks that a text may have for its sources, as they are written, and what they stand for."""
    return {
        f"{opening}{citation.ref}{closing}": b.SourceRef(number, href_of(citation), citation.name)
        for number, citation in enumerate(listed_sources(citations), start=1)
        for opening, closing in (_BRACKETS if citation.ref else ())
    }


def any_of(marks: Iterable[str]) -> re.Pattern[str]:
    """Return what finds some marks in a text."""
    return re.compile("|".join(map(re.escape, marks)))


def cited(blocks: b.Blocks, citations: Iterable[Citation]) -> b.Blocks:
    """Return blocks in which the marks of sources are those of the list below the answer, and lead there.

    A mark of a source that is not in the list stays as it is written.
    """
    marks = marks_of(citations)
    if not marks:
        return blocks
    marking = _Marking(any_of(marks), lambda found: marks[found[0]])
    return tuple(map(marking.block, blocks))


def cited_early(blocks: b.Blocks) -> b.Blocks:
    """Return blocks of a text whose sources are not known yet, with the numbers that they are to have."""
    marking = _Marking(_MARK, lambda found: b.SourceRef(int(found[found.lastindex or 0])))
    return tuple(map(marking.block, blocks))


def may_have_marks(text: str) -> bool:
    """Whether there is anything in a text for `cited_early`; quicker than looking at its blocks."""
    return "ref_" in text


def without_begun_mark(text: str) -> str:
    """Return a text that is being written without the mark that it may be about to end with."""
    return _BEGUN.sub("", text)


class _Marking:
    def __init__(self, marks: re.Pattern[str], ref: Callable[[re.Match[str]], b.SourceRef]) -> None:
        self._marks = marks
        self._ref = ref

    def block(self, block: b.Block) -> b.Block:
        """Return a block with what its marks stand for; itself where it has none."""
        match block:
            case b.Heading(inlines=inlines) | b.Paragraph(inlines=inlines):
                marked: b.Block = replace(block, inlines=self._inlines(inlines))
            case b.Quote(blocks=blocks) | b.Footnote(blocks=blocks):
                marked = replace(block, blocks=self._blocks(blocks))
            case b.BulletList(items=items) | b.OrderedList(items=items):
                marked = replace(
                    block, items=tuple(replace(item, blocks=self._blocks(item.blocks)) for item in items)
                )
            case b.Table(header=header, rows=rows):
                marked = replace(block, header=self._row(header), rows=tuple(map(self._row, rows)))
            case b.Code() | b.Math() | b.Rule() | b.Written() | b.Details():
                marked = block
            case _:
                assert_never(block)
        return block if marked == block else marked

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
            yield self._ref(found)
            start = found.end()
        if start < len(text):
            yield b.Text(text[start:]) if start else whole
