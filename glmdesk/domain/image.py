"""Images of the web as they come: which kinds are shown, how they are told apart, and why one is not."""

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import unquote

from glmdesk.domain.address import WebAddress
from glmdesk.domain.errors import Action, ImageNotLoaded, Problem
from glmdesk.domain.unseen import FORMAT_CHARACTERS
from glmdesk.i18n import N_

ImageFormat = Literal["png", "jpeg", "gif", "webp", "bmp"]

MOST_BYTES: Final = 10 * 1024 * 1024
"""Of an image as it comes. Photos of 12 megapixels have half of it."""

_TYPES: Final = frozenset(
    (
        *("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"),
        # Names that servers give the same kinds.
        *("image/apng", "image/jpg", "image/pjpeg", "image/x-png", "image/x-ms-bmp"),
    )
)
_BEGINNINGS: Final[tuple[tuple[bytes, ImageFormat], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bmp"),
)
_ENDINGS: Final[dict[str, ImageFormat]] = {
    "png": "png", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif", "webp": "webp", "bmp": "bmp",
}  # fmt: skip
_NOT_IN_NAMES: Final = re.compile(f'[\x00-\x1f\x7f-\x9f"*/:<>?\\\\|{FORMAT_CHARACTERS}]')
_LONGEST_NAME: Final = 100
_SLASHES_BEFORE_PATH: Final = 2
_DRAWING: Final = "image/svg+xml"
_NO_ADVICE: Final = ""
"""The button beside it says what can be done."""


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """An image as it came: its bytes, and what they begin like."""

    data: bytes
    format: ImageFormat


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The image is not where it was looked for: its host names another one, which was not asked."""

    address: WebAddress


def check_type(content_type: str) -> None:
    """Accept what a host says that it sends. Raises ImageNotLoaded."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == _DRAWING:
        raise ImageNotLoaded(
            Problem(
                "image-drawing",
                N_("It is an SVG drawing. Those can contain programs and are not shown here."),
                _NO_ADVICE,
            )
        )
    if kind not in _TYPES:
        raise ImageNotLoaded(_NO_IMAGE)


def recognised(data: bytes) -> EncodedImage:
    """Return an image that bytes begin like, whatever they were said to be. Raises ImageNotLoaded."""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return EncodedImage(data, "webp")
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return EncodedImage(data, kind)
    raise ImageNotLoaded(_NO_IMAGE)


_NO_IMAGE: Final = Problem(
    "image-type",
    N_("What came is no PNG, JPEG, GIF, WebP or BMP image."),
    _NO_ADVICE,
)


def too_many_bytes() -> ImageNotLoaded:
    """Return why an image of more than `MOST_BYTES` is not loaded."""
    return ImageNotLoaded(
        Problem(
            "image-bytes",
            N_("The image has more than {most} MB."),
            _NO_ADVICE,
            details={"most": str(MOST_BYTES // 1024 // 1024)},
        )
    )


def too_many_pixels(count: int, most: int) -> ImageNotLoaded:
    """Return why an image of so many pixels is not shown."""
    megapixels = {"count": f"{count / 1e6:,.0f}", "most": f"{most / 1e6:.0f}"}
    return ImageNotLoaded(
        Problem(
            "image-pixels",
            N_("The image has {count} megapixels. At most {most} are shown."),
            _NO_ADVICE,
            details=megapixels,
        )
    )


def damaged() -> ImageNotLoaded:
    """Return why an image is not shown that cannot be decoded."""
    return ImageNotLoaded(
        Problem("image-damaged", N_("The image is damaged or incomplete."), _NO_ADVICE, Action.RETRY)
    )


def file_name(src: str, kind: ImageFormat) -> str:
    """Return a name for the file of an image: that of its address if it has one, with the right ending."""
    path = re.split("[?#]", src, maxsplit=1)[0]
    last = unquote(path.rpartition("/")[2]) if path.count("/") > _SLASHES_BEFORE_PATH else ""
    stem = _NOT_IN_NAMES.sub("_", last).strip(". ")[:_LONGEST_NAME]
    known, _, ending = stem.rpartition(".")
    if known and _ENDINGS.get(ending.lower()) == kind:
        return stem
    return f"{stem or 'image'}.{'jpg' if kind == 'jpeg' else kind}"
