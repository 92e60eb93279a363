"""Code in a panel. A long block shows its beginning only, until the reader asks for all of it."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from glmdesk.render import blocks as b
from glmdesk.typed import override
from glmdesk.ui.theme import RADIUS, colour
from glmdesk.ui.widgets.boxes.code_lines import CodeLines
from glmdesk.ui.widgets.boxes.colouring import Colouring
from glmdesk.ui.widgets.boxes.foldable import Foldable
from glmdesk.ui.widgets.boxes.kept import PanelState
from glmdesk.ui.widgets.boxes.panel import bar_height
from glmdesk.ui.widgets.boxes.voices import Voices

_PADDING: Final = 12
_SHOWN_WHOLE: Final = 30
"""Lines. Longer code is collapsed."""
_SHOWN: Final = 24
"""Lines of collapsed code: so many less that the button for the rest never stands for one or two."""


class CodeBox(Foldable):
    """One block of code. It is not collapsed while it is written, nor for whoever saw it being written."""

    scroll_bar_gap = 2

    def __init__(self, block: b.Code, voices: Voices, state: PanelState) -> None:
        self._theme = voices.style.theme
        self.bar_height = bar_height(voices.style)
        self.block = block
        self._lines = CodeLines(voices, wraps=state.wraps)
        super().__init__(
            self._lines,
            state,
            ground=self._theme.code_background,
            beside=_PADDING,
            top=self.bar_height + _PADDING,
            bottom=_PADDING,
        )
        self._show_block(0)

    def _show_block(self, kept_lines: int) -> int:
        """Show the block, whose first lines are those that are there. Return what `grow` returns."""
        block = self.block
        if not block.closed:
            self.state.is_expanded = True
        self._lines.colouring.become(block.text, block.language if block.closed else "")
        unchanged = self._show_lines(kept_lines)
        if block.closed:
            self._lines.take_colours()
        return unchanged

    def _show_lines(self, kept_lines: int) -> int:
        text = _first_lines(self.block.text, _SHOWN) if self.is_collapsed else self.block.text
        unchanged = self._lines.become(text, kept_lines, is_open=not self.block.closed)
        self._along = self.bar_height + 2 * _PADDING + (self.bar_height if self.is_foldable else 0)
        self._show_height()
        return self._top + unchanged

    @override
    def grow(self, block: b.Block, kept_parts: int, /) -> int | None:
        if not isinstance(block, b.Code) or block.language != self.block.language:
            return None
        self.block = block
        return self._show_block(kept_parts)

    @property
    def line_count(self) -> int:
        """How many lines there are, shown or not."""
        return self.block.text.count("\n") + 1

    @property
    @override
    def is_foldable(self) -> bool:
        """Whether it is long enough to be collapsed."""
        return self.block.closed and self.line_count > _SHOWN_WHOLE

    @override
    def _show_content(self) -> None:
        self._show_lines(0)

    def set_wraps(self, *, wraps: bool) -> None:
        """Break lines that are too long, or do not."""
        self.state.wraps = wraps
        self._lines.set_wraps(wraps=wraps)
        self._show_height()

    @property
    def colouring(self) -> Colouring:
        """The colours of the lines that were laid out, which may be due."""
        return self._lines.colouring

    def take_colours(self) -> None:
        """Show the colours that have been found."""
        self._lines.take_colours()

    @property
    @override
    def length(self) -> int:
        return len(self.block.text)

    @property
    @override
    def content_width(self) -> float:
        return self._lines.content_width

    @override
    def _sides_of(self, position: int) -> tuple[float, float]:
        x = self._lines.x_of(position)
        return x, x

    @property
    @override
    def room(self) -> QRectF:
        return super().room.adjusted(1, 0, -1, 0)

    @override
    def paint_frame(self, painter: QPainter, clip: QRectF) -> None:
        border, right = colour(self._theme.border), self.width - 0.5
        seen = QRectF(0, clip.top(), self.width, clip.height())
        if seen.top() < RADIUS or seen.bottom() > self.height - RADIUS:
            painter.setPen(border)
            painter.setBrush(colour(self._theme.code_background))
            # Corners that are not seen are left out: what is far away takes its time too.
            frame = QRectF(0, 0, self.width, self.height) & seen.adjusted(0, -2 * RADIUS, 0, 2 * RADIUS)
            painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        else:
            # Most of the time there are no corners, which take longer than all the rest.
            painter.fillRect(seen, colour(self._theme.code_background))
            painter.fillRect(QRectF(0, seen.top(), 1, seen.height()), border)
            painter.fillRect(QRectF(right - 0.5, seen.top(), 1, seen.height()), border)
        painter.setPen(border)
        lines = [self.bar_height, self.height - self.bar_height] if self.is_foldable else [self.bar_height]
        for line in lines:
            if seen.top() <= line <= seen.bottom():
                painter.drawLine(QPointF(0.5, line), QPointF(right, line))


def _first_lines(text: str, count: int) -> str:
    end = -1
    for _line in range(count):
        end = text.find("\n", end + 1)
    return text[:end]
