r"""TeX in Markdown: `$…$` and `\(…\)` within a line, `$$…$$` and `\[…\]` also as blocks of their own.

Every decision is made by the lines read so far: a block that has begun stays separate from what stood before
it, so that a streaming answer never has to take a finished block back.
"""

import re
from dataclasses import dataclass
from typing import Final

from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

# As in Pandoc, no space inside the dollars and no digit after them, so that "$5 and $6" are prices; and no
# letter or digit before, for "US$". Only the next dollar can close.
_DOLLAR: Final = re.compile(r"\$(?![\s$])((?>(?:[^$\\]+|\\.)+))(?<!\s)\$(?!\d)", re.DOTALL)
_DOUBLE_DOLLAR: Final = re.compile(r"\$\$((?>(?:[^$\\]+|\\.)+))\$\$", re.DOTALL)
_ROUND: Final = re.compile(r"\\\(((?>(?:[^\\]+|\\[^)])+))\\\)", re.DOTALL)
_SQUARE: Final = re.compile(r"\\\[((?>(?:[^\\]+|\\[^\]])+))\\\]", re.DOTALL)
_INK: Final = re.compile(r"[^\s\\]")
# What may follow the closing delimiter: nothing, or a mark of the sentence the formula belongs to.
_ENDS: Final = frozenset(("", *".,;:，。；："))


def dollar_math(state: StateInline, silent: bool) -> bool:
    """Parse `$…$` and `$$…$$`. An inline rule."""
    start = state.pos
    if state.src[start] != "$":
        return False
    before = state.src[start - 1] if start else ""
    if before == "$":
        return False
    if state.src.startswith("$$", start):
        found = _DOUBLE_DOLLAR.match(state.src, start, state.posMax)
        return _push(state, found, display=True, silent=silent)
    if before.isascii() and before.isalnum():
        return False
    return _push(state, _DOLLAR.match(state.src, start, state.posMax), display=False, silent=silent)


def bracket_math(state: StateInline, silent: bool) -> bool:
    r"""Parse `\(…\)` and `\[…\]`. An inline rule; it comes before the one for backslashes."""
    start = state.pos
    if state.src[start] != "\\" or start + 1 >= state.posMax:
        return False
    opening = state.src[start + 1]
    # Looking for the end first keeps a text of nothing but openings linear.
    if opening == "(" and state.src.find("\\)", start + 2, state.posMax) > 0:
        return _push(state, _ROUND.match(state.src, start, state.posMax), display=False, silent=silent)
    if opening == "[" and state.src.find("\\]", start + 2, state.posMax) > 0:
        return _push(state, _SQUARE.match(state.src, start, state.posMax), display=True, silent=silent)
    return False


def _push(state: StateInline, found: re.Match[str] | None, *, display: bool, silent: bool) -> bool:
    if found is None or not _INK.search(found[1]):
        return False
    if not silent:
        token = state.push("math", "", 0)
        token.content = found[1].strip()
        token.meta = {"display": display}
    state.pos = found.end()
    return True


@dataclass(slots=True)
class _Formula:
    """A block being read: its lines so far, and how it ended."""

    close: str
    lines: list[str]
    state: str = "open"
    """`open` at the end of the text, `closed`, or `prose` when it was no formula after all."""

    def read(self, line: str) -> None:
        """Take in the next line, which may be the last."""
        before, found, after = line.partition(self.close)
        after = after.strip()
        if not found:
            self.lines.append(line)
        elif after in _ENDS:
            self.lines.append(before.rstrip() + after)
            self.state = "closed"
        else:
            self.lines.append(line)
            self.state = "prose"


def math_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    r"""Parse `$$…$$` and `\[…\]` that begin a line. A block rule.

    A formula ends with its closing delimiter at the end of a line. One that is not closed before a blank
    line, or with text after the delimiter, is a paragraph of its own.
    """
    if state.is_code_block(start_line):
        return False
    opening = _line(state, start_line)
    formula = _begin(opening)
    if formula is None:
        return False
    if silent:
        return True
    line = start_line + 1
    while formula.state == "open" and line < end_line:
        if state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            formula.state = "prose"
            break
        formula.read(state.getLines(line, line + 1, state.sCount[start_line], False))
        line += 1
    state.line = line
    if formula.state == "prose":
        _push_paragraph(state, start_line, [opening[:2] + formula.lines[0], *formula.lines[1:]])
        return True
    token = state.push("math_block", "", 0)
    token.content = "\n".join(formula.lines)
    token.markup = opening[:2]
    token.meta = {
        "closed": formula.state == "closed",
        "indent": state.sCount[start_line] - state.blkIndent,
    }
    token.map = [start_line, line]
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _begin(line: str) -> _Formula | None:
    """Return the formula that `line` begins, and perhaps ends; None when it is text with a formula in it."""
    close = {"$$": "$$", "\\[": "\\]"}.get(line[:2])
    if close is None:
        return None
    formula = _Formula(close, [])
    formula.read(line[2:])
    # A single sign in the first line is a price, or an escaped bracket.
    is_other = formula.state == "open" and close[-1] in line[2:]
    is_blank = formula.state == "closed" and not _INK.search(formula.lines[0])
    return None if is_other or is_blank or formula.state == "prose" else formula


def _push_paragraph(state: StateBlock, start_line: int, lines: list[str]) -> None:
    opening = state.push("paragraph_open", "p", 1)
    opening.map = [start_line, state.line]
    opening.meta = {"closed": True}  # Unlike any other paragraph, it does not go on in the next line.
    inline = state.push("inline", "", 0)
    inline.content = mdTrim("\n".join(lines))
    inline.children = []
    state.push("paragraph_close", "p", -1)
