"""Where the Tab key leads among the messages: through what is there of them, from the top to the bottom.

Qt goes by the order in which widgets were made, and knows no links that are painted. As in a browser, the
first link is one that is seen; from there it goes from link to link through the whole message, which scrolls
along. The buttons of a message come after its links, those of its
panels first.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from PySide6 import QtCore
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from glmdesk.render.selection import Place
from glmdesk.ui.widgets.message_links import MessageLink
from glmdesk.ui.widgets.message_view import MessageView

_MARGIN: Final = 24
"""Pixels that are seen above and below what is scrolled to."""

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
        if focus is not view:
            inside = view.stops
            at = inside.index(focus) if focus in inside else -1
            rest = inside[at + 1 :] if forward else inside[: max(at, 0)][::-1]
            return self._give_first(rest, forward=forward) or (
                not forward and self._enter_links(view, forward=False)
            )
        link = view.links.current
        number = -1 if link is None else link + (1 if forward else -1)
        if 0 <= number < len(view.links.all):
            view.focus_link(number)
            return True
        return forward and self._give_first(view.stops, forward=True)

    def _enter(self, view: MessageView, *, forward: bool) -> bool:
        """Go to a message from another one."""
        if forward:
            return self._enter_links(view, forward=True) or self._give_first(view.stops, forward=True)
        return self._give_first(view.stops[::-1], forward=False) or self._enter_links(view, forward=False)

    def _enter_links(self, view: MessageView, *, forward: bool) -> bool:
        """Go to the first link that is not above the window, or to the last that is not below it."""
        links = view.links.all
        if not links:
            return False
        if forward:
            top = view.place_at(QPointF(0, max(0, -view.y())))
            numbers = (n for n, link in enumerate(links) if Place(link.block, link.place.end) > top)
        else:
            edge = min(view.height(), self._area.viewport().height() - view.y())
            bottom = view.place_at(QPointF(view.width(), edge))
            numbers = (
                n for n in reversed(range(len(links))) if Place(links[n].block, links[n].place.start) < bottom
            )
        number = next(numbers, None)
        if number is not None:
            view.focus_link(number)
        return number is not None

    def _leave(self, *, forward: bool) -> bool:
        if not forward:
            return self._give(self._area, forward=False)
        inside = self._area.viewport()
        return self._give_first(
            (widget for widget in _after(self._area) if not inside.isAncestorOf(widget)), forward=True
        )

    def _give_first(self, widgets: Iterable[QWidget], *, forward: bool) -> bool:
        """Give the keyboard to the first that takes it."""
        widget = next(filter(_takes_tab, widgets), None)
        return widget is not None and self._give(widget, forward=forward)

    def _give(self, widget: QWidget, *, forward: bool) -> bool:
        reason = QtCore.Qt.FocusReason
        widget.setFocus(reason.TabFocusReason if forward else reason.BacktabFocusReason)
        viewport = self._area.viewport()
        if viewport.isAncestorOf(widget):
            self._scroll_to(widget.mapTo(viewport, QPoint()).y(), widget.height())
        return True


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
