"""What a screen reader is given of a list: rows that it can open, where Qt's own can but be marked."""

import weakref
from functools import partial
from typing import cast

import shiboken6
from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QAccessibleWidget, QListView, QWidget

from glmdesk.typed import override
from glmdesk.ui.widgets.accessible import make_accessible


def make_rows_accessible(kind: type[QListView]) -> None:
    """Let the rows of a list be opened: what opens them is its signal `activated`."""
    make_accessible(kind, _AccessibleRows)


class _AccessibleRows(QAccessibleWidget):
    """A list. Its rows are known by their numbers, so there are no more of them than were ever listed."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget, QAccessible.Role.List)
        # Weak, because the binding never lets go of this interface.
        self._widget = weakref.ref(widget)
        self._rows: dict[int, _AccessibleRow] = {}
        # Qt would delete the rows when Python is gone already, which ends the process with a crash.
        widget.destroyed.connect(partial(_forget, self._rows))

    def _view(self) -> QListView:
        return cast("QListView", self._widget())

    def _row(self, number: int) -> QAccessibleInterface | None:
        if not 0 <= number < self.childCount():
            return None
        if number not in self._rows:
            self._rows[number] = _AccessibleRow(self._view(), number)
        return self._rows[number]

    @override
    def childCount(self) -> int:
        return self._view().model().rowCount()

    @override
    def child(self, index: int) -> QAccessibleInterface:
        return cast("QAccessibleInterface", self._row(index))

    @override
    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.number if isinstance(child, _AccessibleRow) else -1

    @override
    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        viewport = self._view().viewport()
        index = self._view().indexAt(viewport.mapFromGlobal(QPoint(x, y)))
        return cast("QAccessibleInterface", self._row(index.row()))

    @override
    def focusChild(self) -> QAccessibleInterface:
        row = self._row(self._view().currentIndex().row()) if self._view().hasFocus() else None
        return super().focusChild() if row is None else row


def _forget(rows: dict[int, "_AccessibleRow"]) -> None:
    while rows:
        _number, row = rows.popitem()
        QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(row))


class _AccessibleRow(QAccessibleInterface, QAccessibleActionInterface):
    """The row of a number, whatever stands in it."""

    def __init__(self, view: QListView, number: int) -> None:
        QAccessibleInterface.__init__(self)
        QAccessibleActionInterface.__init__(self)
        self._list = weakref.ref(view)
        self.number = number

    def _view(self) -> QListView:
        return cast("QListView", self._list())

    @override
    def isValid(self) -> bool:
        view = self._list()
        return view is not None and shiboken6.isValid(view) and self.number < view.model().rowCount()

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
        return self._view().window().windowHandle()

    @override
    def parent(self) -> QAccessibleInterface:
        return QAccessible.queryAccessibleInterface(self._view())

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
    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    @override
    def text(self, t: QAccessible.Text) -> str:
        is_name = t == QAccessible.Text.Name and self.isValid()
        return str(self._view().model().index(self.number, 0).data()) if is_name else ""

    @override
    def setText(self, t: QAccessible.Text, text: str) -> None:
        """Change nothing: a title is edited in an input of its own."""

    @override
    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        viewport = self._view().viewport()
        place = self._view().visualRect(self._view().model().index(self.number, 0))
        return QRect(viewport.mapToGlobal(place.topLeft()), place.size())

    @override
    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        if not self.isValid():
            state.invalid = True
            return state
        view = self._view()
        index = view.model().index(self.number, 0)
        state.selectable = state.focusable = True
        state.selected = view.selectionModel().isSelected(index)
        state.focused = view.hasFocus() and view.currentIndex() == index
        state.invisible = not view.isVisible()
        state.offscreen = not view.visualRect(index).intersects(view.viewport().rect())
        return state

    @override
    def actionNames(self) -> list[str]:
        return [self.pressAction(), self.setFocusAction()]

    @override
    def doAction(self, actionName: str) -> None:
        view = self._view()
        index = view.model().index(self.number, 0)
        if actionName == self.setFocusAction():
            view.setFocus()
            view.setCurrentIndex(index)
        elif actionName == self.pressAction():
            view.activated.emit(index)

    @override
    def keyBindingsForAction(self, actionName: str) -> list[str]:
        return ["Return"] if actionName == self.pressAction() else []
