"""Footnotes, decided by what is on the line alone.

A mark `[^label]` is a reference whether or not a definition follows, and a definition stays where it stands:
so a definition at the end of an answer changes nothing that is on the screen already.
"""

import re
from typing import Final

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

# `[^a-z]` and its like are character classes of a regular expression far more often than labels.
_MARK: Final = re.compile(r"\[\^(?!(?:[A-Za-z0-9]-[A-Za-z0-9])+_?\])([\w-]{1,64})\]")
_WITHIN: Final = "within a definition"
"""Where the environment of a text says so."""
_INDENT = 4  # Columns, as for the content of `1. ` and longer markers: what belongs to a definition.


def footnote_ref(state: StateInline, silent: bool) -> bool:
    """Parse `[^label]`. An inline rule."""
    if state.src[state.pos] != "[":
        return False
    mark = _MARK.match(state.src, state.pos, state.posMax)
    if mark is None:
        return False
    if not silent:
        state.push("footnote_ref", "", 0).content = mark[1]
    state.pos = mark.end()
    return True


def footnote(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Parse `[^label]: text` at the top level, with the indented blocks that follow. A block rule."""
    # The next one ends a definition, as models write them: one a line.
    is_within_another = silent and state.level == 1 and state.env.get(_WITHIN, False)
    if state.is_code_block(start_line) or (state.level > 0 and not is_within_another):
        return False
    start = state.bMarks[start_line] + state.tShift[start_line]
    end = state.eMarks[start_line]
    mark = _MARK.match(state.src, start, end)
    if mark is None or not state.src.startswith(":", mark.end(), end):
        return False
    if silent:
        return True
    content = mark.end() + 1
    while content < end and state.src[content] in " \t":
        content += 1

    opening = state.push("footnote_open", "", 1)
    opening.content = mark[1]
    old = state.bMarks[start_line], state.tShift[start_line], state.sCount[start_line]
    state.bMarks[start_line], state.tShift[start_line], state.sCount[start_line] = content, 0, _INDENT
    state.blkIndent = _INDENT
    state.env[_WITHIN] = True
    state.md.block.tokenize(state, start_line, end_line)
    state.env[_WITHIN] = False
    state.blkIndent = 0
    state.bMarks[start_line], state.tShift[start_line], state.sCount[start_line] = old
    opening.map = [start_line, state.line]
    state.push("footnote_close", "", -1)
    return True
