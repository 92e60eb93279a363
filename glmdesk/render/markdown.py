"""Markdown to blocks: the whole of a text at once. `stream` does the same for a text that grows."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from glmdesk.render.blocks import (
    Block,
    Blocks,
    BulletList,
    Code,
    Footnote,
    Heading,
    Inlines,
    ListItem,
    Math,
    OrderedList,
    Paragraph,
    Quote,
    Row,
    Rule,
    Span,
    Table,
)
from glmdesk.render.inlines import Memo, parse_inlines
from glmdesk.render.parser import parser
from glmdesk.render.source import normalize
from glmdesk.render.tables import cells_in


def parse(text: str) -> Blocks:
    """Return the top-level blocks of `text`, each with its place in `normalize(text)`."""
    source = normalize(text)
    lines = Lines(source)
    builder = Builder()
    return tuple(builder.build(draft, lines.span(draft)) for draft in drafts(source))


@dataclass(slots=True)
class Draft:
    """A block, or an item of a list, on the lines `[first, end)`; its text is not parsed yet."""

    token: Token
    first: int
    end: int
    text: str
    """The source of what a paragraph says, the lines of code or of a formula, the label of a footnote."""
    children: list["Draft"] = field(default_factory=list["Draft"])
    """The blocks in a container, or the items of a list."""

    @property
    def kind(self) -> str:
        """What the block is, as markdown-it names its first token."""
        return self.token.type


def drafts(source: str) -> list[Draft]:
    """Return the top-level blocks of a normalised source."""
    found: list[Draft] = []
    levels = [found]
    for token in parser().blocks(source):
        if token.type == "inline":
            levels[-2][-1].text = token.content
        elif token.nesting < 0:
            levels.pop()
        else:
            first, end = token.map or (0, 0)
            draft = Draft(token, first, end, token.content)
            levels[-1].append(draft)
            if token.nesting > 0:
                levels.append(draft.children)
    return found


def is_loose(draft: Draft) -> bool:
    """Return whether there is a blank line between two items of a list, or between two blocks of one."""
    metas = [item.token.meta for item in draft.children]
    # An item without text is not parsed. What follows it does so after a blank line.
    return any(meta.get("loose", False) for meta in metas) or any(
        meta.get("ends_blank", True) for meta in metas[:-1]
    )


def language_in(info: str) -> str:
    """Return the first of the words after a fence."""
    words = unescapeAll(info).split(maxsplit=1)
    return words[0] if words else ""


def row_in(line: str, columns: int) -> Row:
    """Return the row of a table that stands in a line."""
    return _row(cells_in(line)[:columns])


def _row(cells: list[str]) -> Row:
    return tuple(parse_inlines(cell, in_cell=True) for cell in cells)


class Lines:
    """A source and where its lines begin."""

    def __init__(self, source: str, settled: int = 0) -> None:
        self._source = source
        self.settled = settled
        """How many of the lines stand for what is settled."""
        self._starts = [0]
        end = source.find("\n")
        while end >= 0:
            self._starts.append(end + 1)
            end = source.find("\n", end + 1)

    @property
    def complete(self) -> int:
        """How many lines have ended."""
        return len(self._starts) - 1

    def start(self, line: int) -> int:
        """Return where `line` begins, or the end of the source when there is no such line."""
        return self._starts[line] if line < len(self._starts) else len(self._source)

    def text(self, first: int, end: int) -> str:
        """Return the lines `[first, end)`."""
        return self._source[self.start(first) : self.start(end)]

    def span(self, draft: Draft) -> Span:
        """Return the place of `draft`, without blank lines at its end and without what ends its last line."""
        start, end = self.start(draft.first), self.start(draft.end)
        # In code even a blank last line means something.
        if draft.kind not in {"fence", "code_block"}:
            ink = start + len(self._source[start:end].rstrip(" \t\n"))
            end = self._source.find("\n", ink, end) + 1 or end
        return Span(start, end - 1 if self._source[end - 1] == "\n" else end)


class Builder:
    """Drafts to blocks. It remembers the finished pieces of long texts, for a text that grows."""

    def __init__(self) -> None:
        self._memo = Memo()

    def build(self, draft: Draft, span: Span | None = None) -> Block:
        """Return the block that `draft` describes."""
        match draft.kind:
            case "paragraph_open":
                return Paragraph(self.inlines(draft.text), span=span)
            case "heading_open":
                return Heading(int(draft.token.tag[1:]), self.inlines(draft.text), span=span)
            case "bullet_list_open" | "ordered_list_open":
                items = tuple(map(self.item, draft.children))
                return list_of(
                    draft, items, is_tight=not (is_loose(draft) and have_paragraph(items)), span=span
                )
            case "blockquote_open":
                return Quote(self.blocks(draft.children), span=span)
            case "footnote_open":
                return Footnote(draft.text, self.blocks(draft.children), span=span)
            case _:
                return _leaf(draft, span)

    def blocks(self, found: Iterable[Draft]) -> Blocks:
        """Return the blocks of a container."""
        return tuple(map(self.build, found))

    def item(self, draft: Draft) -> ListItem:
        """Return an item of a list."""
        return ListItem(self.blocks(draft.children), draft.token.meta.get("checked"))

    def inlines(self, source: str) -> Inlines:
        """Return what a paragraph says."""
        return parse_inlines(source, memo=self._memo)


def _leaf(draft: Draft, span: Span | None) -> Block:
    meta = draft.token.meta
    match draft.kind:
        case "fence":
            language = language_in(draft.token.info)
            return Code(language, draft.text.removesuffix("\n"), meta["closed"], span=span)
        case "code_block":
            return Code("", draft.text.removesuffix("\n"), span=span)
        case "math_block":
            return Math(draft.text.strip(), meta["closed"], span=span)
        case "table":
            header, *rows = map(_row, (meta["header"], *meta["rows"]))
            return Table(tuple(meta["alignments"]), header, tuple(rows), span=span)
        case _:
            return Rule(span=span)


def list_of(
    draft: Draft, items: tuple[ListItem, ...], *, is_tight: bool, span: Span | None
) -> BulletList | OrderedList:
    """Return the list of some items that has the kind and the first number of a draft."""
    if draft.kind == "bullet_list_open":
        return BulletList(items, is_tight, span=span)
    return OrderedList(int(draft.token.attrs.get("start", 1)), items, is_tight, span=span)


def have_paragraph(items: Iterable[ListItem]) -> bool:
    """Return whether there is a paragraph right below one of some items."""
    return any(isinstance(block, Paragraph) for item in items for block in item.blocks)
