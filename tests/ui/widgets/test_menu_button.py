"""A button with a menu: opened, used and closed, also by a screen reader."""

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.ui.widgets.menu_button import Choice, MenuButton


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def button(qtbot: QtBot, done: list[str]) -> MenuButton:
    button = MenuButton("More")
    button.add_choice("One", lambda: done.append("one"))
    button.add_choice("Two", lambda: done.append("two"))
    qtbot.addWidget(button)
    button.show()
    return button


def test_a_choice_is_made_once_and_closes_the_menu(button: MenuButton, done: list[str]) -> None:
    button.click()
    assert button.menu_below.isVisible()
    button.menu_below.actions()[1].trigger()

    assert done == ["two"]
    assert not button.menu_below.isVisible()


def test_a_screen_reader_finds_the_menu_in_the_button_and_can_use_both(
    button: MenuButton, done: list[str]
) -> None:
    heard = QAccessible.queryAccessibleInterface(button)
    assert heard.role() == QAccessible.Role.PushButton
    assert heard.text(QAccessible.Text.Name) == "More"
    assert heard.state().hasPopup
    actions = heard.actionInterface()
    assert actions is not None
    actions.doAction(actions.pressAction())
    assert button.menu_below.isVisible()
    menu = heard.child(0)
    assert (heard.childCount(), heard.indexOfChild(menu)) == (1, 0)
    assert menu.text(QAccessible.Text.Name) == "More"
    items = [menu.child(number) for number in range(menu.childCount())]
    assert [item.text(QAccessible.Text.Name) for item in items] == ["One", "Two"]
    press = items[0].actionInterface()
    assert press is not None
    press.doAction(press.pressAction())

    assert done == ["one"]
    assert not button.menu_below.isVisible()


def test_other_choices_take_the_place_of_those_before(button: MenuButton, done: list[str]) -> None:
    button.click()
    told: list[bool] = []
    button.opened_changed.connect(told.append)
    button.set_choices([Choice("Three", lambda: done.append("three"))])
    assert told == [False]
    assert [action.text() for action in button.menu_below.actions()] == ["Three"]
    button.click()
    assert told == [False, True]
    button.menu_below.actions()[0].trigger()

    assert done == ["three"]
    assert told == [False, True, False]


def test_a_menu_that_nobody_opens_is_not_made(button: MenuButton) -> None:
    assert button.findChildren(QMenu) == []


def test_a_choice_can_be_a_menu_of_its_own(button: MenuButton, done: list[str]) -> None:
    inner = Choice("Inner", lambda: done.append("inner"))
    button.set_choices([Choice("Outer", choices=(inner,))])
    button.click()
    menu = QAccessible.queryAccessibleInterface(button).child(0)
    outer = menu.child(0)
    assert outer.text(QAccessible.Text.Name) == "Outer"
    line = outer.child(0).child(0)
    assert line.text(QAccessible.Text.Name) == "Inner"
    press = line.actionInterface()
    assert press is not None
    press.doAction(press.pressAction())

    assert done == ["inner"]
    assert not button.menu_below.isVisible()


def test_the_menu_hangs_from_the_left_end_where_it_fits(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(500, 200)
    button = MenuButton("More")
    button.setParent(window)
    button.add_choice("One", lambda: None)
    button.move(20, 20)
    window.show()
    button.click()
    place = button.menu_below.geometry()
    assert place.left() == button.mapToGlobal(button.rect().topLeft()).x()
    button.menu_below.hide()
    button.move(480, 20)
    button.click()
    assert button.menu_below.geometry().right() <= button.mapToGlobal(button.rect().topRight()).x()
    button.menu_below.hide()


def test_the_menu_hangs_from_the_right_end_of_the_button(button: MenuButton) -> None:
    button.move(300, 40)
    button.click()
    place, around = button.menu_below.geometry(), button.frameGeometry()

    assert place.top() > around.bottom()
    assert around.right() - 2 <= place.right() <= around.right()
    button.menu_below.hide()


def test_the_menu_stands_above_the_button_where_it_would_leave_the_window(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(300, 400)
    button = MenuButton("More")
    button.setParent(window)
    for name in ("One", "Two", "Three"):
        button.add_choice(name, lambda: None)
    button.move(20, 370)
    window.show()
    button.click()

    assert button.menu_below.geometry().bottom() < button.mapToGlobal(button.rect().topLeft()).y()
    button.menu_below.hide()
