"""What a screen reader hears of a message: who wrote it, and its text."""

from typing import Protocol, cast, overload

import shiboken6
from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAccessibleTextInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from typing_extensions import override


class SpokenMessage(Protocol):
    """A widget that shows a message."""

    def spoken_name(self) -> str:
        """Return who wrote it."""
        ...

    def spoken_text(self) -> str:
        """Return the whole text, without marks."""
        ...


class _AccessibleMessage(QAccessibleWidget, QAccessibleTextInterface):
    """A message as an item of the transcript with readable text."""

    def __init__(self, widget: QWidget) -> None:
        QAccessibleWidget.__init__(self, widget, QAccessible.Role.ListItem)
        QAccessibleTextInterface.__init__(self)
        self._message = cast("SpokenMessage", widget)

    @override
    def interface_cast(self, type: QAccessible.InterfaceType) -> int:
        if type == QAccessible.InterfaceType.TextInterface:
            # C++ wants the address of the second base class.
            return cast("int", shiboken6.VoidPtr(shiboken6.getCppPointer(self)[1]))
        return super().interface_cast(type)

    @overload
    def text(self, kind: QAccessible.Text, /) -> str: ...
    @overload
    def text(self, start: int, end: int, /) -> str: ...
    @override
    def text(self, kind: QAccessible.Text | int, end: int | None = None, /) -> str:
        if end is not None:
            return self._message.spoken_text()[cast("int", kind) : end]
        if kind == QAccessible.Text.Name:
            return self._message.spoken_name()
        return self._message.spoken_text() if kind == QAccessible.Text.Value else ""

    @override
    def characterCount(self) -> int:
        return len(self._message.spoken_text())

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

    def selection(self, selectionIndex: int) -> tuple[int, int]:
        return (0, 0)

    @override
    def addSelection(self, startOffset: int, endOffset: int) -> None:
        """Select nothing: selecting is done with the mouse and the keyboard of the transcript."""

    @override
    def removeSelection(self, selectionIndex: int) -> None:
        """Select nothing."""

    @override
    def setSelection(self, selectionIndex: int, startOffset: int, endOffset: int) -> None:
        """Select nothing."""

    def attributes(self, offset: int) -> tuple[str, int, int]:
        return ("", 0, self.characterCount())

    @override
    def scrollToSubstring(self, startIndex: int, endIndex: int) -> None:
        """Stay: the message is visible, or it would have no accessible."""


_kinds: set[type[QWidget]] = set()
# Qt owns the interfaces but not their Python halves; each lives as long as its widget.
_alive: dict[int, _AccessibleMessage] = {}


def make_accessible(kind: type[QWidget]) -> None:
    """Let widgets of a class be heard as messages. The class is a `SpokenMessage`."""
    if not _kinds:
        QAccessible.installFactory(_interface_for)
    _kinds.add(kind)


def _interface_for(_class_name: str, item: QObject) -> QAccessibleInterface | None:
    if type(item) not in _kinds or not isinstance(item, QWidget):
        return None
    key = id(item)
    interface = _AccessibleMessage(item)
    _alive[key] = interface
    item.destroyed.connect(lambda: _alive.pop(key, None))
    return interface
