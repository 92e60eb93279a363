"""Formulas beside a text: how large their font must be, and what it lacks, drawn from the text's font."""

from collections import OrderedDict
from typing import Final

from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath

from glmdesk.render.outlines import Command, CurveTo, LineTo, MoveTo, Outline

# Pixels. Large enough for whatever hinting there is not to be seen.
_SIZE: Final = 512
# Em. How high the small and the capital letters of STIX Two Math are.
_X_HEIGHT: Final = 0.467
_CAP_HEIGHT: Final = 0.657
# For a font that tells nonsense of its letters.
_LEAST_SCALE, _MOST_SCALE = 0.9, 1.3
_MAX_KEPT: Final = 4_000
"""Characters; a kilobyte or two each."""


def formula_scale(font: QFont) -> float:
    """Return how many times as large as a font that of formulas is whose letters look as large."""
    metrics = QFontMetricsF(_enlarged(font))
    small, capital = metrics.xHeight() / _X_HEIGHT, metrics.capHeight() / _CAP_HEIGHT
    return min(max((small + capital) / 2 / _SIZE, _LEAST_SCALE), _MOST_SCALE)


def _enlarged(font: QFont) -> QFont:
    large = QFont(font)
    large.setPixelSize(_SIZE)
    large.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return large


class TextOutlines:
    """Characters of one font as outlines, as large in formulas as in the text. It knows what it has learnt.

    `learn` is for Qt's own thread, `outline` for any.
    """

    def __init__(self, font: QFont) -> None:
        self._font = _enlarged(font)
        self._metrics = QFontMetricsF(self._font)
        self._em = _SIZE * formula_scale(font)
        """Of formulas, where the font is as large as here."""
        self._known: OrderedDict[str, Outline | None] = OrderedDict()

    def learn(self, text: str) -> bool:
        """Draw the characters of a formula that are not ASCII; to be called before it is set.

        Return whether any of them was new.
        """
        before = len(self._known)
        for character in set(text):
            if not character.isascii():
                self._known[character] = self._known.pop(character, None) or self._drawn(character)
        is_more = len(self._known) > before
        while len(self._known) > _MAX_KEPT:
            self._known.popitem(last=False)
        return is_more

    def outline(self, character: str) -> Outline | None:
        """Return the outline of a character that was learnt; None when no font has it."""
        return self._known.get(character)

    def _drawn(self, character: str) -> Outline | None:
        if not self._metrics.inFontUcs4(ord(character)):
            return None
        path = QPainterPath()
        path.addText(0, 0, self._font, character)
        if path.isEmpty() and not character.isspace():
            # A picture in colours.
            return None
        return Outline(_commands(path, self._em), self._metrics.horizontalAdvance(character) / self._em)


def _commands(path: QPainterPath, em: float) -> tuple[Command, ...]:
    elements = [path.elementAt(number) for number in range(path.elementCount())]
    points = [(element.x / em, -element.y / em) for element in elements]
    commands: list[Command] = []
    for number, element in enumerate(elements):
        match element.type:
            case QPainterPath.ElementType.MoveToElement:
                commands.append(MoveTo(*points[number]))
            case QPainterPath.ElementType.LineToElement:
                commands.append(LineTo(*points[number]))
            case QPainterPath.ElementType.CurveToElement:
                commands.append(CurveTo(*points[number], *points[number + 1], *points[number + 2]))
            case QPainterPath.ElementType.CurveToDataElement:
                # The other two points of the curve before.
                pass
    return tuple(commands)
