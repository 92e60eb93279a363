"""The bar that asks what to find."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from glmdesk.ui import theme
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.find_bar import FindBar
from tests.ui.keyboard import ENTER, NONE, SHIFT, commit, compose, press


@pytest.fixture
def bar(qtbot: QtBot, icons: Icons) -> FindBar:
    bar = FindBar(icons)
    bar.set_theme(theme.LIGHT)
    qtbot.addWidget(bar)
    bar.open_bar()
    return bar


def button(bar: FindBar, name: str) -> QToolButton:
    return next(each for each in bar.findChildren(QToolButton) if each.accessibleName() == name)


def words(bar: FindBar) -> str:
    return next(label.text() for label in bar.findChildren(QLabel))


def test_every_letter_is_looked_for(bar: FindBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.text_changed) as changed:
        bar.field.setText("wo")

    assert changed.args == ["wo"]


def test_enter_goes_on_and_with_shift_back(bar: FindBar, qtbot: QtBot) -> None:
    for modifiers, step in ((NONE, 1), (SHIFT, -1)):
        with qtbot.waitSignal(bar.step_requested) as asked:
            press(bar.field, ENTER, modifiers)
        assert asked.args == [step]
    for name, step in (("Next match", 1), ("Previous match", -1)):
        bar.show_count(1, 2, is_looking=False)
        with qtbot.waitSignal(bar.step_requested) as asked:
            button(bar, name).click()
        assert asked.args == [step]


@pytest.mark.parametrize("modifiers", [NONE, SHIFT])
def test_enter_that_ends_a_composition_goes_nowhere(
    bar: FindBar, qtbot: QtBot, modifiers: Qt.KeyboardModifier
) -> None:
    compose(bar.field, "zhong")
    with qtbot.assertNotEmitted(bar.step_requested):
        press(bar.field, ENTER, modifiers)
    commit(bar.field, "中")

    assert bar.field.text() == "中"


def test_what_was_found_is_counted(bar: FindBar) -> None:
    bar.field.setText("word")
    bar.show_count(2, 7, is_looking=False)
    assert words(bar) == "2 of 7"
    assert button(bar, "Next match").isEnabled()
    bar.show_count(0, 0, is_looking=False)
    assert words(bar) == "No matches"
    assert not button(bar, "Next match").isEnabled()
    bar.show_count(0, 0, is_looking=True)
    assert words(bar) == ""


def test_nothing_is_said_of_nothing(bar: FindBar) -> None:
    bar.show_count(0, 0, is_looking=False)

    assert words(bar) == ""


def test_the_bar_is_closed_and_opened_again_with_what_was_looked_for(bar: FindBar, qtbot: QtBot) -> None:
    bar.field.setText("word")
    with qtbot.waitSignal(bar.closed):
        button(bar, "Close").click()
    assert bar.isHidden()
    with qtbot.assertNotEmitted(bar.closed):
        bar.close_bar()
    with qtbot.waitSignal(bar.text_changed) as changed:
        bar.open_bar()

    assert changed.args == ["word"]
    assert bar.field.selectedText() == "word"
