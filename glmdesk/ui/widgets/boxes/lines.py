"""A text broken into lines, with formulas and images in them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, cast

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTextCharFormat, QTextLayout, QTextLine, QTextOption

from glmdesk.render.runs import Run
from glmdesk.ui.widgets.boxes.pictures import Figure
from glmdesk.ui.widgets.boxes.places import Places
from glmdesk.ui.widgets.boxes.plates import Plate, Print
from glmdesk.ui.widgets.boxes.voices import BLANK, Voice

_APART: Final = 2.0
"""Pixels. What is left at least above and below what is drawn."""

_LINE_END: Final = "\N{LINE SEPARATOR}"
"""Breaks a line within a text; the other one would end the text for the layout."""

_JOINT: Final = "\N{ZERO WIDTH SPACE}"
"""Where a formula may be broken."""

_GLUE: Final = "\N{WORD JOINER}"


class Piece(NamedTuple):
    """A run that is drawn, and where its characters begin and end in the text."""

    run: Run
    start: int
    end: int
    figures: tuple[Figure, ...] | tuple[Plate]


class Spot(NamedTuple):
    """Where a figure stands: its baseline begins at `point`, and the line gives it an area."""

    piece: Piece
    figure: Figure | Plate
    point: QPointF
    area: QRectF


class Lines:
    """The lines of a text. Positions count characters, as if nothing were drawn in their place."""

    def __init__(
        self, text: str, voice: Voice, pieces: Sequence[Piece], *, glued: Iterable[int] = ()
    ) -> None:
        """No line begins at the positions of `glued`, unless there is no room for what stands before them."""
        self._voice = voice
        self._pieces = pieces
        self._ends = [piece.end for piece in pieces]
        given = [(piece.start, piece.end, _JOINT.join(BLANK * len(piece.figures))) for piece in pieces]
        given = sorted([*given, *((at, at + 1, _GLUE + text[at]) for at in glued)])
        self._places = Places(text, ((start, end, len(shown)) for start, end, shown in given))
        self.layout = QTextLayout("".join(_shown(text, given)).replace("\n", _LINE_END), voice.font)
        self.layout.setCacheEnabled(True)
        self._figures = [(piece, figure) for piece in pieces for figure in piece.figures]
        self._blanks = list(self._blanked(voice))
        self._alone = [
            blank.start
            for blank, (_, figure) in zip(self._blanks, self._figures, strict=True)
            if isinstance(figure, Print) and figure.stands_alone
        ]
        """Where what stands on a line of its own has its blank, for Qt."""
        self._bottoms: list[float] = []
        self.spots: list[Spot] = []

    def _blanked(self, voice: Voice) -> Iterator[QTextLayout.FormatRange]:
        """Yield what gives the blank of each figure its width."""
        for piece in self._pieces:
            start = self._places.to_qt(piece.start)
            for number, figure in enumerate(piece.figures):
                yield _range(start + 2 * number, 1, voice.blank(figure.width))

    def ranges(self, start: int, end: int, look: QTextCharFormat) -> Iterator[QTextLayout.FormatRange]:
        """Yield what gives the characters between two positions a look, without what is drawn."""
        for piece in self._pieces[bisect_right(self._ends, start) :]:
            if piece.start >= end:
                break
            if start < piece.start:
                yield self._range(start, piece.start, look)
            start = piece.end
        if start < end:
            yield self._range(start, end, look)

    def _range(self, start: int, end: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
        first = self._places.to_qt(start)
        return _range(first, self._places.to_qt(end) - first, look)

    def break_up(
        self, width: float, line_height: float, option: QTextOption, looks: list[QTextLayout.FormatRange]
    ) -> None:
        """Break the text into lines of a width, so many times as high as the letters of the font.

        Only those are higher in which more is drawn. `looks` are made by `ranges`.
        """
        self.layout.setTextOption(option)
        self.layout.setFormats([*looks, *self._blanks])
        self.layout.beginLayout()
        top, number = 0.0, 0
        height, baseline = self._voice.line(line_height)
        line = self.layout.createLine()
        while line.isValid():
            line.setLineWidth(width)
            self._part(line, width)
            above = max(float(baseline), line.ascent())
            below = max(float(height - baseline), line.descent())
            first, end = number, line.textStart() + line.textLength()
            while number < len(self._blanks) and self._blanks[number].start < end:
                figure = self._figures[number][1]
                above = max(above, figure.above + _APART)
                below = max(below, figure.below + _APART)
                number += 1
            line.setPosition(QPointF(0, top + above - line.ascent()))
            self.spots += [self._spot(place, line) for place in range(first, number)]
            top += above + below
            self._bottoms.append(top)
            line = self.layout.createLine()
        self.layout.endLayout()

    def break_evenly(
        self,
        width: float,
        option: QTextOption,
        looks: list[QTextLayout.FormatRange],
        *,
        line_height: int,
        baseline: float,
    ) -> None:
        """Break the text into lines of one height; letters of whatever font stand on the same baseline."""
        self.layout.setTextOption(option)
        self.layout.setFormats(looks)
        self.layout.beginLayout()
        top = 0
        line = self.layout.createLine()
        while line.isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, top + baseline - line.ascent()))
            top += line_height
            self._bottoms.append(top)
            line = self.layout.createLine()
        self.layout.endLayout()

    def _part(self, line: QTextLine, width: float) -> None:
        """Let a line end where something begins that stands on a line of its own, or ends."""
        start = line.textStart()
        alone = bisect_left(self._alone, start)
        if alone == len(self._alone) or self._alone[alone] >= start + line.textLength():
            return
        columns = self._alone[alone] - start
        if not columns:
            text, columns = self.layout.text(), 1
            while text[start + columns : start + columns + 1] == " ":
                columns += 1
            columns += text[start + columns : start + columns + 1] == _LINE_END
        line.setNumColumns(columns, width)

    def _spot(self, number: int, line: QTextLine) -> Spot:
        (piece, figure), start = self._figures[number], self._blanks[number].start
        # Where the text runs from right to left, so does the blank.
        x = min(_x(line, start), _x(line, start + 1))
        point = QPointF(x, line.y() + line.ascent())
        letters = QRectF(x, line.y(), figure.width, line.height())
        return Spot(piece, figure, point, letters.united(figure.at(point)))

    @property
    def height(self) -> float:
        """Of all lines."""
        return self._bottoms[-1]

    @property
    def baseline(self) -> float:
        """Of the first line; where that is one image, of a line that began as high as it does."""
        line = self.layout.lineAt(0)
        if self._alone[:1] == [0]:
            return _APART + line.ascent()
        return line.y() + line.ascent()

    @property
    def natural_width(self) -> float:
        """The width of the longest line."""
        return max(line.naturalTextWidth() for line in map(self.layout.lineAt, range(len(self._bottoms))))

    def extent_at(self, position: int) -> tuple[float, float]:
        """Return the top and the height of the line of a position."""
        number = self.layout.lineForTextPosition(self._places.to_qt(position)).lineNumber()
        top = self._bottoms[number - 1] if number else 0.0
        return top, self._bottoms[number] - top

    def areas(self, start: int, end: int) -> Iterator[QRectF]:
        """Yield where the characters between two positions are, line by line.

        Of what is drawn that is all of it, for every character in whose place it stands.
        """
        start, end = self._outside(start, end)
        first, last = self._places.to_qt(start), self._places.to_qt(end)
        number = self.layout.lineForTextPosition(first).lineNumber()
        line_end = -1
        while line_end < last and number < len(self._bottoms):
            line = self.layout.lineAt(number)
            line_end = line.textStart() + line.textLength()
            x, other = _x(line, max(first, line.textStart())), _x(line, min(last, line_end))
            top = self._bottoms[number - 1] if number else 0.0
            yield QRectF(min(x, other), top, abs(other - x), self._bottoms[number] - top)
            number += 1

    def _outside(self, start: int, end: int) -> tuple[int, int]:
        """Return two positions with what is drawn there taken in wholly."""
        if start == end:
            return start, end
        for piece in self._pieces[bisect_right(self._ends, start) :]:
            if piece.start >= end:
                break
            start, end = min(start, piece.start), max(end, piece.end)
        return start, end

    def below(self, y: float) -> QTextLine:
        """Return the line at a height, or the nearest one."""
        return self.layout.lineAt(min(bisect_right(self._bottoms, y), len(self._bottoms) - 1))

    def position_at(self, point: QPointF, between: QTextLine.CursorPosition) -> int:
        """Return the position nearest to a point, between characters or on one."""
        return self._places.to_text(self.below(point.y()).xToCursor(point.x(), between))


def _shown(text: str, given: Iterable[tuple[int, int, str]]) -> Iterator[str]:
    """Yield a text with what Qt is given in place of some of its characters, of the plane of most letters."""
    at = 0
    for start, end, shown in given:
        yield text[at:start]
        yield shown
        at = end
    yield text[at:]


def _range(start: int, length: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, length, look
    return made


def _x(line: QTextLine, units: int) -> float:
    # The stubs know nothing of what is in the pair: the place, and the units that it belongs to.
    return cast("tuple[float, int]", line.cursorToX(units))[0]
