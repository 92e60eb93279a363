"""One message on the screen: its blocks painted, its actions below."""

import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, cast

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen, Qt
from PySide6.QtWidgets import QWidget

from glmdesk.domain.message import State
from glmdesk.i18n import _
from glmdesk.render import blocks as b
from glmdesk.render.find import Hit
from glmdesk.render.plain_text import plain_text
from glmdesk.render.references import without_begun_mark
from glmdesk.render.selection import START, Place, end_of
from glmdesk.render.shown import (
    BIT,
    LONG,
    as_code,
    attached_blocks,
    opening_blocks,
    shown_blocks,
    written_blocks,
)
from glmdesk.render.stream import BlockStream, Update
from glmdesk.render.structured import OPENING, json_blocks
from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.images import Act
from glmdesk.ui.models.message_list import Row
from glmdesk.ui.theme import COLUMN_WIDTH, colour
from glmdesk.ui.widgets.accessible_message import make_message_accessible, tell_focus, tell_state
from glmdesk.ui.widgets.boxes.box import Box, Visitor
from glmdesk.ui.widgets.boxes.code_box import CodeBox
from glmdesk.ui.widgets.boxes.containers import Blocks
from glmdesk.ui.widgets.boxes.details_box import DetailsBox
from glmdesk.ui.widgets.boxes.foldable import Foldable
from glmdesk.ui.widgets.boxes.kept import Kept
from glmdesk.ui.widgets.boxes.panel import Panel, bar_height
from glmdesk.ui.widgets.boxes.voices import Voices
from glmdesk.ui.widgets.message_controls import MessageControls, Spot
from glmdesk.ui.widgets.message_footer import MessageFooter
from glmdesk.ui.widgets.message_links import MessageLink, MessageLinks
from glmdesk.ui.widgets.text_input import is_enter

EDGE: Final = 24
_CARD_PADDING_X: Final = 16
_CARD_PADDING_Y: Final = 8
_CARD_SHARE: Final = 0.82
_CARD_RADIUS: Final = 14.0
_TOP: Final = 10
_SOURCE: Final = -1
"""Where the panel with the Markdown of an answer is kept, beside those of its blocks."""
_FEW: Final = 3
_AT_ONCE_S: Final = 0.06
"""Seconds of work. Only what was made to take long takes so long."""
_NOWHERE: Final = 1 << 30
"""Pixels. Further down than anything is."""
_SHORT: Final = 1000
"""Characters. The card of a longer question is as wide as can be; looking for its longest line takes time."""


class MessageView(QWidget):
    """A message. Its height is a guess as far as it was not laid out for its width.

    It has the keyboard when one of its links or images has. Making one takes time: where a message is left
    behind, its view can serve another one.

    Signals:
        link_activated(href: str, text: str): a link should be followed; what it reads is given with it.
        image_wanted(src: str, act: Act): an image should be loaded, or something be done with it.
        link_focused(link: MessageLink): a link was given the keyboard.
    """

    link_activated = Signal(str, str)
    image_wanted = Signal(str, object)
    link_focused = Signal(object)

    def __init__(self, voices: Voices, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        make_message_accessible(MessageView)
        self._voices = voices
        self.index = -1
        """Which of the messages it serves."""
        self._row: Row | None = None
        self._title = ""
        self._stream = BlockStream()
        self._unread = ""
        """What of the text was not taken in yet."""
        self._half = ""
        """What the text taken in ends with, and is not shown: half of a mark."""
        self._kept = Kept()
        self._blocks = Blocks((), voices, self._kept)
        self.links = MessageLinks(self._blocks, voices.plates.images)
        self._column = QRectF()
        """Where the blocks may stand; the height is that of them all."""
        self._card = QRectF()
        self._origin = QPointF()
        self._full_height = 0
        self._footer_place = QRect()
        self.written_from = _NOWHERE
        """The height below which text is new and has not been painted."""
        self._placed_height = 0
        self._blocks_width = 0.0
        self._selection: tuple[Place, Place] | None = None
        self._hits: Sequence[Hit] = ()
        self._current_hit: Hit | None = None
        self._is_pinned_open = False
        self.footer = MessageFooter(icons, voices.style.theme)
        self.footer.setParent(self)
        self.controls = MessageControls(voices.style, self, self._blocks.panel_number)
        """What stands over the panels that are seen."""
        self.controls.moved.connect(self.update)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # What does not track the mouse hides its moves from the transcript, which shows where links lead.
        self.setMouseTracking(True)
        # It paints every pixel it has: what is only moved or made longer keeps what was painted.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)

    @property
    def is_card(self) -> bool:
        """Whether the message is the user's."""
        return self._row is not None and self._row.message.role == "user"

    @property
    def _is_source(self) -> bool:
        """Whether the Markdown is shown as it is written; where there is no text, none of it is."""
        is_source = self._row is not None and self._row.is_source and bool(self._row.message.text)
        return is_source and not self._is_json

    @property
    def _is_json(self) -> bool:
        """Whether the text is to be JSON, and is no Markdown."""
        return self._row is not None and self._row.message.structured is not None

    def serve(self, index: int, kept: Kept) -> None:
        """Belong to a message, which `show_row` gives; `kept` is what the reader did to its panels."""
        self.index = index
        self._kept = self._blocks.kept = kept

    def retire(self) -> None:
        """Hold nothing of the message any more, and be out of sight."""
        self.hide()
        self._row, self._stream, self._unread, self._half = None, BlockStream(), "", ""
        self._blocks.replace(0, ())
        self._selection, self._hits, self._current_hit = None, (), None
        self.links.current = None
        self.controls.clear()
        self.keep_actions_visible(is_kept=False)

    def show_row(self, row: Row, title: str) -> None:
        """Show a message in its present state; `title` is the name of its model."""
        before, self._row, self._title = self._row, row, title
        if before is None or _source(before) != _source(row):
            self._build()
        elif _ending(before) != _ending(row) and not (self.is_card or self.has_more):
            if self._half:
                self._feed("")
            self._blocks.go_on(self._shown_blocks(row), 0)
        self._attach(row)
        self.footer.show_row(row, title)
        self.update()

    def grow(self, row: Row, text: str) -> None:
        """Go on with the text of an answer."""
        if self._row is not None and not self._row.message.text:
            self.footer.offer_copy()
        self._row = row
        if self.has_more:
            self._unread += text
            return
        if self._is_source:
            unchanged = self._blocks.replace(0, self._shown_blocks(row))
        else:
            unchanged = self._take_in(row, text)
        self.written_from = min(self.written_from, int(self._origin.y()) + unchanged)

    @property
    def has_more(self) -> bool:
        """Whether some of a long text was not taken in yet."""
        return bool(self._unread)

    def read_on(self) -> None:
        """Take in a bit more of a long text."""
        assert self._row is not None
        text, self._unread = self._unread[:BIT], self._unread[BIT:]
        unchanged = self._take_in(self._row, text)
        self.written_from = min(self.written_from, int(self._origin.y()) + unchanged)
        if not self.has_more:
            self._blocks.go_on(self._shown_blocks(self._row), 0)
            self._attach(self._row)

    def holds(self, place: Place) -> bool:
        """Whether a place is in what was taken in so far."""
        return not self.has_more or place <= self.end

    def _take_in(self, row: Row, text: str) -> int:
        """Show more of the text; return the height above which nothing has changed."""
        update = self._feed(text)
        blocks = written_blocks(update.blocks, row.message)
        return self._blocks.replace(self._opening + update.kept, blocks, update.kept_parts)

    def _feed(self, text: str) -> Update:
        opening = OPENING if self._is_json and not self._stream.blocks else ""
        text = self._half + text
        shown = without_begun_mark(text) if self._is_written else text
        self._half = text[len(shown) :]
        return self._stream.feed(opening + shown)

    def show_written(self) -> None:
        """Paint what was written since, which takes no more room than before."""
        # Nothing below the text: actions, and the frames of panels, take their time to be painted.
        bottom = round(self._origin.y()) + self._blocks.end_of_text
        self.update(0, self.written_from, self.width(), max(0, bottom - self.written_from))
        self.written_from = _NOWHERE

    def keep_actions_visible(self, *, is_kept: bool) -> None:
        """Show the row of actions even when the message is not pointed at."""
        self._is_pinned_open = is_kept
        self.footer.reveal(is_visible=is_kept or self.underMouse())

    def fit(self, width: int) -> int:
        """Take a width and return the height, as far as it is known."""
        column = min(width - 2 * EDGE, COLUMN_WIDTH)
        left = (width - column) // 2
        self._column = QRectF(left, _TOP, column, 0)
        inner = float(column)
        if self.is_card:
            inner = column * _CARD_SHARE - 2 * _CARD_PADDING_X
            if self._row is not None and len(self._row.message.text) < _SHORT:
                inner = min(self._blocks.natural_width + 2, inner)
        self._blocks.set_width(inner)
        return self._place(inner)

    def lay_out(self, top: float, bottom: float, anchor: float) -> float:
        """Lay out what lies between two heights of this widget.

        Return by how many pixels what stood at the height `anchor` has moved down.
        """
        start = self._origin.y()
        height = self._blocks.height
        shift = self._blocks.lay_out(top - start, bottom - start, anchor - start)
        if self._blocks.height != self._placed_height:
            self._place(self._blocks_width)
        is_below = anchor >= start + height
        return self._blocks.height - height if is_below else shift

    def take_in_drawings(self) -> bool:
        """Draw formulas and images of which more is known now; return whether there are any."""
        changed = self._blocks.take_in_drawings()
        if changed:
            self.update()
        return changed

    def forget(self, top: float, bottom: float) -> None:
        """Give back the layouts of what does not lie between two heights."""
        start = self._origin.y()
        self._blocks.forget(top - start, bottom - start)

    @property
    def full_height(self) -> int:
        """The height, as far as it is known."""
        return self._full_height

    def _place(self, inner: float) -> int:
        """Place what stands around the blocks; return the height of all."""
        self._blocks_width = inner
        column, height = self._column, self._blocks.height
        self._placed_height = height
        if self.is_card:
            width = inner + 2 * _CARD_PADDING_X
            self._card = QRectF(column.right() - width, _TOP, width, height + 2 * _CARD_PADDING_Y)
            self._origin = self._card.topLeft() + QPointF(_CARD_PADDING_X, _CARD_PADDING_Y)
            bottom = self._card.bottom()
        else:
            self._origin = column.topLeft()
            bottom = column.top() + height
        footer_height = self.footer.height_for(round(column.width()))
        self._footer_place = QRect(
            round(column.left()), round(bottom) + 4, round(column.width()), footer_height
        )
        self._full_height = round(bottom) + 4 + footer_height
        return self._full_height

    def put(self, top: int, width: int) -> None:
        """Stand at a height of the window, as wide as said and as high as all that is known."""
        # In this order what is moved and what is made longer both keep what was painted.
        self.move(0, top)
        self.resize(width, self._full_height)
        self.footer.setGeometry(self._footer_place)
        if self.written_from < self._full_height:
            self.update(0, self.written_from, width, self._full_height - self.written_from)
        self.written_from = _NOWHERE

    def stand_controls(self) -> None:
        """Have what stands over the panels where they are in the window."""
        window = self.parentWidget()
        assert window is not None, "a message is shown in a window"
        top, bottom = -self.y(), window.height() - self.y()
        if self.controls.show(self._panels(top, bottom), top, bottom):
            self.footer.raise_()

    def _panels(self, top: int, bottom: int) -> Iterator[tuple[Spot, Panel, QPoint]]:
        """Yield the panels between two heights."""
        start = self._origin.y()
        for block, position, panel, corner in self._blocks.panels_between(top - start, bottom - start):
            place = (self._origin + corner).toPoint()
            if isinstance(panel, Panel) and place.y() < bottom and place.y() + panel.height > top:
                yield (block, position), panel, place

    def spoken_name(self) -> str:
        """Return who wrote it."""
        return _("You") if self.is_card else self._title

    def spoken_text(self) -> str:
        """Return the whole text, without marks."""
        if self._row is None:
            return ""
        return plain_text(self._blocks.blocks) or self._row.status

    def place_at(self, point: QPointF) -> Place:
        """Return the place nearest to a point."""
        if not len(self._blocks):
            return START
        return Place(*self._blocks.place_at(point - self._origin))

    @property
    def end(self) -> Place:
        """The last place."""
        return end_of(self._blocks.blocks)

    @property
    def blocks(self) -> Sequence[b.Block]:
        """What is shown."""
        return self._blocks.blocks

    def line_at(self, place: Place) -> tuple[float, float]:
        """Return the top and the height of the line of a place, and lay it out if need be."""
        top, height = self._blocks.line_at_place(place.block, place.position)
        self._place(self._blocks_width)
        return self._origin.y() + top, height

    def select(self, selection: tuple[Place, Place] | None) -> None:
        """Mark what lies between two places."""
        if selection != self._selection:
            self._selection = selection
            self.update()

    def areas(self, block: int, first: int, last: int) -> list[QRectF]:
        """Return where positions of a block are, as far as they are laid out."""
        origin = self._origin
        return [area.translated(origin) for area in self._blocks.areas_in(block, first, last)]

    def show_hits(self, hits: Sequence[Hit], current: Hit | None) -> None:
        """Mark what was found, in order, and the one that the reader is led to."""
        if (hits, current) != (self._hits, self._current_hit):
            self._hits, self._current_hit = hits, current
            self.update()

    def set_wraps(self, spot: Spot, *, wraps: bool) -> None:
        """Break the lines of a block of code that are too long, or do not."""

        def act(panel: Box, _position: int) -> None:
            if isinstance(panel, CodeBox):
                panel.set_wraps(wraps=wraps)

        self._visit(spot, act)

    def set_expanded(self, spot: Spot, *, is_expanded: bool) -> None:
        """Show all of a panel, or its beginning."""

        def act(panel: Box, _position: int) -> None:
            if isinstance(panel, Foldable):
                panel.set_expanded(is_expanded=is_expanded)

        self._visit(spot, act)

    def reveal(self, place: Place) -> None:
        """Let a place be seen that is collapsed, or too far to the right."""
        self._visit((place.block, place.position), lambda panel, position: panel.reveal(position))

    def _visit(self, spot: Spot, act: Visitor) -> None:
        self._blocks.visit_place(*spot, act)
        self._place(self._blocks_width)
        self.update()

    def first_seen(self, spot: Spot, top: float) -> Place:
        """Return the first place of a block of code that is seen below a height and below the bar there."""
        area = self.controls.at(spot).area
        bar = bar_height(self._voices.style)
        return self.place_at(QPointF(area.left(), max(top, area.top() + bar / 2) + bar))

    def fold_place(self, spot: Spot, top: float, *, is_expanded: bool) -> Place:
        """Return the place in a panel that should stay where it is while it is expanded, or collapsed."""
        panel = self.controls.at(spot).panel
        if isinstance(panel, DetailsBox):
            return Place(*spot)
        if is_expanded:
            return self.first_seen(spot, top)
        # What follows the button stays below it when there is less before it.
        return Place(spot[0], spot[1] + (panel.length if panel is not None else 0))

    def link_at(self, point: QPointF) -> MessageLink | None:
        """Return what a click at a point follows: an image that is not loaded, or else the link."""
        return self.links.at(point - self._origin)

    def links_at(self, point: QPointF) -> list[MessageLink]:
        """Return the image and the link at a point, in this order."""
        return self.links.all_at(point - self._origin)

    def link_areas(self, link: MessageLink) -> list[QRectF]:
        """Return where a link stands, line by line; nowhere as long as it was not laid out."""
        return [area.translated(self._origin) for area in self.links.areas(link)]

    @property
    def focused_link(self) -> MessageLink | None:
        """The link that has the keyboard."""
        current = self.links.current if self.hasFocus() else None
        return None if current is None else self.links.all[current]

    def focus_link(self, number: int) -> None:
        """Give a link the keyboard."""
        self.links.current = number
        self.setFocus(Qt.FocusReason.TabFocusReason)
        self.update()
        self.link_focused.emit(self.links.all[number])
        tell_focus(self, number)

    def follow_link(self, link: MessageLink) -> None:
        """Ask for a link to be followed, or for what pressing an image does."""
        if link.place.image is None:
            self.link_activated.emit(link.place.href, link.place.text)
        else:
            self.image_wanted.emit(link.place.href, Act.PRESS)

    def tell_image(self, src: str) -> None:
        """Tell a screen reader what has become of an image, if it has the keyboard."""
        link = self.focused_link
        if link is not None and link.place.image is not None and link.place.href == src:
            tell_state(self, self.links.all.index(link))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        region = event.region()
        # What lies between a few small pieces need not be painted.
        if not 1 < region.rectCount() <= _FEW:
            self._paint(painter, event.rect())
            return
        for area in cast("Iterable[QRect]", region):
            painter.save()
            painter.setClipRect(area)
            self._paint(painter, area)
            painter.restore()

    def _paint(self, painter: QPainter, area: QRect) -> None:
        theme = self._voices.style.theme
        painter.fillRect(area, colour(theme.page))
        if self.is_card:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.card))
            painter.drawRoundedRect(self._card, _CARD_RADIUS, _CARD_RADIUS)
        painter.translate(self._origin)
        clip = QRectF(area).translated(-self._origin)
        first, last = self._selection or (START, START)
        self._blocks.paint_between(painter, clip, first, last)
        if self._hits:
            self._paint_hits(painter, clip)
        if self.hasFocus():
            self.links.paint_ring(painter, self._voices.style.theme.accent)

    def _paint_hits(self, painter: QPainter, clip: QRectF) -> None:
        """Colour what was found; letters are seen through the colour."""
        theme = self._voices.style.theme
        first, last = self._blocks.place_at(clip.topLeft()), self._blocks.place_at(clip.bottomRight())
        begin = bisect_left(self._hits, first[0], key=lambda hit: hit.block)
        end = bisect_right(self._hits, last[0], key=lambda hit: hit.block)
        for hit in self._hits[begin:end]:
            is_here = hit == self._current_hit
            painter.setBrush(QColor(theme.found_here if is_here else theme.found))
            painter.setPen(QPen(QColor(theme.accent), 1.5) if is_here else Qt.PenStyle.NoPen)
            for area in self._blocks.areas_in(*hit):
                painter.drawRoundedRect(area.adjusted(-1, 1, 1, -1), 3, 3)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        link = self.focused_link
        if link is not None and is_enter(event):
            self.follow_link(link)
        else:
            super().keyPressEvent(event)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self.footer.reveal(is_visible=True)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.controls.point_at(None)
        has_focus = self.footer.isAncestorOf(self.window().focusWidget())
        self.footer.reveal(is_visible=self._is_pinned_open or has_focus)

    def _build(self) -> None:
        assert self._row is not None
        message = self._row.message
        self._stream, self._unread, self._half = BlockStream(), "", ""
        if self.is_card or message.role == "tool":
            self._blocks.replace(0, shown_blocks(message, is_source=False))
            return
        if not self._is_source:
            self._begin(message.text)
        blocks = self._shown_blocks(self._row)
        if self._is_reading or (not blocks and message.state is State.STREAMING):
            blocks = (*blocks, b.Written(self._row.status or "…"))
        self._blocks.kept = self._kept.at(_SOURCE) if self._is_source else self._kept
        self.controls.clear()
        # Whoever asks for the Markdown wants to see it.
        self._kept.at(_SOURCE).at(0).panel.is_expanded = True
        self._blocks.replace(0, blocks)

    def _begin(self, text: str) -> None:
        """Take in the beginning of a text, or as much of it as can be taken in at once."""
        until, start = time.thread_time() + _AT_ONCE_S, 0
        while start < min(LONG, len(text)) and time.thread_time() < until:
            self._feed(text[start : start + BIT])
            start += BIT
        self._unread = text[start:]

    def _shown_blocks(self, row: Row) -> b.Blocks:
        """Return the blocks of an answer's text, or its Markdown."""
        if self._is_source:
            return (as_code(row.message.text, is_written=self._is_written),)
        if self._is_json and not (self._is_written or self.has_more):
            return (*opening_blocks(row.message), *json_blocks(row.message, is_source=row.is_source))
        return (*opening_blocks(row.message), *written_blocks(self._stream.blocks, row.message))

    @property
    def _opening(self) -> int:
        """How many blocks stand before those of the text."""
        if self._row is None:
            return 0
        message = self._row.message
        is_in_parts = message.parts is not None and message.parts.count > 0
        return is_in_parts + bool(message.reasoning.strip()) + len(message.service_calls)

    @property
    def _is_reading(self) -> bool:
        """Whether files are being read part by part, or were, and there is no text yet."""
        message = self._row.message if self._row is not None else None
        return message is not None and message.parts is not None and self._is_written and not message.text

    @property
    def _is_written(self) -> bool:
        """Whether the text is being written."""
        return self._row is not None and self._row.message.state is State.STREAMING

    def _attach(self, row: Row) -> None:
        """Show behind the text of an answer what belongs to it."""
        if row.message.role != "assistant" or self.has_more or self._is_reading:
            return
        count = 1 if self._is_source else self._opening + len(self._stream.blocks)
        attached = attached_blocks(row.message, row.results)
        # As long as there is nothing to be shown, words stand for it.
        if count or attached or not self._is_written:
            self._blocks.go_on((*self._blocks.blocks[:count], *attached), count)


def _ending(row: Row) -> tuple[object, ...]:
    """Return what of a row changes the blocks of a text that stays the same."""
    return row.message.state, row.message.citations


def _source(row: Row) -> tuple[object, ...]:
    """Return what the blocks of a row are made of."""
    message = row.message
    before = (message.parts, message.reasoning, message.service_calls, row.is_source)
    if message.text:
        return message.text, *before
    return *before, row.status, message.state is State.STREAMING
