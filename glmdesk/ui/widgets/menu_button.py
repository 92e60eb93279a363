"""A button with a menu, both within reach of a screen reader."""

import weakref
from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAction
from PySide6.QtWidgets import QAccessibleWidget, QMenu, QToolButton, QWidget

from glmdesk.typed import override
from glmdesk.ui.widgets.accessible import make_accessible

_GAP = 4
"""Pixels between the button and its menu."""


class MenuButton(QToolButton):
    """Opens a menu below itself, right end below right end.

    The menu is not the button's own in the sense of Qt: it would be opened in a loop of its own, and who
    opens it through the accessibility tree would wait for the answer until it is closed.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        make_accessible(MenuButton, _AccessibleMenuButton)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.menu_below = QMenu(self)
        self.menu_below.setAccessibleName(name)
        self.clicked.connect(self._open)

    def add_choice(self, name: str, act: Callable[[], None]) -> None:
        """Add a line to the menu."""
        action = QAction(name, self.menu_below)
        # A screen reader triggers an action and leaves the menu open, with the keyboard in it.
        action.triggered.connect(self.menu_below.hide)
        action.triggered.connect(lambda: act())  # noqa: PLW0108 - Qt would hand over whether it is checked
        self.menu_below.addAction(action)

    def _open(self) -> None:
        corner = self.mapToGlobal(self.rect().bottomRight())
        self.menu_below.popup(corner + QPoint(1 - self.menu_below.sizeHint().width(), _GAP))


class _AccessibleMenuButton(QAccessibleWidget):
    """A button with its menu inside: Qt itself has no place in the tree for menus that pop up."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget, QAccessible.Role.PushButton)
        # Weak, because the binding never lets go of this interface.
        self._widget = weakref.ref(widget)

    def _button(self) -> MenuButton:
        return cast("MenuButton", self._widget())

    @override
    def state(self) -> QAccessible.State:
        state = super().state()
        state.hasPopup = True
        return state

    @override
    def childCount(self) -> int:
        return 1

    @override
    def child(self, index: int) -> QAccessibleInterface:
        return QAccessible.queryAccessibleInterface(self._button().menu_below)

    @override
    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return 0 if child.object() is self._button().menu_below else -1

    @override
    def actionNames(self) -> list[str]:
        return [self.pressAction(), *super().actionNames()]

    @override
    def doAction(self, actionName: str) -> None:
        if actionName == self.pressAction():
            self._button().click()
        else:
            super().doAction(actionName)
