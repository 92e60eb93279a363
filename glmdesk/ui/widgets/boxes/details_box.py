"""A line that says what there is, and below it, if the reader asks for that, what it is."""

from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from glmdesk.render import blocks as b
from glmdesk.render.runs import flat_blocks
from glmdesk.typed import override
from glmdesk.ui.theme import RADIUS, colour
from glmdesk.ui.widgets.boxes.box import Box, Visitor
from glmdesk.ui.widgets.boxes.foldable import Broken
from glmdesk.ui.widgets.boxes.inset import Inset
from glmdesk.ui.widgets.boxes.kept import PanelState
from glmdesk.ui.widgets.boxes.stack import Stack
from glmdesk.ui.widgets.boxes.summary_box import SummaryBox
from glmdesk.ui.widgets.boxes.voices import Voices

_PADDING: Final = 8
ARROW: Final = 18
"""Pixels beside the summary, for the arrow that shows whether what is below it is shown."""
_GAP: Final = 10


class DetailsBox(Broken):
    """The summary is always shown."""

    def __init__(
        self, block: b.Details, voices: Voices, state: PanelState, make_blocks: Callable[[b.Blocks], Box]
    ) -> None:
        self._theme = voices.style.theme
        self.block = block
        self._parts = _Parts(block, voices, make_blocks)
        super().__init__(self._parts, state, beside=_PADDING, top=_PADDING, bottom=_PADDING)
        self._show_content()

    @override
    def grow(self, block: b.Block, _kept_parts: int, /) -> int | None:
        if not isinstance(block, b.Details):
            return None
        self.block = block
        self._parts.show(block)
        self._show_height()
        return 0

    @property
    @override
    def length(self) -> int:
        return len(self.block.summary) + 1 + len(flat_blocks(self.block.blocks))

    @property
    @override
    def is_foldable(self) -> bool:
        return True

    @property
    def summary_height(self) -> int:
        """The height of the line and the room around it."""
        return self._parts.summary_height + 2 * _PADDING

    @override
    def _show_content(self) -> None:
        self._parts.become(1 if self.is_collapsed else 2)

    @override
    def panels(self, top: float, bottom: float, /) -> Iterator[tuple[int, Box, QPointF]]:
        yield 0, self, QPointF()
        corner = QPointF(self._left, self._top)
        for position, panel, place in self.inner.panels(top - self._top, bottom - self._top):
            yield position, panel, place + corner

    @override
    def visit(self, position: int, act: Visitor, /) -> bool:
        if position > len(self.block.summary) and self.inner.visit(position, act):
            self._show_height()
            return True
        return super().visit(position, act)

    @override
    def reveal(self, position: int) -> None:
        if position > self.inner.length:
            self.set_expanded(is_expanded=True)
        self.inner.reveal(position)
        self._show_height()

    @override
    def paint_frame(self, painter: QPainter, clip: QRectF) -> None:
        painter.setPen(colour(self._theme.border))
        painter.setBrush(colour(self._theme.code_background))
        frame = QRectF(0, 0, self.width, self.height)
        painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


class _Parts(Stack):
    """The summary, and what it stands for."""

    def __init__(self, block: b.Details, voices: Voices, make_blocks: Callable[[b.Blocks], Box]) -> None:
        super().__init__(gap=_GAP)
        self._block = block
        self._voices = voices
        self._make_blocks = make_blocks
        self._details: Box | None = None

    def become(self, count: int) -> None:
        """Show the summary only, or both."""
        if count == 1:
            self._details = None
        self._resize(min(count, len(self)), count)

    def show(self, block: b.Details) -> None:
        """Show details that go on from those shown; what has not changed keeps its layout."""
        self._block = block
        if self._details is not None:
            self._details.grow(block, 0)
        self._resize(0, len(self))

    @property
    def summary_height(self) -> int:
        """The height of the summary."""
        return self._heights[0] - self._gap

    @override
    def _make(self, index: int) -> Box:
        if index:
            if self._details is None:
                self._details = self._make_blocks(self._block.blocks)
            return self._details
        return Inset(SummaryBox(self._block.summary, self._voices), before=ARROW)

    @override
    def _guess(self, index: int, width: float) -> int:
        box = self._boxes[index] = self._make(index)
        box.set_width(width)
        return box.height

    @override
    def _length_of(self, index: int) -> int:
        return len(flat_blocks(self._block.blocks)) if index else len(self._block.summary)
