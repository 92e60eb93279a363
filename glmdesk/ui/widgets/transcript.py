"""The messages of a conversation, scrolled. Only what is near the window has widgets and layouts."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, QPointF, QRectF, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
    Qt,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QMenu,
    QPushButton,
    QToolTip,
    QWidget,
)

from glmdesk.domain.catalog import Offer
from glmdesk.domain.message import State
from glmdesk.i18n import _
from glmdesk.render import blocks as b
from glmdesk.render.copying import Manner, Part
from glmdesk.render.find import Hit
from glmdesk.render.selection import Place
from glmdesk.render.shown import shown_blocks
from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.images import Images
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.accessible_message import make_list_accessible
from glmdesk.ui.widgets.announcer import Announcer
from glmdesk.ui.widgets.boxes.kept import Kept
from glmdesk.ui.widgets.boxes.voices import Voices
from glmdesk.ui.widgets.colourist import Colourist
from glmdesk.ui.widgets.heights import Heights
from glmdesk.ui.widgets.link_popups import open_link_menu, show_tip
from glmdesk.ui.widgets.message_links import MessageLink
from glmdesk.ui.widgets.message_view import MessageView
from glmdesk.ui.widgets.selection import Selection, Spot
from glmdesk.ui.widgets.tab_stops import TabStops

_STEP = 48
_ANGLE_PER_PIXEL = 2
"""Eighths of a degree that a wheel turns for a pixel; a step of most wheels is 120."""
_KEPT_VIEWS = 40
_NEAR_END = 4
_NEAR_START = 4
_LINE_SCALE, _LETTERS_PER_LINE, _AROUND_TEXT = 1.4, 40, 60
"""What guesses of heights are made of: the last one in pixels."""

_PASSES = 30
"""Measuring a row may bring another one into view, until the window is full."""


class Transcript(QAbstractScrollArea):
    """Shows a `MessageList`.

    It follows the end only while the reader is at the end; otherwise a button leads there.

    Signals:
        copy_requested(parts: list[Part], manner: Manner): something should be put on the clipboard.
        marked(parts: list[Part]): something was selected with the mouse.
        edit_requested(row: int), retry_requested(row: int), continue_requested(row: int): an action of that
        message.
        branch_requested(row: int), source_toggled(row: int), delete_requested(row: int): rarer ones.
        retry_with_requested(row: int, model_id: str): another model should answer.
        remedy_requested(row: int, action: Action): what the message's problem offers.
        variant_requested(row: int, step: int): -1 for the variant before, 1 for the next.
        language_wanted(language: str): what colouring a language needs should be loaded; then call `colour`.
        save_requested(name: str, text: str): a text should become a file, for which there is a name.
        link_activated(href: str, text: str): a link should be followed; what it reads is given with it.
        image_wanted(src: str, act: Act): an image should be loaded, or something be done with it.
    """

    copy_requested = Signal(object, object)
    marked = Signal(object)
    edit_requested = Signal(int)
    retry_requested = Signal(int)
    continue_requested = Signal(int)
    branch_requested = Signal(int)
    source_toggled = Signal(int)
    delete_requested = Signal(int)
    retry_with_requested = Signal(int, str)
    variant_requested = Signal(int, int)
    remedy_requested = Signal(int, object)
    language_wanted = Signal(str)
    save_requested = Signal(str, str)
    link_activated = Signal(str, str)
    image_wanted = Signal(str, object)

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
        make_list_accessible(Transcript)
        self.setAccessibleName(_("Transcript"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._messages = messages
        self._offer = offer
        self._icons = icons
        self._make_voices = partial(Voices, formulas=formulas, images=images, icons=icons)
        self._voices = self._make_voices(style)
        self._heights = Heights()
        self._stale: set[int] = set()
        """The rows whose views have to be fitted to what they show, or to the width."""
        self._value = 0
        self._shown = range(0)
        """The messages that are in the window."""
        self._forgot_at = 0
        self._views: dict[int, MessageView] = {}
        self._kept: dict[str, Kept] = {}
        """What the reader did to the panels of messages, by their ids, while the conversation is open."""
        self._follows = True
        self._is_placing = False
        self._colourist = Colourist(self, lambda: [self._views[row] for row in self._shown])
        self._announcer = Announcer(self)
        self._selection = Selection(self, self)
        self._hits: Mapping[int, Sequence[Hit]] = {}
        self._current_hit: tuple[int, Hit] | None = None
        self._double_clicked = QElapsedTimer()
        self._tab_stops = TabStops(self)
        self._to_end = QPushButton(_("↓ New text"), self)
        self._to_end.setAccessibleName(_("Go to the end"))
        self._to_end.clicked.connect(self.go_to_end)
        self._to_end.hide()
        self.verticalScrollBar().setSingleStep(_STEP)
        self._connect(messages, formulas, images)
        self._reset()

    def _connect(self, messages: MessageList, formulas: Formulas, images: Images) -> None:
        self._colourist.language_wanted.connect(self.language_wanted)
        self._selection.changed.connect(self._show_selection)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        messages.reset.connect(self._reset)
        messages.appended.connect(self._append)
        messages.changed.connect(self._change)
        messages.grew.connect(self._grow)
        formulas.changed.connect(self._take_in_drawings)
        images.changed.connect(self._show_image)

    def set_style(self, style: Style) -> None:
        """Draw everything anew with another theme or font."""
        self._voices = self._make_voices(style)
        self._forget_views(list(self._views))
        self._lay_out_again()

    def colour(self) -> None:
        """Colour code whose language has been loaded."""
        self._colourist.begin()

    def set_offer(self, offer: Offer) -> None:
        """Offer the models of another service for another try."""
        self._offer = offer
        self._forget_views(list(self._views))
        self._lay_out_again()

    def go_to_end(self) -> None:
        """Show the end and follow it."""
        self._follows = True
        self._place()

    def go_to_message(self, step: int) -> None:
        """Show the beginning of the message before (-1) or after (1) the one at the top, and read it out.

        After the last one comes the end.
        """
        bar, count = self.verticalScrollBar(), len(self._messages)
        if not count:
            return
        row = self._heights.row_at(bar.value())
        is_inside = bar.value() - self._heights.top(row) > _NEAR_START
        row = max(0, row if step < 0 and is_inside else row + step)
        if row >= count:
            self.go_to_end()
            return
        # What comes into view on the way there is measured only then.
        for _pass in range(_PASSES):
            bar.setValue(self._heights.top(row))
            if bar.value() == self._bounded(self._heights.top(row)):
                break
        view = self._view(row)
        # It does not take the keyboard: whoever is writing goes on writing.
        words = f"{view.spoken_name()}: {view.spoken_text()}"
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _reset(self, kept: int = 0) -> None:
        """Show other messages; with some kept, the reader stays with them."""
        count = len(self._messages)
        self._forget_views([row for row in self._views if row >= kept])
        if not kept:
            self._kept.clear()
        self._selection.clear()
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
        self._announcer.follow(self._messages[row].message)

    def _change(self, row: int) -> None:
        if view := self._views.get(row):
            view.show_row(self._messages[row], self._title(row))
            self._stale.add(row)
        self._place()
        self._announcer.follow(self._messages[row].message)

    def _grow(self, row: int, text: str) -> None:
        if view := self._views.get(row):
            view.grow(self._messages[row], text)
            if row in self._shown and row not in self._stale and self._has_room(row, view):
                view.show_written()
                self._colourist.begin()
            else:
                self._stale.add(row)
                self._place()
        else:
            self._place()
        self._announcer.follow(self._messages[row].message)
        self._to_end.setVisible(not self._follows)

    def _has_room(self, row: int, view: MessageView) -> bool:
        """Lay out what is new in the window; return whether everything can stay where it is."""
        top = self._heights.top(row)
        inside = self._value - top
        moved = view.lay_out(inside, inside + self.viewport().height(), inside)
        return not moved and view.full_height == self._heights[row]

    def _title(self, row: int) -> str:
        return self._offer.title(self._messages[row].message.model)

    def _estimates(self, rows: range) -> list[int]:
        """Return guesses of the heights of messages, made in no time: there may be any number of them."""
        line = self.fontMetrics().lineSpacing() * _LINE_SCALE
        messages = self._messages.messages[rows.start : rows.stop]
        return [
            int(line * (1 + len(message.text) / _LETTERS_PER_LINE)) + _AROUND_TEXT for message in messages
        ]

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
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

    def _set_wraps(self, row: int, spot: tuple[int, int], wraps: bool) -> None:
        view = self._views[row]
        with self._rearranged(row, view.first_seen(spot, -view.y())):
            view.set_wraps(spot, wraps=wraps)

    def _set_expanded(self, row: int, spot: tuple[int, int], is_expanded: bool) -> None:
        view = self._views[row]
        # What follows the button stays below it when there is less before it.
        place = view.first_seen(spot, -view.y()) if is_expanded else view.last_place(spot)
        with self._rearranged(row, place):
            view.set_expanded(spot, is_expanded=is_expanded)

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
        before, self._value = self._value, value
        self._follows = self._is_at_end()
        # What was seen before and still is stays as it is; what comes into view is laid out around it.
        is_still_seen = value <= before < value + self.viewport().height()
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
        bar = self.verticalScrollBar()
        self._is_placing = True
        value = bar.value() if at is None else at
        kept = float(value if anchor is None else anchor)
        for _pass in range(_PASSES):
            bounded = self._bounded(value)
            kept += bounded - value if bounded != value and anchor is None else 0
            value = bounded
            shift = self._lay_out_window(value, kept)
            kept += shift
            value += round(shift)
            if not round(shift) and value == self._bounded(value):
                break
        bar.setPageStep(self.viewport().height())
        bar.setRange(0, self._largest_value())
        bar.setValue(value)
        self._value = value = bar.value()
        shown = self._rows_in(value, value + self.viewport().height())
        self._shown = shown
        for row in shown:
            view = self._view(row)
            top = self._heights.top(row) - value
            view.put(top, self.width(), self.viewport().height())
            view.keep_actions_visible(is_kept=row == len(self._heights) - 1)
            view.show()
        self._hide_others(shown)
        self._forget_layouts(shown)
        self._colourist.begin()
        if self._follows:
            self._to_end.hide()
        self._is_placing = False

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
        """Return the view of a row, made if there is none, and as wide as all.

        All are as wide as the whole transcript, so that the column stays in the middle with a scroll bar or
        without.
        """
        if row not in self._views:
            self._views[row] = self._make_view(row)
            self._stale.add(row)
        self._fit(row)
        return self._views[row]

    def _fit(self, row: int) -> None:
        if row in self._stale:
            self._stale.discard(row)
            self._views[row].fit(self.width())

    def _make_view(self, row: int) -> MessageView:
        kept = self._kept.setdefault(self._messages[row].message.id, Kept())
        view = MessageView(self._voices, self._icons, kept, self.viewport())
        footer = view.footer
        footer.copy_requested.connect(partial(self._copy_message, row))
        footer.edit_requested.connect(lambda: self.edit_requested.emit(row))
        footer.retry_requested.connect(lambda: self.retry_requested.emit(row))
        footer.continue_requested.connect(lambda: self.continue_requested.emit(row))
        footer.offer_models((model.id, model.title) for model in self._offer)
        footer.branch_requested.connect(lambda: self.branch_requested.emit(row))
        footer.source_toggled.connect(lambda: self.source_toggled.emit(row))
        footer.delete_requested.connect(lambda: self.delete_requested.emit(row))
        footer.retry_with_requested.connect(partial(self.retry_with_requested.emit, row))
        footer.variant_requested.connect(partial(self.variant_requested.emit, row))
        footer.remedy_requested.connect(partial(self.remedy_requested.emit, row))
        view.link_activated.connect(self.link_activated)
        view.image_wanted.connect(self.image_wanted)
        view.link_focused.connect(partial(self._show_link, row))
        view.show_row(self._messages[row], self._title(row))
        controls = view.controls
        controls.save_requested.connect(self.save_requested)
        controls.wraps_chosen.connect(partial(self._set_wraps, row))
        controls.expansion_chosen.connect(partial(self._set_expanded, row))
        view.select(self._selection.within(row))
        self._show_hits_in(row, view)
        return view

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
            view.hide()
            view.deleteLater()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy(Manner.RICH)
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._selection.select_all()
        elif event.key() == Qt.Key.Key_Escape and not self._selection.is_empty:
            self._selection.clear()
        elif self._selection.take_key(event):
            pass
        elif event.key() == Qt.Key.Key_Home:
            bar.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            self.go_to_end()
        elif event.key() == Qt.Key.Key_Space:
            bar.setValue(bar.value() + bar.pageStep())
        else:
            super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        for view in self._views.values():
            view.controls.grab((event.position() - QPointF(view.pos())).toPoint())
        interval = QGuiApplication.styleHints().mouseDoubleClickInterval()
        if self._double_clicked.isValid() and self._double_clicked.restart() < interval:
            self._double_clicked.invalidate()
            self._selection.press_again(event.position())
            return
        extends = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._selection.press(event.position(), extends=extends)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._double_clicked.start()
            self._selection.press_again(event.position())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._selection.drag(event.position())
            return
        hit = self._view_at(event.position())
        link = hit[0].link_at(hit[1]) if hit else None
        if hit:
            hit[0].controls.point_at(hit[1].toPoint())
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.IBeamCursor)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._selection.release()
        if not self._selection.is_empty:
            self.marked.emit(self._selection.parts)
        elif hit := self._view_at(event.position()):
            view, point = hit
            if (link := view.link_at(point)) is not None:
                view.follow_link(link)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        moved = event.pixelDelta()
        if moved.isNull():
            moved = event.angleDelta() / _ANGLE_PER_PIXEL
        is_turned = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier) and not moved.x()
        pixels = moved.y() if is_turned else moved.x()
        hit = self._view_at(event.position())
        if hit and abs(pixels) >= abs(moved.y()) and hit[0].controls.scroll(hit[1].toPoint(), -pixels):
            event.accept()
        else:
            super().wheelEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        view, links = self._links_meant(event)
        if view is not None and links and self._selection.is_empty:
            is_by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
            open_link_menu(view, links, event.globalPos() if is_by_mouse else None)
        else:
            self._open_menu(event.globalPos())

    def _links_meant(self, event: QContextMenuEvent) -> tuple[MessageView | None, list[MessageLink]]:
        """Return the image and the link that the mouse points at, or that of them which has the keyboard."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            for view in self._views.values():
                if view.focused_link is not None:
                    return view, [view.focused_link]
        elif hit := self._view_at(QPointF(event.pos())):
            return hit[0], hit[0].links_at(hit[1])
        return None, []

    def _open_menu(self, position: QPoint) -> None:
        """Offer what can be done with what is selected."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, manner in (
            (_("Copy"), Manner.RICH),
            (_("Copy as Markdown"), Manner.MARKDOWN),
            (_("Copy as plain text"), Manner.PLAIN),
        ):
            action = menu.addAction(name)
            action.triggered.connect(partial(self._copy, manner))
            action.setEnabled(not self._selection.is_empty)
        menu.addSeparator()
        menu.addAction(_("Select all"), self._selection.select_all)
        menu.popup(position)

    def _copy_message(self, row: int, manner: Manner) -> None:
        self.copy_requested.emit([self.part_of(row)], manner)

    def _copy(self, manner: Manner, *_checked: bool) -> None:
        if parts := self._selection.parts:
            self.copy_requested.emit(parts, manner)

    def show_hits(self, hits: Mapping[int, Sequence[Hit]], current: tuple[int, Hit] | None) -> None:
        """Mark what was found, by row, and lead the reader to one of them."""
        is_led = current is not None and current != self._current_hit
        self._hits, self._current_hit = hits, current
        for row, view in self._views.items():
            self._show_hits_in(row, view)
        if is_led and current is not None:
            row, hit = current
            self.bring_into_view(Spot(row, Place(hit.block, hit.first)))

    def _show_hits_in(self, row: int, view: MessageView) -> None:
        current = self._current_hit
        view.show_hits(self._hits.get(row, ()), current[1] if current and current[0] == row else None)

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
        return shown_blocks(shown.message, is_source=shown.is_source)

    def part_of(self, row: int) -> Part:
        """Return the whole of a message, to be copied."""
        shown = self._messages[row]
        return Part(shown.message, is_source=shown.is_source)

    def seen(self) -> QRectF:
        """Return what is seen, as an area of the viewport."""
        return QRectF(self.viewport().rect())

    def pull(self, point: QPointF) -> bool:
        """Scroll towards a point beyond what is seen; return whether it goes on."""
        seen = self.seen()
        beyond = min(0.0, point.y() - seen.top()) + max(0.0, point.y() - seen.bottom())
        self.scroll_by(round(beyond))
        hit = self._view_at(QPointF(point.x(), min(max(point.y(), seen.top()), seen.bottom())))
        is_beside = hit is not None and hit[0].controls.pull(hit[1].toPoint())
        return is_beside or beyond != 0

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
        view.reveal(spot.place)
        if view.full_height != self._heights[spot.row]:
            self._heights[spot.row] = view.full_height
            self._place()
        for _pass in range(_PASSES):
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

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        views = sorted(filter(QWidget.isVisible, self._views.values()), key=QWidget.y)
        return self._tab_stops.step(views, forward=next) or super().focusNextPrevChild(next)

    def _show_link(self, row: int, link: MessageLink) -> None:
        self._tab_stops.reveal(self._views[row], link)
        show_tip(self._views[row], link)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if not isinstance(event, QHelpEvent) or event.type() != QEvent.Type.ToolTip:
            return super().viewportEvent(event)
        point = QPointF(event.pos())
        hit = self._view_at(point)
        link = hit[0].link_at(hit[1]) if hit else None
        if hit is None or link is None:
            QToolTip.hideText()
        else:
            show_tip(hit[0], link, hit[1])
        return True

    def _view_at(self, position: QPointF) -> tuple[MessageView, QPointF] | None:
        """Return the view at a height, and the point in it."""
        for view in self._views.values():
            if view.isVisible() and view.y() <= position.y() < view.y() + view.height():
                return view, position - QPointF(view.pos())
        return None

    def _show_selection(self) -> None:
        for row, view in self._views.items():
            view.select(self._selection.within(row))
