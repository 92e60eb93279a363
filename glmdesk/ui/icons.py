"""Icons: drawings in one colour from `resources/icons`, coloured for the theme."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_SIZE = 20
_SCALES = (1.0, 1.5, 2.0, 3.0)
_TRANSPARENT = QColor(0, 0, 0, 0)


class Icons:
    """Makes icons of a colour from drawings that say `currentColor`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, str], QIcon] = {}

    def logo(self) -> QIcon:
        """Return the program's own icon."""
        return QIcon(str(self._folder / "glmdesk.svg"))

    def icon(self, name: str, colour: str) -> QIcon:
        """Return the drawing `name` in a colour. Raises FileNotFoundError for a name that has no drawing."""
        key = (name, colour)
        if key not in self._made:
            drawing = (self._folder / f"{name}.svg").read_text(encoding="utf-8")
            self._made[key] = _rendered(drawing.replace("currentColor", colour))
        return self._made[key]


def _rendered(drawing: str) -> QIcon:
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    icon = QIcon()
    for scale in _SCALES:
        side = round(_SIZE * scale)
        pixmap = QPixmap(QSize(side, side))
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(_TRANSPARENT)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, _SIZE, _SIZE))
        painter.end()
        icon.addPixmap(pixmap)
    return icon
