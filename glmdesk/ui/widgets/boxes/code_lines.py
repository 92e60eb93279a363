"""Lines of code: each as high as the others, laid out in parts where they are seen, coloured afterwards."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import Qt, QTextCharFormat, QTextOption

from glmdesk.render.highlight import Kind
from glmdesk.render.runs import Run
from glmdesk.typed import override
from glmdesk.ui.widgets.boxes.box import Box
from glmdesk.ui.widgets.boxes.colouring import Colouring
from glmdesk.ui.widgets.boxes.lines import Lines, Piece
from glmdesk.ui.widgets.boxes.stack import Stack
from glmdesk.ui.widgets.boxes.text_box import TextBox
from glmdesk.ui.widgets.boxes.voices import Voices

_LINES: Final = 32
"""How many lines are laid out together."""
_MOST: Final = 4096
"""Characters that are laid out together. A longer line is broken also where lines are not."""
_FAR_RIGHT: Final = 1_000_000.0
"""Pixels. The width of lines that are not broken."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Some lines, or a piece of a very long one: where it begins in the code, and in which line.

    One that is full stays as it is when there is more code.
    """

    start: int
    line: int
    is_full: bool


class CodeLines(Stack):
    """The lines that are shown of some code, from its first one on."""

    def __init__(self, voices: Voices, *, wraps: bool) -> None:
        super().__init__(separator=0)
        self._voices = voices
        self._font = voices.code_font
        self._wraps = wraps
        self._text = ""
        self._parts: list[_Part] = []
        self._widths: list[float] = []
        """Of the parts; guesses where they have not been laid out."""
        self.colouring = Colouring()
        """Colours for the lines that were laid out."""

    def become(self, text: str, kept_lines: int, *, is_open: bool) -> int:
        """Show other lines, of which the first `kept_lines` are those that are there.

        Return the height above which nothing has changed. As long as code is open, its last lines are laid
        out each for itself: then a word more costs what its line costs.
        """
        kept = self._kept(text, kept_lines, is_open=is_open)
        begin, line = (self._parts[kept].start, self._parts[kept].line) if self._parts else (0, 0)
        rest = max(0, kept_lines - line)
        del self._parts[kept:], self._widths[kept:]
        self._text = text
        while begin >= 0:
            end, lines, is_full = _cut(text, begin, is_open=is_open)
            self._parts.append(_Part(begin, line, is_full))
            piece = text[begin:end] if end >= 0 else text[begin:]
            self._widths.append(self._font.width_of(piece))
            begin, line = end, line + lines
        self._resize(kept, len(self._parts))
        # A line takes at least this much; one that is broken takes more.
        return self._heights.top(kept) + rest * self._font.line_height

    def _kept(self, text: str, kept_lines: int, *, is_open: bool) -> int:
        """Return how many parts stay when there is another text."""
        parts = self._parts
        if not parts:
            return 0
        kept = bisect_left(parts, kept_lines, key=lambda part: part.line)
        if kept == len(parts) or parts[kept].line != kept_lines:
            kept -= 1
        # Pieces of a long line stay when it goes on.
        while parts[kept].is_full and text.startswith(self._slice(kept), parts[kept].start):
            kept += 1
        loose = bisect_left(parts, 1, key=lambda part: not part.is_full)
        if not is_open or len(parts) - loose > _LINES:
            kept = min(kept, loose)
        # The line end before a fence belongs to the text until the fence is known for one.
        while kept and parts[kept].start > len(text):
            kept -= 1
        return kept

    def set_wraps(self, *, wraps: bool) -> None:
        """Break lines that are too long, or do not."""
        self._wraps = wraps
        self._remake()

    @property
    def content_width(self) -> float:
        """The width of the longest line where lines are not broken."""
        return 0.0 if self._wraps else max(self._widths)

    def x_of(self, position: int) -> float:
        """Return how far to the right a position is, and lay it out if need be."""
        index = self._index_of(position)
        part = self._box(index)
        return part.x_of(position - self._start(index)) if isinstance(part, _CodePart) else 0.0

    def take_colours(self) -> None:
        """Have what is laid out in the colours that were found, and ask for those that were not."""
        for index in self._live:
            part = self._boxes[index]
            if isinstance(part, _CodePart):
                part.take_colours()

    def _slice(self, index: int) -> str:
        end = self._parts[index + 1].start if index + 1 < len(self._parts) else len(self._text)
        return self._text[self._parts[index].start : end]

    def _lines_of(self, index: int) -> str:
        return self._slice(index).removesuffix("\n") if index + 1 < len(self._parts) else self._slice(index)

    @override
    def _make(self, index: int) -> Box:
        first = self._parts[index].line
        return _CodePart(self._lines_of(index), self._voices, self.colouring, first, wraps=self._wraps)

    @override
    def _guess(self, index: int, width: float) -> int:
        return self._font.height_of(self._lines_of(index), width if self._wraps else None)

    @override
    def _length_of(self, index: int) -> int:
        return len(self._slice(index))

    @override
    def _lay_out_box(self, index: int, top: float, bottom: float, anchor: float) -> float:
        moved = super()._lay_out_box(index, top, bottom, anchor)
        part = self._boxes[index]
        if isinstance(part, _CodePart):
            self._widths[index] = part.lines.layout.maximumWidth()
        return moved


class _CodePart(TextBox):
    """Some lines. They always run from left to right, and those that are too long are broken or are not."""

    def __init__(
        self, text: str, voices: Voices, colouring: Colouring, first_line: int, *, wraps: bool
    ) -> None:
        super().__init__((Run(text),), voices.code)
        self._font = voices.code_font
        self._colouring = colouring
        self._first_line = first_line
        self._count = text.count("\n") + 1
        self._wraps = wraps
        self._is_coloured = False

    @override
    def set_width(self, width: float) -> None:
        if self._wraps or not self._is_measured:
            super().set_width(width)

    @override
    def _guess(self, width: float) -> int:
        return self._font.height_of(self._text, width if self._wraps else None)

    @override
    def _laid_out(self, width: float, pieces: Sequence[Piece]) -> Lines:
        option = QTextOption()
        wrap = QTextOption.WrapMode
        option.setWrapMode(wrap.WrapAtWordBoundaryOrAnywhere if self._wraps else wrap.ManualWrap)
        option.setTabStopDistance(self._voice.tab_stop)
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        lines = Lines(self._text, self._voice, pieces)
        looks = [part for look in self._looks() for part in lines.ranges(*look)]
        lines.break_evenly(
            width if self._wraps else _FAR_RIGHT,
            option,
            looks,
            line_height=self._font.line_height,
            baseline=self._font.baseline,
        )
        return lines

    @override
    def _looks(self) -> Iterator[tuple[int, int, QTextCharFormat]]:
        lines = self._colouring.want(self._first_line, self._count)
        self._is_coloured = lines is not None
        start = 0
        for line in lines or ():
            for run in line:
                if run.kind is not Kind.PLAIN:
                    yield start, start + len(run.text), self._font.formats[run.kind]
                start += len(run.text)
            start += 1

    def take_colours(self) -> None:
        """Be laid out anew, as high as before, if there are colours now."""
        if not self._is_coloured and self._colouring.want(self._first_line, self._count) is not None:
            self._forget()

    def x_of(self, position: int) -> float:
        """Return how far to the right a position is."""
        return self.areas(position, position)[0].left()


def _cut(text: str, begin: int, *, is_open: bool) -> tuple[int, int, bool]:
    """Return the end of the part that begins here, how many lines end in it, and whether it is full.

    The end of the last part is -1.
    """
    limit = begin + _MOST
    end, lines = begin, 0
    while lines < _LINES and (found := text.find("\n", end, limit)) >= 0:
        end, lines = found + 1, lines + 1
    if lines == _LINES:
        return end, lines, True
    if len(text) > limit:
        return (end, lines, True) if lines else (limit, 0, True)
    if is_open and lines:
        return text.find("\n", begin) + 1, 1, False
    return -1, 0, False
