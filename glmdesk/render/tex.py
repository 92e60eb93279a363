r"""The TeX that models write, made into the TeX that latex2mathml reads.

Models write for KaTeX and MathJax. What differs is rewritten: environments, `\text` with formulas in it,
`\tag`, chemistry. What would define, load or link something is refused.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from glmdesk.render.chemistry import chemistry

MAX_LENGTH: Final = 3_000
"""Characters. A page of derivation is shorter; what follows is linear in it."""
MAX_DEPTH: Final = 16
"""Braces and `\\left` in each other. Written formulas reach eight."""

# At a backslash that ends the text, nothing matches: it is a mistake.
_TOKEN: Final = re.compile(r"\\(?:operatorname|tag)\*|\\[a-zA-Z]+|\\.|[{}]|[^\\{}]+", re.DOTALL)

# What defines commands can grow without bound; the others reach outside or change how text is read.
_REFUSED: Final = frozenset(
    rf"\{name}"
    for name in (
        "DeclareMathOperator", "class", "csname", "cssId", "def", "edef", "expandafter", "gdef", "href",
        "htmlClass", "htmlData", "htmlId", "htmlStyle", "includegraphics", "input", "let", "mathchoice",
        "newcommand", "newenvironment", "providecommand", "renewcommand", "renewenvironment", "require",
        "style", "unicode", "url", "verb", "xdef",
    )
)  # fmt: skip
_OTHER_NAMES: Final = {
    # Without meaning for one formula that is set in one piece.
    **dict.fromkeys((r"\allowbreak", r"\displaylimits", r"\nobreak", r"\nonumber", r"\notag", r"\relax"), ""),
    r"\Complex": r"\mathbb {C}",
    r"\N": r"\mathbb {N}",
    r"\Q": r"\mathbb {Q}",
    r"\R": r"\mathbb {R}",
    r"\Z": r"\mathbb {Z}",
    r"\P": "¶",
    r"\arg": r"\operatorname{arg}",
    r"\argmax": "\\operatorname*{arg\N{NO-BREAK SPACE}max}",
    r"\argmin": "\\operatorname*{arg\N{NO-BREAK SPACE}min}",
    r"\copyright": "©",
    r"\dag": r"\dagger",
    r"\ddag": r"\ddagger",
    r"\enskip": r"\enspace",
    r"\hArr": r"\Leftrightarrow",
    r"\hdots": r"\ldots",
    r"\infin": r"\infty",
    r"\lArr": r"\Leftarrow",
    r"\larr": r"\leftarrow",
    r"\rArr": r"\Rightarrow",
    r"\rarr": r"\rightarrow",
    r"\sdot": r"\cdot",
    r"\bottomrule": r"\hline",
    r"\bold": r"\mathbf ",
    r"\hfill": r"\quad",
    r"\lbrack": "[",
    r"\midrule": r"\hline",
    r"\newline": r"\\",
    r"\nicefrac": r"\frac",
    r"\rbrack": "]",
    r"\sfrac": r"\frac",
    r"\toprule": r"\hline",
    r"\vcentcolon": ":",
}
# `\text` and its kin: those that latex2mathml sets, and the one to use for each other.
_TEXTS: Final = {
    r"\emph": r"\textit",
    r"\hbox": r"\text",
    r"\mbox": r"\text",
    r"\text": r"\text",
    r"\textbf": r"\textbf",
    r"\textit": r"\textit",
    r"\textmd": r"\text",
    r"\textnormal": r"\text",
    r"\textrm": r"\text",
    r"\textsf": r"\textsf",
    r"\texttt": r"\texttt",
    r"\textup": r"\text",
}
_MATRIX: Final = (r"\begin{matrix}{}", r"\end{matrix}")
# What stands for the beginning and the end of each, and of the same with a star. An empty group first: else
# braces or a bracket that begin the contents are taken for an alignment.
_ENVIRONMENTS: Final = {
    **dict.fromkeys(
        ("align", "alignat", "aligned", "alignedat", "eqnarray", "flalign", "split"),
        (r"\begin{align*}{}", r"\end{align*}"),
    ),
    **dict.fromkeys(("gather", "gathered", "multline"), (r"\begin{displaylines}{}", r"\end{displaylines}")),
    **dict.fromkeys(("displaymath", "equation", "math"), ("{", "}")),
    **dict.fromkeys(("cases", "dcases"), (r"\begin{cases}{}", r"\end{cases}")),
    "matrix": _MATRIX,
    "smallmatrix": (r"\begin{smallmatrix}{}", r"\end{smallmatrix}"),
    # latex2mathml has brackets of their own for these, which lose an exponent.
    **{
        name: (rf"\left{left}{_MATRIX[0]}", rf"{_MATRIX[1]}\right{right}")
        for name, left, right in (
            ("Bmatrix", r"\{", r"\}"),
            ("Vmatrix", r"\|", r"\|"),
            ("bmatrix", "[", "]"),
            ("pmatrix", "(", ")"),
            ("vmatrix", "|", "|"),
        )
    },
    "array": (r"\begin{array}", r"\end{array}"),
    "rcases": (r"\left.\begin{array}{ll}", r"\end{array}\right\}"),
}
_WITH_COUNT: Final = frozenset(("alignat", "alignedat"))
_ROW_GAP: Final = re.compile(r"\s*\*?\s*\[\s*-?[\d.]+\s*[a-z]{2}\s*\]|\*")
_OPTION: Final = re.compile(r"\s*\[[^\]]*\]")
_POSITION: Final = re.compile(r"\s*\[[tbc]\]")
_LETTERS: Final = re.compile("[a-zA-Z]+(?:\N{NO-BREAK SPACE}[a-zA-Z]+)*")
_SPACE: Final = re.compile(r"\\[,;: ]|[\s~]+")
# Of the colours that are asked for, those that can be read on a light and on a dark ground, as such.
_COLOURS: Final = {
    "blue": "#3b82f6",
    "brown": "#a9714b",
    "cyan": "#0e9fb5",
    "gray": "#808890",
    "green": "#2f9e5b",
    "grey": "#808890",
    "magenta": "#cf4fc0",
    "orange": "#d9822b",
    "pink": "#db6aa0",
    "purple": "#9b6bdf",
    "red": "#e05252",
    "teal": "#0f9d8f",
    "violet": "#9b6bdf",
}


class UnreadableError(Exception):
    """A source that is not to be handed on."""


def readable(tex: str) -> str:
    """Return `tex` as latex2mathml reads it.

    Raises:
        UnreadableError: It is too long, too deep, not well formed, or holds what is refused.
    """
    if len(tex) > MAX_LENGTH:
        raise UnreadableError
    return _Source(tex).rewritten()


class _Source:
    """One source on its way: every token is read once, and how deep it stands is known."""

    def __init__(self, tex: str, depth: int = 0) -> None:
        self._tokens: list[str] = _TOKEN.findall(tex)
        if sum(map(len, self._tokens)) != len(tex):
            raise UnreadableError
        self._next = 0
        self.depth = depth

    def rewritten(self) -> str:
        """Return all of it as latex2mathml reads it."""
        start = self.depth
        written: list[str] = []
        while self._next < len(self._tokens):
            written.append(self._rewritten(self._take()))
            if not start <= self.depth <= MAX_DEPTH:
                raise UnreadableError
        if self.depth != start:
            raise UnreadableError
        return "".join(written)

    def _rewritten(self, token: str) -> str:
        if token[0] != "\\":
            self.depth += {"{": 1, "}": -1}.get(token, 0)
            return _plain(token)
        if token in _REFUSED:
            raise UnreadableError
        if token in _OTHER_NAMES:
            return _OTHER_NAMES[token] + " "
        rewrite = _COMMANDS.get(token)
        return rewrite(self, token) if rewrite else token

    def _take(self) -> str:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def group(self) -> str:
        """Take what stands in the next braces, as written."""
        while self._next < len(self._tokens) and self._tokens[self._next].isspace():
            self._next += 1
        if self._next == len(self._tokens) or self._take() != "{":
            raise UnreadableError
        depth, start = 1, self._next
        while depth:
            if self._next == len(self._tokens):
                raise UnreadableError
            depth += {"{": 1, "}": -1}.get(self._take(), 0)
        return "".join(self._tokens[start : self._next - 1])

    def is_next(self, token: str) -> bool:
        """Return whether `token` follows, perhaps after a space."""
        following = (token for token in self._tokens[self._next : self._next + 2] if not token.isspace())
        return next(following, "") == token

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Leave out what begins the next token."""
        if self._next < len(self._tokens):
            found = pattern.match(self._tokens[self._next])
            if found:
                self._tokens[self._next] = self._tokens[self._next][found.end() :] or " "


def _nested(source: _Source, tex: str) -> str:
    """Return the formula `tex`, which stood in a group of `source`."""
    if source.depth >= MAX_DEPTH:
        raise UnreadableError
    return f"{{{_Source(tex, source.depth + 1).rewritten()}}}"


def _text(source: _Source, command: str) -> str:
    return _words_and_formulas(source, _TEXTS[command], source.group())


def _words_and_formulas(source: _Source, command: str, content: str) -> str:
    pieces = _DOLLAR.split(content)
    if len(pieces) % 2 == 0:
        raise UnreadableError
    return "".join(
        _nested(source, piece) if number % 2 else _words(command, piece)
        for number, piece in enumerate(pieces)
    )


def _binomial(source: _Source, command: str) -> str:
    if not source.is_next("{"):
        return command
    # In braces: latex2mathml has brackets around it that lose an exponent.
    return f"{{{command}{_nested(source, source.group())}{_nested(source, source.group())}}}"


def _open(source: _Source, command: str) -> str:
    source.depth += 1
    return command


def _close(source: _Source, command: str) -> str:
    source.depth -= 1
    return command


def _end_row(source: _Source, command: str) -> str:
    source.skip(_ROW_GAP)
    return command


def _leave_out(source: _Source, _command: str) -> str:
    source.group()
    return " "


def _tag(source: _Source, command: str) -> str:
    number = source.group()
    if command == r"\tag":
        number = f"({number})"
    return r"\qquad " + _words_and_formulas(source, r"\text", number)


def _begin(source: _Source, _command: str) -> str:
    source.depth += 1
    name, star, _ = source.group().partition("*")
    if name == "array":
        source.skip(_OPTION)
        return rf"\begin{{array}}{{{_alignment(source.group())}}}"
    if name in _WITH_COUNT:
        source.group()
    source.skip(_OPTION if star and name.endswith("matrix") else _POSITION)
    return _environment(name)[0]


def _end(source: _Source, _command: str) -> str:
    source.depth -= 1
    return _environment(source.group().removesuffix("*"))[1]


def _environment(name: str) -> tuple[str, str]:
    found = _ENVIRONMENTS.get(name)
    if found is None:
        raise UnreadableError
    return found


def _operator(source: _Source, command: str) -> str:
    name = source.group()
    # A space of its own kind, or latex2mathml takes it out.
    words = "\N{NO-BREAK SPACE}".join(_SPACE.split(name.strip()))
    return f"{command}{{{words}}}" if _LETTERS.fullmatch(words) else rf"\mathrm {_nested(source, name)}"


def _reaction(source: _Source, _command: str) -> str:
    written = chemistry(source.group())
    if written is None:
        raise UnreadableError
    return rf"\mathrm {{{written}}}"


def _colour(source: _Source, command: str) -> str:
    value = _COLOURS.get(source.group().strip().lower())
    if value is None:
        return " "
    # As MathJax has it: braces that follow are all that is coloured.
    return f"{_TEXTCOLOR if source.is_next('{') else command}{{{value}}}"


def _box(source: _Source, command: str) -> str:
    for _ in range(_BOXES[command]):
        source.group()
    return rf"\boxed{{{_words_and_formulas(source, _TEXT, source.group())}}}"


def _upright(_source: _Source, command: str) -> str:
    # latex2mathml takes `\mathrm{d}` for a symbol, and would set it in italics.
    return command + " "


_TEXT: Final = r"\text"
_TEXTCOLOR: Final = r"\textcolor"
_BOXES: Final = {r"\colorbox": 1, r"\fbox": 0, r"\fcolorbox": 2}
"""How many colours come before what is in the box."""
_COMMANDS: Final[Mapping[str, Callable[[_Source, str], str]]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_BOXES, _box),
    **dict.fromkeys((r"\binom", r"\dbinom", r"\tbinom"), _binomial),
    r"\\": _end_row,
    r"\begin": _begin,
    r"\ce": _reaction,
    r"\cline": _leave_out,
    r"\color": _colour,
    r"\end": _end,
    r"\label": _leave_out,
    r"\left": _open,
    r"\mathrm": _upright,
    r"\operatorname": _operator,
    r"\operatorname*": _operator,
    r"\right": _close,
    r"\tag": _tag,
    r"\tag*": _tag,
    _TEXTCOLOR: _colour,
}


def _plain(text: str) -> str:
    """Return text outside commands: what is a comment to TeX is meant as a sign."""
    if "$" in text:
        raise UnreadableError
    return text.replace("%", r"\%").replace("#", r"\#")


_DOLLAR: Final = re.compile(r"(?<!\\)\$")
_TEXT_ESCAPE: Final = re.compile(r"\\([%#&_$ ])|\\[,;:!]|\\q?quad(?![a-zA-Z])|[{}]|~|\s")
_KEPT: Final = frozenset("%#&_$")


def _words(command: str, words: str) -> str:
    r"""Return `words`, as written within `\text`, as a text of latex2mathml: no braces, no escapes."""
    # A space of its own kind: in "5 cm", latex2mathml would remove it.
    words = _TEXT_ESCAPE.sub(_escaped, words)
    if "\\" in words:
        raise UnreadableError
    if words.startswith("%"):
        # Else it is a comment.
        words = "\N{THIN SPACE}" + words
    return f"{command}{{{words}}}" if words else "{}"


def _escaped(found: re.Match[str]) -> str:
    if found[1] in _KEPT:
        return found[1]
    return "" if found[0] in ("{", "}", r"\!") else "\N{NO-BREAK SPACE}"


_COLUMNS: Final = re.compile(
    r"([lcr|])|[pmb]\s*\{[^}]*\}|[@!<>]\s*\{[^}]*\}|\*\s*\{(\d{1,2})\}\s*\{([lcr|]*)\}|.", re.DOTALL
)


def _alignment(columns: str) -> str:
    r"""Return what `\begin{array}` says of its columns, in the letters that latex2mathml knows."""
    letters: list[str] = []
    for found in _COLUMNS.finditer(columns):
        if found[1]:
            letters.append(found[1])
        elif found[2]:
            letters.append(found[3] * min(int(found[2]), 20))
        elif found[0][0] in "pmb":
            letters.append("l")
    # A frame is not drawn, and two lines are one.
    return re.sub(r"\|+", "|", "".join(letters)[:60].strip("|")) or "c"
