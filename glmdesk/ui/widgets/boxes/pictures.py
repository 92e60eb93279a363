"""Formulas as they are painted."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple

from PySide6.QtCore import QByteArray, QPointF, QRectF
from PySide6.QtGui import QFont, QPainter, Qt
from PySide6.QtSvg import QSvgRenderer

from glmdesk.render.blocks import MathSpan
from glmdesk.render.drawing import Drawing, Part
from glmdesk.ui.glyphs import formula_scale
from glmdesk.ui.models.formulas import Formulas

_MOST_KEPT: Final = 256
"""Pictures; 60 kB each. One takes 0.2 ms to be made anew, and a third of that to be painted."""

_LEAST_SHARE: Final = 0.6
"""Of its size. A formula that would have to be smaller still to fit cannot be read."""


class Figure(NamedTuple):
    """A formula, or a part of it, that stands in a line. Lengths are in pixels."""

    formula: MathSpan
    width: float
    above: float
    """How high it is above the baseline."""
    below: float
    left: float
    """How much of the formula is to the left of it."""
    picture: QRectF
    """All of the formula, when its baseline begins at the origin."""

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

    def figures(self, formula: MathSpan, em: float, room: float, unbroken: float) -> tuple[Figure, ...]:
        """Return a formula in figures of which each fits into so many pixels; none where its source is shown.

        `em` is that of the font of formulas, in pixels. What is not wider than `unbroken` stays in one piece.
        """
        drawing = self._formulas.find(formula)
        if drawing is None:
            return ()
        parts = _parts(drawing, room / em, unbroken / em)
        if not parts:
            return ()
        em *= min(1.0, room / (em * max(part.width for part in parts)))
        whole = drawing.whole
        picture = QRectF(0, -whole.above * em, whole.width * em, (whole.above + whole.below) * em)
        lefts = accumulate((part.width * em for part in parts), initial=0.0)
        return tuple(
            Figure(formula, part.width * em, part.above * em, part.below * em, left, picture)
            for part, left in zip(parts, lefts, strict=False)
        )

    def unknown(self, formulas: Iterable[MathSpan | None]) -> set[MathSpan]:
        """Return which of some formulas are still to be set."""
        return {formula for formula in formulas if formula and not self._formulas.knows(formula)}

    def ask(self, formulas: Iterable[MathSpan]) -> None:
        """Ask once more for formulas, now that they are seen."""
        for formula in formulas:
            self._formulas.find(formula)

    def paint(self, painter: QPainter, figure: Figure, point: QPointF, colour: str) -> bool:
        """Paint a figure whose baseline begins at a point.

        Return False when the formula is not known any more; then it is asked for.
        """
        picture = self._picture(figure.formula, colour)
        if picture is None:
            return False
        point = _on_pixel(painter, point)
        is_part = figure.width < figure.picture.width()
        if is_part:
            painter.save()
            painter.setClipRect(figure.at(point), Qt.ClipOperation.IntersectClip)
        picture.render(painter, figure.picture.translated(point - QPointF(figure.left, 0)))
        if is_part:
            painter.restore()
        return True

    def _picture(self, formula: MathSpan, colour: str) -> QSvgRenderer | None:
        key = (formula, colour)
        picture = self._made.pop(key, None)
        if picture is None:
            drawing = self._formulas.find(formula)
            if drawing is None:
                return None
            picture = QSvgRenderer(QByteArray(drawing.svg(colour).encode()))
        self._made[key] = picture
        if len(self._made) > _MOST_KEPT:
            self._made.popitem(last=False)
        return picture


def _parts(drawing: Drawing, room: float, unbroken: float) -> Sequence[Part]:
    """Return a drawing in parts of which each fits, or could be made to; none if one would be too small."""
    if drawing.whole.width <= unbroken:
        return (drawing.whole,)
    by_relations = _by_relations(drawing.parts)
    if max(part.width for part in by_relations) <= room:
        return by_relations
    widest = max(part.width for part in drawing.parts)
    return drawing.parts if widest * _LEAST_SHARE <= room else ()


def _by_relations(parts: Iterable[Part]) -> Sequence[Part]:
    """Return parts joined to such as begin with a relation."""
    joined: list[Part] = []
    for part in parts:
        if not joined or part.begins_with_relation:
            joined.append(part)
            continue
        before = joined[-1]
        joined[-1] = before._replace(
            width=before.width + part.width,
            above=max(before.above, part.above),
            below=max(before.below, part.below),
        )
    return joined


def _on_pixel(painter: QPainter, point: QPointF) -> QPointF:
    """Return a point as high as letters are painted whose baseline it is on: whole pixels of the screen."""
    transform = painter.deviceTransform()
    return QPointF(point.x(), (round(transform.map(point).y()) - transform.dy()) / transform.m22())
