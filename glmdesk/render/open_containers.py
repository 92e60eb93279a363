"""What is already settled inside a list, a quote or a footnote that is still being written.

Blocks in a container are settled as those of the whole text are: once another one has begun, nothing changes
them any more. In the head of a container an empty heading stands for them, followed by the head of the last
block, which may be a container itself. A heading takes no line that may follow, nor makes a list loose.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from glmdesk.render.blocks import Block, Blocks, Footnote, ListItem, Quote, Span
from glmdesk.render.markdown import Builder, Draft, Lines, have_paragraph, is_loose, list_of
from glmdesk.render.open_blocks import (
    OpenBlock,
    OpenCode,
    OpenIndentedCode,
    OpenMath,
    OpenParagraph,
    OpenTable,
    is_finished,
)
from glmdesk.typed import override


def opened(draft: Draft, lines: Lines, builder: Builder) -> tuple[OpenBlock | None, int]:
    """Return what keeps the settled part of the block in `draft`, and the first line that is not settled.

    It is None as long as that is the first line of the block.
    """
    # The second line decides whether the first is the header of a table.
    may_be_table = draft.first + 1 == lines.complete and draft.kind not in {"code_block", "math_block"}
    block = None if may_be_table else _keeper(draft)
    line = draft.first if block is None else block.absorb(draft, lines, builder)
    return (block, line) if line > draft.first else (None, draft.first)


def _keeper(draft: Draft) -> OpenBlock | None:
    make = _KEEPERS.get(draft.kind)
    is_empty = draft.kind in {"blockquote_open", "footnote_open"} and not draft.children
    return None if make is None or is_empty else make(draft)


class _Content:
    """The blocks in a container."""

    def __init__(self) -> None:
        self.settled: Blocks = ()
        self._last: OpenBlock | None = None

    @property
    def head(self) -> str:
        return "#\n" + (self._last.head if self._last else "")

    def join(self, drafts: list[Draft]) -> None:
        del drafts[0]  # The heading in the head.
        if self._last:
            self._last.join(drafts[0])

    def build(self, drafts: Sequence[Draft], builder: Builder) -> Blocks:
        """Return all blocks, of which `drafts` are those that are not settled."""
        if self._last is None:
            return self.settled + builder.blocks(drafts)
        return (*self.settled, self._last.build(drafts[0], builder, None), *builder.blocks(drafts[1:]))

    def absorb(self, drafts: Sequence[Draft], lines: Lines, builder: Builder) -> int:
        """Settle what no further line can change, and return the first line that is not settled."""
        # One blank line at the end is as good as many; whatever follows it has to know of it.
        blank = lines.complete - 1
        if not drafts:
            return blank
        last = drafts[-1]
        if is_finished(last, lines):
            self._settle(drafts, builder)
            return max(last.end, blank)
        if len(drafts) > 1:
            self._settle(drafts[:-1], builder)
        if self._last is not None:
            return self._last.absorb(last, lines, builder)
        self._last, line = opened(last, lines, builder)
        return line

    def _settle(self, drafts: Sequence[Draft], builder: Builder) -> None:
        self.settled, self._last = self.build(drafts, builder), None


class _OpenContainer(OpenBlock):
    """A quote or a footnote, settled block by block."""

    def __init__(self) -> None:
        self._content = _Content()

    @override
    def join(self, draft: Draft) -> None:
        self._content.join(draft.children)

    @override
    def absorb(self, draft: Draft, lines: Lines, builder: Builder) -> int:
        return self._content.absorb(draft.children, lines, builder)


class OpenQuote(_OpenContainer):
    """A quote, settled block by block."""

    @property
    @override
    def head(self) -> str:
        return _indented(self._content.head, "> ", "> ")

    @override
    def build(self, draft: Draft, builder: Builder, span: Span | None) -> Block:
        return Quote(self._content.build(draft.children, builder), span=span)

    @override
    def absorb(self, draft: Draft, lines: Lines, builder: Builder) -> int:
        line = super().absorb(draft, lines, builder)
        self.parts = len(self._content.settled)
        return line


class OpenFootnote(_OpenContainer):
    """A footnote, settled block by block."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._label = draft.text

    @property
    @override
    def head(self) -> str:
        return _indented(self._content.head, "[^x]: ", "    ")

    @override
    def build(self, draft: Draft, builder: Builder, span: Span | None) -> Block:
        return Footnote(self._label, self._content.build(draft.children, builder), span=span)


class OpenList(OpenBlock):
    """A list, settled item by item."""

    def __init__(self, draft: Draft) -> None:
        number = "1" if draft.kind == "ordered_list_open" else ""
        # Items begin with up to three spaces; its own text begins further in, so none of them is inside it.
        self._stand_in = f"{number}{draft.token.markup}    #\n"
        self._start = draft.token.attrs.get("start", 1)
        self._items: tuple[ListItem, ...] = ()
        self._last: _OpenItem | None = None
        self._is_loose = False
        self._has_paragraph = False

    @property
    @override
    def head(self) -> str:
        return self._last.head if self._last else self._stand_in

    @override
    def join(self, draft: Draft) -> None:
        draft.token.attrs["start"] = self._start
        if self._last:
            self._last.content.join(draft.children[0].children)
        else:
            del draft.children[0]

    @override
    def build(self, draft: Draft, builder: Builder, span: Span | None) -> Block:
        items = self._build(draft.children, builder)
        has_paragraph = self._has_paragraph or have_paragraph(items)
        is_tight = not (has_paragraph and (self._is_loose or is_loose(draft)))
        return list_of(draft, self._items + items, is_tight=is_tight, span=span)

    @override
    def absorb(self, draft: Draft, lines: Lines, builder: Builder) -> int:
        # A list that is loose stays so: a blank line between two things does not go away again.
        self._is_loose = self._is_loose or is_loose(draft)
        *before, last = draft.children
        if before:
            items = self._build(before, builder)
            self._items += items
            self._has_paragraph = self._has_paragraph or have_paragraph(items)
            self._last = None
        self.parts = len(self._items)
        if not last.children and self._last is None:
            return last.first
        item = self._last or _OpenItem(last)
        line = item.content.absorb(last.children, lines, builder)
        self._last = item if line > last.first else None
        return line

    def _build(self, drafts: Sequence[Draft], builder: Builder) -> tuple[ListItem, ...]:
        """Return items, of which the first may have a settled part."""
        if self._last is None:
            return tuple(map(builder.item, drafts))
        return (self._last.build(drafts[0], builder), *map(builder.item, drafts[1:]))


class _OpenItem:
    """The last item of a list, settled block by block."""

    def __init__(self, draft: Draft) -> None:
        token = draft.token
        self._checked = token.meta.get("checked")
        marker = token.info + token.markup
        self._indent = token.meta["indent"]
        # A marker has up to three spaces before it and four behind it.
        self._opening = f"{' ' * max(0, self._indent - len(marker) - 4)}{marker}".ljust(self._indent)
        self.content = _Content()

    @property
    def head(self) -> str:
        return _indented(self.content.head, self._opening, " " * self._indent)

    def build(self, draft: Draft, builder: Builder) -> ListItem:
        return ListItem(self.content.build(draft.children, builder), self._checked)


def _indented(lines: str, first: str, others: str) -> str:
    """Return lines with something before the first and something before the others."""
    return first + lines[:-1].replace("\n", f"\n{others}") + "\n"


_KEEPERS: Final[Mapping[str, Callable[[Draft], OpenBlock]]] = {
    "fence": OpenCode,
    "code_block": lambda _draft: OpenIndentedCode(),
    "math_block": OpenMath,
    "table": OpenTable,
    "paragraph_open": lambda _draft: OpenParagraph(),
    "bullet_list_open": OpenList,
    "ordered_list_open": OpenList,
    "blockquote_open": lambda _draft: OpenQuote(),
    "footnote_open": OpenFootnote,
}
"""What keeps the settled part of a block, by the kind of its draft."""
