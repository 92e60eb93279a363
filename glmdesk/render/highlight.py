"""Code to runs of one kind of token each, line by line. The theme owns the colours.

A lexer is loaded with the first code in its language: each costs more than the rest of this package.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

from glmdesk.render.languages import language_of

if TYPE_CHECKING:
    from pygments.lexer import Lexer

MAX_CHARACTERS: Final = 50_000
"""Longer code stays plain: lexing costs time in proportion, and nobody reads it for its colours."""
MAX_LINE: Final = 500
"""Characters. Code with a longer line stays plain: some lexers look back over the line at every step."""


class Kind(Enum):
    """What a run of code is.

    Operators are plain; so is what a lexer takes for a mistake, in an answer it is mostly a fragment.
    """

    PLAIN = auto()
    KEYWORD = auto()
    STRING = auto()
    NUMBER = auto()
    COMMENT = auto()
    FUNCTION = auto()
    TYPE = auto()


@dataclass(frozen=True, slots=True)
class CodeRun:
    """Characters of one kind, without line ends."""

    text: str
    kind: Kind


Line = tuple[CodeRun, ...]


def highlight(code: str, language: str, *, longest_line: int = MAX_LINE) -> tuple[Line, ...] | None:
    """Return what `iter_lines` yields, all at once."""
    lines = iter_lines(code, language, longest_line=longest_line)
    return None if lines is None else tuple(lines)


def iter_lines(code: str, language: str, *, longest_line: int = MAX_LINE) -> Iterator[Line] | None:
    r"""Return the runs of each line of `code.split("\n")`, made as they are asked for.

    None when `code` stays plain: its language is unknown, or it is too long. `language` is a name or an alias
    as it stands after a fence, with whatever is glued to it (`{.python}`, `js:app.js`). Hostile code can take
    seconds in all, but only some hundred milliseconds between two lines: whoever must not wait can stop.
    A longer `longest_line` is for languages of which it is known what they take.
    """
    if len(code) > MAX_CHARACTERS or any(len(line) > longest_line for line in code.split("\n")):
        return None
    load(language)
    lexer = _lexers.get(language_of(language).lexer)
    return None if lexer is None else _lines(lexer, code)


def _lines(lexer: "Lexer", code: str) -> Iterator[Line]:
    pieces: list[CodeRun] = []
    # Many lexers want a line end to recognise what stands before it.
    for _, token, value in lexer.get_tokens_unprocessed(code + "\n"):
        first, *rest = value.split("\n")
        kind = _kind(tuple(token))
        pieces.append(CodeRun(first, kind))
        for text in rest:
            yield _merged(pieces)
            pieces = [CodeRun(text, kind)]


def _merged(pieces: list[CodeRun]) -> Line:
    """Return `pieces` with neighbours of one kind made one run, and without empty ones."""
    filled = (piece for piece in pieces if piece.text)
    groups = groupby(filled, key=lambda piece: piece.kind)
    return tuple(CodeRun("".join(piece.text for piece in group), kind) for kind, group in groups)


# Lexers of pages load those of scripts and of style sheets when they meet the first.
_PAGE: Final = "<script>1</script><style>a{}</style>"
_lexers: dict[str, "Lexer"] = {}
"""By what Pygments calls them: those that are loaded."""


def is_loaded(language: str) -> bool:
    """Whether `iter_lines` needs to load nothing; loading takes longer than a frame lasts."""
    name = language_of(language).lexer
    return not name or name in _lexers


def load(language: str) -> None:
    """Load what a language needs. It may be called in any thread."""
    from pygments.lexers import find_lexer_class  # noqa: PLC0415 - not every answer holds code

    name = language_of(language).lexer
    lexer_class = find_lexer_class(name) if name and name not in _lexers else None
    if lexer_class is not None:
        lexer = lexer_class()
        deque(lexer.get_tokens_unprocessed(_PAGE), maxlen=0)
        _lexers[name] = lexer


_KINDS: Final = {
    "Keyword": Kind.KEYWORD,
    "Keyword.Type": Kind.TYPE,
    "Keyword.Constant": Kind.NUMBER,
    "Operator.Word": Kind.KEYWORD,
    "Name.Builtin": Kind.FUNCTION,
    "Name.Builtin.Pseudo": Kind.KEYWORD,
    "Name.Function": Kind.FUNCTION,
    "Name.Decorator": Kind.FUNCTION,
    "Name.Attribute": Kind.FUNCTION,
    "Name.Class": Kind.TYPE,
    "Name.Exception": Kind.TYPE,
    "Name.Namespace": Kind.TYPE,
    "Name.Tag": Kind.KEYWORD,
    "Literal.String": Kind.STRING,
    "Literal.Number": Kind.NUMBER,
    "Literal.Date": Kind.NUMBER,
    "Comment": Kind.COMMENT,
    "Generic.Deleted": Kind.KEYWORD,
    "Generic.Inserted": Kind.STRING,
    "Generic.Heading": Kind.TYPE,
    "Generic.Subheading": Kind.TYPE,
    "Generic.Prompt": Kind.COMMENT,
}


@lru_cache(maxsize=256)
def _kind(token: tuple[str, ...]) -> Kind:
    """Return the kind of a token by the longest beginning of its name that has one."""
    for length in range(len(token), 0, -1):
        kind = _KINDS.get(".".join(token[:length]))
        if kind is not None:
            return kind
    return Kind.PLAIN
