"""Images in lines of text: as they are, or what stands in their place until they are loaded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple, assert_never

from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    Qt,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from glmdesk.domain.address import WebAddress, parse_address
from glmdesk.domain.legible import heads, shortened
from glmdesk.domain.unseen import FORMAT_CHARACTERS
from glmdesk.i18n import _
from glmdesk.render import blocks as b
from glmdesk.render.runs import image_label
from glmdesk.ui.decoding import fitted
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.images import Asking, Failed, Images, Loaded, Loading, State, Unloaded
from glmdesk.ui.theme import Style, colour

_FONT_SHARE: Final = 0.93
_LINE_HEIGHT: Final = 1.3
_PADDING_X: Final = 9.0
_PADDING_Y: Final = 4.0
_ICON: Final = 16
_ICON_GAP: Final = 7.0
_RADIUS: Final = 7.0
_LONGEST_LABEL: Final = 80
_TALLEST: Final = 8192.0
"""Pixels. Ten screens; an image that would be taller is made smaller."""

_AROUND: Final = 3.0
"""Pixels that are left above and below an image."""

_LINES_BESIDE: Final = 3
"""Of text. An image that is higher than so many of them has a line of its own."""

_FAR_RIGHT: Final = 1_000_000.0
"""Pixels. The width of lines that are not broken."""

_PAPER: Final = "#ffffff"
_VEIL: Final = 130
"""Of 255: how much of an image is covered when it is selected."""

_ISOLATED: Final = "\N{FIRST STRONG ISOLATE}{}\N{POP DIRECTIONAL ISOLATE}"
_BETWEEN: Final = "\xa0\xa0·  "
"""It begins no line."""

_UNBROKEN: Final = "\N{NO-BREAK SPACE}"
_JOINER: Final = "\N{WORD JOINER}"
_CHINESE: Final = re.compile("(?<=[^\x00-\x7f])(?=[^\x00-\x7f])")
"""Where a line could end between two characters that are no Latin ones."""

_UNSEEN: Final = re.compile(f"[\x00-\x1f\x7f-\x9f{FORMAT_CHARACTERS}]")
"""What could change how the rest of a chip is read."""


class Part(NamedTuple):
    """Words of a chip and their colour."""

    text: str
    ink: str


@dataclass(frozen=True, slots=True)
class Chip:
    """What stands in place of an image that is not loaded. Lengths are in pixels."""

    image: b.Image
    state: State
    width: float
    above: float
    """How high it is above the baseline."""
    below: float
    layout: QTextLayout = field(compare=False, repr=False)

    def at(self, point: QPointF) -> QRectF:
        """Return where it is when its baseline begins at a point."""
        return QRectF(point.x(), point.y() - self.above, self.width, self.above + self.below)


@dataclass(frozen=True, slots=True)
class Print:
    """An image in the size in which it is shown."""

    image: b.Image
    state: Loaded
    width: float
    above: float
    below: float
    stands_alone: bool
    """Whether it is so high that it has a line of its own."""

    def at(self, point: QPointF) -> QRectF:
        """Return where it is, with what is left around it, when its baseline begins at a point."""
        return QRectF(point.x(), point.y() - self.above, self.width, self.above + self.below)


Plate = Chip | Print


class Plates:
    """Measures and paints images in one style."""

    def __init__(self, images: Images, icons: Icons, style: Style) -> None:
        self.images = images
        self._icons = icons
        self._theme = style.theme
        self._font = QFont(style.text)
        self._font.setPointSizeF(style.text.pointSizeF() * _FONT_SHARE)
        self._metrics = QFontMetricsF(self._font)

    def plate(self, image: b.Image, room: float) -> Plate:
        """Return an image, or what stands in its place, so that it fits into so many pixels."""
        state = self.images.state(image.src or "")
        if isinstance(state, Loaded):
            size = fitted(state.picture.size, room, height=_TALLEST)
            return self._print(image, state, size)
        layout, width = self._laid_out(self._parts(image, state), room - 2 * _PADDING_X - _ICON - _ICON_GAP)
        first, last = layout.lineAt(0), layout.lineAt(layout.lineCount() - 1)
        baseline = first.y() + first.ascent()
        height = last.y() + last.height()
        return Chip(
            image,
            state,
            width=width + 2 * _PADDING_X + _ICON + _ICON_GAP,
            above=baseline + _PADDING_Y,
            below=height - baseline + _PADDING_Y,
            layout=layout,
        )

    def is_up_to_date(self, plate: Plate) -> bool:
        """Whether an image is still as it was when it was measured."""
        return plate.state == self.images.state(plate.image.src or "")

    def _print(self, image: b.Image, state: Loaded, size: QSize) -> Print:
        whole = size.height() + 2 * _AROUND
        stands_alone = whole > _LINES_BESIDE * self._metrics.lineSpacing()
        # What is small stands beside the letters, in their middle.
        below = _AROUND if stands_alone else (whole - self._metrics.capHeight()) / 2
        return Print(image, state, size.width(), whole - below, below, stands_alone)

    def _parts(self, image: b.Image, state: State) -> Iterator[Part]:
        """Yield the words of a chip: what is shown, where it is from, how it is, and what a click does."""
        theme = self._theme
        label = shortened(_UNSEEN.sub("", image_label(image) or _("Image")), _LONGEST_LABEL)
        yield Part(_ISOLATED.format(label), theme.text)
        yield Part(_held_together(source_of(image)), theme.muted)
        match state:
            case Failed():
                ink = theme.danger
            case Asking():
                ink = theme.notice
            case Unloaded() | Loading() | Loaded():
                ink = theme.muted
            case _:
                assert_never(state)
        yield Part(state.words, ink)
        yield Part(_held_together(state.action), theme.link)

    def _laid_out(self, parts: Iterator[Part], room: float) -> tuple[QTextLayout, float]:
        """Return words as lines, and the width of the longest."""
        text, formats = "", list[QTextLayout.FormatRange]()
        for part in parts:
            if not part.text:
                continue
            text += _BETWEEN if text else ""
            look = QTextLayout.FormatRange()
            look.start, look.length = _units(text), _units(part.text)
            look.format = QTextCharFormat()
            look.format.setForeground(colour(part.ink))
            formats.append(look)
            text += part.text
        layout = QTextLayout(text, self._font)
        option = QTextOption(Qt.AlignmentFlag.AlignLeft)
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(formats)
        layout.setCacheEnabled(True)
        layout.beginLayout()
        top = width = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(min(max(room, self._metrics.averageCharWidth()), _FAR_RIGHT))
            line.setPosition(QPointF(0, top))
            top += line.height() * _LINE_HEIGHT
            width = max(width, line.naturalTextWidth())
        layout.endLayout()
        return layout, width

    def paint(self, painter: QPainter, plate: Plate, point: QPointF, *, is_marked: bool) -> None:
        """Paint a plate whose baseline begins at a point."""
        match plate:
            case Chip():
                self._paint_chip(painter, plate, plate.at(point), is_marked=is_marked)
            case Print():
                self._paint_print(painter, plate, plate.at(point), is_marked=is_marked)
            case _:
                assert_never(plate)

    def _paint_chip(self, painter: QPainter, chip: Chip, area: QRectF, *, is_marked: bool) -> None:
        theme = self._theme
        painter.setPen(colour(theme.border))
        painter.setBrush(colour(theme.selection if is_marked else theme.code_background))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        line = chip.layout.lineAt(0)
        middle = area.top() + _PADDING_Y + line.y() + line.height() / 2
        icon = QRect(round(area.left() + _PADDING_X), round(middle - _ICON / 2), _ICON, _ICON)
        self._icons.icon("image", theme.muted).paint(painter, icon)
        painter.setPen(colour(theme.muted))
        chip.layout.draw(painter, area.topLeft() + QPointF(_PADDING_X + _ICON + _ICON_GAP, _PADDING_Y))

    def _paint_print(self, painter: QPainter, shown: Print, area: QRectF, *, is_marked: bool) -> None:
        self.images.note_seen(shown.image.src or "")
        place = _on_pixels(painter, area.adjusted(0, _AROUND, 0, -_AROUND))
        scale = painter.deviceTransform().m11()
        pixels = QSize(round(place.width() * scale), round(place.height() * scale))
        image = shown.state.picture.in_size(pixels)
        if image.hasAlphaChannel():
            # As on the pages that such images are drawn for.
            painter.fillRect(place, colour(_PAPER))
        painter.drawImage(place, image)
        if is_marked:
            veil = QColor(self._theme.selection)
            veil.setAlpha(_VEIL)
            painter.fillRect(place, veil)


def _on_pixels(painter: QPainter, area: QRectF) -> QRectF:
    """Return an area moved and stretched to whole pixels of the screen: else all of them would be blurred."""
    transform = painter.deviceTransform()
    whole = transform.mapRect(area)
    left, top = round(whole.left()), round(whole.top())
    size = QSize(max(1, round(whole.width())), max(1, round(whole.height())))
    inverted, _is_possible = transform.inverted()
    return inverted.mapRect(QRectF(left, top, size.width(), size.height()))


def _held_together(text: str) -> str:
    """Return a text that stays on one line, if it can."""
    return _CHINESE.sub(_JOINER, text).replace(" ", _UNBROKEN)


def source_of(image: b.Image) -> str:
    """Return where an image is from: the host, by both of its names if it has two."""
    address = parse_address(image.src or "")
    if not isinstance(address, WebAddress):
        return ""
    first, *others = heads(address)
    # Translators: stands beside what an image shows.
    return _("from {host}").format(host=f"{first} ({others[0]})" if others else first)


def _units(text: str) -> int:
    """Return how many units of UTF-16, in which Qt counts, a text has."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
