"""What is selected in the transcript, from one place to another, over all messages that lie between."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum, auto
from typing import NamedTuple, Protocol

from PySide6.QtCore import QObject, QPointF, QRectF, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from glmdesk.render import blocks as b
from glmdesk.render.parts import Part
from glmdesk.render.runs import flat_text
from glmdesk.render.selection import END, START, Place, end_of
from glmdesk.render.steps import Unit, stepped, word_around

_TICK_MS = 30
"""Between two steps of scrolling while the mouse is dragged beyond the edge."""

_PROBES = 60
"""How often the next line is looked for, half a line further each time: actions stand between messages."""


class Spot(NamedTuple):
    """A place in the transcript: a row and a place in its message."""

    row: int
    place: Place


class Page(Protocol):
    """What a selection has to know of the messages. Points are those of the viewport."""

    def row_count(self) -> int:
        """Return how many messages there are."""
        ...

    def blocks_in(self, row: int) -> Sequence[b.Block]:
        """Return what is shown of a message."""
        ...

    def part_of(self, row: int) -> Part:
        """Return the whole of a message, to be copied."""
        ...

    def spot_at(self, point: QPointF) -> Spot | None:
        """Return the place nearest to a point; None where there are no messages."""
        ...

    def cursor_at(self, spot: Spot) -> QRectF:
        """Return where a cursor would stand at a place, laid out if need be."""
        ...

    def bring_into_view(self, spot: Spot) -> None:
        """Scroll as little as shows the line of a place."""
        ...

    def scroll_by(self, pixels: int) -> None:
        """Scroll on, or back."""
        ...

    def go_to_end(self) -> None:
        """Show the end."""
        ...

    def pull(self, point: QPointF) -> bool:
        """Scroll towards a point beyond what is seen; return whether it goes on."""
        ...

    def seen(self) -> QRectF:
        """Return what is seen."""
        ...


class _Reach(Enum):
    """What a drag takes in: letters, or all of each word or block that it touches."""

    LETTERS = auto()
    WORDS = auto()
    BLOCKS = auto()


class Selection(QObject):
    """Follows the mouse and the keys.

    It goes from where it began, the anchor, to where it has come, the head; it takes in whole words or blocks
    when it began with a double or a triple click.

    Signals:
        changed(): something else is selected.
    """

    changed = Signal()

    def __init__(self, page: Page, parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        self._anchor: Spot | None = None
        self._head: Spot | None = None
        self._reach = _Reach.LETTERS
        self._column: float | None = None
        """Where steps from line to line go, while they follow each other."""
        self._dragged_to = QPointF()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._scroll)

    def clear(self) -> None:
        """Select nothing, and forget where it began."""
        self._timer.stop()
        self._anchor = self._head = None
        self.changed.emit()

    def select(self, anchor: Spot, head: Spot) -> None:
        """Select from one place to another."""
        self._anchor, self._head = anchor, head
        self._reach = _Reach.LETTERS
        self.changed.emit()

    def select_all(self) -> None:
        """Select all messages."""
        last = self._page.row_count() - 1
        if last >= 0:
            self.select(Spot(0, START), Spot(last, END))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is selected."""
        return self._ends is None

    def within(self, row: int) -> tuple[Place, Place] | None:
        """Return from where to where a message is selected."""
        ends = self._ends
        if ends is None or not ends[0].row <= row <= ends[1].row:
            return None
        first = ends[0].place if row == ends[0].row else START
        return first, (ends[1].place if row == ends[1].row else END)

    @property
    def parts(self) -> list[Part]:
        """What is selected, to be copied."""
        ends = self._ends
        if ends is None:
            return []
        found: list[Part] = []
        for row in range(ends[0].row, ends[1].row + 1):
            first = ends[0].place if row == ends[0].row else None
            last = None if row < ends[1].row or self._is_end(ends[1]) else ends[1].place
            found.append(replace(self._page.part_of(row), first=first, last=last))
        return found

    def press(self, point: QPointF, *, extends: bool) -> None:
        """Begin at a point, or go on to it from where it began."""
        spot = self._page.spot_at(point)
        self._column = None
        if not extends or self._anchor is None:
            self._anchor = spot
            self._reach = _Reach.LETTERS
        self._head = spot
        self.changed.emit()

    def press_again(self, point: QPointF) -> None:
        """Take the word at a point where the second press falls, and the block at the third."""
        is_third = self._reach is _Reach.WORDS
        self.press(point, extends=False)
        self._reach = _Reach.BLOCKS if is_third else _Reach.WORDS
        self.changed.emit()

    def drag(self, point: QPointF) -> None:
        """Go on to a point; while it lies beyond an edge, what has this edge is scrolled."""
        self._dragged_to = point
        self._follow(point)
        if not self._timer.isActive() and self._page.pull(point):
            self._timer.start()

    def release(self) -> None:
        """End a drag."""
        self._timer.stop()

    def take_key(self, event: QKeyEvent) -> bool:
        """Go on by the keys for selecting; return whether it was one of them."""
        step = next((step for keys, step in self._steps if event.matches(keys)), None)
        if step is None:
            return False
        self._begin_in_view()
        if self._head is not None:
            step()
        return True

    @property
    def _ends(self) -> tuple[Spot, Spot] | None:
        if self._anchor is None or self._head is None:
            return None
        first, last = sorted((self._anchor, self._head))
        if self._reach is not _Reach.LETTERS:
            first, last = self._widened(first)[0], self._widened(last)[1]
        return (first, last) if first != last else None

    def _widened(self, spot: Spot) -> tuple[Spot, Spot]:
        """Return the ends of what is taken in at a place."""
        blocks, (number, position) = self._page.blocks_in(spot.row), spot.place
        text = flat_text(blocks[number]) if number < len(blocks) else ""
        first, last = word_around(text, position) if self._reach is _Reach.WORDS else (0, len(text))
        return Spot(spot.row, Place(number, first)), Spot(spot.row, Place(number, last))

    def _end_of(self, row: int) -> Place:
        return end_of(self._page.blocks_in(row))

    def _is_end(self, spot: Spot) -> bool:
        """Whether a place is the last one of its message."""
        return spot.place == END or spot.place == self._end_of(spot.row)

    def _follow(self, point: QPointF) -> None:
        if self._anchor is not None:
            self._head = self._page.spot_at(point)
            self.changed.emit()

    def _scroll(self) -> None:
        page, point = self._page.seen(), self._dragged_to
        if not self._page.pull(point):
            self._timer.stop()
        self._follow(QPointF(point.x(), min(max(point.y(), page.top()), page.bottom())))

    def _begin_in_view(self) -> None:
        """Begin at the top of what is seen, where there was no click before."""
        if self._head is None:
            self._anchor = self._head = self._page.spot_at(self._page.seen().topLeft())
        elif self._head.place == END:
            self._head = Spot(self._head.row, self._end_of(self._head.row))
        self._reach = _Reach.LETTERS

    @property
    def _steps(self) -> tuple[tuple[QKeySequence.StandardKey, Callable[[], None]], ...]:
        keys = QKeySequence.StandardKey
        return (
            (keys.SelectNextChar, lambda: self._step(Unit.LETTER, forward=True)),
            (keys.SelectPreviousChar, lambda: self._step(Unit.LETTER, forward=False)),
            (keys.SelectNextWord, lambda: self._step(Unit.WORD, forward=True)),
            (keys.SelectPreviousWord, lambda: self._step(Unit.WORD, forward=False)),
            (keys.SelectEndOfBlock, lambda: self._step(Unit.BLOCK, forward=True)),
            (keys.SelectStartOfBlock, lambda: self._step(Unit.BLOCK, forward=False)),
            (keys.SelectNextLine, lambda: self._step_down(1)),
            (keys.SelectPreviousLine, lambda: self._step_down(-1)),
            (keys.SelectNextPage, lambda: self._step_page(1)),
            (keys.SelectPreviousPage, lambda: self._step_page(-1)),
            (keys.SelectEndOfLine, lambda: self._step_across(self._page.seen().right())),
            (keys.SelectStartOfLine, lambda: self._step_across(self._page.seen().left())),
            (keys.SelectEndOfDocument, self._go_to_end),
            (keys.SelectStartOfDocument, lambda: self._go(Spot(0, START))),
        )

    def _step(self, unit: Unit, *, forward: bool) -> None:
        assert self._head is not None
        self._column = None
        row, place = self._head
        to = stepped(self._page.blocks_in(row), place, unit, forward=forward)
        if to is None:
            row += 1 if forward else -1
            if not 0 <= row < self._page.row_count():
                return
            to = START if forward else self._end_of(row)
        self._go(Spot(row, to))

    def _step_down(self, lines: int) -> None:
        assert self._head is not None
        self._page.bring_into_view(self._head)
        cursor = self._page.cursor_at(self._head)
        self._column = cursor.x() if self._column is None else self._column
        edge = cursor.bottom() if lines > 0 else cursor.top()
        for probe in range(1, _PROBES):
            point = QPointF(self._column, edge + lines * probe * cursor.height() / 2)
            spot = self._page.spot_at(point)
            if spot is not None and (spot > self._head if lines > 0 else spot < self._head):
                line = self._page.cursor_at(spot)
                if line.top() >= cursor.bottom() - 1 if lines > 0 else line.bottom() <= cursor.top() + 1:
                    self._go(spot)
                    return

    def _step_page(self, pages: int) -> None:
        assert self._head is not None
        self._page.bring_into_view(self._head)
        cursor, height = self._page.cursor_at(self._head), self._page.seen().height()
        self._column = cursor.x() if self._column is None else self._column
        self._page.scroll_by(round(pages * height))
        spot = self._page.spot_at(QPointF(self._column, cursor.center().y()))
        if spot is not None:
            self._go(spot)

    def _step_across(self, x: float) -> None:
        assert self._head is not None
        self._column = None
        spot = self._page.spot_at(QPointF(x, self._page.cursor_at(self._head).center().y()))
        if spot is not None and spot.row == self._head.row:
            self._go(spot)

    def _go_to_end(self) -> None:
        self._head = Spot(self._page.row_count() - 1, END)
        self._page.go_to_end()
        self.changed.emit()

    def _go(self, spot: Spot) -> None:
        self._head = spot
        self._page.bring_into_view(spot)
        self.changed.emit()
