"""Code in a panel: its language and a place to click for a copy above the lines."""

import math
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    Qt,
    QTextCharFormat,
    QTextOption,
)

from glmdesk.i18n import _
from glmdesk.render import blocks as b
from glmdesk.render.highlight import Kind, Line, iter_lines
from glmdesk.render.runs import Run
from glmdesk.typed import override
from glmdesk.ui.theme import RADIUS, Theme
from glmdesk.ui.widgets.boxes.box import Box
from glmdesk.ui.widgets.boxes.inset import Inset
from glmdesk.ui.widgets.boxes.stack import Stack
from glmdesk.ui.widgets.boxes.text_box import TextBox
from glmdesk.ui.widgets.boxes.voices import Voice, Voices

_LINES: Final = 32
"""How many lines are laid out together."""
_LINE_HEIGHT: Final = 1.28
_PADDING: Final = 12


class CodeBox(Inset):
    """One block of code."""

    def __init__(self, block: b.Code, voices: Voices) -> None:
        self._theme = voices.style.theme
        self._small = QFont(voices.style.text)
        self._small.setPointSizeF(self._small.pointSizeF() * 0.85)
        self._header = math.ceil(QFontMetricsF(self._small).height()) + 12
        self._block = block
        self._lines = _Lines(block, voices)
        super().__init__(
            self._lines, left=_PADDING, top=self._header + _PADDING, right=_PADDING, bottom=_PADDING
        )

    @override
    def grow(self, block: b.Block, kept_parts: int, /) -> int | None:
        if not isinstance(block, b.Code) or block.language != self._block.language:
            return None
        self._block = block
        unchanged = self._lines.become(block, kept_parts)
        self._show_height()
        return self._header + _PADDING + unchanged

    @override
    def paint_frame(self, painter: QPainter, clip: QRectF) -> None:
        theme = self._theme
        painter.setPen(QColor(theme.border))
        painter.setBrush(QColor(theme.code_background))
        painter.drawRoundedRect(QRectF(0.5, 0.5, self.width - 1, self.height - 1), RADIUS, RADIUS)
        painter.drawLine(QPointF(0.5, self._header), QPointF(self.width - 1, self._header))
        painter.setFont(self._small)
        painter.setPen(QColor(theme.muted))
        label = QRectF(_PADDING, 0, self.width - 2 * _PADDING, self._header)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(label, middle | Qt.AlignmentFlag.AlignLeft, self._block.language or _("code"))
        painter.drawText(label, middle | Qt.AlignmentFlag.AlignRight, _("Copy"))

    @override
    def copyable_at(self, point: QPointF, /) -> str | None:
        width = QFontMetricsF(self._small).horizontalAdvance(_("Copy")) + 2 * _PADDING
        return self._block.text if point.y() < self._header and point.x() > self.width - width else None


class _Lines(Stack):
    """The lines, in parts of a few dozen. Finished code is coloured as far as it was seen."""

    def __init__(self, block: b.Code, voices: Voices) -> None:
        super().__init__()
        self._voice = voices.code
        self._formats = {kind: _format(voices.style.theme, kind) for kind in Kind if kind is not Kind.PLAIN}
        self._block = block
        self._offsets: list[int] = [0]
        """Where the parts begin in the text."""
        self._coloured: list[Line] = []
        self._more: Iterator[Line] | None = None
        self.become(block, 0)

    def become(self, block: b.Code, kept_lines: int) -> int:
        """Show other code; its first lines are those that are there.

        Return the height above which nothing has changed.
        """
        was_closed = self._block.closed
        kept = kept_lines // _LINES if block.closed == was_closed else 0
        kept = min(kept, max(0, len(self._offsets) - 1))
        self._block = block
        del self._offsets[kept + 1 :]
        text, end = block.text, self._offsets[kept]
        while end >= 0:
            for _line in range(_LINES):
                end = text.find("\n", end) + 1 or -1
                if end < 0:
                    break
            if end >= 0:
                self._offsets.append(end)
        if block.closed:
            self._coloured = []
            self._more = iter_lines(text, block.language) if block.language else None
        self._resize(kept, len(self._offsets))
        # A line takes at least this much; one that is broken takes more.
        rest = kept_lines - kept * _LINES if kept else 0
        return self._heights.top(kept) + int(rest * self._voice.metrics.height() * _LINE_HEIGHT)

    def _text_of(self, index: int) -> str:
        start = self._offsets[index]
        if index + 1 < len(self._offsets):
            return self._block.text[start : self._offsets[index + 1] - 1]
        return self._block.text[start:]

    @override
    def _make(self, index: int) -> Box:
        return _CodeLines(self._text_of(index), self._voice, self._colours(index))

    @override
    def _guess(self, index: int, width: float) -> int:
        lines = self._text_of(index).count("\n") + 1
        return math.ceil(lines * self._voice.metrics.height() * _LINE_HEIGHT)

    @override
    def _length_of(self, index: int) -> int:
        return len(self._text_of(index))

    def _colours(self, index: int) -> list[tuple[int, int, QTextCharFormat]]:
        """Return the coloured pieces of a part: start, end and look."""
        first = index * _LINES
        while self._more is not None and len(self._coloured) < first + _LINES:
            line = next(self._more, None)
            if line is None:
                self._more = None
                break
            self._coloured.append(line)
        pieces: list[tuple[int, int, QTextCharFormat]] = []
        start = 0
        for line in self._coloured[first : first + _LINES]:
            for run in line:
                if run.kind is not Kind.PLAIN:
                    pieces.append((start, start + len(run.text), self._formats[run.kind]))
                start += len(run.text)
            start += 1
        return pieces


class _CodeLines(TextBox):
    """Some lines of code. They always run from left to right, and are broken anywhere."""

    wraps_anywhere = True

    def __init__(self, text: str, voice: Voice, colours: list[tuple[int, int, QTextCharFormat]]) -> None:
        super().__init__((Run(text),), voice, line_height=_LINE_HEIGHT)
        self._colours = colours

    @override
    def _looks(self) -> Iterator[tuple[int, int, QTextCharFormat]]:
        return iter(self._colours)

    @override
    def _set_direction(self, option: QTextOption) -> None:
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)


def _format(theme: Theme, kind: Kind) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour_of(theme, kind)))
    return made


def colour_of(theme: Theme, kind: Kind) -> str:
    """Return the colour of a kind of code."""
    return {
        Kind.PLAIN: theme.text,
        Kind.KEYWORD: theme.keyword,
        Kind.STRING: theme.string,
        Kind.NUMBER: theme.number,
        Kind.COMMENT: theme.comment,
        Kind.FUNCTION: theme.function,
        Kind.TYPE: theme.type,
    }[kind]
