"""Which Markdown rules there are, and which of them a character can begin.

markdown-it tries every rule at every place; looking at the first character spares most of that.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock, blockquote, fence, heading, hr, list_block
from markdown_it.rules_inline import (
    StateInline,
    autolink,
    backtick,
    emphasis,
    entity,
    escape,
    image,
    link,
    newline,
    strikethrough,
    text,
)
from markdown_it.token import Token

from glmdesk.render.emphasis import CjkStateInline
from glmdesk.render.footnotes import footnote, footnote_ref
from glmdesk.render.formulas import bracket_math, dollar_math, math_block
from glmdesk.render.links import bare_url
from glmdesk.render.tables import table
from glmdesk.typed import override

MAX_BLOCK_DEPTH: Final = 16
"""Levels. A quote is one, a list two. Deeper markers are shown as the text they are."""

BlockRule = Callable[[StateBlock, int, int, bool], bool]
InlineRule = Callable[[StateInline, bool], bool]

_ANGLE: Final = re.compile(r"<(?:https?:|mailto:|[^:<>\s]+@)", re.IGNORECASE)
_BREAK: Final = re.compile(r"<br ?/?>", re.IGNORECASE)


def _bounded(rule: BlockRule) -> BlockRule:
    """Return `rule`, which opens a container, kept from nesting without end."""

    def rule_within_bounds(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        return state.level < MAX_BLOCK_DEPTH and rule(state, start_line, end_line, silent)

    return rule_within_bounds


def _fence(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Parse fenced code, and note its indentation and whether its closing fence was there. A block rule."""
    if not fence(state, start_line, end_line, silent):
        return False
    if not silent:
        token, last = state.tokens[-1], state.line - 1
        token.meta["indent"] = state.sCount[start_line] - state.blkIndent
        line = state.src[state.bMarks[last] + state.tShift[last] : state.eMarks[last]].rstrip(" \t")
        token.meta["closed"] = (
            last > start_line
            and line.startswith(token.markup)
            and not line.strip(token.markup[0])
            and not state.is_code_block(last)
        )
    return True


def _with_destination(rule: InlineRule) -> InlineRule:
    """Return `rule`, for links or images, kept from looking for the end of a label that has no target."""

    def rule_with_destination(state: StateInline, silent: bool) -> bool:
        return state.src.find("](", state.pos, state.posMax) > 0 and rule(state, silent)

    return rule_with_destination


def _autolink(state: StateInline, silent: bool) -> bool:
    """Parse `<https://…>` and `<name@host>`, but leave `List<std::string>` alone. An inline rule."""
    return _ANGLE.match(state.src, state.pos, state.posMax) is not None and autolink(state, silent)


def _cell_break(state: StateInline, silent: bool) -> bool:
    """Parse `<br>` in a table's cell. An inline rule."""
    found = _BREAK.match(state.src, state.pos, state.posMax) if state.env["cell"] else None
    if found is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = found.end()
    return True


_INLINE_RULES: Final[Mapping[str, tuple[InlineRule, ...]]] = {
    "\n": (newline,),
    "\\": (bracket_math, escape),
    "$": (dollar_math,),
    "`": (backtick,),
    "~": (strikethrough.tokenize,),
    "*": (emphasis.tokenize,),
    "_": (emphasis.tokenize,),
    "[": (footnote_ref, _with_destination(link)),
    "]": (),  # It begins nothing, but ends the text of a link.
    "!": (_with_destination(image),),
    "<": (_cell_break, _autolink),
    "&": (entity,),
    ":": (bare_url,),
}
_INLINE_STARTS: Final = re.compile(f"[{re.escape(''.join(_INLINE_RULES))}]")


def has_marks(text: str) -> bool:
    """Return whether there may be anything in a text but its words."""
    return _INLINE_STARTS.search(text) is not None


def _inline(state: StateInline, silent: bool) -> bool:
    """Parse what begins at the current character. The only inline rule."""
    rules = _INLINE_RULES.get(state.src[state.pos])
    if rules is None:
        return text(state, silent)
    return any(rule(state, silent) for rule in rules)


class InlineParser(ParserInline):
    """The parser of what is within a line: with our state and our one rule in place of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.terminator_re = _INLINE_STARTS
        self.ruler.enableOnly(())
        self.ruler.push("inline", _inline)
        self.ruler2.enableOnly(("balance_pairs", "strikethrough", "emphasis", "fragments_join"))

    @override
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = CjkStateInline(src, md, env, tokens)
        self.tokenize(state)
        for pair_rule in self.ruler2.getRules(""):
            pair_rule(state)
        return state.tokens


_list = _bounded(list_block)
_quote = _bounded(blockquote)
_INTERRUPTING: Final[Mapping[str, tuple[BlockRule, ...]]] = {
    "`": (fence,),
    "~": (fence,),
    "$": (math_block,),
    "\\": (math_block,),
    "[": (footnote,),
    ">": (_quote,),
    "#": (heading,),
    "_": (hr,),
    "*": (hr, _list),
    "-": (hr, _list),
    "+": (_list,),
    **dict.fromkeys("0123456789", (_list,)),
}


def _ends_quote(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Tell whether a line ends the quote, or the table, above it. Builds nothing. A block rule."""
    first = state.bMarks[start_line] + state.tShift[start_line]
    if not silent or first >= state.eMarks[start_line]:
        return False
    rules = _INTERRUPTING.get(state.src[first], ())
    return any(rule(state, start_line, end_line, True) for rule in rules)


def _ends_paragraph(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Tell whether a line ends the paragraph above it. Builds nothing. A block rule."""
    return silent and (
        _ends_quote(state, start_line, end_line, True) or table(state, start_line, end_line, True)
    )


class BlockParser(ParserBlock):
    """The parser of what is around lines. It notes what else there is to know of the items of lists."""

    @override
    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:
        """Parse what is in a container.

        Of an item it is noted by how many columns its text is indented, whether there is a blank line between
        two of its blocks, and whether one ends it.
        """
        container = state.tokens[-1] if state.tokens else None
        super().tokenize(state, startLine, endLine)
        if container is not None and container.type == "list_item_open":
            container.meta["indent"] = state.blkIndent - state.listIndent
            container.meta["loose"] = not state.tight
            container.meta["ends_blank"] = state.line - startLine > 1 and state.isEmpty(state.line - 1)


def block_parser() -> ParserBlock:
    """Return the parser of what is around lines."""
    parser = BlockParser()
    rules = parser.ruler
    rules.disable(("html_block", "reference"))
    # Without what they would end: that is asked below, of the rules that the first character allows.
    rules.at("table", table)
    rules.at("fence", _fence)
    rules.at("blockquote", _quote)
    rules.at("hr", hr, {"alt": ["list"]})
    rules.at("list", _list)
    rules.at("heading", heading)
    rules.before("table", "math_block", math_block)
    rules.before("table", "footnote", footnote)
    rules.push("ends_paragraph", _ends_paragraph, {"alt": ["paragraph"]})
    rules.push("ends_quote", _ends_quote, {"alt": ["blockquote"]})
    return parser
