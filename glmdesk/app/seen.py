"""Images as models see them: PNG or JPEG, and not too large; others are made so."""

import asyncio
from pathlib import PurePath
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage, QImageWriter, Qt

from glmdesk.chat.attached import MOST_IMAGE_BYTES, MOST_IMAGE_SIDE
from glmdesk.domain.errors import ImageNotLoaded
from glmdesk.domain.image import EncodedImage, damaged, recognised
from glmdesk.ui.decoding import Decoder, fitted

_SEEN: Final = ("png", "jpeg")
_QUALITY: Final = 90
_TRIES: Final = 4


async def as_seen(name: str, content: bytes) -> tuple[str, bytes] | None:
    """Return an image as models see it, under the name it has then; None for what is no image.

    Raises ImageNotLoaded for one that is damaged or has too many pixels.
    """
    try:
        encoded = recognised(content)
    except ImageNotLoaded:
        return None
    if encoded.format == "bmp" and b"\0" not in content:
        # A text may begin like one.
        return None
    decoder = Decoder(encoded)
    image = await asyncio.to_thread(decoder.read)
    if image.isNull():
        raise damaged()
    is_small = len(content) <= MOST_IMAGE_BYTES and max(image.width(), image.height()) <= MOST_IMAGE_SIDE
    if encoded.format in _SEEN and is_small:
        return name, content
    return await _made_smaller(name, encoded, image)


async def _made_smaller(name: str, encoded: EncodedImage, image: QImage) -> tuple[str, bytes]:
    image = _scaled(image, MOST_IMAGE_SIDE)
    form = "jpeg" if encoded.format == "jpeg" else "png"
    for _try in range(_TRIES):
        data = await _encoded(image, form)
        if 0 < len(data) <= MOST_IMAGE_BYTES:
            return f"{PurePath(name).stem}.{'jpg' if form == 'jpeg' else form}", data
        if form == "jpeg":
            image = _scaled(image, max(image.width(), image.height()) // 2)
        form = "jpeg"
    raise damaged()


def _scaled(image: QImage, side: int) -> QImage:
    size = fitted(image.size(), side, height=side)
    if size == QSize(image.size()):
        return image
    return image.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


async def _encoded(image: QImage, form: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(form.encode()))
    if form == "jpeg":
        writer.setQuality(_QUALITY)
    await asyncio.to_thread(writer.write, image)
    return bytes(buffer.data().data())
