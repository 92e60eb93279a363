"""The settings dialog: what it shows can be read, what is chosen in it is in force at once and stays."""

import os
import re
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e.app import START_S, Program
from tests.e2e.test_instance import start_again
from tests.support.atspi import Accessible
from tests.support.desktop import DesktopSession
from tests.support.remote import ServiceProcess
from tests.support.waiting import wait_until


def test_a_number_is_seen_and_no_step_leads_to_one_that_is_not_allowed(program: Program, home: Path) -> None:
    with program() as app:
        box = app.open_settings().find(role="spin box", name="Font size")
        assert next(box.children).extents.width > 100
        assert box.text == "As the desktop"

        box.grab_focus()
        app.desktop.press("Up")

        box.wait_until(lambda it: it.text == "9", "the smallest size")
        app.wait_for(lambda: "font_size = 9" in _file(home), "the size in the file")
        app.desktop.press("Down")
        box.wait_until(lambda it: it.text == "As the desktop", "the desktop's size")
        app.close_settings()
        app.quit()


def test_another_key_sends_from_now_on_and_after_the_next_start(program: Program) -> None:
    with program() as app:
        app.open_settings().find(role="combo box", name="Send with").press()
        app.desktop.click(app.find(role="list item", name="Ctrl+Enter"))
        app.find(role="label", name="Ctrl+Enter sends, Enter breaks the line")
        app.close_settings()
        app.quit()
    with program() as app:
        app.find(role="label", name="Ctrl+Enter sends, Enter breaks the line")
        app.desktop.type_text("one")
        app.desktop.press("Return")
        app.desktop.type_text("two")
        app.desktop.press("ctrl+Return")
        app.wait_answer("You said: “one\ntwo”.")
        assert app.messages[0].text == "one\ntwo"
        app.quit()


@pytest.mark.parametrize(("role", "name"), [("text", "Proxy"), ("spin box", "Font size")])
def test_escape_closes_it_wherever_the_keyboard_is(program: Program, role: str, name: str) -> None:
    with program() as app:
        app.open_settings().find(role=role, name=name).grab_focus()
        app.desktop.press("ctrl+a")
        app.desktop.type_text("1")
        app.desktop.press("Escape")
        assert app.shows("Settings", role="dialog")
        app.desktop.press("Escape")
        app.wait_for(lambda: not app.shows("Settings", role="dialog"), "the dialog to close")
        app.quit()


def test_an_address_from_the_environment_is_shown_with_where_it_comes_from(
    program: Program, service: ServiceProcess
) -> None:
    with program() as app:
        address = app.open_settings().find(role="text", name="Service address")
        assert address.text == service.base_url
        assert "read-only" in address.states
        app.find(role="label", name="The variable GLMDESK_BASE_URL decides this as long as it is set.")
        app.close_settings()
        app.quit()


def test_an_address_that_cannot_be_used_is_said_wherever_it_matters_and_nobody_is_asked(
    program: Program, service: ServiceProcess
) -> None:
    # The window went on with another service, and gave that the key.
    refusal = re.compile(
        r"^“http://example\.org/v4” is not encrypted .* GLMDESK_BASE_URL\. Nothing is asked until"
    )
    with program(env={"GLMDESK_BASE_URL": "http://example.org/v4"}) as app:
        app.find(role="label", name=refusal)
        dialog = app.open_settings()
        address = dialog.find(role="text", name="Service address")
        assert address.text == "http://example.org/v4"
        assert "read-only" in address.states
        dialog.find(role="label", name=refusal)
        dialog.find(role="label", name=re.compile("^A key belongs to an address"))
        app.close_settings()
        app.ask("Hello")
        app.wait_idle()
        assert refusal.match(app.answer.outcome)
        assert service.requests == []
        app.quit()


def test_a_key_of_the_environment_is_named_and_cannot_be_forgotten(program: Program) -> None:
    with program() as app:
        dialog = app.open_settings()
        dialog.find(role="label", name="From the variable GLMDESK_API_KEY, for this run only.")
        assert not list(dialog.find_all(role="button", name="Forget key"))
        app.close_settings()
        app.quit()


def test_glmdesk_starts_at_login_without_a_window_once_that_is_chosen(
    program: Program, service: ServiceProcess, desktop: DesktopSession, request: pytest.FixtureRequest
) -> None:
    entry = Path(desktop.env["XDG_CONFIG_HOME"]) / "autostart" / "glmdesk.desktop"
    with program() as app:
        app.open_settings().find(role="combo box", name="At login").press()
        app.find(role="list item", name="Started without a window")
        desktop.press("Down")
        desktop.press("Return")
        wait_until(entry.exists, "the entry of the desktop")
        app.close_settings()
        app.quit()
    desktop.start("login", ["gio", "launch", str(entry)], env={"GLMDESK_BASE_URL": service.base_url})
    pid = wait_until(lambda: _hidden_start(desktop), "the start at login")
    request.addfinalizer(lambda: os.kill(pid, signal.SIGKILL))
    tree = wait_until(lambda: _tree(desktop, pid), "the program", timeout_s=START_S)
    assert start_again(app, "--quick") == "0"
    tree.find(role="text", name="Question")
    assert next(tree.find_all(name="Conversations"), None) is None


def _hidden_start(desktop: DesktopSession) -> int:
    """Return the process that was started hidden; 0 where there is none."""
    found = (pid for pid in desktop.process_ids() if b"--hidden" in Path(f"/proc/{pid}/cmdline").read_bytes())
    return next(found, 0)


def _tree(desktop: DesktopSession, pid: int) -> Accessible | None:
    with suppress(AssertionError):  # it is not there yet
        return desktop.accessibility().application(pid=pid, timeout_s=0.0)
    return None


def _file(home: Path) -> str:
    file = home / "config" / "settings.toml"
    return file.read_text() if file.exists() else ""
