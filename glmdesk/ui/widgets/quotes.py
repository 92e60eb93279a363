"""Quotation marks and apostrophes among Latin letters, narrow also where a Chinese font draws everything.

The text beside a mark decides, which a font cannot know; so lines with such marks are laid out here.
"""

import re
from unicodedata import east_asian_width

from PySide6 import QtCore, QtGui
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QSyntaxHighlighter, QTextDocument
from PySide6.QtWidgets import QLabel

from glmdesk.typed import override
from glmdesk.ui.theme import latin_quote_families

_QUOTES = re.compile("[\u2018\u2019\u201c\u201d]+")
_FAR_RIGHT = 1_000_000.0
"""Pixels. The width of a line that is not broken."""


def latin_quotes(text: str) -> list[tuple[int, int]]:
    """Return where quotation marks and apostrophes stand that touch no Chinese character: starts and ends."""
    return [mark.span() for mark in _QUOTES.finditer(text) if not _is_among_wide(text, *mark.span())]


def narrow_format(font: QFont) -> "QtGui.QTextCharFormat":
    """Return how such marks look in a text of a font."""
    look = QtGui.QTextCharFormat()
    look.setFontFamilies(latin_quote_families(font))
    return look


def shown_in(text: str, font: QFont, room: int) -> str:
    """Return what of a line is seen in so many pixels, with a sign at its end if that is not all of it."""
    metrics, cut = QFontMetrics(font), QtCore.Qt.TextElideMode.ElideRight
    if not latin_quotes(text):
        return metrics.elidedText(text, cut, room)
    width = _laid_out(text, font).maximumWidth()
    if width <= room:
        return text
    # Qt cuts by the width that the marks would have.
    spared = max(0, metrics.horizontalAdvance(text) - round(width))
    shown = text
    for wanted in (room + spared, room):
        shown = metrics.elidedText(text, cut, wanted)
        if _laid_out(shown, font).maximumWidth() <= room:
            break
    return shown


def paint_line(painter: QPainter, area: QRect, text: str) -> None:
    """Paint a line at the left of an area, in the middle of its height, in the painter's font and colour."""
    metrics = painter.fontMetrics()
    baseline = area.top() + (area.height() - metrics.height()) // 2 + metrics.ascent()
    if not latin_quotes(text):
        painter.drawText(area.left(), baseline, text)
        return
    layout = _laid_out(text, painter.font())
    layout.draw(painter, QPointF(area.left(), baseline - layout.lineAt(0).ascent()))


class PlainLabel(QLabel):
    """Text that is no HTML, in as many lines as its width asks for."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not latin_quotes(self.text()):
            super().paintEvent(event)
            return
        area = self.contentsRect()
        # It needs no more room than Qt has given it: the marks are narrower here.
        layout = _laid_out(self.text(), self.font(), float(area.width()))
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        top = area.top() + max(0.0, (area.height() - layout.boundingRect().height()) / 2)
        layout.draw(painter, QPointF(area.left(), top))


class QuoteHighlighter(QSyntaxHighlighter):
    """Keeps these marks narrow in a text that is being written."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._document = document

    @override
    def highlightBlock(self, text: str) -> None:
        marks = latin_quotes(text)
        if marks:
            look = narrow_format(self._document.defaultFont())
            for start, end in marks:
                first = _units(text, start)
                self.setFormat(first, _units(text, end) - first, look)


def _is_among_wide(text: str, start: int, end: int) -> bool:
    """Whether a part of a text touches a Chinese character or a mark that is as wide as one."""
    beside = (text[start - 1 : start] if start else "", text[end : end + 1])
    return any(letter and east_asian_width(letter) in ("W", "F") for letter in beside)


def _units(text: str, position: int) -> int:
    """Return a position as Qt counts it, in units of UTF-16."""
    return position + sum(letter > "\uffff" for letter in text[:position])


def _laid_out(text: str, font: QFont, width: float = _FAR_RIGHT) -> "QtGui.QTextLayout":
    look = narrow_format(font)
    ranges: list[QtGui.QTextLayout.FormatRange] = []
    for start, end in latin_quotes(text):
        made = QtGui.QTextLayout.FormatRange()
        made.start = _units(text, start)
        made.length = _units(text, end) - made.start
        made.format = look
        ranges.append(made)
    layout = QtGui.QTextLayout(text.replace("\n", "\u2028"), font)
    layout.setFormats(ranges)
    layout.beginLayout()
    height = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, height))
        height += line.height()
    layout.endLayout()
    return layout
