"""Blocks of a text that is still growing, at a cost per delta that does not grow with it.

Finished top-level blocks are frozen; only the open end is parsed again. Three facts carry it, all guarded by
tests over every prefix of random texts:

- once another top-level block has begun on a complete line, nothing that follows changes the blocks before
  it. A line that is not complete proves nothing: "#" under a text begins a heading, "#tag" does not;
- inside the last block, `open_blocks` settles lines of code, rows, items and lines of text;
- most deltas only make the last line longer, which `last_line` and `open_blocks` tell from what else they may
  do.

So at any time `stream.blocks == parse(all that was fed)`.
"""

from dataclasses import dataclass, replace

from markdown_it.common.utils import mdTrim

from glmdesk.render.blocks import Block, Blocks, Span
from glmdesk.render.last_line import open_paragraph, reworded
from glmdesk.render.markdown import Builder, Draft, Lines, drafts
from glmdesk.render.open_blocks import OpenBlock, is_finished
from glmdesk.render.open_containers import opened
from glmdesk.render.source import Normalizer


@dataclass(frozen=True, slots=True)
class Update:
    """What a delta changed: the first `kept` blocks stand, `blocks` take the place of all others.

    `kept_parts` is how many leading parts of `blocks[0]` (lines of code, rows of a table, items of a list,
    blocks of a quote) are those of the block it replaces; 0 for any other kind.
    """

    kept: int
    blocks: Blocks
    kept_parts: int = 0


class BlockStream:
    """One growing text."""

    def __init__(self) -> None:
        self._normalizer = Normalizer()
        self._builder = Builder()
        self._frozen: list[Block] = []
        self._shown: Blocks = ()
        """The blocks of the open end."""
        self._open: OpenBlock | None = None
        self._open_start = 0
        self._head = ""
        """What stands for the settled part of the open block, as source."""
        self._settled_end = 0
        """The end of the last settled line that is not blank."""
        self._tail = ""
        """The source from the first line that is neither frozen nor settled."""
        self._tail_start = 0
        self._paragraph: str | None = None
        """What the paragraph says that the text ends with, as long as more of its last line is only that."""

    @property
    def blocks(self) -> Blocks:
        """All blocks of the text so far."""
        return (*self._frozen, *self._shown)

    def feed(self, delta: str) -> Update:
        """Append `delta` and return what it changed."""
        kept, before = len(self._frozen), self._shown
        parts = self._open.parts if self._open else 0
        text = self._normalizer.feed(delta)
        if text:
            self._tail += text
            if "\n" in text:
                self._settle()
                self._paragraph = None
            self._shown = self._reworded(text) or self._written_on() or self._parsed()
        blocks = (*self._frozen[kept:], *self._shown)
        same = _common(before, blocks)
        return Update(kept + same, blocks[same:], 0 if same else parts)

    def _parsed(self) -> Blocks:
        """Return the blocks of the open end."""
        found, lines = self._parse(self._tail)
        blocks = self._build(found, lines)
        self._paragraph = open_paragraph(found[-1], self._head + self._tail) if found else None
        return blocks

    def _reworded(self, text: str) -> Blocks:
        """Return the open end where its last paragraph says more and nothing else has changed."""
        if self._paragraph is None:
            return ()
        self._paragraph += text
        *before, last = self._shown
        block = reworded(last, self._builder.inlines(mdTrim(self._paragraph)))
        start = last.span.start if last.span else 0
        return (*before, replace(block, span=Span(start, self._tail_start + len(self._tail))))

    def _written_on(self) -> Blocks:
        """Return the open end where all that is not settled is a line, and it is known for what it is."""
        if self._open is None or "\n" in self._tail:
            return ()
        span = Span(self._open_start, self._tail_start + len(self._tail))
        block = self._open.with_line(self._tail, span)
        return () if block is None else (block,)

    def _settle(self) -> None:
        """Freeze and settle what the complete lines allow."""
        end = self._tail.rfind("\n") + 1
        found, lines = self._parse(self._tail[:end])
        taken = lines.start(self._absorb(found, lines)) - len(self._head)
        ink = len(self._tail[:taken].rstrip(" \t\n"))
        if ink:
            self._settled_end = self._tail_start + self._tail.index("\n", ink)
        self._tail_start += taken
        self._tail = self._tail[taken:]
        self._head = self._open.head if self._open else ""

    def _absorb(self, found: list[Draft], lines: Lines) -> int:
        """Freeze and settle what no further line can change, and return the first line that can."""
        if not found:
            return lines.complete
        last = found[-1]
        if is_finished(last, lines):
            self._freeze(found, lines)
            return lines.complete
        if len(found) > 1:
            self._freeze(found[:-1], lines)
        if self._open is not None:
            return self._open.absorb(last, lines, self._builder)
        self._open_start = self._place(lines.span(last)).start
        self._open, line = opened(last, lines, self._builder)
        return line

    def _parse(self, tail: str) -> tuple[list[Draft], Lines]:
        """Return the blocks of the open end, as far as they are not settled, and the lines they stand on."""
        source = self._head + tail
        found = drafts(source)
        if self._open is not None:
            self._open.join(found[0])
        return found, Lines(source, self._head.count("\n"))

    def _freeze(self, found: list[Draft], lines: Lines) -> None:
        self._frozen += self._build(found, lines)
        self._open = None

    def _build(self, found: list[Draft], lines: Lines) -> Blocks:
        """Return the blocks of `found`, with what is settled."""
        blocks: list[Block] = []
        for draft in found:
            span = self._place(lines.span(draft))
            if self._open is None or blocks:
                blocks.append(self._builder.build(draft, span))
            else:
                blocks.append(self._open.build(draft, self._builder, span))
        return tuple(blocks)

    def _place(self, span: Span) -> Span:
        """Return the place in the whole text of a span in the head and tail."""
        shift = self._tail_start - len(self._head)
        if self._open is None or span.start:
            return Span(span.start + shift, span.end + shift)
        # The end lies in the head when nothing but blank lines is not settled.
        return Span(self._open_start, span.end + shift if span.end >= len(self._head) else self._settled_end)


def _common(before: Blocks, after: Blocks) -> int:
    """Return how many leading blocks are equal."""
    count = 0
    for old, new in zip(before, after, strict=False):
        if old != new:
            break
        count += 1
    return count
