"""Entering a key: hidden, usable only when there is one, and gone as soon as it is kept."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from glmdesk.domain.endpoint import MAINLAND_URL, Endpoint
from glmdesk.ui.widgets.key_entry import KeyEntry
from tests.ui.keyboard import ENTER, press

KEY = "0123456789abcdef.secret"


@pytest.fixture
def entry(qtbot: QtBot) -> KeyEntry:
    entry = KeyEntry()
    qtbot.addWidget(entry)
    entry.set_endpoint(Endpoint.parse(MAINLAND_URL))
    entry.show()
    return entry


def button(entry: KeyEntry, name: str) -> QPushButton:
    return next(child for child in entry.findChildren(QPushButton) if child.accessibleName() == name)


def shown_texts(entry: KeyEntry) -> str:
    return "\n".join(label.text() for label in entry.findChildren(QLabel) if label.isVisible())


def test_the_key_is_not_shown_and_not_learnt_by_input_methods(entry: KeyEntry) -> None:
    assert entry.field.echoMode() is QLineEdit.EchoMode.Password
    hints = entry.field.inputMethodHints()
    for hint in (Qt.InputMethodHint.ImhSensitiveData, Qt.InputMethodHint.ImhNoPredictiveText):
        assert hints & hint


def test_it_says_for_which_service_the_key_is(entry: KeyEntry) -> None:
    assert "open.bigmodel.cn" in shown_texts(entry)


@pytest.mark.parametrize("name", ["Test key", "Save key"])
def test_the_buttons_need_a_key(entry: KeyEntry, name: str) -> None:
    assert not button(entry, name).isEnabled()
    entry.field.setText("  ")
    assert not button(entry, name).isEnabled()
    entry.field.setText(KEY)
    assert button(entry, name).isEnabled()


def test_testing_and_saving_pass_on_what_was_pasted(entry: KeyEntry, qtbot: QtBot) -> None:
    entry.field.setText(KEY)
    with qtbot.waitSignal(entry.test_requested) as tested:
        button(entry, "Test key").click()
    with qtbot.waitSignal(entry.save_requested) as saved:
        button(entry, "Save key").click()

    assert tested.args == saved.args == [KEY]


def test_enter_saves(entry: KeyEntry, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(entry.save_requested):
        press(entry.field, ENTER)
    entry.field.setText(KEY)
    with qtbot.waitSignal(entry.save_requested):
        press(entry.field, ENTER)


def test_nothing_is_asked_twice_while_busy(entry: KeyEntry, qtbot: QtBot) -> None:
    entry.field.setText(KEY)
    entry.set_busy(True)
    assert not button(entry, "Test key").isEnabled()
    with qtbot.assertNotEmitted(entry.save_requested):
        press(entry.field, ENTER)
    entry.set_busy(False)

    assert button(entry, "Save key").isEnabled()
    assert entry.field.text() == KEY


def test_the_outcome_is_shown_and_the_key_stays(entry: KeyEntry) -> None:
    entry.field.setText(KEY)
    entry.show_status("The key is refused.", is_problem=True)

    assert "The key is refused." in shown_texts(entry)
    assert entry.field.text() == KEY


def test_clearing_forgets_key_and_outcome(entry: KeyEntry) -> None:
    entry.field.setText(KEY)
    entry.show_status("It works.", is_problem=False)
    entry.clear()

    assert entry.field.text() == ""
    assert "It works." not in shown_texts(entry)


def test_the_ways_out_are_offered(entry: KeyEntry, qtbot: QtBot) -> None:
    with qtbot.waitSignal(entry.console_requested):
        button(entry, "Get a key in the console").click()
    with qtbot.waitSignal(entry.demo_requested):
        button(entry, "Try the demo").click()


def test_asking_the_keyring_again_is_offered_when_it_could_not_be_read(entry: KeyEntry, qtbot: QtBot) -> None:
    again = button(entry, "Ask the keyring again")
    assert not again.isVisible()
    entry.set_unread(True)
    with qtbot.waitSignal(entry.look_requested):
        again.click()
    entry.set_unread(False)

    assert not again.isVisible()


def test_the_console_is_offered_where_we_know_it(entry: KeyEntry) -> None:
    for address, is_known in (
        ("https://api.z.ai/api/paas/v4", True),
        ("https://example.org/v1", False),
        (MAINLAND_URL, True),
    ):
        entry.set_endpoint(Endpoint.parse(address))
        assert button(entry, "Get a key in the console").isHidden() is not is_known
