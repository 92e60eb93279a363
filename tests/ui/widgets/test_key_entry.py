"""Entering a key: hidden, usable only when there is one, and gone as soon as it is kept."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from glmdesk.chat.key_state import Found, KeyState, Malformed, Missing, Refused, Sought, Unread
from glmdesk.desktop.keyring_problems import NO_SERVICE
from glmdesk.desktop.secrets import Origin
from glmdesk.domain.endpoint import MAINLAND_URL, Endpoint
from glmdesk.domain.errors import Action, Problem
from glmdesk.ui.widgets.key_entry import KeyEntry
from tests.ui.keyboard import ENTER, press

KEY = "0123456789abcdef.secret"
HERE = Endpoint.parse(MAINLAND_URL)
LOCKED = Problem("keyring-dismissed", "It stayed locked.", "Unlock it.", Action.RETRY)
IN_KEYRING = "It is kept in the keyring of this system"
IN_MEMORY = "It is kept until glmdesk is closed"


@pytest.fixture
def entry(qtbot: QtBot) -> KeyEntry:
    entry = KeyEntry()
    qtbot.addWidget(entry)
    entry.show_state(Missing(HERE))
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


@pytest.mark.parametrize(
    "state", [Missing(HERE), Unread(HERE, LOCKED), Found(HERE, Origin.KEYRING), Sought(HERE)]
)
def test_it_promises_the_keyring_where_there_is_one(entry: KeyEntry, state: KeyState) -> None:
    entry.show_state(state)

    assert IN_KEYRING in shown_texts(entry)


def test_without_a_keyring_it_promises_no_more_than_it_can_keep(entry: KeyEntry) -> None:
    # It went on promising the keyring.
    there = Endpoint.parse("https://api.z.ai/api/paas/v4")
    entry.show_state(Missing(HERE, has_keyring=False))
    assert IN_MEMORY in shown_texts(entry)
    assert NO_SERVICE.words in shown_texts(entry)
    for state in (Found(HERE, Origin.SESSION), Sought(there)):
        entry.show_state(state)
        assert IN_MEMORY in shown_texts(entry)
        assert "keyring" not in shown_texts(entry)
    entry.show_state(Missing(there))

    assert f"Paste your API key for api.z.ai. {IN_KEYRING}" in shown_texts(entry)


def test_beside_a_key_of_the_environment_it_says_what_another_one_is_good_for(entry: KeyEntry) -> None:
    entry.show_state(Found(HERE, Origin.ENVIRONMENT))

    assert "The key of the variable GLMDESK_API_KEY is in use." in shown_texts(entry)
    assert IN_KEYRING not in shown_texts(entry)


def test_a_keyring_that_is_waited_for_is_said(entry: KeyEntry) -> None:
    entry.show_state(Sought(HERE, is_waited_for=True))
    assert "Waiting for the keyring of this system." in shown_texts(entry)
    entry.show_state(Found(HERE, Origin.KEYRING))

    assert "Waiting" not in shown_texts(entry)


def test_without_an_address_no_key_can_be_entered(entry: KeyEntry, qtbot: QtBot) -> None:
    entry.show_state(Refused(Problem("base-url", "“x” is no address.", "Give another.")))
    entry.field.setText(KEY)
    assert "“x” is no address. Give another." in shown_texts(entry)
    assert not button(entry, "Save key").isEnabled()
    assert not button(entry, "Get a key in the console").isVisible()
    with qtbot.assertNotEmitted(entry.save_requested):
        press(entry.field, ENTER)
    entry.show_state(Missing(HERE))

    assert button(entry, "Save key").isEnabled()


def test_where_the_environment_gives_a_malformed_key_none_can_be_entered(
    entry: KeyEntry, qtbot: QtBot
) -> None:
    # What was saved here was beaten by the variable.
    entry.show_state(Malformed(HERE, Problem("key-shape", "It is none.", "Correct the variable.")))
    entry.field.setText(KEY)

    assert "It is none. Correct the variable." in shown_texts(entry)
    with qtbot.assertNotEmitted(entry.save_requested):
        press(entry.field, ENTER)


def test_a_key_that_another_host_does_not_get_is_mentioned(entry: KeyEntry) -> None:
    entry.show_state(Missing(HERE, is_one_withheld=True))

    assert IN_KEYRING in shown_texts(entry)
    assert "not sent to" in shown_texts(entry)


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
    entry.show_state(Unread(HERE, LOCKED))
    assert "It stayed locked. Unlock it." in shown_texts(entry)
    with qtbot.waitSignal(entry.look_requested):
        again.click()
    entry.show_state(Sought(HERE))

    assert not again.isVisible()
    assert "It stayed locked." not in shown_texts(entry)


def test_the_console_is_offered_where_we_know_it(entry: KeyEntry) -> None:
    for address, is_known in (
        ("https://api.z.ai/api/paas/v4", True),
        ("https://example.org/v1", False),
        (MAINLAND_URL, True),
    ):
        entry.show_state(Missing(Endpoint.parse(address)))
        assert button(entry, "Get a key in the console").isHidden() is not is_known
