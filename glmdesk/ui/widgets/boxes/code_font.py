"""How code is set: lines of one height, and a colour for each kind of code."""

import math
from typing import Final

from PySide6.QtGui import QColor, QFontMetricsF, QTextCharFormat

from glmdesk.render.highlight import Kind
from glmdesk.ui.theme import Theme

_LINE_HEIGHT: Final = 1.4
_TAB: Final = 4
"""Letters."""


class CodeFont:
    """What all lines of code have in common."""

    def __init__(self, metrics: QFontMetricsF, theme: Theme) -> None:
        self.line_height = round(metrics.height() * _LINE_HEIGHT)
        self.baseline = (self.line_height - metrics.height()) / 2 + metrics.ascent()
        self._advance = metrics.horizontalAdvance("0")
        self._wide_advance = metrics.horizontalAdvance("中")
        self.formats = {kind: _format(theme, kind) for kind in Kind if kind is not Kind.PLAIN}

    def width_of(self, lines: str) -> float:
        """Return the width of the longest of some lines, quickly; it is nearly right."""
        if lines.isascii() and "\t" not in lines:
            return max(map(len, lines.split("\n"))) * self._advance
        return max(map(self._width_of_line, lines.split("\n")))

    def height_of(self, lines: str, width: float | None) -> int:
        """Return the height of some lines: a guess where they are broken at a width, else what it is."""
        count = lines.count("\n") + 1
        if width is not None and self.width_of(lines) > width:
            count = sum(max(1, math.ceil(self.width_of(line) / max(width, 1))) for line in lines.split("\n"))
        return count * self.line_height

    def _width_of_line(self, line: str) -> float:
        if "\t" in line:
            line = line.expandtabs(_TAB)
        # Of what is not ASCII, most takes three bytes and is as wide as Chinese characters are.
        wide = 0 if line.isascii() else (len(line.encode(errors="replace")) - len(line)) // 2
        return (len(line) - wide) * self._advance + wide * self._wide_advance


def _format(theme: Theme, kind: Kind) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour_of(theme, kind)))
    return made


def colour_of(theme: Theme, kind: Kind) -> str:
    """Return the colour of a kind of code."""
    return {
        Kind.PLAIN: theme.text,
        Kind.KEYWORD: theme.keyword,
        Kind.STRING: theme.string,
        Kind.NUMBER: theme.number,
        Kind.COMMENT: theme.comment,
        Kind.FUNCTION: theme.function,
        Kind.TYPE: theme.type,
    }[kind]
