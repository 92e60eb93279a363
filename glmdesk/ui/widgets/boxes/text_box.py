"""Lines of text."""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, assert_never

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, Qt, QTextCharFormat, QTextLine, QTextOption

from glmdesk.render.blocks import MathSpan
from glmdesk.render.direction import runs_from_right
from glmdesk.render.runs import Run
from glmdesk.typed import override
from glmdesk.ui.theme import colour
from glmdesk.ui.widgets.boxes.box import Leaf, Marked
from glmdesk.ui.widgets.boxes.lines import Lines, Piece, Spot
from glmdesk.ui.widgets.boxes.pictures import Figure
from glmdesk.ui.widgets.boxes.plates import Chip, Print
from glmdesk.ui.widgets.boxes.voices import Voice
from glmdesk.ui.widgets.quotes import latin_quotes

LINE_HEIGHT: Final = 1.38
"""Of the height of the font's own lines; Chinese needs more room between lines than Latin text."""

_FAR_RIGHT: Final = 1_000_000.0
"""Pixels. The width of lines that are not broken."""


class TextBox(Leaf):
    """One text, broken into lines. Whoever points at it or selects it takes what is drawn as one."""

    unbroken_share = 0.5
    """Of the width. Formulas that are wider may be broken."""

    def __init__(
        self,
        runs: Sequence[Run],
        voice: Voice,
        *,
        line_height: float = LINE_HEIGHT,
        alignment: Qt.AlignmentFlag | None = None,
    ) -> None:
        super().__init__()
        self._runs = runs
        self._voice = voice
        self._line_height = line_height
        self._alignment = alignment
        self._text = "".join(run.text for run in runs)
        self._has_drawings = any(run.is_whole for run in runs)
        self._awaited: set[MathSpan] = set()
        """What is shown as its source, or not at all, until it is known."""
        self._pieces: list[Piece] = []
        self._lines: Lines | None = None

    @property
    @override
    def length(self) -> int:
        return len(self._text)

    @override
    def _guess(self, width: float) -> int:
        em = self._voice.metrics.height() * 0.8
        # What is not ASCII takes two or three bytes, and about twice the room.
        letters = (len(self._text) + len(self._text.encode(errors="surrogatepass"))) / 2
        lines = self._text.count("\n") + math.ceil(letters * em / 2 / max(width, 1))
        return max(1, lines) * self._voice.line(self._line_height)[0]

    @override
    def _measure(self, width: float) -> int:
        if self._has_drawings:
            self._pieces = list(self._drawn(width))
            self._awaited = self._voice.pictures.unknown(run.formula for run in self._runs)
        self._lines = self._laid_out(width, self._pieces)
        return math.ceil(self._lines.height)

    @override
    def _forget(self) -> None:
        self._lines = None

    @override
    def take_in_drawings(self) -> bool:
        is_known = self._voice.pictures.unknown(self._awaited) != self._awaited
        if not is_known and all(map(self._is_up_to_date, self._pieces)):
            return False
        self._is_measured = False
        self._forget()
        return True

    def _is_up_to_date(self, piece: Piece) -> bool:
        """Whether an image is shown as it is now; formulas do not change."""
        return all(
            isinstance(figure, Figure) or self._voice.plates.is_up_to_date(figure) for figure in piece.figures
        )

    @property
    def lines(self) -> Lines:
        """The lines, for the present width."""
        if self._lines is None:
            self.lay_out(0, 1, 0)
        if self._lines is None:
            self._lines = self._laid_out(self._width, self._pieces)
        return self._lines

    def _spans(self) -> Iterator[tuple[Run, int, int]]:
        """Yield the runs and where they begin and end."""
        start = 0
        for run in self._runs:
            end = start + len(run.text)
            yield run, start, end
            start = end

    def _drawn(self, width: float) -> Iterator[Piece]:
        """Yield what is drawn in lines of a width."""
        for run, start, end in self._spans():
            figures = self._voice.figures(run, width, width * self.unbroken_share)
            if figures:
                yield Piece(run, start, end, figures)

    def _laid_out(self, width: float, pieces: Sequence[Piece]) -> Lines:
        lines = Lines(self._text, self._voice, pieces, glued=self._marks())
        looks = [part for look in self._looks() for part in lines.ranges(*look)]
        lines.break_up(width, self._line_height, self._option(), looks)
        return lines

    def _marks(self) -> Iterator[int]:
        """Yield where marks begin that belong to what stands before them: of footnotes and of sources."""
        for run, start, _end in self._spans():
            if run.raised and start and self._text[start - 1] != "\n":
                yield start

    def _option(self) -> QTextOption:
        """Return how it is broken into lines."""
        from_right = runs_from_right(self._runs)
        return text_option(self._voice.tab_stop, self._alignment, is_from_right=from_right)

    def _looks(self) -> Iterator[tuple[int, int, QTextCharFormat]]:
        """Yield what does not look like any text: start, end and look; the later ones prevail."""
        for run, start, end in self._spans():
            look = self._voice.format(run)
            if look is not None:
                yield start, end, look
        for start, end in latin_quotes(self._text):
            yield start, end, self._voice.latin_quotes

    @override
    def paint(self, painter: QPainter, clip: QRectF, marked: Marked) -> None:
        lines, theme = self.lines, self._voice.style.theme
        first, last = marked or (0, 0)
        last = min(last, self.length)
        marks = list(lines.ranges(first, last, self._voice.selection))
        painter.setPen(colour(theme.text))
        lines.layout.draw(painter, QPointF(), marks, clip)
        for spot in lines.spots:
            if spot.area.intersects(clip):
                self._paint_drawing(painter, spot, is_marked=first <= spot.piece.start < last)
        self._voice.pictures.ask(self._awaited)

    def _paint_drawing(self, painter: QPainter, spot: Spot, *, is_marked: bool) -> None:
        theme, ink = self._voice.style.theme, self._voice.colour(spot.piece.run)
        if is_marked:
            painter.fillRect(spot.area, colour(theme.selection))
            ink = theme.text
        match spot.figure:
            case Figure(formula=formula):
                if not self._voice.pictures.paint(painter, spot.figure, spot.point, ink):
                    self._awaited.add(formula)
            case Chip() | Print():
                self._voice.plates.paint(painter, spot.figure, spot.point, is_marked=is_marked)
            case _:
                assert_never(spot.figure)

    @override
    def position_at(self, point: QPointF) -> int:
        between = QTextLine.CursorPosition.CursorBetweenCharacters
        position = min(self.length, self.lines.position_at(point, between))
        for run, start, end in self._spans() if self._has_drawings else ():
            if run.is_whole and start < position < end:
                return start if position - start < end - position else end
        return position

    @override
    def line_at(self, position: int) -> tuple[float, float]:
        return self.lines.extent_at(position)

    @override
    def areas(self, first: int, last: int, /) -> list[QRectF]:
        return list(self.lines.areas(first, last))

    @override
    def link_at(self, point: QPointF, /) -> str:
        drawn = next((spot.piece.run for spot in self.lines.spots if spot.area.contains(point)), None)
        if drawn is not None:
            return drawn.href
        if not self.lines.below(point.y()).naturalTextRect().adjusted(0, -2, 0, 2).contains(point):
            return ""
        position = self.lines.position_at(point, QTextLine.CursorPosition.CursorOnCharacter)
        return next((run.href for run, _start, end in self._spans() if position < end), "")

    @property
    @override
    def baseline(self) -> float | None:
        return self.lines.baseline

    @property
    @override
    def natural_width(self) -> float:
        return self._laid_out(_FAR_RIGHT, list(self._drawn(_FAR_RIGHT))).natural_width


@cache
def text_option(tab_stop: float, alignment: Qt.AlignmentFlag | None, *, is_from_right: bool) -> QTextOption:
    """Return how a text is broken into lines; without an alignment its direction decides where they begin.

    It is shared, and must not be changed.
    """
    made = QTextOption()
    made.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    made.setTabStopDistance(tab_stop)
    direction, align = Qt.LayoutDirection, Qt.AlignmentFlag
    made.setTextDirection(direction.RightToLeft if is_from_right else direction.LeftToRight)
    made.setAlignment(alignment or (align.AlignRight if is_from_right else align.AlignLeft))
    return made
