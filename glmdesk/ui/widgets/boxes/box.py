"""What can stand in a stack: a box of known width, whose height is a guess until it is seen."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from glmdesk.render import blocks as b
from glmdesk.typed import override

Marked = tuple[int, int] | None
"""The selected positions of a box, from the first up to the second, which may lie behind its last one.

None: none of them.
"""

TO_END: Final = 1 << 60
"""Behind the last position of any box."""

WHOLE: Final = (0, TO_END)


class Box(ABC):
    """A part of a message. Positions in it count the characters of its flat text from 0 to `length`."""

    height = 0
    """Pixels. A guess where it was not laid out yet."""

    foot = 0
    """Pixels at its bottom in which nothing changes while it grows and stays as high as it is."""

    @property
    @abstractmethod
    def length(self) -> int:
        """The last position."""

    def grow(self, _block: b.Block, _kept_parts: int, /) -> int | None:
        """Show a block that goes on from the one shown, whose first `kept_parts` parts are the same.

        Return the height above which nothing has changed, or None where another box has to be made. Parts are
        what `render.stream.Update` says.
        """
        return None

    @property
    @abstractmethod
    def is_settled(self) -> bool:
        """Whether all of it was laid out, so that the height is no guess."""

    @abstractmethod
    def set_width(self, width: float) -> None:
        """Take a width in pixels. What was laid out for another one is a guess from now on."""

    @abstractmethod
    def lay_out(self, top: float, bottom: float, anchor: float) -> float:
        """Lay out what lies between two heights.

        Return by how many pixels what stood at the height `anchor` has moved down.
        """

    @abstractmethod
    def forget(self, top: float, bottom: float) -> None:
        """Give back the layouts of what does not lie between two heights. Their heights are kept."""

    def take_in_drawings(self) -> bool:
        """Draw what has become known meanwhile; return whether the height has become a guess again."""
        return False

    @abstractmethod
    def paint(self, painter: QPainter, clip: QRectF, marked: Marked) -> None:
        """Paint at the origin what lies inside the clip, which has been laid out."""

    @abstractmethod
    def position_at(self, point: QPointF) -> int:
        """Return the position nearest to a point that has been laid out."""

    @abstractmethod
    def line_at(self, position: int) -> tuple[float, float]:
        """Return the top and the height of the line of a position, and lay it out if need be."""

    def areas(self, _first: int, _last: int, /) -> list[QRectF]:
        """Return where the positions from one up to another are, line by line, as far as they are laid out.

        Of a single position it is where a cursor would stand, without a width.
        """
        return []

    def link_at(self, _point: QPointF, /) -> str:
        """Return the target of the link at a point, or an empty text."""
        return ""

    def panels(self, _top: float, _bottom: float, /) -> Iterator[tuple[int, "Box", QPointF]]:
        """Yield the panels between two heights that were laid out: first position, panel, top left corner."""
        return iter(())

    def visit(self, _position: int, _act: "Visitor", /) -> bool:
        """Let something be done to the panel that holds a position; its height may be another one then.

        Return whether there is a panel.
        """
        return False

    def reveal(self, position: int) -> None:
        """Make a position one that can be seen: expand what is collapsed, move what is too wide."""
        self.visit(position, _reveal)

    @property
    def baseline(self) -> float | None:
        """How far below the top the letters of the first line stand; None where that is not laid out text."""
        return None

    @property
    def natural_width(self) -> float:
        """The width that its longest line takes without being broken."""
        return 0.0


Visitor = Callable[[Box, int], None]
"""What is done to a panel; it is told the position that it was found by, counted from the panel's first."""


def _reveal(panel: Box, position: int) -> None:
    panel.reveal(position)


class Leaf(Box):
    """A box that is laid out whole, and therefore must be small."""

    def __init__(self) -> None:
        self._width = -1.0
        self._is_measured = False

    @abstractmethod
    def _guess(self, width: float) -> int:
        """Return a guess of the height, quickly."""

    @abstractmethod
    def _measure(self, width: float) -> int:
        """Make the layout and return the height."""

    @abstractmethod
    def _forget(self) -> None:
        """Give the layout back; it is made anew before it is painted."""

    @property
    @override
    def is_settled(self) -> bool:
        return self._is_measured

    @override
    def set_width(self, width: float) -> None:
        if width != self._width:
            self._width = width
            self._is_measured = False
            self._forget()
            self.height = self._guess(width)

    @override
    def lay_out(self, top: float, bottom: float, anchor: float) -> float:
        if self._is_measured:
            return 0.0
        before = self.height
        self.height = self._measure(self._width)
        self._is_measured = True
        if anchor <= 0 or not before:
            return 0.0
        if anchor >= before:
            return self.height - before
        return anchor * self.height / before - anchor

    @override
    def forget(self, top: float, bottom: float) -> None:
        if bottom <= 0 or top >= self.height:
            self._forget()
