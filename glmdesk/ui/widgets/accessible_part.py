"""What a screen reader is given of the parts of a widget that are painted and no widgets themselves."""

import weakref
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar, cast

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QWidget

from glmdesk.typed import override

Owner = TypeVar("Owner", bound=QWidget)


class AccessiblePart(QAccessibleInterface, QAccessibleActionInterface, Generic[Owner]):
    """The part of a number, whatever is there now. It can be pressed and be given the keyboard."""

    def __init__(self, owner: Owner, number: int) -> None:
        QAccessibleInterface.__init__(self)
        QAccessibleActionInterface.__init__(self)
        # Weak, because the binding never lets go of this interface.
        self._owner = weakref.ref(owner)
        self.number = number

    @property
    def owner(self) -> Owner:
        """The widget it is painted on."""
        return cast("Owner", self._owner())

    def is_there(self) -> bool:
        """Whether the widget has a part of this number."""
        raise NotImplementedError

    def press(self) -> None:
        """Do what a click does."""
        raise NotImplementedError

    def action(self) -> str:
        """Return what that is called."""
        return self.pressAction()

    def take_focus(self) -> None:
        """Give it the keyboard."""
        raise NotImplementedError

    @override
    def isValid(self) -> bool:
        owner = self._owner()
        return owner is not None and shiboken6.isValid(owner) and self.is_there()

    @override
    def interface_cast(self, type: QAccessible.InterfaceType) -> int:
        is_action = type == QAccessible.InterfaceType.ActionInterface
        # C++ wants the address of the second base class. None would end the process (PySide6 6.11).
        address = shiboken6.getCppPointer(self)[1] if is_action else 0
        return cast("int", shiboken6.VoidPtr(address))

    @override
    def object(self) -> QObject:
        return cast("QObject", None)

    @override
    def window(self) -> QWindow:
        return self.owner.window().windowHandle()

    @override
    def parent(self) -> QAccessibleInterface:
        return QAccessible.queryAccessibleInterface(self.owner)

    @override
    def childCount(self) -> int:
        return 0

    @override
    def child(self, index: int) -> QAccessibleInterface:
        return cast("QAccessibleInterface", None)

    @override
    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    @override
    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        return cast("QAccessibleInterface", None)

    @override
    def setText(self, t: QAccessible.Text, text: str) -> None:
        """Change nothing: what is painted is not edited in its place."""

    @override
    def actionNames(self) -> list[str]:
        return [self.action(), self.setFocusAction()]

    @override
    def doAction(self, actionName: str) -> None:
        if not self.isValid():
            return
        if actionName == self.setFocusAction():
            self.take_focus()
        elif actionName == self.action():
            self.press()

    @override
    def keyBindingsForAction(self, actionName: str) -> list[str]:
        return ["Return"] if actionName == self.action() else []


Part = TypeVar("Part", bound=QAccessibleInterface)


class AccessibleParts(Generic[Owner, Part]):
    """The parts of a widget, made when they are asked for; no more of them than were ever there."""

    def __init__(self, owner: Owner, make: Callable[[Owner, int], Part]) -> None:
        self._owner = weakref.ref(owner)
        self._make = make
        self._made: dict[int, Part] = {}
        # Qt would delete them when Python is gone already, which ends the process with a crash.
        owner.destroyed.connect(partial(_forget, self._made))

    def __getitem__(self, number: int) -> Part:
        if number not in self._made:
            self._made[number] = self._make(cast("Owner", self._owner()), number)
        return self._made[number]


def _forget(parts: "dict[int, Part]") -> None:
    while parts:
        _number, part = parts.popitem()
        QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(part))
