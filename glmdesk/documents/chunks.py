"""Long texts in parts, each of which a model can read at once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from unicodedata import category

from glmdesk.domain.tokens import estimate_tokens

Kind = Literal["page", "slide", "sheet", "heading"]

_PARAGRAPH_END: Final = re.compile(r"\n{2,}")
_LINE_END: Final = re.compile(r"\n")
_SENTENCE_END: Final = re.compile(r"[.!?;] |[。！？；]")
_PAGE: Final = re.compile(r"\[(page|slide|sheet) ([^\]\n]{1,60}?)(?:: no text)?\]$", re.MULTILINE)
_HEADING: Final = re.compile(r"#{1,6} (.{1,200})$", re.MULTILINE)
_CHAPTER: Final = re.compile(
    r"((?:第[一二三四五六七八九十百千零〇两\d]{1,7}[章回卷篇编部]|Chapter [\dIVXLC]{1,6}\b).{0,60})$",
    re.MULTILINE,
)

_JOINER: Final = "\u200d"
_TONES: Final = ("\U0001f3fb", "\U0001f3ff")
_FLAGS: Final = ("\U0001f1e6", "\U0001f1ff")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a part of a text is: the page, the slide or the sheet, or the heading that it is below."""

    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """One part, and about how many tokens it is; where it begins and ends, as far as that is said."""

    text: str
    tokens: int
    first: Mark | None = None
    last: Mark | None = None


def chunks(text: str, most_tokens: int) -> list[Chunk]:
    """Return the parts of a text, which are together the whole of it, each of so many tokens at most.

    They end between paragraphs, or else between lines, sentences or letters.
    """
    parts: list[Chunk] = []
    pieces: list[str] = []
    tokens, first, mark = 0, None, None
    for piece in (piece for paragraph in paragraphs(text) for piece in cut(paragraph, most_tokens)):
        size = estimate_tokens(piece)
        if pieces and tokens + size > most_tokens:
            parts.append(_chunk("".join(pieces), first, mark))
            pieces, tokens = [], 0
        found = mark_of(piece)
        mark = found or mark
        if not pieces:
            first = mark
        pieces.append(piece)
        tokens += size
    if pieces:
        parts.append(_chunk("".join(pieces), first, mark))
    return parts


def _chunk(text: str, first: Mark | None, last: Mark | None) -> Chunk:
    # Each piece was rounded up: a part has less than they have together.
    return Chunk(text, estimate_tokens(text), first, last)


def mark_of(piece: str) -> Mark | None:
    """Return where a piece is, if it begins with that."""
    if found := _PAGE.match(piece):
        kind: Kind = "page" if found[1] == "page" else "slide" if found[1] == "slide" else "sheet"
        return Mark(kind, found[2])
    if found := _HEADING.match(piece) or _CHAPTER.match(piece):
        return Mark("heading", found[1].strip())
    return None


def paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of a text, which are together the whole of it; a mark goes with what follows."""
    mark = ""
    for paragraph in _split(text, _PARAGRAPH_END):
        # A mark is nothing by itself.
        if not mark and _PAGE.match(paragraph):
            mark = paragraph
        else:
            yield mark + paragraph
            mark = ""
    if mark:
        yield mark


def cut(text: str, most_tokens: int) -> Iterator[str]:
    """Yield a text as it is, or in pieces where it is too long: between lines, sentences or letters."""
    return _cut(text, most_tokens, (_LINE_END, _SENTENCE_END))


def _cut(text: str, most_tokens: int, ends: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    """Yield a text as it is, or in pieces where it is too long: at these ends, in this order."""
    if estimate_tokens(text) <= most_tokens or len(text) <= 1:
        yield text
    elif ends:
        for piece in _split(text, ends[0]):
            yield from _cut(piece, most_tokens, ends[1:])
    else:
        middle = _between_characters(text)
        yield from _cut(text[:middle], most_tokens, ())
        yield from _cut(text[middle:], most_tokens, ())


def _between_characters(text: str) -> int:
    """Return about the middle of a text, before a letter that does not belong to the one before it."""
    middle = len(text) // 2
    later = (at for at in range(middle, len(text)) if not _goes_on(text[at - 1], text[at]))
    earlier = (at for at in range(middle - 1, 0, -1) if not _goes_on(text[at - 1], text[at]))
    return next(later, next(earlier, middle))


def _goes_on(before: str, letter: str) -> bool:
    """Whether two letters are one character: an accent, the parts of an emoji, the two of a flag."""
    is_joined = _JOINER in (before, letter) or (
        _FLAGS[0] <= before <= _FLAGS[1] and _FLAGS[0] <= letter <= _FLAGS[1]
    )
    return is_joined or _TONES[0] <= letter <= _TONES[1] or category(letter).startswith("M")


def _split(text: str, end: re.Pattern[str]) -> Iterator[str]:
    at = 0
    for found in end.finditer(text):
        yield text[at : found.end()]
        at = found.end()
    if at < len(text):
        yield text[at:]
