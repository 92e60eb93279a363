"""Icons: drawings in one colour from `resources/icons`, coloured for the theme."""

from itertools import pairwise
from pathlib import Path
from typing import cast

from PySide6.QtCore import QByteArray, QRectF, QSize
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_SIZE = 20
_SCALES = (1.0, 1.5, 2.0, 3.0)
# A screen that comes later may be dense, too.
_ALWAYS = (1.0, 2.0)
_TRANSPARENT = QColor(0, 0, 0, 0)


class Icons:
    """Makes icons of a colour from drawings that say `currentColor`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, str, bool, float], QIcon] = {}

    def logo(self) -> QIcon:
        """Return the program's own icon."""
        return QIcon(str(self._folder / "glmdesk.svg"))

    def drawn_for_panel(self, name: str) -> QIcon:
        """Return a drawing for the panel of the desktop, in its own colours."""
        return QIcon(str(self._folder / "tray" / f"{name}.svg"))

    def icon(self, name: str, colour: str, *, is_disabled: bool = False) -> QIcon:
        """Return the drawing `name` in a colour. Raises FileNotFoundError for a name that has no drawing.

        On a button that cannot be pressed Qt takes another colour, in the dark the same one for all; one that
        `is_disabled` keeps its own.
        """
        ratio = cast("QGuiApplication", QGuiApplication.instance()).devicePixelRatio()
        key = (name, colour, is_disabled, ratio)
        if key not in self._made:
            drawing = (self._folder / f"{name}.svg").read_text(encoding="utf-8")
            mode = QIcon.Mode.Disabled if is_disabled else QIcon.Mode.Normal
            self._made[key] = _rendered(drawing.replace("currentColor", colour), ratio, mode)
        return self._made[key]


def _scales(ratio: float) -> set[float]:
    """Return how many pixels a point may have where the densest screen has `ratio`."""
    return {*_ALWAYS, *(scale for below, scale in pairwise((0.0, *_SCALES)) if below < ratio)}


def _rendered(drawing: str, ratio: float, mode: QIcon.Mode) -> QIcon:
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    icon = QIcon()
    for scale in sorted(_scales(ratio)):
        side = round(_SIZE * scale)
        pixmap = QPixmap(QSize(side, side))
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(_TRANSPARENT)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, _SIZE, _SIZE))
        painter.end()
        icon.addPixmap(pixmap, mode)
    return icon
