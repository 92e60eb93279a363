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

STAYED_LOCKED = re.compile(r"^The keyring stayed locked: its password was not given\.")


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
        app.find(role="label", name=re.compile("^Paste your API key .* It is kept until glmdesk is closed"))
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
        app.find(role="label", name=STAYED_LOCKED)

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
        # Saved before this is known, the key would take the dismissal for its own answer.
        app.find(role="label", name=STAYED_LOCKED)
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


def test_the_settings_follow_the_address_and_put_up_no_second_dialog(
    with_locked_key: DesktopSession, service: ServiceProcess, home: Path
) -> None:
    # The row described the key of the first address, and asking for that put up another dialog.
    desktop = with_locked_key
    there = service.base_url.replace("127.0.0.1", "localhost")
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text(f'base_url = "{service.base_url}"\n')
    with App(desktop, home, "", key="") as app:
        _dismiss_prompt(desktop)
        app.find(role="label", name=STAYED_LOCKED)
        dialog = app.open_settings()
        # Asked once more, it would say that it is asking until somebody answers the dialog.
        dialog.find(role="label", name=STAYED_LOCKED)
        _enter_address(app, dialog, there)
        app.wait_for(lambda: there in _settings(home), "the address in the file")
        dialog.find(role="label", name=STAYED_LOCKED)
        dialog.find(role="button", name="Ask the keyring again").press()
        _unlock(desktop)
        dialog.find(role="label", name="There is none yet for localhost.")
        assert not list(dialog.find_all(role="button", name="Forget key"))
        _enter_address(app, dialog, service.base_url)
        dialog.find(role="label", name="In the keyring of this system, for 127.0.0.1.")
        dialog.find(role="button", name="Forget key")
        app.close_settings()
        app.quit()


def test_another_address_without_a_key_is_said_below_the_messages(
    without_keyring: DesktopSession, service: ServiceProcess, home: Path
) -> None:
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text(f'base_url = "{service.base_url}"\n')
    with App(without_keyring, home, "", key="") as app:
        app.find(role="text", name="API key").set_text(KEY)
        app.press("Save key")
        app.find(role="label", name=re.compile("^The key is kept until glmdesk is closed, and nowhere else."))
        app.ask("Hello")
        app.wait_answer("You said: “Hello”.")
        dialog = app.open_settings()
        _enter_address(app, dialog, service.base_url.replace("127.0.0.1", "localhost"))
        app.find(role="label", name="There is no API key for localhost yet.")
        _enter_address(app, dialog, service.base_url)
        app.wait_for(
            lambda: not app.shows("There is no API key for localhost yet.", role="label"), "the banner to go"
        )
        app.close_settings()
        app.quit()


def _enter_address(app: App, dialog: Accessible, address: str) -> None:
    field = dialog.find(role="text", name="Service address")
    field.set_text(address)
    field.grab_focus()
    app.desktop.press("Return")


def _settings(home: Path) -> str:
    return (home / "config" / "settings.toml").read_text()


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
