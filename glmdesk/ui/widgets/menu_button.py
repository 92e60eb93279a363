"""A button with a menu, both within reach of a screen reader."""

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAction
from PySide6.QtWidgets import QAccessibleWidget, QMenu, QToolButton, QWidget

from glmdesk.typed import override
from glmdesk.ui.widgets.accessible import make_accessible

_GAP = 4
"""Pixels between the button and its menu."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of a menu: what it does, or the lines of the menu beside it."""

    name: str
    act: Callable[[], None] | None = None
    choices: tuple["Choice", ...] = ()


class MenuButton(QToolButton):
    """Opens a menu below itself, which is made when it is first asked for: most are never opened.

    The menu is not the button's own in the sense of Qt: it would be opened in a loop of its own, and who
    opens it through the accessibility tree would wait for the answer until it is closed.

    Signals:
        opened_changed(is_open: bool): the menu was opened or closed.
    """

    opened_changed = Signal(bool)

    def __init__(self, name: str) -> None:
        super().__init__()
        make_accessible(MenuButton, _AccessibleMenuButton)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self._choices: tuple[Choice, ...] = ()
        self._menu: QMenu | None = None
        self.clicked.connect(self._open)

    def add_choice(self, name: str, act: Callable[[], None]) -> None:
        """Add a line to the menu."""
        self.set_choices((*self._choices, Choice(name, act)))

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these lines and no others."""
        self._choices = tuple(choices)
        if self._menu is not None:
            self._menu.hide()
            self._menu.deleteLater()
            self._menu = None

    @property
    def menu_below(self) -> QMenu:
        """The menu with what can be chosen now."""
        if self._menu is None:
            self._menu = self._made_menu(self.accessibleName(), self, self._choices)
            self._menu.aboutToShow.connect(lambda: self.opened_changed.emit(True))
            self._menu.aboutToHide.connect(lambda: self.opened_changed.emit(False))
        return self._menu

    def _made_menu(self, name: str, parent: QWidget, choices: Sequence[Choice]) -> QMenu:
        menu = QMenu(name, parent)
        menu.setAccessibleName(name)
        for choice in choices:
            if choice.act is None:
                menu.addMenu(self._made_menu(choice.name, menu, choice.choices))
            else:
                menu.addAction(self._made_action(menu, choice.name, choice.act))
        return menu

    def _made_action(self, menu: QMenu, name: str, act: Callable[[], None]) -> QAction:
        action = QAction(name, menu)
        # A screen reader triggers an action and leaves the menu open, with the keyboard in it.
        action.triggered.connect(lambda: self.menu_below.hide())  # noqa: PLW0108 - it is made only then
        action.triggered.connect(lambda: act())  # noqa: PLW0108 - Qt would hand over whether it is checked
        return action

    def _open(self) -> None:
        width, room = self.menu_below.sizeHint().width(), self.window().rect()
        # Left end below left end, or right end below right end where it would leave the window.
        left = self.mapTo(self.window(), self.rect().bottomLeft())
        is_within = left.x() + width <= room.right()
        corner = self.rect().bottomLeft() if is_within else self.rect().bottomRight() + QPoint(1 - width, 0)
        self.menu_below.popup(self.mapToGlobal(corner) + QPoint(0, _GAP))


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
