"""The row of the settings about the key: what is said of it, and what is offered."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from glmdesk.chat.key_state import Found, KeyState, Malformed, Missing, Refused, Sought, Unread
from glmdesk.desktop.keyring_problems import NO_SERVICE
from glmdesk.desktop.secrets import Origin
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import Action, Problem
from glmdesk.ui.widgets.key_row import KeyRow

HERE = Endpoint.parse("https://example.org/v4")
LOCKED = Problem("keyring-dismissed", "It stayed locked.", "Unlock it.", Action.RETRY)


@pytest.fixture
def row(qtbot: QtBot) -> KeyRow:
    row = KeyRow()
    qtbot.addWidget(row)
    row.show()
    return row


@pytest.mark.parametrize(
    ("state", "words", "offered"),
    [
        (Sought(HERE), "Asking the keyring…", {"Enter key"}),
        (
            Sought(HERE, is_waited_for=True),
            "Waiting for the keyring of this system. Look for its dialog on the screen and answer it.",
            {"Enter key"},
        ),
        (
            Found(HERE, Origin.KEYRING),
            "In the keyring of this system, for example.org.",
            {"Enter key", "Forget key"},
        ),
        (Found(HERE, Origin.SESSION), "In memory, until glmdesk is closed.", {"Enter key", "Forget key"}),
        (
            Found(HERE, Origin.ENVIRONMENT),
            "From the variable GLMDESK_API_KEY, for this run only.",
            {"Enter key"},
        ),
        (Missing(HERE), "There is none yet for example.org.", {"Enter key"}),
        (
            Missing(HERE, has_keyring=False),
            f"There is none yet for example.org. {NO_SERVICE.words}",
            {"Enter key"},
        ),
        (
            Missing(HERE, is_one_withheld=True),
            "There is none yet for example.org. The key of the variable GLMDESK_API_KEY is for the address "
            "that glmdesk was started with, and is not sent to example.org.",
            {"Enter key"},
        ),
        (
            Malformed(HERE, Problem("key-shape", "It is none.", "Correct it.")),
            "It is none. Correct it.",
            set(),
        ),
        (Unread(HERE, LOCKED), "It stayed locked. Unlock it.", {"Enter key", "Ask the keyring again"}),
        (
            Refused(Problem("base-url", "x", "y")),
            "A key belongs to an address, and the one that was given cannot be used. "
            "Nothing is asked until it is mended.",
            set(),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_it_says_where_the_key_is_and_offers_what_changes_something(
    row: KeyRow, state: KeyState, words: str, offered: set[str]
) -> None:
    # "Forget key" stood beside a key of the environment, where it did nothing one could see.
    row.show_state(state)

    assert [label.text() for label in row.findChildren(QLabel)] == [words]
    assert {button.text() for button in row.findChildren(QPushButton) if button.isVisible()} == offered


def test_what_is_offered_is_asked_for(row: KeyRow, qtbot: QtBot) -> None:
    buttons = {button.accessibleName(): button for button in row.findChildren(QPushButton)}
    for name, requested in (
        ("Enter key", row.entry_requested),
        ("Forget key", row.removal_requested),
        ("Ask the keyring again", row.keyring_requested),
    ):
        with qtbot.waitSignal(requested):
            buttons[name].click()
