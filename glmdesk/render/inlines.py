"""The text of one paragraph, heading or cell: source to inline values."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from markdown_it.token import Token

from glmdesk.domain.address import is_allowed, is_web
from glmdesk.render.blocks import (
    CodeSpan,
    Emphasis,
    FootnoteRef,
    Image,
    Inline,
    Inlines,
    LineBreak,
    Link,
    MathSpan,
    Strike,
    Strong,
    Text,
)
from glmdesk.render.parser import parser
from glmdesk.render.rules import has_marks

MAX_DEPTH: Final = 16
"""Levels of emphasis and links. What is nested deeper keeps its text and loses its style."""

# Characters. A longer text is parsed in pieces, so that the open paragraph of a streaming answer costs the
# same at any length. Emphasis and links do not reach from one piece into the next; therefore a cut comes
# after a word or a sentence with no mark left open, unless there is no such place before the maximum.
_MIN_PIECE: Final = 1024
_MAX_PIECE: Final = 4096
_MARKS: Final = re.compile(
    r"~~+|`+|\$+|\*+(?!\s)|(?<!\s)\*+|[()\[\]]"  # what opens and closes,
    r"|[。！？；](?=[^\s。！？；])|\s(?=\S)"  # and where a cut may come
)


class Memo:
    """What is known of a growing text: the pieces of it that are finished."""

    def __init__(self) -> None:
        self.source = ""
        self.inlines: Inlines = ()


def parse_inlines(source: str, *, in_cell: bool = False, memo: Memo | None = None) -> Inlines:
    """Return the inlines of `source`; `memo` spares a text that has grown the parsing of its beginning."""
    start = 0
    parsed: Inlines = ()
    if memo is not None and source.startswith(memo.source):
        start, parsed = len(memo.source), memo.inlines
    finished: list[Inline] = []
    while (end := _cut(source, start)) is not None:
        finished += _parse_piece(source[start:end], in_cell=in_cell)
        start = end
    if finished:
        parsed = tuple(_joined((*parsed, *finished)))
        if memo is not None:
            memo.source, memo.inlines = source[:start], parsed
    return _appended(parsed, _parse_piece(source[start:], in_cell=in_cell))


def as_inlines(text: str) -> Inlines:
    """Return a text in which nothing is Markdown."""
    inlines: list[Inline] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            inlines.append(LineBreak(hard=True))
        if line:
            inlines.append(Text(line))
    return tuple(inlines)


def _cut(source: str, start: int) -> int | None:
    """Return where the piece from `start` on ends, or None while it is open.

    The place is found by what stands before it, so that it stays when the text grows.
    """
    if len(source) - start <= _MIN_PIECE:
        return None
    unpaired: set[str] = set()
    depth = 0
    for found in _MARKS.finditer(source, start, start + _MAX_PIECE):
        mark = found[0]
        if mark in "([":
            depth += 1
        elif mark in ")]":
            depth = max(depth - 1, 0)
        elif mark[0] in "~`*$":
            unpaired ^= {mark}
        elif not unpaired and not depth and found.end() - start >= _MIN_PIECE:
            return found.end()
    return start + _MAX_PIECE if len(source) - start > _MAX_PIECE else None


def _parse_piece(source: str, *, in_cell: bool) -> Inlines:
    if has_marks(source):
        return _Tree().build(parser().inlines(source, in_cell=in_cell))
    return (Text(source),) if source else ()


def _appended(before: Inlines, after: Inlines) -> Inlines:
    """Return `before` and `after` with the texts at the joint made one."""
    if before and after and isinstance(before[-1], Text) and isinstance(after[0], Text):
        return (*before[:-1], Text(before[-1].text + after[0].text), *after[1:])
    return before + after


class _Tree:
    """Nested inlines being built from the flat tokens of markdown-it."""

    def __init__(self) -> None:
        self._levels: list[list[Inline]] = [[]]
        self._openings: list[Token] = []

    def build(self, tokens: Iterable[Token]) -> Inlines:
        for token in tokens:
            if token.nesting > 0:
                self._open(token)
            elif token.nesting < 0:
                self._close()
            else:
                self._levels[-1] += _leaf(token)
        return tuple(_joined(self._levels[0]))

    def _open(self, token: Token) -> None:
        self._openings.append(token)
        # Beyond the bound a level is its parent's own list, and closing it adds nothing.
        self._levels.append([] if len(self._levels) <= MAX_DEPTH else self._levels[-1])

    def _close(self) -> None:
        opening = self._openings.pop()
        inlines = self._levels.pop()
        if inlines is not self._levels[-1]:
            self._levels[-1] += _wrapped(opening, tuple(_joined(inlines)))


def _wrapped(opening: Token, inlines: Inlines) -> Iterable[Inline]:
    """Return `inlines` in the value that `opening` stands for; a link that is not allowed is its label."""
    match opening.type:
        case "strong_open":
            return (Strong(inlines),)
        case "em_open":
            return (Emphasis(inlines),)
        case "s_open":
            return (Strike(inlines),)
        case _:
            href = str(opening.attrs.get("href", ""))
            label = inlines or (Text(href),) if href else inlines
            title = _line(str(opening.attrs.get("title", "")))
            return (Link(href, title, label),) if is_allowed(href) else label


def _leaf(token: Token) -> Iterable[Inline]:
    match token.type:
        case "code_inline":
            return (CodeSpan(token.content),)
        case "math":
            return (MathSpan(token.content, token.meta["display"]),)
        case "softbreak" | "hardbreak":
            return (LineBreak(hard=token.type == "hardbreak"),)
        case "footnote_ref":
            return (FootnoteRef(token.content),)
        case "image":
            src = str(token.attrs.get("src", ""))
            title = _line(str(token.attrs.get("title", "")))
            return (Image(src if is_web(src) else None, "".join(_alt(token)), title),)
        case _:
            return (Text(token.content),) if token.content else ()


def _alt(token: Token) -> Iterator[str]:
    """Yield the plain text of an image's description."""
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            yield " "
        elif child.type == "image":
            yield from _alt(child)
        else:
            yield child.content


def _line(text: str) -> str:
    return " ".join(text.split())


def _joined(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """Yield `inlines` with neighbouring texts made one."""
    texts: list[str] = []
    for inline in inlines:
        if isinstance(inline, Text):
            texts.append(inline.text)
            continue
        if texts:
            yield Text("".join(texts))
            texts = []
        yield inline
    if texts:
        yield Text("".join(texts))
