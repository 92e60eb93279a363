"""What is already settled inside a block that is still being written.

Each kind of block can be parsed on from a short `head` that stands for its settled part: the opening fence
for the lines of code so far, the header for the rows of a table, an item for the items of a list, a word for
the lines of a paragraph, a rule for the blocks of a quote. What the parser then makes of it is put together
with the settled part.
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Final

from markdown_it.common.utils import mdTrim

from glmdesk.render.blocks import (
    Block,
    Blocks,
    BulletList,
    Code,
    ListItem,
    OrderedList,
    Paragraph,
    Quote,
    Row,
    Span,
    Table,
)
from glmdesk.render.markdown import Builder, Draft, Lines, language_in, row_in
from glmdesk.typed import override

_NOWHERE: Final = Span(0, 0)


class OpenBlock(ABC):
    """The last top-level block of a growing text.

    A draft given to it is this block as parsed from `head` and the source that follows the settled part.
    """

    head: str
    """Whole lines of source after which the parser is where it was at the end of the settled part."""
    parts = 0
    """How many lines of code, rows, items or blocks are settled."""
    opening_lines = 0
    """How many of the block's first lines `head` stands for before anything is settled."""

    @abstractmethod
    def absorb(self, draft: Draft, lines: Lines, builder: Builder) -> int:
        """Settle what no further line can change, and return the first line that is not settled."""

    def with_line(self, _line: str, _span: Span, /) -> Block | None:
        """Return the block with a line behind what is settled, or None where that has to be parsed.

        The line has not ended; whatever its end may be, it belongs to the block.
        """
        return None

    @abstractmethod
    def join(self, draft: Draft) -> None:
        """Change the tokens of `draft` that come from `head` into what they stand for."""

    def complete(self, block: Block) -> Block:
        """Return `block`, built from a joined draft, with the settled part before it."""
        return block


def opened(draft: Draft, lines: Lines) -> OpenBlock | None:
    """Return what keeps the settled part of the block in `draft`; None for blocks that have none yet."""
    match draft.kind:
        # The second line decides whether the first was a fence or the header of a table.
        case "fence" if draft.end - draft.first > 1:
            return OpenCode(draft, lines)
        case "table":
            return OpenTable(draft, lines)
        case "bullet_list_open" | "ordered_list_open" if len(_firsts(draft)) > 1:
            return OpenList(draft)
        case "blockquote_open" if len(_firsts(draft)) > 1:
            return OpenQuote()
        case "paragraph_open" if draft.end - draft.first > 1:
            return OpenParagraph(draft, lines)
        case _:
            return None


class OpenCode(OpenBlock):
    """Fenced code, settled line by line."""

    opening_lines = 1

    def __init__(self, draft: Draft, lines: Lines) -> None:
        fence = draft.tokens[0]
        indent, _, _ = lines.text(draft.first, draft.first + 1).partition(fence.markup)
        # Without the words after the fence: a bar among them could make it the header of a table.
        self.head = f"{indent}{fence.markup}\n"
        self._indent = indent
        self._info = fence.info
        self._text = ""

    @override
    def with_line(self, line: str, span: Span, /) -> Block | None:
        text = line.strip(" \t")
        if self._indent or not text or text[0] == self.head[0]:
            return None
        return Code(language_in(self._info), self._text + line, closed=False, span=span)

    @override
    def absorb(self, draft: Draft, lines: Lines, builder: Builder) -> int:
        self.parts += draft.tokens[0].content.count("\n")
        self._text += draft.tokens[0].content
        return draft.end

    @override
    def join(self, draft: Draft) -> None:
        draft.tokens[0].info = self._info
        draft.tokens[0].content = self._text + draft.tokens[0].content


class OpenTable(OpenBlock):
    """A table, settled row by row."""

    opening_lines = 2

    def __init__(self, draft: Draft, lines: Lines) -> None:
        self.head = lines.text(draft.first, draft.first + 2)
        self._rows: tuple[Row, ...] = ()
        self._empty: Table | None = None
        """The table without rows."""

    @override
    def with_line(self, line: str, span: Span, /) -> Block | None:
        if self._empty is None or not line.startswith("|"):
            return None
        row = row_in(line, len(self._empty.header))
        return replace(self._empty, rows=(*self._rows, row), span=span)

    @override
    def absorb(self, draft: Draft, lines: Lines, builder: Builder) -> int:
        table = builder.build(draft, _NOWHERE)
        if isinstance(table, Table):
            self._rows += table.rows
            self._empty = replace(table, rows=())
        self.parts = len(self._rows)
        return draft.end

    @override
    def join(self, draft: Draft) -> None:
        pass

    @override
    def complete(self, block: Block) -> Block:
        return replace(block, rows=self._rows + block.rows) if isinstance(block, Table) else block


class OpenList(OpenBlock):
    """A list, settled item by item; the last item is never settled."""

    def __init__(self, draft: Draft) -> None:
        opening = draft.tokens[0]
        number = "1" if opening.type == "ordered_list_open" else ""
        # Items begin with up to three spaces; its own text begins further in, so none of them is inside it.
        self.head = f"{number}{opening.markup}    .\n"
        self._start = opening.attrs.get("start", 1)
        self._items: tuple[ListItem, ...] = ()
        self._has_paragraph = False
        self._is_loose = False
        self._was_loose = False

    @override
    def absorb(self, draft: Draft, lines: Lines, builder: Builder) -> int:
        self.join(draft)
        # A list that is loose stays so: a blank line between two things does not go away again.
        self._was_loose = self._is_loose
        block = builder.build(draft, _NOWHERE)
        if isinstance(block, BulletList | OrderedList):
            settled = block.items[:-1]
            self._items += settled
            self._has_paragraph = self._has_paragraph or _have_paragraph(settled)
        self.parts = len(self._items)
        return _firsts(draft)[-1]

    @override
    def join(self, draft: Draft) -> None:
        # The list's token, then the stand-in: item, paragraph, its text, and the ends of both. markdown-it
        # hides the paragraphs of a tight list.
        self._is_loose = self._was_loose or not draft.tokens[2].hidden
        del draft.tokens[1:6]
        draft.tokens[0].attrs["start"] = self._start

    @override
    def complete(self, block: Block) -> Block:
        if not isinstance(block, BulletList | OrderedList):
            return block
        has_paragraph = self._has_paragraph or _have_paragraph(block.items)
        return replace(block, items=self._items + block.items, tight=not (self._is_loose and has_paragraph))


class OpenQuote(OpenBlock):
    """A quote, settled block by block; the last of them is never settled."""

    head = "> ***\n"

    def __init__(self) -> None:
        self._blocks: Blocks = ()

    @override
    def absorb(self, draft: Draft, lines: Lines, builder: Builder) -> int:
        self.join(draft)
        quote = builder.build(draft, _NOWHERE)
        if isinstance(quote, Quote):
            self._blocks += quote.blocks[:-1]
        self.parts = len(self._blocks)
        # Line 0 is the head; a quote may have no blocks at all.
        return max(_firsts(draft), default=1)

    @override
    def join(self, draft: Draft) -> None:
        del draft.tokens[1]  # The rule in the head.

    @override
    def complete(self, block: Block) -> Block:
        return replace(block, blocks=self._blocks + block.blocks) if isinstance(block, Quote) else block


class OpenParagraph(OpenBlock):
    """A paragraph, or a heading that is not underlined yet, settled line by line.

    Its text is parsed as a whole all the same: emphasis may reach over lines.
    """

    head = "x\n"
    opening_lines = 1

    def __init__(self, draft: Draft, lines: Lines) -> None:
        self._source = lines.text(draft.first, draft.first + 1)

    @override
    def absorb(self, draft: Draft, lines: Lines, builder: Builder) -> int:
        if draft.kind != "paragraph_open":
            return 1
        # The last line may become the header of a table. Line 0 is the head.
        last = max(draft.end - 1, 1)
        self._source += lines.text(1, last)
        return last

    @override
    def join(self, draft: Draft) -> None:
        text = draft.tokens[1]
        text.content = mdTrim(self._source + text.content.removeprefix("x").removeprefix("\n"))


def _firsts(draft: Draft) -> list[int]:
    """Return the first lines of the items of a list, or of the blocks in a quote."""
    return [token.map[0] for token in draft.tokens if token.level == 1 and token.nesting >= 0 and token.map]


def _have_paragraph(items: tuple[ListItem, ...]) -> bool:
    return any(isinstance(block, Paragraph) for item in items for block in item.blocks)
