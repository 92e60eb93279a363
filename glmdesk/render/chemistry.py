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
    (?P<greek>\\(?:Delta|alpha|beta|gamma|delta|cdot|cdots|ldots)(?![a-zA-Z])) |
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
            written = _arrow(found)
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
        case "greek":
            written = found[0] + " "
        case "space":
            written = r"\ "
        case _:
            pass
    return written


def _arrow(found: re.Match[str]) -> str | None:
    name = _ARROWS[found["arrow"]]
    if not (found["above"] or found["below"]):
        return rf"\{name} "
    above, below = chemistry(found["above"] or ""), chemistry(found["below"] or "")
    if above is None or below is None:
        return None
    option = f"[{{{below}}}]" if below else ""
    return rf"\x{name}{option}{{{above}}}"
