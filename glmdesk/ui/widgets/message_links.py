"""The links and images of a message: which there are, where they stand, and which has the keyboard."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from glmdesk.domain.address import parse_address
from glmdesk.domain.legible import tip
from glmdesk.i18n import _
from glmdesk.render import blocks as b
from glmdesk.render.attachments import digest_in
from glmdesk.render.link_places import PlacedLink, links_in
from glmdesk.ui.models.images import Images, Loaded, State
from glmdesk.ui.widgets.boxes.containers import Blocks

_RING: Final = 2.0
"""Pixels of the line around the link with the keyboard."""

_ROOM: Final = 1.0
"""Pixels between that line and the letters."""


class MessageLink(NamedTuple):
    """A link or an image, and the block it stands in."""

    block: int
    place: PlacedLink

    @property
    def tip(self) -> str:
        """What is said of it before it is followed."""
        if self.is_file:
            return _("Save a copy…")
        address = parse_address(self.place.href)
        return tip(address, self.place.title) if address is not None else ""

    @property
    def is_file(self) -> bool:
        """Whether it stands for a file that goes with a question."""
        return digest_in(self.place.href) is not None

    @property
    def copied(self) -> str:
        """What stands for it elsewhere."""
        address = parse_address(self.place.href)
        return address.copied if address is not None else self.place.href


class MessageLinks:
    """Knows the links of blocks that may change. Points and areas count from the corner of the blocks."""

    def __init__(self, blocks: Blocks, images: Images) -> None:
        self._blocks = blocks
        self._images = images
        self._known: list[tuple[b.Block, tuple[PlacedLink, ...]]] = []
        self._collapsed: list[int] = []
        self._all: list[MessageLink] = []
        self._current: int | None = None

    @property
    def all(self) -> Sequence[MessageLink]:
        """All links, the first one first, but for those in details that are not shown."""
        known, blocks, collapsed = self._known, self._blocks.blocks, self._blocks.collapsed
        if (
            len(known) != len(blocks)
            or collapsed != self._collapsed
            or any(old is not new for (old, _), new in zip(known, blocks, strict=True))
        ):
            self._collapsed = collapsed
            self._known = [
                known[index]
                if index < len(known) and known[index][0] is block
                else (block, tuple(links_in(block)))
                for index, block in enumerate(blocks)
            ]
            self._all = [
                MessageLink(index, link)
                for index, (_, links) in enumerate(self._known)
                if index not in collapsed
                for link in links
            ]
        return self._all

    def at(self, point: QPointF) -> MessageLink | None:
        """Return what a click at a point follows: an image that is not loaded, or else the link."""
        return next((link for link in self.all_at(point) if not isinstance(self.state(link), Loaded)), None)

    def all_at(self, point: QPointF) -> list[MessageLink]:
        """Return the image and the link at a point, in this order."""
        href = self._blocks.link_at(point)
        index, position = self._blocks.place_at(point)
        near = (it for it in self.all if it.block == index and it.place.start <= position <= it.place.end)
        return [it for it in near if (self._covers(it, point) if it.place.image else it.place.href == href)]

    def _covers(self, link: MessageLink, point: QPointF) -> bool:
        return any(area.contains(point) for area in self.areas(link))

    def state(self, link: MessageLink) -> State | None:
        """Return what is known of an image; None for a link."""
        return self._images.state(link.place.href) if link.place.image else None

    def areas(self, link: MessageLink) -> list[QRectF]:
        """Return where a link stands, line by line; nowhere as long as it was not laid out."""
        return self._blocks.areas_in(link.block, link.place.start, link.place.end)

    @property
    def current(self) -> int | None:
        """The number of the link that has the keyboard when the message has it."""
        is_there = self._current is not None and self._current < len(self.all)
        return self._current if is_there else None

    @current.setter
    def current(self, number: int | None) -> None:
        self._current = number

    def paint_ring(self, painter: QPainter, colour: str) -> None:
        """Paint a line around the link with the keyboard."""
        if self.current is None:
            return
        painter.setPen(QPen(QColor(colour), _RING))
        painter.setBrush(QColor(0, 0, 0, 0))
        for area in self.areas(self.all[self.current]):
            painter.drawRoundedRect(area.adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM), 3, 3)
