"""The messages of a conversation, scrolled. Only what is near the window has widgets and layouts."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QPushButton

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.message import State
from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.message_list import MessageList, Row
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.accessible_message import make_list_accessible
from glmdesk.ui.widgets.heights import Heights
from glmdesk.ui.widgets.message_view import MessageView, Place

_STEP = 48
_KEPT_VIEWS = 40
_NEAR_END = 4
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
        remedy_requested(row: int, action: Action): what the message's problem offers.
        variant_requested(row: int, step: int): -1 for the variant before, 1 for the next.
        link_activated(url: str): a link was clicked. It is not opened here.
    """

    copy_requested = Signal(int)
    edit_requested = Signal(int)
    retry_requested = Signal(int)
    continue_requested = Signal(int)
    variant_requested = Signal(int, int)
    remedy_requested = Signal(int, object)
    link_activated = Signal(str)

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
        self._style = style
        self._heights = Heights()
        self._is_measured: list[bool] = []
        self._views: dict[int, MessageView] = {}
        self._shown = range(0)
        self._follows = True
        self._is_placing = False
        self._anchor: _Spot | None = None
        self._head: _Spot | None = None
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
        self._style = style
        self._forget_views(list(self._views))
        self._lay_out_again()

    def go_to_end(self) -> None:
        """Show the end and follow it."""
        self._follows = True
        self._place()

    def _reset(self, kept: int = 0) -> None:
        """Show other messages; with some kept, the reader stays with them."""
        count = len(self._messages)
        self._forget_views([row for row in self._views if row >= kept])
        self._anchor = self._head = None
        self._show_selection()
        heights = [self._heights[row] for row in range(kept)]
        heights += [self._estimate(self._messages[row]) for row in range(kept, count)]
        self._heights = Heights(heights)
        self._is_measured = self._is_measured[:kept] + [False] * (count - kept)
        self._shown = range(min(self._shown.start, kept), min(self._shown.stop, kept))
        is_being_written = count > 0 and self._messages[count - 1].message.state is State.STREAMING
        self._follows = not kept or (self._follows and is_being_written)
        self._place()
        self._follows = self._is_at_end()

    def _append(self, row: int) -> None:
        self._heights.append(self._estimate(self._messages[row]))
        self._is_measured.append(False)
        self._follows = self._follows or self._messages[row].message.role == "user"
        self._place()

    def _change(self, row: int) -> None:
        if view := self._views.get(row):
            view.show_row(self._messages[row], self._title(row))
        self._is_measured[row] = False
        self._place()

    def _grow(self, row: int, text: str) -> None:
        if view := self._views.get(row):
            view.grow(self._messages[row], text)
        self._is_measured[row] = False
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
        """Measure everything anew. The reader keeps the message they are in, at the same share of it."""
        if not len(self._heights):
            return
        value = self.verticalScrollBar().value()
        row = self._heights.row_at(value)
        share = (value - self._heights.top(row)) / max(1, self._heights[row])
        self._is_measured = [False] * len(self._heights)
        self._measure(row)
        self._place(at=self._heights.top(row) + round(share * self._heights[row]))

    def _scrolled(self) -> None:
        if self._is_placing:
            return
        self._follows = self._is_at_end()
        self._place()

    def _is_at_end(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - _NEAR_END

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Do nothing: the messages are placed when the scroll bar says so."""

    def _place(self, *, at: int | None = None) -> None:
        """Put the messages where the scroll position wants them, measuring what comes into view."""
        bar = self.verticalScrollBar()
        self._is_placing = True
        value = bar.value() if at is None else at
        shown = range(0)
        for _pass in range(_PASSES):
            value = self._bounded(value)
            shift, shown = self._measure_visible(value)
            value += shift
            if not shift and value == self._bounded(value):
                break
        bar.setPageStep(self.viewport().height())
        bar.setRange(0, self._largest_value())
        bar.setValue(value)
        value = bar.value()
        for row in shown:
            view = self._views[row]
            view.setGeometry(0, self._heights.top(row) - value, self.width(), self._heights[row])
            view.keep_actions_visible(is_kept=row == len(self._heights) - 1)
            view.show()
        self._hide_others(shown)
        self._shown = shown
        if self._follows:
            self._to_end.hide()
        self._is_placing = False

    def _largest_value(self) -> int:
        return max(0, self._heights.total - self.viewport().height())

    def _bounded(self, value: int) -> int:
        """Return the nearest position there is; the end is the only one while it is followed."""
        largest = self._largest_value()
        return largest if self._follows else max(0, min(value, largest))

    def _measure_visible(self, value: int) -> tuple[int, range]:
        """Measure the rows in the window.

        Return how far the position has to move so that what the reader sees stays, and which rows are
        visible.
        """
        if not len(self._heights):
            return 0, range(0)
        shift = 0
        first = row = self._heights.row_at(value)
        bottom = value + self.viewport().height()
        # What was seen and still is keeps its place, whatever comes in above it.
        still_seen = self._shown and self._heights.top(self._shown.start) < bottom
        keeps_place = self._shown.start if still_seen else first
        while row < len(self._heights) and self._heights.top(row) < bottom + shift:
            if not self._is_measured[row] or row not in self._views:
                grown = self._measure(row)
                shift += grown if row < keeps_place else 0
            row += 1
        return shift, range(first, row)

    def _measure(self, row: int) -> int:
        """Lay a row out; return by how much it grew.

        It is as wide as the whole transcript, so that the column stays in the middle with a scroll bar or
        without.
        """
        view = self._views.get(row)
        if view is None:
            view = self._views[row] = self._make_view(row)
        before = self._heights[row]
        self._heights[row] = view.fit(self.width())
        self._is_measured[row] = True
        return self._heights[row] - before

    def _make_view(self, row: int) -> MessageView:
        view = MessageView(self._style, self._icons, self.viewport())
        footer = view.footer
        footer.copy_requested.connect(lambda: self.copy_requested.emit(row))
        footer.edit_requested.connect(lambda: self.edit_requested.emit(row))
        footer.retry_requested.connect(lambda: self.retry_requested.emit(row))
        footer.continue_requested.connect(lambda: self.continue_requested.emit(row))
        footer.variant_requested.connect(partial(self.variant_requested.emit, row))
        footer.remedy_requested.connect(partial(self.remedy_requested.emit, row))
        view.show_row(self._messages[row], self._title(row))
        view.select(self._selection_in(row, view))
        return view

    def _hide_others(self, shown: range) -> None:
        for row, view in self._views.items():
            if row not in shown:
                view.hide()
        far = sorted((row for row in self._views if row not in shown), key=lambda row: abs(row - shown.start))
        self._forget_views(far[_KEPT_VIEWS:])

    def _forget_views(self, rows: Iterable[int]) -> None:
        for row in rows:
            view = self._views.pop(row)
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
        self.viewport().setToolTip(hit[0].link_at(hit[1]) if hit else "")

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        hit = self._view_at(event.position())
        if hit is None or self._anchor != self._head or event.button() != Qt.MouseButton.LeftButton:
            return
        view, point = hit
        if link := view.link_at(point):
            self.link_activated.emit(link)
        elif (text := view.copyable_at(point)) is not None:
            QGuiApplication.clipboard().setText(text)

    def _view_at(self, position: QPointF) -> tuple[MessageView, QPointF] | None:
        for view in self._views.values():
            if view.isVisible() and view.geometry().contains(position.toPoint()):
                return view, position - QPointF(view.pos())
        return None

    def _spot_at(self, position: QPointF) -> _Spot | None:
        if not len(self._heights):
            return None
        row = self._heights.row_at(round(position.y()) + self.verticalScrollBar().value())
        if row not in self._views:
            self._measure(row)
        view = self._views[row]
        return row, view.place_at(position - QPointF(view.pos()))

    def _select_all(self) -> None:
        last = len(self._messages) - 1
        if last not in self._views:
            self._measure(last)
        self._anchor, self._head = (0, Place(0, 0)), (last, self._views[last].end)
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
        texts: list[str] = []
        for row in rows:
            if row not in self._views:
                self._measure(row)
            texts.append(self._views[row].selected_text())
        if text := "\n\n".join(filter(None, texts)):
            QGuiApplication.clipboard().setText(text)
