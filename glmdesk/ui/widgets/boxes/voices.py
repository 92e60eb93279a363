"""The fonts of a message."""

from typing import Final

from PySide6.QtGui import QFont

from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.boxes.text_box import Voice

_HEADING_SCALE: Final = (1.55, 1.32, 1.16, 1.06, 1.0, 0.95)


class Voices:
    """Every voice that a style has, made once for all messages."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.text = Voice(style, style.text)
        self.bold = Voice(style, _weighted(style.text, 1.0))
        self.code = Voice(style, style.code)
        self.headings = tuple(Voice(style, _weighted(style.text, scale)) for scale in _HEADING_SCALE)
        """By level, from 1 to 6."""


def _weighted(font: QFont, scale: float) -> QFont:
    heavy = QFont(font)
    heavy.setPointSizeF(font.pointSizeF() * scale)
    heavy.setWeight(QFont.Weight.DemiBold)
    return heavy
