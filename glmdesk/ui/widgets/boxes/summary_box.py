"""The line that details have above them: one line, however narrow it is, and as high as any other."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QLinearGradient, QPainter, Qt

from glmdesk.render.runs import Run
from glmdesk.typed import override
from glmdesk.ui.widgets.boxes.box import Marked
from glmdesk.ui.widgets.boxes.lines import Lines, Piece
from glmdesk.ui.widgets.boxes.text_box import LINE_HEIGHT, TextBox, text_option
from glmdesk.ui.widgets.boxes.voices import Voices

_BETWEEN: Final = " · "
_FADE: Final = 32
"""Pixels in which what goes on beyond the edge vanishes."""
_FAR_RIGHT: Final = 1_000_000.0


class SummaryBox(TextBox):
    """What it is about, and in a quieter colour the rest."""

    def __init__(self, summary: str, voices: Voices) -> None:
        head, between, rest = summary.partition(_BETWEEN)
        super().__init__((Run(head), Run(between + rest, muted=True)), voices.text)
        self._ground = QColor(voices.style.theme.code_background)
        self._even_height, self._even_baseline = self._voice.line(LINE_HEIGHT)

    @override
    def _guess(self, width: float) -> int:
        return self._even_height

    @override
    def _laid_out(self, width: float, pieces: Sequence[Piece]) -> Lines:
        lines = Lines(self._text, self._voice, pieces)
        lines.break_evenly(
            _FAR_RIGHT,
            text_option(self._voice.tab_stop, None, is_from_right=False),
            [part for look in self._looks() for part in lines.ranges(*look)],
            line_height=self._even_height,
            baseline=self._even_baseline,
        )
        return lines

    @override
    def paint(self, painter: QPainter, clip: QRectF, marked: Marked) -> None:
        painter.save()
        painter.setClipRect(QRectF(0, 0, self._width, self.height), Qt.ClipOperation.IntersectClip)
        super().paint(painter, clip, marked)
        if self.lines.natural_width > self._width:
            self._fade(painter)
        painter.restore()

    def _fade(self, painter: QPainter) -> None:
        edge = QRectF(self._width - _FADE, 0, _FADE, self.height)
        veil, clear = QLinearGradient(edge.topLeft(), edge.topRight()), QColor(self._ground)
        clear.setAlpha(0)
        veil.setColorAt(0, clear)
        veil.setColorAt(1, self._ground)
        painter.fillRect(edge, veil)

    @override
    def areas(self, first: int, last: int, /) -> list[QRectF]:
        room = QRectF(0, 0, self._width, self.height)
        return [area & room for area in super().areas(first, last) if area.left() <= self._width]
