"""The piece of a text that shows why it was found."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from glmdesk.domain.folding import Folded, Needle

_BEFORE: Final = 24
_LENGTH: Final = 160
"""Characters. Nobody reads more of a hit before opening it."""
_FAR: Final = 100_000
"""Characters. What is found behind them is shown without its place: looking for it takes too long."""
_GAPS: Final = re.compile(r"\s+")
_ELLIPSIS: Final = "…"


class Excerpt(NamedTuple):
    """One line of text, and where in it what was looked for stands: starts and ends, in order, apart."""

    text: str
    marks: tuple[tuple[int, int], ...]


def excerpt(text: str, needles: Sequence[Needle]) -> Excerpt:
    """Return what stands around the first place where one of the needles is; the beginning where none is."""
    first = min(_places(text[:_FAR], needles), default=0)
    start = max(0, first - _BEFORE)
    cut = _ELLIPSIS * (start > 0) + _GAPS.sub(" ", text[start : start + _LENGTH]).strip()
    line = cut + _ELLIPSIS * (start + _LENGTH < len(text))
    return Excerpt(line, marks_in(line, needles))


def marks_in(line: str, needles: Sequence[Needle]) -> tuple[tuple[int, int], ...]:
    """Return where the needles stand in a line; what overlaps is one mark."""
    folded = Folded.of(line)
    found = sorted(span for needle in needles for span in folded.spans(needle.folded))
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _places(text: str, needles: Sequence[Needle]) -> list[int]:
    """Return where each needle stands first, roughly where folding changes the length of a text."""
    lower = text.lower()
    places = [lower.find(needle.folded) for needle in needles]
    if -1 in places and len(text) < _FAR:
        folded = Folded.of(text)
        firsts = (next(folded.spans(needle.folded), None) for needle in needles)
        return [first[0] for first in firsts if first is not None]
    return [place for place in places if place >= 0]
