"""Boxes on the pages of a PDF: what the window shows, in letters that can be found and copied."""

import time
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, cast

from PySide6.QtCore import QIODevice, QMarginsF, QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, Qt

from glmdesk.render import blocks as b
from glmdesk.render import highlight
from glmdesk.render.languages import language_of
from glmdesk.typed import override
from glmdesk.ui.widgets.boxes.code_box import CodeBox
from glmdesk.ui.widgets.boxes.containers import Blocks
from glmdesk.ui.widgets.boxes.kept import Kept, PanelState
from glmdesk.ui.widgets.boxes.panel import Panel, small_font
from glmdesk.ui.widgets.boxes.voices import Voices

_MARGINS_MM: Final = QMarginsF(20, 18, 20, 18)
_LOOKED_AT: Final = 0.4
"""Of a page. So far up a place is looked for at which no line is cut."""
_EVERYTHING: Final = float("inf")
_FOOT: Final = 24
"""Pixels below the text, for the number of the page."""


class _Unfolded(Kept):
    """Everything is shown, and no line goes on sideways: paper cannot be moved."""

    @override
    def at(self, _index: int, /) -> Kept:
        return self

    @property
    @override
    def panel(self) -> PanelState:
        return PanelState(is_expanded=True, wraps=True)


class Paper:
    """A PDF while it is written. Nothing is on the device before `finish`."""

    def __init__(self, device: QIODevice, title: str, voices: Voices) -> None:
        self._voices = voices
        self._writer = QPdfWriter(device)
        self._writer.setTitle(title)
        self._writer.setCreator("glmdesk")
        # Of the screen, for which the fonts were made.
        self._writer.setResolution(round(QGuiApplication.primaryScreen().logicalDotsPerInch()))
        self._writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        self._writer.setPageMargins(_MARGINS_MM, QPageLayout.Unit.Millimeter)
        self._painter = QPainter(self._writer)
        self.width = self._writer.width()
        self._height = self._writer.height() - _FOOT
        self._page = 1
        self._top = 0.0

    def box(self, blocks: Iterable[b.Block]) -> Blocks:
        """Return blocks as wide as the paper, laid out."""
        box = Blocks(tuple(blocks), self._voices, _Unfolded())
        box.set_width(self.width)
        box.lay_out(0, _EVERYTHING, 0)
        return box

    def put(self, box: Blocks, gap: int) -> None:
        """Paint a box below what is there, and so many pixels of nothing below it."""
        box.lay_out(0, _EVERYTHING, 0)
        scale = self._fitted(box)
        _colour(box)
        painted = 0.0
        while painted < box.height:
            room = (self._height - self._top) / scale
            cut = float(box.height) if box.height - painted <= room else self._cut(box, painted, room)
            if cut <= painted:
                self.turn()
                continue
            self._paint(box, painted, cut, scale)
            self._top += (cut - painted) * scale
            painted = cut
            if painted < box.height:
                self.turn()
        self._top += gap

    def leave(self, gap: int) -> None:
        """Leave some more pixels free, unless the page is new."""
        if self._top:
            self._top += gap

    def _fitted(self, box: Blocks) -> float:
        """Make a box as wide as its widest table; return how much smaller it has to be painted."""
        panels = box.panels_between(0, box.height)
        reach = max((panel.reach for _i, _p, panel, _c in panels if isinstance(panel, Panel)), default=0)
        if not reach:
            return 1.0
        box.set_width(self.width + reach)
        box.lay_out(0, _EVERYTHING, 0)
        return self.width / (self.width + reach)

    def turn(self) -> None:
        """Go on with the next page, if there is anything on this one."""
        if self._top:
            self._number()
            self._writer.newPage()
            self._page += 1
            self._top = 0.0

    def finish(self) -> None:
        """Write what is left."""
        self._number()
        self._painter.end()

    def _number(self) -> None:
        self._painter.setFont(small_font(self._voices.style))
        self._painter.setPen(QColor(self._voices.style.theme.muted))
        area = QRectF(0, self._height, self.width, _FOOT)
        flags = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter
        self._painter.drawText(area, flags, str(self._page))

    def _paint(self, box: Blocks, start: float, end: float, scale: float) -> None:
        painter = self._painter
        painter.save()
        painter.translate(0, self._top)
        painter.scale(scale, scale)
        painter.translate(0, -start)
        seen = QRectF(0, start, self.width / scale, end - start)
        painter.setClipRect(seen)
        _paint_all(painter, box, seen)
        self._label(box, start, end)
        painter.restore()

    def _label(self, box: Blocks, start: float, end: float) -> None:
        """Say what the languages of code are, as its buttons on the screen do."""
        self._painter.setFont(small_font(self._voices.style))
        self._painter.setPen(QColor(self._voices.style.theme.muted))
        for _index, _position, panel, corner in box.panels_between(start, end):
            if isinstance(panel, CodeBox):
                area = QRectF(corner.x() + 12, corner.y(), panel.width - 24, panel.bar_height)
                name = language_of(panel.block.language).name
                self._painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, name)

    def _cut(self, box: Blocks, start: float, room: float) -> float:
        """Return the lowest height on this page at which no line is cut; `start` where there is none.

        A page that is empty is used whatever is cut.
        """
        top = max(start, start + room * (1 - _LOOKED_AT)) if room > self._height * _LOOKED_AT else start
        image = QImage(self.width, max(1, int(start + room - top)), QImage.Format.Format_Grayscale8)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.translate(0, -top)
        _paint_all(painter, box, QRectF(0, top, self.width, image.height()))
        painter.end()
        inked = [_changes(image, row) for row in range(image.height())]
        least = min(inked)
        last = first = max(row for row, count in enumerate(inked) if count == least)
        while first and inked[first - 1] == least:
            first -= 1
        # In the middle between two lines: letters of a PDF are a little larger than those on pixels.
        found = top + (first + last + 1) / 2 if last else start
        return start + room if found <= start and not self._top else found


def _paint_all(painter: QPainter, box: Blocks, clip: QRectF) -> None:
    box.paint_between(painter, clip, (0, 0), (0, 0))


def _changes(image: QImage, row: int) -> int:
    """Return how often the brightness changes along a row: never where nothing is, seldom between lines."""
    line = bytes(cast("memoryview", image.constScanLine(row)))[: image.width()]
    return sum(left != right for left, right in pairwise(line))


def _colour(box: Blocks) -> None:
    """Colour all code."""
    for _index, _position, panel, _corner in box.panels_between(0, box.height):
        if isinstance(panel, CodeBox):
            highlight.load(panel.colouring.language)
            panel.colouring.want(0, panel.line_count)
            while panel.colouring.is_due and panel.colouring.go_on(time.perf_counter() + 1):
                pass
            panel.take_colours()
