"""A button with a menu: opened, used and closed, also by a screen reader."""

import pytest
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from glmdesk.ui.widgets.menu_button import MenuButton


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


def test_the_menu_hangs_from_the_right_end_of_the_button(button: MenuButton) -> None:
    button.move(300, 40)
    button.click()
    place, around = button.menu_below.geometry(), button.frameGeometry()

    assert place.top() > around.bottom()
    assert around.right() - 2 <= place.right() <= around.right()
    button.menu_below.hide()
