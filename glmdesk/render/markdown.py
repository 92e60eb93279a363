"""Markdown to blocks: the whole of a text at once. `stream` does the same for a text that grows."""

from collections.abc import Iterator
from dataclasses import dataclass

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
    """A top-level block as tokens, standing on the lines `[first, end)`; its text is not parsed yet."""

    tokens: list[Token]
    first: int
    end: int

    @property
    def kind(self) -> str:
        """What the block is, as markdown-it names its first token."""
        return self.tokens[0].type


def drafts(source: str) -> list[Draft]:
    """Return the top-level blocks of a normalised source."""
    found: list[Draft] = []
    for token in parser().blocks(source):
        if token.level == 0 and token.nesting >= 0:
            first, end = token.map or (0, 0)
            found.append(Draft([token], first, end))
        else:
            found[-1].tokens.append(token)
    return found


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

    def __init__(self, source: str) -> None:
        self._source = source
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

    def build(self, draft: Draft, span: Span) -> Block:
        """Return the block that `draft` describes."""
        tokens = iter(draft.tokens)
        return self._block(next(tokens), tokens, span)

    def _block(self, token: Token, rest: Iterator[Token], span: Span | None = None) -> Block:
        """Return the block that begins with `token`, and take the tokens that belong to it from `rest`."""
        match token.type:
            case "paragraph_open":
                return Paragraph(self._text(rest), span=span)
            case "heading_open":
                return Heading(int(token.tag[1:]), self._text(rest), span=span)
            case "bullet_list_open" | "ordered_list_open":
                return self._list(token, rest, span)
            case "blockquote_open":
                return Quote(self._blocks(rest), span=span)
            case "footnote_open":
                return Footnote(token.content, self._blocks(rest), span=span)
            case _:
                return self._leaf(token, span)

    def _leaf(self, token: Token, span: Span | None) -> Block:
        match token.type:
            case "fence":
                text = token.content.removesuffix("\n")
                return Code(language_in(token.info), text, token.meta["closed"], span=span)
            case "code_block":
                return Code("", token.content.removesuffix("\n"), span=span)
            case "math_block":
                return Math(token.content, token.meta["closed"], span=span)
            case "table":
                return self._table(token, span)
            case _:
                return Rule(span=span)

    def _blocks(self, rest: Iterator[Token]) -> Blocks:
        """Return the blocks up to the end of the container that has been opened."""
        blocks: list[Block] = []
        for token in rest:
            if token.nesting < 0:
                break
            blocks.append(self._block(token, rest))
        return tuple(blocks)

    def inlines(self, source: str) -> Inlines:
        """Return what a paragraph says."""
        return parse_inlines(source, memo=self._memo)

    def _text(self, rest: Iterator[Token]) -> Inlines:
        source = next(rest).content
        next(rest)
        return self.inlines(source)

    def _list(self, opening: Token, rest: Iterator[Token], span: Span | None) -> Block:
        items: list[ListItem] = []
        tight = True
        for token in rest:
            if token.nesting < 0:
                break
            blocks: list[Block] = []
            for child in rest:
                if child.nesting < 0:
                    break
                # markdown-it hides the paragraphs of a tight list.
                tight = tight and (child.hidden or child.type != "paragraph_open")
                blocks.append(self._block(child, rest))
            items.append(ListItem(tuple(blocks), token.meta.get("checked")))
        if opening.type == "bullet_list_open":
            return BulletList(tuple(items), tight, span=span)
        return OrderedList(int(opening.attrs.get("start", 1)), tuple(items), tight, span=span)

    def _table(self, token: Token, span: Span | None) -> Table:
        header, *rows = map(_row, (token.meta["header"], *token.meta["rows"]))
        return Table(tuple(token.meta["alignments"]), header, tuple(rows), span=span)
