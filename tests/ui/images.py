"""Images in the states in which a message shows them."""

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage, QImageWriter

from glmdesk.domain.address import WebAddress, parse_address
from glmdesk.domain.errors import Action, Problem
from glmdesk.domain.image import recognised
from glmdesk.ui.decoding import Decoder
from glmdesk.ui.models.images import Failed, Loaded

SRC = "https://img.example.org/cat.png"
BLUE = "#2040c0"


def web(src: str = SRC) -> WebAddress:
    address = parse_address(src)
    assert isinstance(address, WebAddress)
    return address


def painted(width: int, height: int, colour: str = BLUE) -> bytes:
    """Return a PNG of one colour, which may be transparent."""
    image = QImage(width, height, QImage.Format.Format_ARGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())


def loaded(width: int = 40, height: int = 30, colour: str = BLUE) -> Loaded:
    """Return an image that was loaded."""
    encoded = recognised(painted(width, height, colour))
    decoder = Decoder(encoded, 760)
    return Loaded(decoder.picture(decoder.read()), encoded)


def failed(action: Action | None = Action.RETRY) -> Failed:
    """Return an image that was not loaded."""
    return Failed(Problem("image-slow", "It was slow.", "Try again.", action), web())
