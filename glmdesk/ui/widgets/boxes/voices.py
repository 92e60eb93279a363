"""The fonts of a message, and what is written in them looks like."""

import math
from collections.abc import Iterable
from functools import cached_property
from typing import Final

from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QTextCharFormat

from glmdesk.render.runs import Run
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.images import Images
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.boxes.code_font import CodeFont
from glmdesk.ui.widgets.boxes.pictures import Figure, Pictures
from glmdesk.ui.widgets.boxes.plates import Plate, Plates
from glmdesk.ui.widgets.quotes import narrow_format

TAB: Final = 4
"""Letters."""

BLANK: Final = "i"
"""Stands in a text where something is drawn. Lines break around it as they do around a word."""

_HEADING_SCALE: Final = (1.55, 1.32, 1.16, 1.06, 1.0, 0.95)
_PLAIN: Final = Run("").look
_TRANSPARENT: Final = QColor(0, 0, 0, 0)


class Voice:
    """One font with what it looks like in the theme."""

    def __init__(self, style: Style, font: QFont, pictures: Pictures, plates: Plates) -> None:
        self.style = style
        self.font = font
        self.pictures = pictures
        self.plates = plates
        self.metrics = QFontMetricsF(font)
        self.tab_stop = TAB * self.metrics.horizontalAdvance("0")
        self._formats: dict[tuple[bool | str, ...], QTextCharFormat] = {}
        self._metrics: dict[tuple[bool | str, ...], QFontMetricsF] = {}
        self.selection = QTextCharFormat()
        self.selection.setBackground(QColor(style.theme.selection))
        # Links and code have colours that cannot be read on this background.
        self.selection.setForeground(QColor(style.theme.text))
        self.latin_quotes = narrow_format(style.text)

    @cached_property
    def _formula_em(self) -> float:
        return QFontInfo(self.font).pixelSize() * self.pictures.scale

    def line(self, line_height: float) -> tuple[int, int]:
        """Return the height of a line that is so many times as high as its letters, and its baseline.

        There is room in it for Chinese, whose letters come from another font and are higher.
        """
        height = math.ceil(self.metrics.height() * line_height)
        return height, math.ceil((height - self.metrics.height()) / 2 + self.metrics.ascent())

    def figures(self, run: Run, room: float, unbroken: float) -> tuple[Figure, ...] | tuple[Plate]:
        """Return what is drawn in place of a run, in figures of which each fits into so many pixels.

        Nothing where its characters are shown. A formula that is wider than `unbroken` is broken.
        """
        if run.image is not None:
            return (self.plates.plate(run.image, room),)
        if run.formula is None:
            return ()
        return self.pictures.figures(run.formula, self._formula_em, room, unbroken)

    def width(self, runs: Iterable[Run]) -> float:
        """Return about how wide the longest line of a text is."""
        widest = width = 0.0
        for run in runs:
            if figures := self.figures(run, math.inf, math.inf):
                width += figures[0].width
                continue
            for number, line in enumerate(run.text.split("\n")):
                if number:
                    widest, width = max(widest, width), 0.0
                width += self.metrics_of(run).horizontalAdvance(line)
        return max(widest, width)

    def metrics_of(self, run: Run) -> QFontMetricsF:
        """Return how wide the characters of a run are."""
        look = run.look
        if look == _PLAIN:
            return self.metrics
        if look not in self._metrics:
            self._metrics[look] = QFontMetricsF(self._made(run).font())
        return self._metrics[look]

    def colour(self, run: Run) -> str:
        """Return the colour of a run."""
        theme = self.style.theme
        if run.href:
            return theme.link
        return theme.muted if run.muted else theme.text

    def blank(self, width: float) -> QTextCharFormat:
        """Return what makes a `BLANK` so many pixels wide."""
        font = QFont(self.font)
        spacing = width - self.metrics.horizontalAdvance(BLANK)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing)
        made = QTextCharFormat()
        made.setFont(font)
        made.setForeground(_TRANSPARENT)
        return made

    def format(self, run: Run) -> QTextCharFormat | None:
        """Return how the characters of a run look, or None where they look like any text."""
        look = run.look
        if look == _PLAIN:
            return None
        if look not in self._formats:
            self._formats[look] = self._made(run)
        return self._formats[look]

    def _made(self, run: Run) -> QTextCharFormat:
        made = QTextCharFormat()
        font = QFont(self.font)
        if run.bold:
            font.setWeight(QFont.Weight.Bold)
        font.setItalic(run.italic)
        font.setStrikeOut(run.struck)
        if run.code:
            font.setFamilies(self.style.code.families())
            font.setStyleHint(QFont.StyleHint.Monospace)
            made.setBackground(QColor(self.style.theme.code_header))
        if run.raised:
            made.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
        colour = self.colour(run)
        if colour != self.style.theme.text:
            made.setForeground(QColor(colour))
        # Brackets and colour show that a raised mark leads somewhere; a line would be struck through letters.
        font.setUnderline(bool(run.href) and not run.raised)
        made.setFont(font)
        return made


class Voices:
    """Every voice that a style has, made once for all messages."""

    def __init__(self, style: Style, formulas: Formulas, images: Images, icons: Icons) -> None:
        self.style = style
        self._pictures = Pictures(formulas, style.text)
        self.plates = Plates(images, icons, style)
        self.text = self._voice(style.text)
        self.bold = self._voice(_weighted(style.text, 1.0))
        self.code = self._voice(style.code)
        self.code_font = CodeFont(self.code.metrics, style.theme)
        self.source = self._voice(_resized(style.code, style.text.pointSizeF()))
        """For what is shown as its source in the place of a text."""
        self.headings = tuple(self._voice(_weighted(style.text, scale)) for scale in _HEADING_SCALE)
        """By level, from 1 to 6."""

    def _voice(self, font: QFont) -> Voice:
        return Voice(self.style, font, self._pictures, self.plates)


def _weighted(font: QFont, scale: float) -> QFont:
    heavy = _resized(font, font.pointSizeF() * scale)
    heavy.setWeight(QFont.Weight.DemiBold)
    return heavy


def _resized(font: QFont, size_pt: float) -> QFont:
    made = QFont(font)
    made.setPointSizeF(size_pt)
    return made
