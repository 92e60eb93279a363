"""JSON as it is easy to read, with every value as it was written: what is read of a call is what is done."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

_LONGEST: Final = 200_000
"""Characters. What is longer, or has more members, stays as it is: it would take longer than a frame."""
_MOST_MEMBERS: Final = 3_000
"""Counted quickly: commas in texts count too."""
_DEEPEST: Final = 20
"""Levels that are indented; what is nested deeper begins there, or indents would be most of the text."""
_INDENT: Final = "  "

_TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]|[^\s\[\]{},:"]+')
_ESCAPE: Final = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)"
)


def in_lines(text: str) -> str | None:
    """Return JSON with each member in a line of its own, or None where it is none or there is too much of it.

    Letters that are written by their numbers are shown, but for those that are not seen.
    """
    if len(text) > _LONGEST or sum(map(text.count, ",[{")) > _MOST_MEMBERS:
        return None
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    return "".join(_pieces(_TOKEN.findall(text)))


def _pieces(found: Iterable[str]) -> Iterator[str]:
    depth, before = 0, ""
    for piece in found:
        is_end = piece in ("]", "}")
        depth -= is_end
        # Between a bracket and the one that closes it there may be nothing.
        if before == "," or is_end is not (before in ("[", "{")):
            yield "\n" + _INDENT * min(depth, _DEEPEST)
        if piece == ":":
            yield ": "
        else:
            yield _ESCAPE.sub(_letter, piece) if "\\" in piece else piece
        depth += piece in ("[", "{")
        before = piece


def _letter(found: re.Match[str]) -> str:
    """Return the letter that an escape stands for, if it can be seen where it stands."""
    if len(found[0]) == len(r"\n"):
        return found[0]
    letter = str(json.loads(f'"{found[0]}"'))
    return letter if letter.isprintable() and letter not in '"\\' else found[0]
