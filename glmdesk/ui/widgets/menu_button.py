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
    """A line of a menu: what it does, or the lines of the menu beside it; nothing of that: words to be read.

    Without words it is a line between others. `is_chosen` is None where there is nothing to be chosen.
    """

    name: str = ""
    act: Callable[[], object] | None = None
    choices: tuple["Choice", ...] = ()
    is_chosen: bool | None = None


class MenuButton(QToolButton):
    """Opens a menu below itself, which is made when it is first asked for: most are never opened.

    The menu is not the button's own in the sense of Qt: it would be opened in a loop of its own, and who
    opens it through the accessibility tree would wait for the answer until it is closed.

    Signals:
        opened_changed(is_open: bool): the menu was opened or closed.
        wanted(): it was pressed; whoever fills it late opens it then.
    """

    opened_changed = Signal(bool)
    wanted = Signal()

    def __init__(self, name: str, *, is_late: bool = False) -> None:
        """`is_late` leaves it to others to open the menu, once they know what is in it."""
        super().__init__()
        make_accessible(MenuButton, _AccessibleMenuButton)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self._choices: tuple[Choice, ...] = ()
        self._menu: QMenu | None = None
        self.clicked.connect(self.wanted if is_late else self.open_menu)

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
            self._menu = filled(QMenu(self.accessibleName(), self), self._choices)
            self._menu.setAccessibleName(self.accessibleName())
            self._menu.aboutToShow.connect(lambda: self.opened_changed.emit(True))
            self._menu.aboutToHide.connect(lambda: self.opened_changed.emit(False))
        return self._menu

    def open_menu(self) -> None:
        """Show the menu."""
        size, room = self.menu_below.sizeHint(), self.window().rect()
        # Left end at left end below the button, or right end at right end, or above it, where it would
        # leave the window.
        place = self.mapTo(self.window(), self.rect().bottomLeft())
        left = 0 if place.x() + size.width() <= room.right() else self.width() - size.width()
        top = self.height() + _GAP
        if place.y() + _GAP + size.height() > room.bottom() and place.y() > size.height():
            top = -_GAP - size.height()
        self.menu_below.popup(self.mapToGlobal(QPoint(left, top)))


def filled(menu: QMenu, choices: Sequence[Choice], top: QMenu | None = None) -> QMenu:
    """Return a menu with these lines in it; `top` is the one that it opens beside, at last."""
    for choice in choices:
        if choice.act is not None:
            menu.addAction(_made_action(menu, top or menu, choice, choice.act))
        elif choice.choices:
            below = QMenu(choice.name, menu)
            below.setAccessibleName(choice.name)
            menu.addMenu(filled(below, choice.choices, top or menu))
        elif choice.name:
            menu.addAction(choice.name.replace("&", "&&")).setEnabled(False)
        else:
            menu.addSeparator()
    return menu


def _made_action(menu: QMenu, top: QMenu, choice: Choice, act: Callable[[], object]) -> QAction:
    action = QAction(choice.name.replace("&", "&&"), menu)
    action.setCheckable(choice.is_chosen is not None)
    action.setChecked(bool(choice.is_chosen))
    # A screen reader triggers an action and leaves the menu open, with the keyboard in it.
    action.triggered.connect(top.hide)
    action.triggered.connect(lambda: act())  # noqa: PLW0108 - Qt would hand over whether it is checked
    return action


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
