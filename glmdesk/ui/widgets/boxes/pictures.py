"""Formulas as they are painted."""

from collections import OrderedDict
from collections.abc import Iterable
from functools import cached_property
from typing import Final, NamedTuple

from PySide6.QtCore import QByteArray, QPointF, QRectF
from PySide6.QtGui import QFont, QPainter
from PySide6.QtSvg import QSvgRenderer

from glmdesk.render.blocks import MathSpan
from glmdesk.ui.glyphs import formula_scale
from glmdesk.ui.models.formulas import Formulas

_MOST_KEPT: Final = 256
"""Pictures; 60 kB each. One takes 0.2 ms to be made anew, and a third of that to be painted."""

_LEAST_SHARE: Final = 0.6
"""Of its size. A formula that would have to be smaller still to fit cannot be read."""


class Figure(NamedTuple):
    """A formula with its size in a text, in pixels."""

    formula: MathSpan
    width: float
    above: float
    """How high it is above the baseline."""
    below: float

    def at(self, point: QPointF) -> QRectF:
        """Return where it is when its baseline begins at a point."""
        return QRectF(point.x(), point.y() - self.above, self.width, self.above + self.below)


class Pictures:
    """Paints formulas."""

    def __init__(self, formulas: Formulas, font: QFont) -> None:
        self._formulas = formulas
        self._font = font
        self._made: OrderedDict[tuple[MathSpan, str], QSvgRenderer] = OrderedDict()
        """The least used first."""

    @cached_property
    def scale(self) -> float:
        """How many times as large as the text the font of formulas is."""
        return formula_scale(self._font)

    def figure(self, formula: MathSpan, em: float, room: float) -> Figure | None:
        """Return a formula in a size that fits into so many pixels; None while it is to be its source.

        `em` is that of the font of formulas, in pixels.
        """
        drawing = self._formulas.find(formula)
        if drawing is None:
            return None
        share = min(1.0, room / (drawing.width * em))
        if share < _LEAST_SHARE:
            return None
        em *= share
        return Figure(
            formula, drawing.width * em, drawing.baseline * em, (drawing.height - drawing.baseline) * em
        )

    def unknown(self, formulas: Iterable[MathSpan | None]) -> set[MathSpan]:
        """Return which of some formulas are still to be set."""
        return {formula for formula in formulas if formula and not self._formulas.knows(formula)}

    def ask(self, formulas: Iterable[MathSpan]) -> None:
        """Ask once more for formulas, now that they are seen."""
        for formula in formulas:
            self._formulas.find(formula)

    def paint(self, painter: QPainter, figure: Figure, point: QPointF, colour: str) -> bool:
        """Paint a formula whose baseline begins at a point.

        Return False when it is not known any more; then it is asked for.
        """
        key = (figure.formula, colour)
        picture = self._made.pop(key, None)
        if picture is None:
            drawing = self._formulas.find(figure.formula)
            if drawing is None:
                return False
            picture = QSvgRenderer(QByteArray(drawing.svg(colour).encode()))
        self._made[key] = picture
        if len(self._made) > _MOST_KEPT:
            self._made.popitem(last=False)
        picture.render(painter, figure.at(_on_pixel(painter, point)))
        return True


def _on_pixel(painter: QPainter, point: QPointF) -> QPointF:
    """Return a point as high as letters are painted whose baseline it is on: whole pixels of the screen."""
    transform = painter.deviceTransform()
    scale = transform.m22()
    return QPointF(point.x(), (round(transform.map(point).y()) - transform.dy()) / scale)
