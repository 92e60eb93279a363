"""A formula on lines of its own."""

from PySide6.QtGui import Qt, QTextOption

from glmdesk.render import blocks as b
from glmdesk.render.runs import Run
from glmdesk.typed import override
from glmdesk.ui.widgets.boxes.text_box import TextBox, text_option
from glmdesk.ui.widgets.boxes.voices import Voices


class MathBox(TextBox):
    """A formula in the middle of the column; its source until it is set, and where it cannot be."""

    unbroken_share = 1.0

    def __init__(self, block: b.Math, voices: Voices) -> None:
        # What is not finished is not set.
        formula = b.MathSpan(block.tex, display=True) if block.closed else None
        super().__init__((Run(block.source, formula=formula),), voices.source)

    @override
    def _option(self) -> QTextOption:
        side = Qt.AlignmentFlag.AlignHCenter if self._pieces else Qt.AlignmentFlag.AlignLeft
        return text_option(self._voice.tab_stop, side, is_from_right=False)
