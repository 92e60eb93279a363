r"""Chemistry as models write it in `\ce{…}`: formulas, charges, isotopes, reactions; not all of mhchem.

Source: the manual of mhchem 4, sections 2 to 8.
"""

import re
from typing import Final

_PIECE: Final = re.compile(
    r"""
    \s*(?P<arrow><=>>|<<=>|<=>|<-->|<->|->|<-|=>)
        (?:\[(?P<above>[^\[\]]*)\])?(?:\[(?P<below>[^\[\]]*)\])?(?!\[)\s* |
    (?P<script>[\^_])(?:\{(?P<group>[^{}\\]*)\}|(?P<sign>\d*[+-]|\d+|[a-z])) |
    \s+(?P<gas>[\^v])(?=\s|$) |
    (?P<plus>\s+\+\s+) |
    (?P<number>(?<![A-Za-z)\]])\d+[./]\d+|\d+) |
    (?P<charge>[+-])(?=\s|$|[)\]]) |
    (?P<bond>[-=\#]) |
    \s*(?P<dot>[.*])\s* |
    (?P<name>\\(?:Delta|alpha|beta|gamma|delta|triangle|cdot|cdots|ldots|circ|leftarrow|rightarrow
        |rightleftharpoons|uparrow|downarrow)(?![a-zA-Z])) |
    \s*\\(?P<long>xleftarrow|xlongequal|xrightarrow|xrightleftharpoons)
        (?:\[(?P<under>[^\[\]]*)\])?\{(?P<over>(?:[^{}]|\{[^{}]*\})*)\}\s* |
    (?P<text>\\text\{[^{}\\$]*\}) |
    (?P<letters>[A-Za-z]+) |
    (?P<words>[^\W\d_]+) |
    (?P<bracket>[()\[\],]) |
    (?P<space>\s+)
    """,
    re.VERBOSE,
)
_ARROWS: Final = {
    "->": "rightarrow",
    "=>": "rightarrow",
    "<-": "leftarrow",
    "<->": "leftrightarrow",
    "<-->": "rightleftharpoons",
    "<=>": "rightleftharpoons",
    "<=>>": "rightleftharpoons",
    "<<=>": "rightleftharpoons",
}
_SIGNS: Final = {
    "-": "-",
    "=": "=",
    "#": r"\equiv ",
    "^": r"\uparrow ",
    "v": r"\downarrow ",
    ".": r"\cdot ",
    "*": r"\cdot ",
}


def chemistry(source: str) -> str | None:
    r"""Return the contents of `\ce{…}` as TeX for `\mathrm`; None when there is more of mhchem in them."""
    written: list[str] = []
    place, before = 0, " "
    while place < len(source):
        found = _PIECE.match(source, place)
        piece = found and _written(found, before)
        if found is None or piece is None:
            return None
        written.append(piece)
        place, before = found.end(), found[0][-1]
    return "".join(written)


def _written(found: re.Match[str], before: str) -> str | None:
    follows = before.isalnum() or before in ")]"
    written: str | None = found[0]
    match found.lastgroup:
        case "arrow" | "above" | "below":
            written = _arrow(_ARROWS[found["arrow"]], found["above"], found["below"])
        case "long" | "under" | "over":
            written = _arrow(found["long"][1:], found["over"], found["under"])
        case "script" | "group" | "sign":
            written = f"{found['script']}{{{found['group'] or found['sign'] or ''}}}"
        case "number" if follows:
            written = f"_{{{found[0]}}}"
        case "charge" if follows:
            written = f"^{{{found[0]}}}"
        case "gas" | "bond" | "dot" as kind:
            written = _SIGNS[found[kind]]
        case "words":
            written = rf"\text{{{found[0]}}}"
        case "name":
            written = found[0] + " "
        case "space":
            written = r"\ "
        case _:
            pass
    return written


def _arrow(name: str, over: str | None, under: str | None) -> str | None:
    if not (over or under):
        return rf"\{name} "
    above, below = chemistry(over or ""), chemistry(under or "")
    if above is None or below is None:
        return None
    option = f"[{{{below}}}]" if below else ""
    return rf"\x{name}{option}{{{above}}}"
