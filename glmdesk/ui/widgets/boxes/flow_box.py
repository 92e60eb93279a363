"""A paragraph or a heading of any length."""

from collections.abc import Sequence
from typing import Final

from glmdesk.render.runs import Run
from glmdesk.typed import override
from glmdesk.ui.widgets.boxes.box import Box
from glmdesk.ui.widgets.boxes.stack import Stack
from glmdesk.ui.widgets.boxes.text_box import TextBox
from glmdesk.ui.widgets.boxes.voices import Voice

_MOST: Final = 4096
"""Characters that are broken into lines together: more of them would take longer than a frame."""

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
        box = self._make(index)
        box.set_width(width)
        return box.height

    @override
    def _length_of(self, index: int) -> int:
        return sum(len(run.text) for run in self._parts[index])


def _divided(runs: Sequence[Run]) -> list[tuple[Run, ...]]:
    """Return runs in parts; where a part ends is decided by what stands before its end."""
    text = "".join(run.text for run in runs)
    if len(text) <= _MOST:
        return [tuple(runs)]
    parts: list[tuple[Run, ...]] = []
    rest = list(runs)
    while len(text) > _MOST:
        end = _outside_formulas(rest, _end_of_part(text))
        part, rest = _split(rest, end)
        parts.append(tuple(part))
        text = text[end:]
    return [*parts, tuple(rest)]


def _end_of_part(text: str) -> int:
    for mark in _ENDS:
        end = text.rfind(mark, _MOST // 2, _MOST) + 1
        if end:
            return end
    return _MOST


def _outside_formulas(runs: Sequence[Run], end: int) -> int:
    """Return the end of a part, or, if that is inside a formula, the nearest place before or behind it."""
    start = 0
    for run in runs:
        if start + len(run.text) > end:
            return (start or len(run.text)) if run.formula else end
        start += len(run.text)
    return end


def _split(runs: list[Run], end: int) -> tuple[list[Run], list[Run]]:
    before: list[Run] = []
    for number, run in enumerate(runs):
        if len(run.text) > end:
            head = [run.saying(run.text[:end])] if end else []
            return before + head, [run.saying(run.text[end:]), *runs[number + 1 :]]
        before.append(run)
        end -= len(run.text)
    return before, []
