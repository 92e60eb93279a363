"""Where the messages of a conversation are: only those near the window have widgets and layouts."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import (
    QResizeEvent,
    Qt,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QPushButton,
)

from glmdesk.domain.catalog import Offer
from glmdesk.domain.message import State
from glmdesk.i18n import _
from glmdesk.render import blocks as b
from glmdesk.render.selection import Place
from glmdesk.render.shown import shown_blocks
from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.images import Images
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.boxes.kept import Kept
from glmdesk.ui.widgets.boxes.voices import Voices
from glmdesk.ui.widgets.boxes.written_box import MOST_SHOWN
from glmdesk.ui.widgets.colourist import Colourist
from glmdesk.ui.widgets.heights import Heights
from glmdesk.ui.widgets.message_view import MessageView
from glmdesk.ui.widgets.panel_keeper import PanelKeeper
from glmdesk.ui.widgets.reader import Reader
from glmdesk.ui.widgets.selection import Spot
from glmdesk.ui.widgets.tab_stops import TabStops

_STEP = 48
_KEPT_VIEWS = 16
_NEAR_END = 4
_LINE_SCALE, _LETTERS_PER_LINE, _AROUND_TEXT = 1.4, 40, 60
"""What guesses of heights are made of: the last one in pixels."""

PASSES = 30
"""Measuring a row may bring another one into view, until the window is full."""


class MessagePage(QAbstractScrollArea):
    """Places the views of a `MessageList`, which a subclass makes, and keeps the reader's line where it is.

    It follows the end only while the reader is at the end; otherwise a button leads there.

    Signals:
        language_wanted(language: str): what colouring a language needs should be loaded; then call `colour`.
        height_changed(height: int): all messages together take so many pixels, as far as they are laid out.
    """

    language_wanted = Signal(str)
    height_changed = Signal(int)

    def __init__(
        self,
        messages: MessageList,
        offer: Offer,
        icons: Icons,
        style: Style,
        *,
        formulas: Formulas,
        images: Images,
    ) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._messages = messages
        self._offer = offer
        self._make_voices = partial(Voices, formulas=formulas, images=images, icons=icons)
        self._voices = self._make_voices(style)
        self._heights = Heights()
        self._told_height = 0
        self._stale: set[int] = set()
        """The rows whose views have to be fitted to what they show, or to the width."""
        self._value = 0
        self._shown = range(0)
        """The messages that are in the window."""
        self._forgot_at = 0
        self._views: dict[int, MessageView] = {}
        self._spare_views: list[MessageView] = []
        self._kept: dict[str, Kept] = {}
        """What the reader did to the panels of messages, by their ids, while the conversation is open."""
        self._follows = True
        self._is_placing = False
        self._colourist = Colourist(self, self._seen_views)
        self._panel_keeper = PanelKeeper(self, self._seen_views)
        self._panel_keeper.kept.connect(self._colourist.begin)
        self._reader = Reader(self, self._seen_views)
        self._reader.advanced.connect(self._show_more)
        self._wanted: Spot | None = None
        """A place that the reader will be led to when it has been taken in."""
        self._tab_stops = TabStops(self)
        self._to_end = self._made_pill()
        self.verticalScrollBar().setSingleStep(_STEP)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._colourist.language_wanted.connect(self.language_wanted)
        messages.reset.connect(self._reset)
        messages.appended.connect(self._append)
        messages.changed.connect(self._change)
        messages.grew.connect(self._grow)
        formulas.changed.connect(self._take_in_drawings)
        images.changed.connect(self._show_image)

    def _made_pill(self) -> QPushButton:
        pill = QPushButton(_("↓ New text"), self)
        pill.setProperty("kind", "pill")
        pill.setAccessibleName(_("Go to the end"))
        pill.clicked.connect(self.go_to_end)
        pill.hide()
        return pill

    def _make_view(self) -> MessageView:
        """Return a view that serves no message yet."""
        raise NotImplementedError

    def _furnish(self, view: MessageView) -> None:
        """Show in a view what there is of its message."""
        raise NotImplementedError

    def set_style(self, style: Style) -> None:
        """Draw everything anew with another theme or font."""
        self._voices = self._make_voices(style)
        self._forget_views(list(self._views))
        for view in self._spare_views:
            view.deleteLater()
        self._spare_views.clear()
        self._lay_out_again()

    def colour(self) -> None:
        """Colour code whose language has been loaded."""
        self._colourist.begin()

    def set_offer(self, offer: Offer) -> None:
        """Offer the models of another service for another try."""
        self._offer = offer
        self._forget_views(list(self._views))
        self._lay_out_again()

    @property
    def content_height(self) -> int:
        """The pixels that all messages together take, as far as they are laid out."""
        return self._heights.total

    def go_to_end(self) -> None:
        """Show the end and follow it."""
        self._follows = True
        self._place()

    def _reset(self, kept: int = 0) -> None:
        """Show other messages; with some kept, the reader stays with them."""
        count = len(self._messages)
        self._forget_views([row for row in self._views if row >= kept])
        if not kept:
            self._kept.clear()
        heights = [self._heights[row] for row in range(kept)]
        heights += self._estimates(range(kept, count))
        self._heights = Heights(heights)
        is_being_written = count > 0 and self._messages[count - 1].message.state is State.STREAMING
        self._follows = not kept or (self._follows and is_being_written)
        self._place()
        self._follows = self._is_at_end()

    def _append(self, row: int) -> None:
        self._heights.append(*self._estimates(range(row, row + 1)))
        self._follows = self._follows or self._messages[row].message.role == "user"
        self._place()

    def _change(self, row: int) -> None:
        view = self._views.get(row)
        if view is None:
            self._place()
            return
        with self._line_kept():
            view.show_row(self._messages[row], self._title(row))
            self._stale.add(row)

    def _grow(self, row: int, text: str) -> None:
        view = self._views.get(row)
        if view is None:
            self._place()
        else:
            view.grow(self._messages[row], text)
            if row not in self._shown or row in self._stale or not self._take_in(row, view):
                self._stale.add(row)
                self._place()
        if not self._follows:
            self._to_end.show()

    def _show_more(self) -> None:
        self._place()
        if self._wanted is not None:
            self.bring_into_view(self._wanted)

    def _take_in(self, row: int, view: MessageView) -> bool:
        """Lay out and show what has been written in a message that is seen.

        Return whether that was all: whether everything else stays where it is, or moves up with the end.
        """
        window = self.viewport().height()
        inside = self._value - self._heights.top(row)
        # Whoever follows the end is about to see what now lies below the window.
        bottom = inside + (2 * window if self._follows else window)
        moved = view.lay_out(max(inside, view.written_from), bottom, inside)
        added = view.full_height - self._heights[row]
        if moved or not 0 <= added <= window:
            return False
        if not added:
            view.show_written()
        elif not self._add_below(row, added):
            return False
        self._panel_keeper.keep_soon()
        return True

    def _add_below(self, row: int, added: int) -> bool:
        """Have the last message grow by so many pixels; return whether that can be done."""
        if row != len(self._heights) - 1:
            return False
        self._heights[row] += added
        value = self._bounded(self._value)
        shown = self._rows_in(value, value + self.viewport().height())
        if shown != self._shown:
            return False
        self._scroll_to(value)
        for seen in shown:
            self._put(seen)
        self._forget_layouts(shown)
        return True

    def _scroll_to(self, value: int) -> None:
        """Let the scroll bar show a position, and what range there is."""
        bar = self.verticalScrollBar()
        self._is_placing = True
        bar.setRange(0, self._largest_value())
        bar.setValue(value)
        self._value = bar.value()
        self._is_placing = False
        if self._heights.total != self._told_height:
            self._told_height = self._heights.total
            self.height_changed.emit(self._told_height)

    def _put(self, row: int) -> None:
        self._views[row].put(self._heights.top(row) - self._value, self.width())

    def _seen_views(self) -> list[MessageView]:
        return [self._views[row] for row in self._shown]

    def _title(self, row: int) -> str:
        return self._offer.title(self._messages[row].message.model)

    def model_title(self, model_id: str | None) -> str:
        """Return what a model is called here."""
        return self._offer.title(model_id)

    def _estimates(self, rows: range) -> list[int]:
        """Return guesses of the heights of messages, made in no time: there may be any number of them.

        Long questions are collapsed.
        """
        line = self.fontMetrics().lineSpacing() * _LINE_SCALE
        letters = (
            len(message.text) if message.role == "assistant" else min(len(message.text), MOST_SHOWN)
            for message in self._messages.messages[rows.start : rows.stop]
        )
        return [int(line * (1 + count / _LETTERS_PER_LINE)) + _AROUND_TEXT for count in letters]

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # A line or two of what was read is still seen on the next page.
        self.verticalScrollBar().setPageStep(max(_STEP, self.viewport().height() - _STEP))
        if event.oldSize().width() != event.size().width():
            self._lay_out_again()
        else:
            self._place()
        size = self._to_end.sizeHint()
        self._to_end.setGeometry(
            (self.width() - size.width()) // 2,
            self.height() - size.height() - 12,
            size.width(),
            size.height(),
        )

    def _lay_out_again(self) -> None:
        with self._line_kept():
            self._stale.update(self._views)

    def _take_in_drawings(self) -> None:
        with self._line_kept():
            for view in self._views.values():
                view.take_in_drawings()

    def _show_image(self, src: str) -> None:
        self._take_in_drawings()
        for view in self._views.values():
            view.tell_image(src)

    @contextmanager
    def _line_kept(self) -> Generator[None]:
        """Lay out what is changed meanwhile. The line that the reader is at stays where it is."""
        if not len(self._heights):
            yield
            return
        value = self.verticalScrollBar().value()
        row = self._heights.row_at(value)
        place = self._view(row).place_at(QPointF(0, value - self._heights.top(row)))
        with self._kept_in_place(row, place):
            yield

    @contextmanager
    def _kept_in_place(self, row: int, place: Place) -> Generator[None]:
        """Lay out what is changed meanwhile. The line of a place stays where it is on the screen."""
        bar, view = self.verticalScrollBar(), self._view(row)
        before = self._heights.top(row) + view.line_at(place)[0] - bar.value()
        yield
        self._fit(row)
        after = self._view(row).line_at(place)[0]
        self._heights[row] = view.full_height
        self._place(at=self._heights.top(row) + round(after - before))

    @contextmanager
    def _rearranged(self, row: int, place: Place) -> Generator[None]:
        """Lay out what the reader wanted to see meanwhile, and therefore not the end."""
        self._follows = False
        with self._kept_in_place(row, place):
            yield
        self._follows = self._is_at_end()

    def _scrolled(self, value: int) -> None:
        if self._is_placing:
            return
        self._wanted = None
        before, self._value = self._value, value
        self._follows = self._is_at_end()
        # What was seen before and still is, or is just below, stays as it is; the rest is laid out around it.
        is_still_seen = value <= before <= value + self.viewport().height()
        self._place(anchor=before if is_still_seen else value)

    def _is_at_end(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - _NEAR_END

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Do nothing: the messages are placed when the scroll bar says so."""

    def _place(self, *, at: int | None = None, anchor: int | None = None) -> None:
        """Put the messages where the scroll position wants them, and lay out what comes into view.

        What is at the height `anchor` keeps its place on the screen, if it is not said what is at the top.
        """
        value = self.verticalScrollBar().value() if at is None else at
        kept = float(value if anchor is None else anchor)
        for _pass in range(PASSES):
            bounded = self._bounded(value)
            kept += bounded - value if bounded != value and anchor is None else 0
            value = bounded
            shift = self._lay_out_window(value, kept)
            kept += shift
            value += round(shift)
            if not round(shift) and value == self._bounded(value):
                break
        self._scroll_to(value)
        shown = self._rows_in(self._value, self._value + self.viewport().height())
        self._shown = shown
        self._show_views(shown)
        self._hide_others(shown)
        self._forget_layouts(shown)
        self._panel_keeper.keep()
        self._reader.begin()
        if self._follows:
            self._to_end.hide()

    def _show_views(self, rows: range) -> None:
        """Let messages be seen where they belong, and be heard in their order."""
        following: MessageView | None = None
        for row in reversed(rows):
            view = self._view(row)
            if view.isHidden() and following is not None:
                view.stackUnder(following)
            elif view.isHidden():
                view.raise_()
            self._put(row)
            view.keep_actions_visible(is_kept=row == len(self._heights) - 1)
            view.show()
            following = view

    def _forget_layouts(self, shown: range) -> None:
        """Give back what lies further away than a screen, each time the reader has moved by one."""
        screen = self.viewport().height()
        if abs(self._value - self._forgot_at) >= screen:
            self._forgot_at = self._value
            for row in shown:
                top = self._value - self._heights.top(row)
                self._views[row].forget(top - screen, top + 2 * screen)

    def _rows_in(self, top: int, bottom: int) -> range:
        if not len(self._heights):
            return range(0)
        first = last = self._heights.row_at(top)
        while last < len(self._heights) and self._heights.top(last) < bottom:
            last += 1
        return range(first, last)

    def _largest_value(self) -> int:
        return max(0, self._heights.total - self.viewport().height())

    def _bounded(self, value: int) -> int:
        """Return the nearest position there is; the end is the only one while it is followed."""
        largest = self._largest_value()
        return largest if self._follows else max(0, min(value, largest))

    def _lay_out_window(self, value: int, anchor: float) -> float:
        """Lay out what is in the window; return by how much what stood at the height `anchor` moved down."""
        if not len(self._heights):
            return 0.0
        shift = 0.0
        bottom = value + self.viewport().height()
        row = self._heights.row_at(value)
        while row < len(self._heights) and (top := self._heights.top(row)) < bottom:
            before = self._heights[row]
            view = self._view(row)
            inside = anchor + shift - top
            # A better guess of the whole moves a place within it in proportion.
            moved = inside * view.full_height / before - inside if 0 < inside < before else 0.0
            moved += view.lay_out(value - top, bottom - top, inside + moved)
            self._heights[row] = view.full_height
            shift += self._heights[row] - before if inside >= before else moved
            row += 1
        return shift

    def _view(self, row: int) -> MessageView:
        """Return the view of a row, one that serves it from now on if there is none, and as wide as all.

        All are as wide as the whole transcript, so that the column stays in the middle with a scroll bar or
        without.
        """
        if row not in self._views:
            view = self._spare_views.pop() if self._spare_views else self._make_view()
            view.serve(row, self._kept.setdefault(self._messages[row].message.id, Kept()))
            self._views[row] = view
            self._furnish(view)
            self._stale.add(row)
        self._fit(row)
        return self._views[row]

    def _fit(self, row: int) -> None:
        if row in self._stale:
            self._stale.discard(row)
            self._views[row].fit(self.width())

    def _hide_others(self, shown: range) -> None:
        for row, view in self._views.items():
            if row not in shown:
                self._tab_stops.keep_from(view)
                view.hide()
                view.forget(0, 0)
        far = sorted((row for row in self._views if row not in shown), key=lambda row: abs(row - shown.start))
        self._forget_views(far[_KEPT_VIEWS:])

    def _forget_views(self, rows: Iterable[int]) -> None:
        for row in rows:
            view = self._views.pop(row)
            self._stale.discard(row)
            self._tab_stops.keep_from(view)
            view.retire()
            self._spare_views.append(view)

    @property
    def top_row(self) -> int:
        """The row of the message at the top of what is seen; 0 where there are none."""
        return self._heights.row_at(self._value) if len(self._heights) else 0

    def row_count(self) -> int:
        """Return how many messages there are."""
        return len(self._messages)

    def blocks_in(self, row: int) -> Sequence[b.Block]:
        """Return what is shown of a message."""
        if view := self._views.get(row):
            return view.blocks
        shown = self._messages[row]
        return shown_blocks(shown.message, is_source=shown.is_source, results=shown.results)

    def seen(self) -> QRectF:
        """Return what is seen, as an area of the viewport."""
        return QRectF(self.viewport().rect())

    def scroll_by(self, pixels: int) -> None:
        """Scroll on, or back."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + pixels)

    def spot_at(self, point: QPointF) -> Spot | None:
        """Return the place nearest to a point of the viewport; None where there are no messages."""
        if not len(self._heights):
            return None
        y = round(point.y()) + self._value
        row = self._heights.row_at(y)
        view = self._view(row)
        top = self._heights.top(row)
        view.lay_out(y - top - 1, y - top + 1, 0)
        return Spot(row, view.place_at(QPointF(point.x(), y - top)))

    def cursor_at(self, spot: Spot) -> QRectF:
        """Return where a cursor would stand at a place, as an area of the viewport."""
        view = self._view(spot.row)
        top, height = view.line_at(spot.place)
        areas = view.areas(spot.place.block, spot.place.position, spot.place.position)
        x = areas[0].x() if areas else 0.0
        return QRectF(x, self._heights.top(spot.row) - self._value + top, 0, height)

    def bring_into_view(self, spot: Spot) -> None:
        """Show the line of a place, with some of what is around it where it was out of sight."""
        view = self._view(spot.row)
        self._wanted = None if view.holds(spot.place) else spot
        if self._wanted is not None:
            self._follows = False
            self._place(at=self._heights.top(spot.row))
            return
        view.reveal(spot.place)
        if view.full_height != self._heights[spot.row]:
            self._heights[spot.row] = view.full_height
            self._place()
        for _pass in range(PASSES):
            view = self._view(spot.row)
            top, height = view.line_at(spot.place)
            self._heights[spot.row] = view.full_height
            line = self._heights.top(spot.row) + round(top)
            screen = self.viewport().height()
            if self._value <= line and line + height <= self._value + screen:
                break
            self._follows = False
            before = self._value
            self._place(at=line - screen // 3)
            self._follows = self._is_at_end()
            if self._value == before:
                break

    def _view_at(self, position: QPointF) -> tuple[MessageView, QPointF] | None:
        """Return the view at a height, and the point in it."""
        for view in self._views.values():
            if view.isVisible() and view.y() <= position.y() < view.y() + view.height():
                return view, position - QPointF(view.pos())
        return None
