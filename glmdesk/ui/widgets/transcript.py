"""The messages of a conversation, as a reader has them: to be selected, copied, searched and acted on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, QPointF, Signal, SignalInstance
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    Qt,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QMenu,
    QToolTip,
    QWidget,
)

from glmdesk.domain.catalog import Offer
from glmdesk.i18n import _
from glmdesk.render.find import Hit
from glmdesk.render.parts import Manner, Part
from glmdesk.render.selection import Place
from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.images import Images
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.accessible_message import make_list_accessible
from glmdesk.ui.widgets.announcer import Announcer
from glmdesk.ui.widgets.focus_ring import FocusRing
from glmdesk.ui.widgets.link_popups import open_link_menu, show_tip
from glmdesk.ui.widgets.message_links import MessageLink
from glmdesk.ui.widgets.message_page import PASSES, MessagePage
from glmdesk.ui.widgets.message_view import MessageView
from glmdesk.ui.widgets.selection import Selection, Spot

_STEP_OF_WHEEL = 120
"""Eighths of a degree that most wheels turn at least."""
_ANGLE_PER_PIXEL = 2
"""Of the same, for a pixel."""
_NEAR_START = 4


class Transcript(MessagePage):
    """Shows a `MessageList` and says what its reader wants.

    Signals:
        copy_requested(parts: list[Part], manner: Manner): something should be put on the clipboard.
        marked(parts: list[Part]): something was selected with the mouse.
        edit_requested(row: int), retry_requested(row: int), continue_requested(row: int): an action of that
        message.
        compare_requested(row: int): several models should answer the question of this answer.
        branch_requested(row: int), source_toggled(row: int), code_requested(row: int),
        delete_requested(row: int): rarer ones.
        retry_with_requested(row: int, model_id: str): another model should answer.
        remedy_requested(row: int, action: Action): what the message's problem offers.
        data_requested(row: int, page: str): the JSON of an answer should be shown in a window, on this page.
        variant_requested(row: int, step: int): -1 for the variant before, 1 for the next.
        save_requested(name: str, text: str): a text should become a file, for which there is a name.
        link_activated(href: str, text: str): a link should be followed; what it reads is given with it.
        image_wanted(src: str, act: Act): an image should be loaded, or something be done with it.
        zoom_requested(step: int): letters should be larger (1) or smaller (-1).
    """

    copy_requested = Signal(object, object)
    marked = Signal(object)
    edit_requested = Signal(int)
    retry_requested = Signal(int)
    continue_requested = Signal(int)
    branch_requested = Signal(int)
    compare_requested = Signal(int)
    source_toggled = Signal(int)
    code_requested = Signal(int)
    delete_requested = Signal(int)
    retry_with_requested = Signal(int, str)
    variant_requested = Signal(int, int)
    remedy_requested = Signal(int, object)
    data_requested = Signal(int, str)
    save_requested = Signal(str, str)
    link_activated = Signal(str, str)
    image_wanted = Signal(str, object)
    zoom_requested = Signal(int)

    def __init__(
        self,
        messages: MessageList,
        offer: Offer,
        icons: Icons,
        style: Style,
        *,
        formulas: Formulas,
        images: Images,
        has_actions: bool = True,
        has_remedies: bool = True,
    ) -> None:
        """`has_actions` says whether something can be done with each message as a whole.

        `has_remedies` says whether something can be done about those that are not as they should be.
        """
        super().__init__(messages, offer, icons, style, formulas=formulas, images=images)
        self._has_actions = has_actions
        self._has_remedies = has_remedies
        make_list_accessible(Transcript)
        self.setAccessibleName(_("Transcript"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._icons = icons
        self._announcer = Announcer(self)
        self._selection = Selection(self, self)
        self._selection.changed.connect(self._show_selection)
        self._hits: Mapping[int, Sequence[Hit]] = {}
        self._current_hit: tuple[int, Hit] | None = None
        self._double_clicked = QElapsedTimer()
        self._turned = 0
        """How far the wheel was turned for another size of letters, short of a step."""
        for news in (messages.appended, messages.changed, messages.grew):
            news.connect(self._announce)
        self._reset()

    @override
    def _reset(self, kept: int = 0) -> None:
        self._selection.clear()
        super()._reset(kept)

    def _announce(self, row: int, _text: str = "") -> None:
        self._announcer.follow(self._messages[row].message)

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
        for _pass in range(PASSES):
            bar.setValue(self._heights.top(row))
            if bar.value() == self._bounded(self._heights.top(row)):
                break
        view = self._view(row)
        # It does not take the keyboard: whoever is writing goes on writing.
        words = f"{view.spoken_name()}: {view.spoken_text()}"
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _set_wraps(self, view: MessageView, spot: tuple[int, int], wraps: bool) -> None:
        with self._rearranged(view.index, view.first_seen(spot, -view.y())):
            view.set_wraps(spot, wraps=wraps)

    def _set_expanded(self, view: MessageView, spot: tuple[int, int], is_expanded: bool) -> None:
        with self._rearranged(view.index, view.fold_place(spot, -view.y(), is_expanded=is_expanded)):
            view.set_expanded(spot, is_expanded=is_expanded)

    @override
    def _make_view(self) -> MessageView:
        view = MessageView(self._voices, self._icons, self.viewport())
        if not self._has_actions:
            view.footer.leave_out_actions(has_remedies=self._has_remedies)
        footer, controls = view.footer, view.controls
        for signal, asked in (
            (footer.edit_requested, self.edit_requested),
            (footer.retry_requested, self.retry_requested),
            (footer.continue_requested, self.continue_requested),
            (footer.branch_requested, self.branch_requested),
            (footer.compare_requested, self.compare_requested),
            (footer.source_toggled, self.source_toggled),
            (footer.code_requested, self.code_requested),
            (footer.delete_requested, self.delete_requested),
            (footer.retry_with_requested, self.retry_with_requested),
            (footer.variant_requested, self.variant_requested),
            (footer.remedy_requested, self.remedy_requested),
            (footer.data_requested, self.data_requested),
        ):
            signal.connect(partial(_ask_about, view, asked))
        footer.copy_requested.connect(partial(self._copy_message, view))
        view.link_activated.connect(self.link_activated)
        view.image_wanted.connect(self.image_wanted)
        view.link_focused.connect(partial(self._show_link, view))
        controls.save_requested.connect(self.save_requested)
        controls.wraps_chosen.connect(partial(self._set_wraps, view))
        controls.expansion_chosen.connect(partial(self._set_expanded, view))
        return view

    @override
    def _furnish(self, view: MessageView) -> None:
        row = view.index
        view.footer.offer_models((model.id, model.title) for model in self._offer)
        view.show_row(self._messages[row], self._title(row))
        view.select(self._selection.within(row))
        self._show_hits_in(row, view)

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
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom(event.angleDelta().y())
            event.accept()
            return
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

    def _zoom(self, angle: int) -> None:
        self._turned += angle
        steps = int(self._turned / _STEP_OF_WHEEL)
        self._turned -= steps * _STEP_OF_WHEEL
        if steps:
            self.zoom_requested.emit(1 if steps > 0 else -1)

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

    def _copy_message(self, view: MessageView, manner: Manner) -> None:
        self.copy_requested.emit([self.part_of(view.index)], manner)

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

    def part_of(self, row: int) -> Part:
        """Return the whole of a message, to be copied."""
        shown = self._messages[row]
        # Where the model begins to read is no part of what was said.
        return Part(replace(shown.message, cut=None), is_source=shown.is_source, results=shown.results)

    def pull(self, point: QPointF) -> bool:
        """Scroll towards a point beyond what is seen; return whether it goes on."""
        seen = self.seen()
        beyond = min(0.0, point.y() - seen.top()) + max(0.0, point.y() - seen.bottom())
        self.scroll_by(round(beyond))
        hit = self._view_at(QPointF(point.x(), min(max(point.y(), seen.top()), seen.bottom())))
        is_beside = hit is not None and hit[0].controls.pull(hit[1].toPoint())
        return is_beside or beyond != 0

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            FocusRing(self._voices.style.theme, self)

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        views = sorted(filter(QWidget.isVisible, self._views.values()), key=QWidget.y)
        return self._tab_stops.step(views, forward=next) or super().focusNextPrevChild(next)

    def _show_link(self, view: MessageView, link: MessageLink) -> None:
        self._tab_stops.reveal(view, link)
        show_tip(view, link)

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

    def _show_selection(self) -> None:
        for row, view in self._views.items():
            view.select(self._selection.within(row))


def _ask_about(view: MessageView, asked: SignalInstance, *values: object) -> None:
    """Ask for something to be done with the message that a view shows now."""
    asked.emit(view.index, *values)
