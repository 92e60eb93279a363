"""Boxes on paper."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from glmdesk.ui import theme
from glmdesk.ui.widgets.boxes.box import Box, Marked

EVERYTHING = float("inf")


def laid_out(box: Box, width: int = 600) -> Box:
    """Return a box of which everything is laid out."""
    box.set_width(width)
    box.lay_out(0, EVERYTHING, 0)
    return box


def drawn(box: Box, width: int = 600, marked: Marked = None) -> QImage:
    """Return a box as it looks."""
    laid_out(box, width)
    image = QImage(width, max(1, box.height), QImage.Format.Format_RGB32)
    image.fill(QColor(theme.LIGHT.page))
    painter = QPainter(image)
    box.paint(painter, QRectF(image.rect()), marked)
    painter.end()
    return image


def ink(image: QImage) -> set[tuple[int, int]]:
    """Return the pixels that are not of the page."""
    page = QColor(theme.LIGHT.page).rgb()
    size = image.size()
    return {(x, y) for x in range(size.width()) for y in range(size.height()) if image.pixel(x, y) != page}
