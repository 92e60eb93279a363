"""What a screen reader hears of the transcript: a list, and of each message who wrote it and its text."""

import weakref
from typing import Protocol, cast, overload

import shiboken6
from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleInterface,
    QAccessibleTextInterface,
)
from PySide6.QtWidgets import QAccessibleWidget, QWidget

from glmdesk.typed import override
from glmdesk.ui.widgets.accessible import make_accessible
from glmdesk.ui.widgets.accessible_links import AccessibleLink, LinkedMessage
from glmdesk.ui.widgets.accessible_part import AccessibleParts


class SpokenMessage(LinkedMessage, Protocol):
    """A widget that shows a message."""

    def spoken_name(self) -> str:
        """Return who wrote it."""
        ...

    def spoken_text(self) -> str:
        """Return the whole text, without marks."""
        ...


class _AccessibleMessage(QAccessibleWidget, QAccessibleTextInterface):
    """A message as an item of the transcript with readable text. Its links come first among what is in it."""

    def __init__(self, widget: QWidget) -> None:
        QAccessibleWidget.__init__(self, widget, QAccessible.Role.ListItem)
        QAccessibleTextInterface.__init__(self)
        # Weak, because the binding never lets go of this interface.
        self._widget = weakref.ref(widget)
        self._links = AccessibleParts(widget, AccessibleLink)

    def _message(self) -> SpokenMessage:
        return cast("SpokenMessage", self._widget())

    @override
    def interface_cast(self, type: QAccessible.InterfaceType) -> int:
        if type == QAccessible.InterfaceType.TextInterface:
            # C++ wants the address of the second base class.
            return cast("int", shiboken6.VoidPtr(shiboken6.getCppPointer(self)[1]))
        inherited = cast("int | None", super().interface_cast(type))
        # WORKAROUND PySide6 6.11: given back to C++, its None for "not served" ends the process.
        return cast("int", shiboken6.VoidPtr(0)) if inherited is None else inherited

    def _link_count(self) -> int:
        return len(self._message().links.all)

    @override
    def childCount(self) -> int:
        return self._link_count() + super().childCount()

    @override
    def child(self, index: int) -> QAccessibleInterface:
        links = self._link_count()
        return self._links[index] if 0 <= index < links else super().child(index - links)

    @override
    def indexOfChild(self, child: QAccessibleInterface) -> int:
        if isinstance(child, AccessibleLink):
            return child.number
        index = super().indexOfChild(child)
        return index if index < 0 else self._link_count() + index

    @override
    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        message, widget = self._message(), cast("QWidget", self._widget())
        links = message.links_at(QPointF(widget.mapFromGlobal(QPoint(x, y))))
        return self._links[message.links.all.index(links[0])] if links else super().childAt(x, y)

    @override
    def focusChild(self) -> QAccessibleInterface:
        message = self._message()
        link = message.focused_link
        return super().focusChild() if link is None else self._links[message.links.all.index(link)]

    @overload
    def text(self, kind: QAccessible.Text, /) -> str: ...
    @overload
    def text(self, start: int, end: int, /) -> str: ...
    @override
    def text(self, kind: QAccessible.Text | int, end: int | None = None, /) -> str:
        if end is not None:
            return self._message().spoken_text()[cast("int", kind) : end]
        if kind == QAccessible.Text.Name:
            return self._message().spoken_name()
        return self._message().spoken_text() if kind == QAccessible.Text.Value else ""

    @override
    def characterCount(self) -> int:
        return len(self._message().spoken_text())

    @override
    def characterRect(self, offset: int) -> QRect:
        return self.rect()

    @override
    def cursorPosition(self) -> int:
        return 0

    @override
    def setCursorPosition(self, position: int) -> None:
        """Stay: a message has no cursor."""

    @override
    def offsetAtPoint(self, point: object) -> int:
        return 0

    @override
    def selectionCount(self) -> int:
        return 0

    @override
    def addSelection(self, startOffset: int, endOffset: int) -> None:
        """Select nothing: selecting is done with the mouse and the keyboard of the transcript."""

    @override
    def removeSelection(self, selectionIndex: int) -> None:
        """Select nothing."""

    @override
    def setSelection(self, selectionIndex: int, startOffset: int, endOffset: int) -> None:
        """Select nothing."""

    @override
    def scrollToSubstring(self, startIndex: int, endIndex: int) -> None:
        """Stay: the message is visible, or it would have no accessible."""


def tell_focus(widget: QWidget, number: int) -> None:
    """Tell a screen reader that a link of a message has the keyboard."""
    event = QAccessibleEvent(widget, QAccessible.Event.Focus)
    event.setChild(number)
    QAccessible.updateAccessibility(event)


def tell_state(widget: QWidget, number: int) -> None:
    """Tell a screen reader that it is otherwise now with an image of a message, and how."""
    interface = QAccessible.queryAccessibleInterface(widget).child(number)
    for kind in (QAccessible.Event.DescriptionChanged, QAccessible.Event.NameChanged):
        event = QAccessibleEvent(widget, kind)
        event.setChild(number)
        QAccessible.updateAccessibility(event)
    if not interface.state().busy:
        words = interface.text(QAccessible.Text.Description) or interface.text(QAccessible.Text.Name)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


def _list_of_messages(widget: QWidget) -> QAccessibleInterface:
    return QAccessibleWidget(widget, QAccessible.Role.List)


def make_message_accessible(kind: type[QWidget]) -> None:
    """Let widgets of a class be heard as messages. The class is a `SpokenMessage`."""
    make_accessible(kind, _AccessibleMessage)


def make_list_accessible(kind: type[QWidget]) -> None:
    """Let widgets of a class be heard as the list of what is in them."""
    make_accessible(kind, _list_of_messages)
