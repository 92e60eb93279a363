"""Outlines of characters that the font of formulas lacks, from the font of the text: Chinese above all."""

from collections import OrderedDict
from typing import Final

from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath

from glmdesk.render.outlines import Command, CurveTo, LineTo, MoveTo, Outline

# Pixels. Large enough for whatever hinting there is not to be seen.
_SIZE: Final = 512
_MAX_KEPT: Final = 4_000
"""Characters; a kilobyte or two each."""


class TextOutlines:
    """An `OutlineSource` for one font. It knows what it has learnt.

    `learn` is for Qt's own thread, `outline` for any.
    """

    def __init__(self, font: QFont) -> None:
        self._font = QFont(font)
        self._font.setPixelSize(_SIZE)
        self._font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        self._metrics = QFontMetricsF(self._font)
        self._known: OrderedDict[str, Outline | None] = OrderedDict()

    def learn(self, text: str) -> None:
        """Draw the characters of a formula that are not ASCII; to be called before it is set."""
        for character in set(text):
            if not character.isascii():
                self._known[character] = self._known.pop(character, None) or self._drawn(character)
        while len(self._known) > _MAX_KEPT:
            self._known.popitem(last=False)

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
        return Outline(_commands(path), self._metrics.horizontalAdvance(character) / _SIZE)


def _commands(path: QPainterPath) -> tuple[Command, ...]:
    elements = [path.elementAt(number) for number in range(path.elementCount())]
    points = [(element.x / _SIZE, -element.y / _SIZE) for element in elements]
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
