"""A paragraph or a heading of any length."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from glmdesk.render.runs import Run
from glmdesk.typed import override
from glmdesk.ui.widgets.boxes.box import Box
from glmdesk.ui.widgets.boxes.stack import Stack
from glmdesk.ui.widgets.boxes.text_box import TextBox
from glmdesk.ui.widgets.boxes.voices import Voice

_MOST: Final = 4096
"""Characters that are broken into lines together: more of them would take longer than a frame."""

_MOST_RUNS: Final = 256
"""Runs; each of them takes about as long as a line."""

_ENDS: Final = "\n。！？；!?. ，,"
"""After which a text is divided, the best first."""


class FlowBox(Stack):
    """A text, laid out in parts. A part begins on a line of its own."""

    def __init__(self, runs: Sequence[Run], voice: Voice) -> None:
        super().__init__(separator=0)
        self._voice = voice
        self._parts: list[tuple[Run, ...]] = []
        self.become(runs)

    def become(self, runs: Sequence[Run]) -> int:
        """Show another text. Parts that are the same keep their layout.

        Return the height above which nothing has changed.
        """
        parts = list(_divided(runs))
        kept = 0
        while kept < min(len(parts), len(self._parts)) and parts[kept] == self._parts[kept]:
            kept += 1
        self._parts = parts
        self._resize(kept, len(parts))
        return self._heights.top(kept)

    @override
    def _make(self, index: int) -> Box:
        return TextBox(self._parts[index], self._voice)

    @override
    def _guess(self, index: int, width: float) -> int:
        box = self._boxes[index] = self._make(index)
        box.set_width(width)
        return box.height

    @override
    def _length_of(self, index: int) -> int:
        return sum(len(run.text) for run in self._parts[index])


def _divided(runs: Sequence[Run]) -> list[tuple[Run, ...]]:
    """Return runs in parts; where a part ends is decided by what stands before its end."""
    text = "".join(run.text for run in runs)
    if len(text) <= _MOST and len(runs) <= _MOST_RUNS:
        return [tuple(runs)]
    starts = [0, *accumulate(len(run.text) for run in runs)]
    parts: list[tuple[Run, ...]] = []
    start = 0
    while start < len(text):
        first = bisect_right(starts, start) - 1
        end = min(start + _MOST, starts[min(first + _MOST_RUNS, len(runs))])
        if end < len(text):
            end = _outside_drawing(runs, starts, start, _end_of_part(text, start, end))
        parts.append(tuple(_between(runs, starts, start, end)))
        start = end
    return parts


def _end_of_part(text: str, start: int, limit: int) -> int:
    for mark in _ENDS:
        end = text.rfind(mark, (start + limit) // 2, limit) + 1
        if end:
            return end
    return limit


def _outside_drawing(runs: Sequence[Run], starts: Sequence[int], start: int, end: int) -> int:
    """Return the end of a part that begins at `start`, or a place beside the drawing that it is in."""
    number = bisect_right(starts, end) - 1
    if not runs[number].is_whole:
        return end
    return starts[number] if starts[number] > start else starts[number + 1]


def _between(runs: Sequence[Run], starts: Sequence[int], start: int, end: int) -> Iterator[Run]:
    """Yield what of runs, which begin at `starts`, lies between two positions."""
    for number in range(bisect_right(starts, start) - 1, bisect_left(starts, end)):
        run, first = runs[number], starts[number]
        is_whole = start <= first and starts[number + 1] <= end
        yield run if is_whole else run.saying(run.text[max(0, start - first) : end - first])
