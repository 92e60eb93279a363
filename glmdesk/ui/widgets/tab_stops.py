"""Where the Tab key leads among the messages: through what is there of them, from the top to the bottom.

Qt goes by the order in which widgets were made, and knows no links that are painted. As in a browser, the
first link is one that is seen; from there it goes from link to link through the whole message, which scrolls
along. The buttons of a message come after its links, those of its panels first. What is in details comes
after the line that shows them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from PySide6 import QtCore
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from glmdesk.render.blocks import Details
from glmdesk.render.selection import Place
from glmdesk.ui.widgets.message_links import MessageLink
from glmdesk.ui.widgets.message_view import MessageView

_MARGIN: Final = 24
"""Pixels that are seen above and below what is scrolled to."""

Stop = int | QWidget
"""A link, by its number, or a button."""

_PASSES: Final = 30
"""What comes into view on the way is measured only then."""


class TabStops:
    """Moves the keyboard among the messages of a scroll area, and out of it."""

    def __init__(self, area: QAbstractScrollArea) -> None:
        self._area = area

    def step(self, views: Sequence[MessageView], *, forward: bool) -> bool:
        """Give the keyboard to the next stop, or to the one before; return False where Qt has to find it.

        `views` are the messages that are seen, from the top.
        """
        focus = QApplication.focusWidget()
        ahead = list(views) if forward else list(reversed(views))
        if focus is not None and self._area.viewport().isAncestorOf(focus):
            here = next((view for view in ahead if _holds(view, focus)), None)
            if here is None:
                return False
            if self._go_on(here, focus, forward=forward):
                return True
            del ahead[: ahead.index(here) + 1]
        elif (focus is self._area) is not forward:
            # It stands before all messages; what else is in it, behind them.
            return False
        return any(self._enter(view, forward=forward) for view in ahead) or self._leave(forward=forward)

    def keep_from(self, view: MessageView) -> None:
        """Take the keyboard from a message that is about to be hidden: Qt would scroll to what comes next."""
        focus = QApplication.focusWidget()
        if focus is not None and view.isVisible() and _holds(view, focus):
            self._area.setFocus()

    def reveal(self, view: MessageView, link: MessageLink) -> None:
        """Scroll until a link is seen."""
        for _pass in range(_PASSES):
            top, height = view.line_at(Place(link.block, link.place.start))
            if not self._scroll_to(view.y() + top, height):
                return

    def _scroll_to(self, top: float, height: float) -> bool:
        """Scroll so that a line is seen; return whether that was necessary."""
        bar, room = self._area.verticalScrollBar(), self._area.viewport().height()
        value = bar.value()
        if top < 0:
            bar.setValue(round(value + top - _MARGIN))
        elif top + height > room:
            bar.setValue(round(value + top + height + _MARGIN - room))
        return bar.value() != value

    def _go_on(self, view: MessageView, focus: QWidget, *, forward: bool) -> bool:
        """Go to another stop of the same message."""
        stops = _stops_of(view)
        here = view.links.current if focus is view else focus
        at = stops.index(here) if here in stops else -1
        rest = stops[at + 1 :] if forward else stops[: max(at, 0)][::-1]
        # From a button the links are entered from outside; from link to link they are followed out of sight.
        is_entering = not forward and focus is not view
        return self._give_first(self._seen(view, rest, forward=False) if is_entering else rest, view, forward)

    def _enter(self, view: MessageView, *, forward: bool) -> bool:
        """Go to a message from another one."""
        stops = _stops_of(view) if forward else _stops_of(view)[::-1]
        return self._give_first(self._seen(view, stops, forward=forward), view, forward)

    def _seen(self, view: MessageView, stops: Iterable[Stop], *, forward: bool) -> Iterator[Stop]:
        """Yield stops, of links only those that are not beyond the edge that they are entered from."""
        links = view.links.all
        if forward:
            top = view.place_at(QPointF(0, max(0, -view.y())))
            yield from (s for s in stops if not isinstance(s, int) or _end_of(links[s]) > top)
        else:
            edge = min(view.height(), self._area.viewport().height() - view.y())
            bottom = view.place_at(QPointF(view.width(), edge))
            yield from (s for s in stops if not isinstance(s, int) or _start_of(links[s]) < bottom)

    def _leave(self, *, forward: bool) -> bool:
        if not forward:
            return self._give(self._area, forward=False)
        inside = self._area.viewport()
        widgets = (widget for widget in _after(self._area) if not inside.isAncestorOf(widget))
        return any(self._give(widget, forward=True) for widget in filter(_takes_tab, widgets))

    def _give_first(self, stops: Iterable[Stop], view: MessageView, forward: bool) -> bool:
        """Give the keyboard to the first that takes it."""
        for stop in stops:
            if isinstance(stop, int):
                view.focus_link(stop)
                return True
            if _takes_tab(stop):
                return self._give(stop, forward=forward)
        return False

    def _give(self, widget: QWidget, *, forward: bool) -> bool:
        reason = QtCore.Qt.FocusReason
        widget.setFocus(reason.TabFocusReason if forward else reason.BacktabFocusReason)
        viewport = self._area.viewport()
        if viewport.isAncestorOf(widget):
            self._scroll_to(widget.mapTo(viewport, QPoint()).y(), widget.height())
        return True


def _stops_of(view: MessageView) -> list[Stop]:
    """Return where Tab stops in a message."""
    blocks = view.blocks
    found: list[tuple[tuple[int, int, int], Stop]] = []
    for number, link in enumerate(view.links.all):
        is_inside = isinstance(blocks[link.block], Details)
        found.append(((2, link.block, 1) if is_inside else (0, 0, 0), number))
    for (block, position), stop in view.controls.stops:
        is_inside = isinstance(blocks[block], Details)
        found.append(((2, block, 2 if position else 0) if is_inside else (1, 0, 0), stop))
    found.sort(key=lambda placed: placed[0])
    return [*(stop for _key, stop in found), *view.footer.stops]


def _start_of(link: MessageLink) -> Place:
    return Place(link.block, link.place.start)


def _end_of(link: MessageLink) -> Place:
    return Place(link.block, link.place.end)


def _holds(view: MessageView, widget: QWidget) -> bool:
    return view is widget or view.isAncestorOf(widget)


def _after(start: QWidget) -> Iterator[QWidget]:
    """Yield all widgets of the window after one of them, in the order in which Qt goes through them."""
    widget = start.nextInFocusChain()
    while widget is not None and widget is not start:
        yield widget
        widget = widget.nextInFocusChain()


def _takes_tab(widget: QWidget) -> bool:
    takes = widget.focusPolicy().value & QtCore.Qt.FocusPolicy.TabFocus.value
    return bool(takes) and widget.isVisible() and widget.isEnabled()
