"""Encoded images, sound, damaged and hostile."""

import struct
import zlib
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QColor, QImage, QImageReader, QImageWriter

from glmdesk.domain.errors import ImageNotLoaded
from glmdesk.domain.image import EncodedImage, ImageFormat, recognised
from glmdesk.ui.decoding import MOST_PIXELS, Decoder, Picture, fitted
from tests.support.image_samples import DRAWING, bomb, png

RED, BLUE = QColor(200, 30, 30), QColor(30, 30, 200)


def encoded(kind: str, size: QSize = QSize(40, 20), *, is_turned: bool = False) -> bytes:
    """Return an image whose left half is red and whose right half is blue."""
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(BLUE)
    for x in range(size.width() // 2):
        for y in range(size.height()):
            image.setPixelColor(x, y, RED)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, kind.encode())
    writer.setQuality(100)
    assert writer.write(image), writer.errorString()
    data = bytes(buffer.data().data())
    return data[:2] + TURNED + data[2:] if is_turned else data


DECODER_COMPLAINS = pytest.mark.qt_log_ignore("JPEG", extend=True)

# An EXIF segment with the single entry "orientation: turn by 90 degrees".
_TIFF = b"MM\x00*\x00\x00\x00\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 0)
TURNED = b"\xff\xe1" + struct.pack(">H", 8 + len(_TIFF)) + b"Exif\x00\x00" + _TIFF

# Two frames: the first red, the second blue.
GIF = (
    b"GIF89a\x02\x00\x02\x00\x91\x00\x00\xc8\x1e\x1e\x1e\x1e\xc8\x00\x00\x00\x00\x00\x00"
    b"!\xf9\x04\x04\x0a\x00\x00\x00,\x00\x00\x00\x00\x02\x00\x02\x00\x00\x02\x02\x84Q\x00"
    b"!\xf9\x04\x04\x0a\x00\x00\x00,\x00\x00\x00\x00\x02\x00\x02\x00\x00\x02\x02\x8c\x53\x00;"
)


def decode(data: bytes, width: int | None = None, kind: ImageFormat | None = None) -> Picture:
    decoder = Decoder(EncodedImage(data, kind) if kind else recognised(data), width)
    return decoder.picture(decoder.read())


def outcome(data: bytes, kind: ImageFormat | None = None) -> str | QSize:
    """Return the code of what is wrong with an image, or its size."""
    try:
        return decode(data, kind=kind).size
    except ImageNotLoaded as error:
        return error.problem.code


def like(image: QImage, x: int, y: int, colour: QColor) -> bool:
    found = image.pixelColor(x, y)
    pairs = ((found.red(), colour.red()), (found.green(), colour.green()), (found.blue(), colour.blue()))
    return all(abs(one - other) < 12 for one, other in pairs)


@pytest.fixture(autouse=True)
def own_limit() -> Iterator[None]:
    """Let no test leave another limit to those of the window."""
    limit = QImageReader.allocationLimit()
    yield
    QImageReader.setAllocationLimit(limit)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "bmp"])
def test_every_kind_is_decoded(kind: str) -> None:
    picture = decode(encoded(kind))

    assert picture.size == picture.image.size() == QSize(40, 20)
    assert like(picture.image, 2, 10, RED)
    assert like(picture.image, 37, 10, BLUE)


def test_of_an_animation_the_first_frame_is_shown() -> None:
    picture = decode(GIF)

    assert picture.size == QSize(2, 2)
    assert like(picture.image, 0, 0, RED)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "bmp"])
def test_no_more_pixels_are_kept_than_are_shown(kind: str) -> None:
    picture = decode(encoded(kind, QSize(400, 200)), 100)

    assert picture.image.size() == QSize(100, 50)
    assert picture.size == QSize(400, 200)
    assert like(picture.image, 5, 25, RED)


def test_a_size_on_the_screen_is_made_once() -> None:
    picture = decode(png(400, 200))

    assert picture.in_size(QSize(400, 200)) is picture.image
    assert picture.in_size(QSize(200, 100)) is picture.in_size(QSize(200, 100))
    assert picture.in_size(QSize(100, 50)).size() == QSize(100, 50)


def test_a_small_one_is_not_enlarged() -> None:
    assert decode(png(4, 3), 1000).image.size() == QSize(4, 3)


@pytest.mark.parametrize(("width", "shown"), [(None, QSize(20, 40)), (10, QSize(10, 20))])
def test_it_is_turned_as_the_camera_was_held(width: int | None, shown: QSize) -> None:
    picture = decode(encoded("jpeg", is_turned=True), width)

    assert picture.size == QSize(20, 40)
    assert picture.image.size() == shown
    assert like(picture.image, shown.width() // 2, 1, RED)
    assert like(picture.image, shown.width() // 2, shown.height() - 2, BLUE)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "bmp"])
@pytest.mark.parametrize("share", [0.05, 0.3])
@DECODER_COMPLAINS
def test_a_piece_of_one_is_told_or_shown_as_far_as_it_is_there(kind: ImageFormat, share: float) -> None:
    whole = encoded(kind, QSize(400, 200))

    assert outcome(whole[: int(len(whole) * share)], kind) in {"image-damaged", QSize(400, 200)}


def test_a_bomb_is_not_lit() -> None:
    data = bomb()
    assert len(data) < 300_000

    assert outcome(data) == "image-pixels"


def test_the_largest_one_is_shown() -> None:
    picture = decode(bomb(6_000), 1000)

    assert 6_000**2 < MOST_PIXELS < 7_000**2
    assert picture.image.size() == QSize(1000, 1000)


@pytest.mark.parametrize(("width", "height"), [(0, 5), (5, 0), (2**31 - 1, 1), (2**31 - 1, 2**31 - 1)])
def test_sizes_that_cannot_be_are_told(width: int, height: int) -> None:
    data = bytearray(png())
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))

    assert outcome(bytes(data)) in {"image-damaged", "image-pixels"}


def test_a_jpeg_that_goes_through_its_pixels_again_and_again_is_not_decoded() -> None:
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x00"
    whole = encoded("jpeg")

    assert outcome(whole[:-2] + scan * 1000 + whole[-2:]) == "image-damaged"


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp", "bmp"])
@DECODER_COMPLAINS
@pytest.mark.parametrize("data", [DRAWING, b"P6 1 1 255 abc", b"II*\x00", b"\x00\x00\x01\x00\x01\x00", b""])
def test_no_other_decoder_sees_it(kind: ImageFormat, data: bytes) -> None:
    assert outcome(data, kind) == "image-damaged"


@DECODER_COMPLAINS
def test_what_is_named_wrongly_is_not_decoded_as_what_it_is() -> None:
    assert outcome(png(), "jpeg") == "image-damaged"


@pytest.mark.parametrize(
    ("size", "width", "shown"),
    [((400, 200), 1000, (400, 200)), ((400, 200), 100, (100, 50)), ((4000, 1), 100, (100, 1))],
)
def test_an_image_is_fitted_to_a_width(size: tuple[int, int], width: float, shown: tuple[int, int]) -> None:
    assert fitted(QSize(*size), width) == QSize(*shown)


def test_an_image_is_fitted_to_a_height_and_to_a_number_of_pixels() -> None:
    assert fitted(QSize(100, 10_000), 100, height=5000) == QSize(50, 5000)
    assert fitted(QSize(1000, 1000), 1000, pixels=250_000) == QSize(500, 500)
