"""Lines of text."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from typing import cast
from unicodedata import bidirectional

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    Qt,
    QTextCharFormat,
    QTextLayout,
    QTextLine,
    QTextOption,
)

from glmdesk.render.runs import Run
from glmdesk.typed import override
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.boxes.box import Leaf, Marked
from glmdesk.ui.widgets.quotes import latin_quotes, narrow_format

LINE_HEIGHT = 1.38
"""Of the height of the font's own lines; Chinese needs more room between lines than Latin text."""

_FAR_RIGHT = 1_000_000.0
"""Pixels. The width of lines that are not broken."""

_TAB_STOP = 4
"""Letters."""

_DIRECTED = frozenset(("L", "R", "AL"))
_PLAIN = Run("")[1:]


class Voice:
    """One font with what it looks like in the theme."""

    def __init__(self, style: Style, font: QFont) -> None:
        self.style = style
        self.font = font
        self.metrics = QFontMetricsF(font)
        self._formats: dict[tuple[object, ...], QTextCharFormat] = {}
        self.selection = QTextCharFormat()
        self.selection.setBackground(QColor(style.theme.selection))
        # Links and code have colours that cannot be read on this background.
        self.selection.setForeground(QColor(style.theme.text))
        self.latin_quotes = narrow_format(style.text)

    def format(self, run: Run) -> QTextCharFormat | None:
        """Return how a run looks, or None where it looks like any text."""
        look = run[1:]
        if look == _PLAIN:
            return None
        if look not in self._formats:
            self._formats[look] = self._made(run)
        return self._formats[look]

    def _made(self, run: Run) -> QTextCharFormat:
        theme = self.style.theme
        made = QTextCharFormat()
        font = QFont(self.font)
        if run.bold:
            font.setWeight(QFont.Weight.Bold)
        font.setItalic(run.italic)
        font.setStrikeOut(run.struck)
        if run.code:
            font.setFamilies(self.style.code.families())
            font.setStyleHint(QFont.StyleHint.Monospace)
            made.setBackground(QColor(theme.code_header))
        if run.raised:
            made.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
        if run.muted:
            made.setForeground(QColor(theme.muted))
        if run.href:
            made.setForeground(QColor(theme.link))
            font.setUnderline(True)
        made.setFont(font)
        return made


class TextBox(Leaf):
    """One text, broken into lines."""

    wraps_anywhere = False

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
        self._layout: QTextLayout | None = None
        self._places = _Places(self._text)

    @property
    @override
    def length(self) -> int:
        return len(self._text)

    @override
    def _guess(self, width: float) -> int:
        em = self._voice.metrics.height() * 0.8
        # What is not ASCII takes two or three bytes, and about twice the room.
        letters = (len(self._text) + len(self._text.encode())) / 2
        lines = self._text.count("\n") + math.ceil(letters * em / 2 / max(width, 1))
        return math.ceil(max(1, lines) * self._voice.metrics.lineSpacing() * self._line_height)

    @override
    def _measure(self, width: float) -> int:
        self._layout = self._laid_out(width)
        last = self._layout.lineAt(self._layout.lineCount() - 1)
        top, height = self._extent(last)
        return math.ceil(top + height)

    @override
    def _forget(self) -> None:
        self._layout = None

    @property
    def layout(self) -> QTextLayout:
        """The lines, for the present width."""
        if self._layout is None:
            self.lay_out(0, 1, 0)
        if self._layout is None:
            self._layout = self._laid_out(self._width)
        return self._layout

    def _laid_out(self, width: float) -> QTextLayout:
        # U+2028 breaks a line within a text; the other line end would end the text for the layout.
        layout = QTextLayout(self._text.replace("\n", "\u2028"), self._voice.font)
        option = QTextOption()
        option.setWrapMode(
            QTextOption.WrapMode.WrapAnywhere
            if self.wraps_anywhere
            else QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        )
        option.setTabStopDistance(_TAB_STOP * self._voice.metrics.horizontalAdvance("0"))
        self._set_direction(option)
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        layout.setFormats(self._formats())
        layout.beginLayout()
        top = 0.0
        line = layout.createLine()
        while line.isValid():
            line.setLineWidth(width)
            height = line.height() * self._line_height
            # The letters stand in the middle of their line.
            line.setPosition(QPointF(0, top + (height - line.height()) / 2))
            top += height
            line = layout.createLine()
        layout.endLayout()
        return layout

    def _set_direction(self, option: QTextOption) -> None:
        """Let the first letter that has a direction decide that of the text, and the side it begins at."""
        found = (bidirectional(letter) for letter in self._text)
        first = next((kind for kind in found if kind in _DIRECTED), "L")
        if first == "L":
            option.setTextDirection(Qt.LayoutDirection.LeftToRight)
            option.setAlignment(self._alignment or Qt.AlignmentFlag.AlignLeft)
        else:
            option.setTextDirection(Qt.LayoutDirection.RightToLeft)
            option.setAlignment(self._alignment or Qt.AlignmentFlag.AlignRight)

    def _formats(self) -> list[QTextLayout.FormatRange]:
        ranges: list[QTextLayout.FormatRange] = []
        start = 0
        for run in self._runs:
            end = start + len(run.text)
            look = self._voice.format(run)
            if look is not None:
                ranges.append(self._range(start, end, look))
            start = end
        return ranges + [self._range(*mark, self._voice.latin_quotes) for mark in latin_quotes(self._text)]

    def _range(self, start: int, end: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
        made = QTextLayout.FormatRange()
        made.start = self._places.to_qt(start)
        made.length = self._places.to_qt(end) - made.start
        made.format = look
        return made

    def _extent(self, line: QTextLine) -> tuple[float, float]:
        height = line.height() * self._line_height
        return line.y() - (height - line.height()) / 2, height

    @override
    def paint(self, painter: QPainter, clip: QRectF, marked: Marked) -> None:
        marks = [] if marked is None else [self._range(*marked, self._voice.selection)]
        painter.setPen(QColor(self._voice.style.theme.text))
        self.layout.draw(painter, QPointF(), marks, clip)

    @override
    def position_at(self, point: QPointF) -> int:
        cursor = self._line_below(point.y()).xToCursor(point.x())
        return min(self.length, self._places.to_text(cursor))

    @override
    def line_at(self, position: int) -> tuple[float, float]:
        return self._extent(self.layout.lineForTextPosition(self._places.to_qt(position)))

    @override
    def areas_of(self, first: int, last: int, /) -> list[QRectF]:
        start, end = self._places.to_qt(first), self._places.to_qt(last)
        layout, areas = self.layout, list[QRectF]()
        number = layout.lineForTextPosition(start).lineNumber()
        while number < layout.lineCount() and (line := layout.lineAt(number)).textStart() < end:
            line_end = line.textStart() + line.textLength()
            left, right = sorted(
                _x(line, each) for each in (max(start, line.textStart()), min(end, line_end))
            )
            areas.append(QRectF(left, line.y(), right - left, line.height()))
            number += 1
        return areas

    @override
    def link_at(self, point: QPointF, /) -> str:
        line = self._line_below(point.y())
        if not line.naturalTextRect().adjusted(0, -2, 0, 2).contains(point):
            return ""
        on_character = QTextLine.CursorPosition.CursorOnCharacter
        position = self._places.to_text(line.xToCursor(point.x(), on_character))
        for run in self._runs:
            if position < len(run.text):
                return run.href
            position -= len(run.text)
        return ""

    def _line_below(self, y: float) -> QTextLine:
        """Return the line at a height, or the nearest one."""
        layout = self.layout
        first, last = 0, layout.lineCount() - 1
        while first < last:
            middle = (first + last) // 2
            top, height = self._extent(layout.lineAt(middle))
            first, last = (first, middle) if y < top + height else (middle + 1, last)
        return layout.lineAt(first)

    @property
    @override
    def natural_width(self) -> float:
        layout = self._laid_out(_FAR_RIGHT)
        return max(layout.lineAt(number).naturalTextWidth() for number in range(layout.lineCount()))


def _x(line: QTextLine, position: int) -> float:
    # Typed as any object by PySide 6.11.
    return cast("tuple[float, int]", line.cursorToX(position))[0]


class _Places:
    """Positions in a text, as characters for us and as UTF-16 units for Qt."""

    def __init__(self, text: str) -> None:
        is_plain = len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text)
        # Where characters stand that take two units each.
        self._wide = [] if is_plain else [i for i, letter in enumerate(text) if letter > "\uffff"]

    def to_qt(self, position: int) -> int:
        return position + bisect_left(self._wide, position)

    def to_text(self, units: int) -> int:
        if not self._wide:
            return units
        position = units - bisect_left(self._wide, units)
        while self.to_qt(position) < units:
            position += 1
        return position
