"""The row of the shortcut: keys are chosen by being pressed, and it says whether they are heard."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from glmdesk.desktop.hotkeys.recipes import Recipe
from glmdesk.desktop.hotkeys.way import Asking, Fails, Off, Standing, Works
from glmdesk.domain.global_shortcut import KEYS, GlobalShortcut
from glmdesk.ui.widgets.choice import ChoiceBox
from glmdesk.ui.widgets.shortcut_row import ShortcutRow
from tests.ui.keyboard import CONTROL, NONE, SHIFT, press

ALT = Qt.KeyboardModifier.AltModifier
Key = Qt.Key


@pytest.fixture
def row() -> Iterator[ShortcutRow]:
    recipes = [
        Recipe("KDE Plasma", "Put it there:", "glmdesk --quick"),
        Recipe("Sway", "In a file:", "bindsym\nexec\n"),
    ]
    row = ShortcutRow("Opens something.", lambda shortcut: recipes if shortcut.key == "G" else [])
    row.show()
    row.show_state("", Off())
    yield row
    row.close()
    row.deleteLater()


@pytest.fixture
def chosen(row: ShortcutRow) -> list[str]:
    chosen: list[str] = []
    row.chosen.connect(chosen.append)
    return chosen


def texts(row: ShortcutRow) -> list[str]:
    return [label.text() for label in row.findChildren(QLabel) if label.isVisible() and label.text()]


def buttons(row: ShortcutRow) -> list[str]:
    return [button.text() for button in row.findChildren(QPushButton) if button.isVisible()]


def click(row: ShortcutRow, name: str) -> None:
    next(button for button in row.findChildren(QPushButton) if button.text() == name).click()


@pytest.mark.parametrize(
    ("key", "held", "text"),
    [
        (Key.Key_G, CONTROL | ALT, "Ctrl+Alt+G"),
        (Key.Key_5, SHIFT | ALT, "Alt+Shift+5"),
        (Key.Key_Space, Qt.KeyboardModifier.MetaModifier, "Meta+Space"),
        (Key.Key_F20, NONE, "F20"),
        (Key.Key_Comma, CONTROL, "Ctrl+,"),
        (Key.Key_Return, CONTROL, "Ctrl+Return"),
    ],
)
def test_the_keys_that_are_pressed_next_are_chosen(
    row: ShortcutRow, chosen: list[str], key: Qt.Key, held: Qt.KeyboardModifier, text: str
) -> None:
    row.button.click()
    assert row.button.text() == "Press the keys…"
    press(row.button, key, held)
    assert chosen == [text]
    assert row.button.text() == "Choose keys…"


def test_every_key_that_can_be_had_is_called_as_qt_calls_it(row: ShortcutRow, chosen: list[str]) -> None:
    codes = [*(ord(key) for key in KEYS if len(key) == 1), Key.Key_Space, *range(Key.Key_F1, Key.Key_F20 + 1)]
    for code in codes:
        row.button.click()
        press(row.button, Key(code), CONTROL)
    assert [GlobalShortcut.parse(text).key for text in chosen] == list(KEYS)


def test_what_is_held_is_shown_until_the_key_comes(row: ShortcutRow, chosen: list[str]) -> None:
    row.button.click()
    # As platforms send it: with what was held before.
    QApplication.sendEvent(row.button, QKeyEvent(QEvent.Type.KeyPress, Key.Key_Control, ALT))
    assert row.button.text() == "Ctrl+Alt+…"
    assert chosen == []


def test_escape_gives_up_and_so_does_the_loss_of_the_keyboard(row: ShortcutRow, chosen: list[str]) -> None:
    row.show_state("Ctrl+Alt+G", Works("Grab", "Ctrl+Alt+G"))
    row.button.click()
    press(row.button, Key.Key_Escape)
    assert row.button.text() == "Ctrl+Alt+G"
    press(row.button, Key.Key_A, CONTROL | ALT)
    row.button.click()
    row.button.clearFocus()
    press(row.button, Key.Key_A, CONTROL | ALT)
    assert (row.button.text(), chosen) == ("Ctrl+Alt+G", [])


def test_keys_are_proposed_where_there_are_none_and_removed_where_there_are(
    row: ShortcutRow, chosen: list[str]
) -> None:
    assert buttons(row) == ["Choose keys…", "Use Ctrl+Alt+G"]
    click(row, "Use Ctrl+Alt+G")
    row.show_state("Ctrl+Alt+G", Asking("Grab"))
    assert buttons(row)[:2] == ["Ctrl+Alt+G", "Remove"]
    click(row, "Remove")
    assert chosen == ["Ctrl+Alt+G", ""]


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Off(), "It rests while glmdesk is paused."),
        (Asking("Portal"), "Portal: the desktop is being asked…"),
        (Works("Grab", "Ctrl+Alt+G"), "Grab: Ctrl+Alt+G is heard in every program."),
        (Works("Portal", "Press <Super>g"), "Portal: Press <Super>g is heard in every program."),
        (
            Works("Portal", ""),
            "Portal: the desktop has given it no keys; they are chosen in its own settings.",
        ),
        (Fails("Grab", "Another program has them."), "Grab: Another program has them."),
        (Fails("", "Ctrl+C edits text."), "Ctrl+C edits text."),
    ],
)
def test_how_it_stands_is_said_with_the_way(row: ShortcutRow, standing: Standing, words: str) -> None:
    row.show_state("Ctrl+Alt+G", standing)
    assert texts(row)[:2] == ["Opens something.", words]


def test_where_the_keys_cannot_be_had_a_command_for_the_desktop_is_copied(row: ShortcutRow) -> None:
    row.show_state("Ctrl+Alt+G", Works("Grab", "Ctrl+Alt+G"))
    assert "Copy" not in buttons(row)
    row.show_state("Ctrl+Alt+G", Fails("Portal", "There is none."))
    assert "Put it there:" in texts(row)
    click(row, "Copy")
    assert QGuiApplication.clipboard().text() == "glmdesk --quick"
    assert "Copied" in buttons(row)

    (box,) = row.findChildren(ChoiceBox)
    box.setCurrentIndex(1)
    assert "In a file:" in texts(row)
    click(row, "Copy")
    assert QGuiApplication.clipboard().text() == "bindsym\nexec"

    # The choice stays when it is tried again, and goes where there is nothing to choose from.
    row.show_state("Ctrl+Alt+G", Fails("Portal", "There is none."))
    assert box.currentText() == "Sway"
    for text, standing in (("Ctrl+Alt+H", Fails("Grab", "Taken.")), ("Ctrl+C", Fails("", "Ctrl+C edits."))):
        row.show_state(text, standing)
        assert not box.isVisible()


def test_a_press_is_told_where_it_was_waited_for(row: ShortcutRow) -> None:
    row.show_state("Ctrl+Alt+G", Works("Grab", "Ctrl+Alt+G"))
    row.take_press()
    assert "They arrived: it works." not in texts(row)
    click(row, "Press it now")
    assert "Press the keys now." in texts(row)
    row.take_press()
    assert "They arrived: it works." in texts(row)


def test_who_waits_in_vain_is_told_so(row: ShortcutRow) -> None:
    row.show_state("Ctrl+Alt+G", Works("Grab", "Ctrl+Alt+G"))
    click(row, "Press it now")
    row.waiting.timeout.emit()
    assert "Nothing arrived in ten seconds." in texts(row)


def test_a_test_ends_when_something_changes(row: ShortcutRow) -> None:
    row.show_state("Ctrl+Alt+G", Works("Grab", "Ctrl+Alt+G"))
    click(row, "Press it now")
    row.show_state("Ctrl+Alt+H", Works("Grab", "Ctrl+Alt+H"))
    row.take_press()
    assert "They arrived: it works." not in texts(row)
