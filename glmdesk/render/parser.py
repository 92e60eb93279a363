"""The one configured Markdown parser.

The dialect is CommonMark 0.31 with tables, strikethrough, task lists, footnotes and formulas, and leaves out:

- raw HTML, which is shown as the text it is; only `<br>` breaks the line inside a table's cell, where
  Markdown has no other way to say so;
- reference links (`[text][label]` and `[label]: url`): their definitions may come at the very end, so with
  them no block of a streaming answer could ever be finished. Their URLs become links as bare URLs do.

Whatever the parser decides about a top-level block depends on the source from the beginning of that block on
and, once the next block has begun on a complete line, on nothing that follows. `stream` stands on this.
"""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from glmdesk.render.rules import MAX_BLOCK_DEPTH, InlineParser, block_parser
from glmdesk.typed import override


class Parser(MarkdownIt):
    """Source to tokens. It keeps nothing between two calls, so threads may share it."""

    def __init__(self) -> None:
        # Where this bound is reached, markdown-it drops what follows; blocks keep below it. Brackets within a
        # line reach it, and then are text.
        super().__init__("zero", {"maxNesting": MAX_BLOCK_DEPTH + 4, "tasklists": True})
        self.inline = InlineParser()
        self.block = block_parser()

    @override
    def validateLink(self, url: str) -> bool:
        """Accept everything: which links stay links is decided where inlines are made."""
        return True

    def blocks(self, source: str) -> list[Token]:
        """Return the block tokens of a normalised source; what is inside a line is left unparsed."""
        tokens: list[Token] = []
        self.block.parse(source, self, {}, tokens)
        return tokens

    def inlines(self, source: str, *, in_cell: bool) -> list[Token]:
        """Return the inline tokens of one block's text."""
        return self.inline.parse(source, self, {"cell": in_cell}, [])


@cache
def parser() -> Parser:
    """Return the parser, made at the first call."""
    return Parser()
