"""Desktops whose keyring is missing or locked: each is said in its own words, and no file holds the key."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.app import KEY, App
from tests.support.atspi import Accessible
from tests.support.desktop import KEYRING_PASSWORD, PROMPTER, DesktopSession
from tests.support.remote import ServiceProcess
from tests.support.waiting import wait_until


@pytest.fixture
def without_keyring() -> Iterator[DesktopSession]:
    with DesktopSession(keyring="none") as desktop:
        yield desktop


@pytest.fixture
def with_locked_keyring() -> Iterator[DesktopSession]:
    with DesktopSession(keyring="locked", services=[PROMPTER]) as desktop:
        yield desktop


def test_without_a_keyring_the_key_is_kept_for_the_session_and_that_is_said(
    without_keyring: DesktopSession, service: ServiceProcess, home: Path
) -> None:
    desktop = without_keyring
    with App(desktop, home, service.base_url, key="") as app:
        app.find(role="label", name=re.compile("^No keyring of the operating system was found."))
        app.find(role="text", name="API key").set_text(KEY)
        app.press("Save key")
        app.find(role="label", name=re.compile("^The key is kept until glmdesk is closed, and nowhere else."))
        app.ask("Hello")
        app.wait_answer("You said: “Hello”.")
        assert service.chats[0].header("Authorization") == f"Bearer {KEY}"
        app.quit()
    for folder in (home, desktop.home):
        assert not [
            file for file in folder.rglob("*") if file.is_file() and KEY.encode() in file.read_bytes()
        ]
    with App(desktop, home, service.base_url, key="") as app:
        app.find(role="text", name="API key")
        app.quit()


def test_a_keyring_that_stays_locked_is_said_in_its_own_words(
    with_locked_keyring: DesktopSession, service: ServiceProcess, home: Path
) -> None:
    desktop = with_locked_keyring
    with App(desktop, home, service.base_url, key="") as app:
        _dismiss_prompt(desktop)
        app.find(role="label", name=re.compile(r"^The keyring stayed locked: its password was not given\."))

        app.find(role="text", name="API key").set_text(KEY)
        app.press("Save key")
        _dismiss_prompt(desktop)

        app.find(role="label", name=re.compile(r"^The key is kept until .* The keyring stayed locked"))
        app.ask("Hello")
        app.wait_answer("You said: “Hello”.")
        app.quit()


def test_a_keyring_that_is_unlocked_on_the_way_keeps_the_key(
    with_locked_keyring: DesktopSession, service: ServiceProcess, home: Path
) -> None:
    desktop = with_locked_keyring
    with App(desktop, home, service.base_url, key="") as app:
        _dismiss_prompt(desktop)
        app.find(role="text", name="API key").set_text(KEY)
        app.press("Save key")
        _unlock(desktop)
        app.wait_for(lambda: not app.shows("API key"), "the key entry to go")
        app.quit()
    assert desktop.run("secret-tool", "lookup", "service", "glmdesk", "username", "127.0.0.1") == KEY


@pytest.fixture
def with_locked_key() -> Iterator[DesktopSession]:
    with DesktopSession(services=[PROMPTER]) as desktop:
        desktop.run(
            *("secret-tool", "store", "--label=glmdesk", "service", "glmdesk", "username", "127.0.0.1"),
            stdin=KEY,
        )
        desktop.lock_keyring()
        yield desktop


def test_a_keyring_that_is_unlocked_late_is_waited_for_and_its_key_taken_up(
    with_locked_key: DesktopSession, service: ServiceProcess, home: Path
) -> None:
    # The key page stayed when the dialog was answered after the bound of a quick look.
    desktop = with_locked_key
    with App(desktop, home, service.base_url, key="") as app:
        _await_prompt(desktop)
        app.find(role="label", name=re.compile("^Waiting for the keyring of this system."))
        _unlock(desktop)
        app.wait_for(lambda: not app.shows("API key"), "the key entry to go")
        app.ask("Hello")
        app.wait_answer("You said: “Hello”.")
        app.quit()


def test_a_dismissed_keyring_is_asked_again_on_request(
    with_locked_key: DesktopSession, service: ServiceProcess, home: Path
) -> None:
    desktop = with_locked_key
    with App(desktop, home, service.base_url, key="") as app:
        _dismiss_prompt(desktop)
        app.press("Ask the keyring again")
        _unlock(desktop)
        app.wait_for(lambda: not app.shows("API key"), "the key entry to go")
        app.quit()


def test_the_window_closes_at_once_while_the_keyring_is_waited_for(
    with_locked_key: DesktopSession, service: ServiceProcess, home: Path
) -> None:
    desktop = with_locked_key
    with App(desktop, home, service.base_url, key="") as app:
        _await_prompt(desktop)
        app.quit()


def _unlock(desktop: DesktopSession) -> None:
    """Give the keyring its password as soon as it asks for it."""
    _await_prompt(desktop)
    desktop.type_text(KEYRING_PASSWORD)
    desktop.press("Return")


def _await_prompt(desktop: DesktopSession) -> Accessible:
    """Wait until the keyring asks for its password, and return the window that does."""
    prompt = desktop.accessibility().application(name="gcr-prompter")
    password = prompt.find(role="password text")
    password.wait_until(lambda it: "focused" in it.states, "the keyboard")
    return prompt


def _dismiss_prompt(desktop: DesktopSession) -> None:
    prompt = _await_prompt(desktop)
    desktop.press("Escape")
    wait_until(lambda: not list(prompt.find_all(role="dialog")), "the dialog to go")
