"""What a person wrote. A long text, which mostly was pasted, shows its beginning until all is asked for."""

import math
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QPointF

from glmdesk.render import blocks as b
from glmdesk.render.runs import Run
from glmdesk.typed import override
from glmdesk.ui.widgets.boxes.box import Box, Visitor
from glmdesk.ui.widgets.boxes.flow_box import FlowBox
from glmdesk.ui.widgets.boxes.foldable import Broken
from glmdesk.ui.widgets.boxes.kept import PanelState
from glmdesk.ui.widgets.boxes.panel import bar_height
from glmdesk.ui.widgets.boxes.voices import Voices

MOST_SHOWN: Final = 2_000
"""Characters. A longer text is collapsed: a question that somebody types is shorter."""
_MOST_LINES: Final = 20
_SHOWN: Final = (12, 1_000)
"""Lines, and characters: so many less that the button for the rest never stands for a line or two."""


class WrittenBox(Broken):
    """One text, with a button below it where there is more than is shown."""

    def __init__(self, block: b.Written, voices: Voices, state: PanelState) -> None:
        self.block = block
        self.bar_height = bar_height(voices.style)
        self._flow = FlowBox((), voices.text)
        super().__init__(self._flow, state, bottom=self.bar_height if _is_long(block.text) else 0)
        self._show_content()

    @property
    @override
    def length(self) -> int:
        return len(self.block.text)

    @property
    @override
    def is_foldable(self) -> bool:
        return self._along > 0

    @property
    @override
    def natural_width(self) -> float:
        # The lines that are not shown may be longer, and the button needs its room.
        return math.inf if self.is_foldable else super().natural_width

    @override
    def _show_content(self) -> None:
        text = _beginning(self.block.text) if self.is_collapsed else self.block.text
        self._flow.become((Run(text),))

    @override
    def panels(self, top: float, bottom: float, /) -> Iterator[tuple[int, Box, QPointF]]:
        return super().panels(top, bottom) if self.is_foldable else iter(())

    @override
    def visit(self, position: int, act: Visitor, /) -> bool:
        return self.is_foldable and super().visit(position, act)


def _is_long(text: str) -> bool:
    return len(text) > MOST_SHOWN or text.count("\n") >= _MOST_LINES


def _beginning(text: str) -> str:
    """Return the first lines of a long text, or the first words of a long line."""
    lines, characters = _SHOWN
    end = -1
    for _line in range(lines):
        end = text.find("\n", end + 1, characters)
        if end < 0:
            cut = text.rfind(" ", characters // 2, characters)
            return text[: cut if cut > 0 else characters]
    return text[:end]
