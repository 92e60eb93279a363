"""The messages of a conversation, scrolled. Only what is near the window has widgets and layouts."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QEvent, QPointF, Signal
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
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QPushButton, QToolTip, QWidget

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.message import State
from glmdesk.i18n import _
from glmdesk.render.clipboard import plain_text
from glmdesk.render.markdown import parse
from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.message_list import MessageList, Row
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.accessible_message import make_list_accessible
from glmdesk.ui.widgets.boxes.voices import Voices
from glmdesk.ui.widgets.heights import Heights
from glmdesk.ui.widgets.link_popups import open_link_menu, show_tip
from glmdesk.ui.widgets.message_links import MessageLink
from glmdesk.ui.widgets.message_view import MessageView, Place
from glmdesk.ui.widgets.tab_stops import TabStops

_STEP = 48
_KEPT_VIEWS = 40
_NEAR_END = 4
_NEAR_START = 4
_PASSES = 30
"""Measuring a row may bring another one into view, until the window is full."""

_Spot = tuple[int, Place]
"""A place in the transcript: a row and a place in its message."""


class Transcript(QAbstractScrollArea):
    """Shows a `MessageList`.

    It follows the end only while the reader is at the end; otherwise a button leads there.

    Signals:
        copy_requested(row: int), edit_requested(row: int), retry_requested(row: int), continue_requested(row:
        int):     an action of that message.
        branch_requested(row: int), source_toggled(row: int), delete_requested(row: int): rarer ones.
        retry_with_requested(row: int, model_id: str): another model should answer.
        remedy_requested(row: int, action: Action): what the message's problem offers.
        variant_requested(row: int, step: int): -1 for the variant before, 1 for the next.
        link_activated(href: str, text: str): a link should be followed; what it reads is given with it.
    """

    copy_requested = Signal(int)
    edit_requested = Signal(int)
    retry_requested = Signal(int)
    continue_requested = Signal(int)
    branch_requested = Signal(int)
    source_toggled = Signal(int)
    delete_requested = Signal(int)
    retry_with_requested = Signal(int, str)
    variant_requested = Signal(int, int)
    remedy_requested = Signal(int, object)
    link_activated = Signal(str, str)

    def __init__(self, messages: MessageList, catalog: Catalog, icons: Icons, style: Style) -> None:
        super().__init__()
        make_list_accessible(Transcript)
        self.setAccessibleName(_("Transcript"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._messages = messages
        self._catalog = catalog
        self._icons = icons
        self._voices = Voices(style)
        self._heights = Heights()
        self._stale: set[int] = set()
        """The rows whose views have to be fitted to what they show, or to the width."""
        self._value = 0
        self._forgot_at = 0
        self._views: dict[int, MessageView] = {}
        self._follows = True
        self._is_placing = False
        self._anchor: _Spot | None = None
        self._head: _Spot | None = None
        self._tab_stops = TabStops(self)
        self._to_end = QPushButton(_("↓ New text"), self)
        self._to_end.setAccessibleName(_("Go to the end"))
        self._to_end.clicked.connect(self.go_to_end)
        self._to_end.hide()
        self.verticalScrollBar().setSingleStep(_STEP)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        messages.reset.connect(self._reset)
        messages.appended.connect(self._append)
        messages.changed.connect(self._change)
        messages.grew.connect(self._grow)
        self._reset()

    def set_style(self, style: Style) -> None:
        """Draw everything anew with another theme or font."""
        self._voices = Voices(style)
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
        self._anchor = self._head = None
        self._show_selection()
        heights = [self._heights[row] for row in range(kept)]
        heights += [self._estimate(self._messages[row]) for row in range(kept, count)]
        self._heights = Heights(heights)
        is_being_written = count > 0 and self._messages[count - 1].message.state is State.STREAMING
        self._follows = not kept or (self._follows and is_being_written)
        self._place()
        self._follows = self._is_at_end()

    def _append(self, row: int) -> None:
        self._heights.append(self._estimate(self._messages[row]))
        self._follows = self._follows or self._messages[row].message.role == "user"
        self._place()

    def _change(self, row: int) -> None:
        if view := self._views.get(row):
            view.show_row(self._messages[row], self._title(row))
            self._stale.add(row)
        self._place()

    def _grow(self, row: int, text: str) -> None:
        if view := self._views.get(row):
            view.grow(self._messages[row], text)
            self._stale.add(row)
        self._place()
        self._to_end.setVisible(not self._follows)

    def _title(self, row: int) -> str:
        return self._catalog.title(self._messages[row].message.model)

    def _estimate(self, row: Row) -> int:
        line_height = self.fontMetrics().lineSpacing() * 1.4
        characters_per_line = 60
        text = row.message.text
        lines = text.count("\n") + len(text) / characters_per_line + 1
        return round(lines * line_height + 60)

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
        """Lay everything out anew. The line that the reader is at stays where it is."""
        if not len(self._heights):
            return
        value = self.verticalScrollBar().value()
        row = self._heights.row_at(value)
        inside = value - self._heights.top(row)
        view = self._view(row)
        place = view.place_at(QPointF(0, inside))
        gap = view.line_at(place)[0] - inside
        self._stale.update(self._views)
        self._fit(row)
        top = self._view(row).line_at(place)[0]
        self._heights[row] = view.full_height
        self._place(at=self._heights.top(row) + round(top - gap))

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
        for row in shown:
            view = self._view(row)
            top = self._heights.top(row) - value
            # One after the other: each alone leaves what is painted as it is.
            view.resize(self.width(), self._heights[row])
            view.move(0, top)
            view.keep_actions_visible(is_kept=row == len(self._heights) - 1)
            view.show()
        self._hide_others(shown)
        self._forget_layouts(shown)
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
        view = MessageView(self._voices, self._icons, self.viewport())
        footer = view.footer
        footer.copy_requested.connect(lambda: self.copy_requested.emit(row))
        footer.edit_requested.connect(lambda: self.edit_requested.emit(row))
        footer.retry_requested.connect(lambda: self.retry_requested.emit(row))
        footer.continue_requested.connect(lambda: self.continue_requested.emit(row))
        footer.offer_models((model.id, model.title) for model in self._catalog)
        footer.branch_requested.connect(lambda: self.branch_requested.emit(row))
        footer.source_toggled.connect(lambda: self.source_toggled.emit(row))
        footer.delete_requested.connect(lambda: self.delete_requested.emit(row))
        footer.retry_with_requested.connect(partial(self.retry_with_requested.emit, row))
        footer.variant_requested.connect(partial(self.variant_requested.emit, row))
        footer.remedy_requested.connect(partial(self.remedy_requested.emit, row))
        view.link_activated.connect(self.link_activated)
        view.link_focused.connect(partial(self._show_link, row))
        view.show_row(self._messages[row], self._title(row))
        view.select(self._selection_in(row, view))
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
            self._copy_selection()
        elif event.matches(QKeySequence.StandardKey.SelectAll) and len(self._messages):
            self._select_all()
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
        spot = self._spot_at(event.position())
        extends = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier) and self._anchor is not None
        if not extends:
            self._anchor = spot
        self._head = spot
        self._show_selection()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._anchor is not None:
            self._head = self._spot_at(event.position())
            self._show_selection()
            return
        hit = self._view_at(event.position())
        is_active = hit is not None and bool(hit[0].link_at(hit[1]) or hit[0].copyable_at(hit[1]))
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if is_active else Qt.CursorShape.IBeamCursor
        )

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        hit = self._view_at(event.position())
        if hit is None or self._anchor != self._head or event.button() != Qt.MouseButton.LeftButton:
            return
        view, point = hit
        if (link := view.link_at(point)) is not None:
            view.follow_link(link)
        elif (text := view.copyable_at(point)) is not None:
            QGuiApplication.clipboard().setText(text)

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

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            view = next((view for view in self._views.values() if view.hasFocus()), None)
            if view is not None and view.focused_link is not None:
                open_link_menu(view, view.focused_link)
        elif hit := self._view_at(QPointF(event.pos())):
            link = hit[0].link_at(hit[1])
            if link is not None:
                open_link_menu(hit[0], link, event.globalPos())

    def _view_at(self, position: QPointF) -> tuple[MessageView, QPointF] | None:
        for view in self._views.values():
            if view.isVisible() and view.geometry().contains(position.toPoint()):
                return view, position - QPointF(view.pos())
        return None

    def _spot_at(self, position: QPointF) -> _Spot | None:
        if not len(self._heights):
            return None
        row = self._heights.row_at(round(position.y()) + self.verticalScrollBar().value())
        view = self._view(row)
        return row, view.place_at(position - QPointF(view.pos()))

    def _select_all(self) -> None:
        last = len(self._messages) - 1
        self._anchor, self._head = (0, Place(0, 0)), (last, self._view(last).end)
        self._show_selection()

    def _show_selection(self) -> None:
        for row, view in self._views.items():
            view.select(self._selection_in(row, view))

    def _selection_in(self, row: int, view: MessageView) -> tuple[Place, Place] | None:
        if self._anchor is None or self._head is None or self._anchor == self._head:
            return None
        (first_row, first), (last_row, last) = sorted((self._anchor, self._head))
        if not first_row <= row <= last_row:
            return None
        return (first if row == first_row else Place(0, 0)), (last if row == last_row else view.end)

    def _copy_selection(self) -> None:
        if self._anchor is None or self._head is None:
            return
        rows = range(min(self._anchor[0], self._head[0]), max(self._anchor[0], self._head[0]) + 1)
        texts = [
            self._views[row].selected_text() if row in self._views else self._text_of(row) for row in rows
        ]
        if text := "\n\n".join(filter(None, texts)):
            QGuiApplication.clipboard().setText(text)

    def _text_of(self, row: int) -> str:
        """Return the whole text of a message that is not on the screen."""
        message = self._messages[row].message
        return message.text if message.role == "user" else plain_text(parse(message.text))
