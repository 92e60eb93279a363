"""Encoded images as pixels. What is decoded here is hostile: it is bounded before a decoder sees it."""

import math
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader, Qt

from glmdesk.domain.image import EncodedImage, damaged, too_many_pixels

MOST_PIXELS: Final = 40_000_000
"""Of an image as it comes. A decoder holds them all for a moment, each in four bytes or in eight."""

_MOST_KEPT: Final = 8_000_000
"""Pixels of the screen, each in four bytes. Ten times what fills the column at its usual shape."""

_MOST_SCANS: Final = 64
"""How often a JPEG may go through all its pixels. Cameras and libraries do it up to ten times; a hostile one
of ten megabytes could do it so often that it takes an hour."""

_MOST_SIZES: Final = 2
"""Of one image on the screen at once: in a paragraph and in a table, say. To make another takes some 5 ms."""

_SCAN: Final = b"\xff\xda"


@dataclass(eq=False, slots=True)
class Picture:
    """An image that was decoded, and the size that it has by itself."""

    image: QImage
    size: QSize
    _scaled: dict[tuple[int, int], QImage] = field(default_factory=dict[tuple[int, int], QImage])

    def in_size(self, size: QSize) -> QImage:
        """Return it in so many pixels; that is kept for as long as the picture is."""
        if size == self.image.size():
            return self.image
        key = size.width(), size.height()
        if key not in self._scaled:
            if len(self._scaled) == _MOST_SIZES:
                del self._scaled[next(iter(self._scaled))]
            self._scaled[key] = self.image.scaled(
                size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        return self._scaled[key]


class Decoder:
    """Decodes one image, once: its first frame, turned as the camera was held.

    `read` may run in a thread: it imports nothing and makes no types, and leaves the interpreter to others
    while it works.
    """

    def __init__(self, encoded: EncodedImage, width: int | None = None) -> None:
        """Take an image to be shown not wider than so many pixels of the screen; None: in its own size.

        Raises ImageNotLoaded.
        """
        if encoded.data.count(_SCAN) > _MOST_SCANS and encoded.format == "jpeg":
            raise damaged()
        QImageReader.setAllocationLimit(MOST_PIXELS * 8 // 2**20 + 1)
        self._buffer = QBuffer()
        self._buffer.setData(QByteArray(encoded.data))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._reader = QImageReader(self._buffer, encoded.format.encode())
        self._reader.setAutoDetectImageFormat(False)
        self._reader.setAutoTransform(True)
        size = self._reader.size()
        if not size.isValid() or size.isEmpty():
            raise damaged()
        if size.width() * size.height() > MOST_PIXELS:
            raise too_many_pixels(size.width() * size.height(), MOST_PIXELS)
        turned = self._reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90
        self._size = size.transposed() if turned else size
        if width is not None:
            fitting = fitted(self._size, width, pixels=_MOST_KEPT)
            self._reader.setScaledSize(fitting.transposed() if turned else fitting)

    def read(self) -> QImage:
        """Return the pixels; nothing where they cannot be read."""
        return self._reader.read()

    def picture(self, image: QImage) -> Picture:
        """Return what was read as a picture. Raises ImageNotLoaded."""
        if image.isNull():
            raise damaged()
        return Picture(image, self._size)


def fitted(size: QSize, width: float, *, height: float = math.inf, pixels: float = math.inf) -> QSize:
    """Return the largest size, but not above its own, in which an image keeps within bounds."""
    area = size.width() * size.height()
    share = min(1.0, width / size.width(), height / size.height(), math.sqrt(pixels / area))
    return QSize(max(1, round(size.width() * share)), max(1, round(size.height() * share)))
