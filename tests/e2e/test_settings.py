"""The settings dialog: what it shows can be read, what is chosen in it is in force at once and stays."""

from pathlib import Path

import pytest

from tests.e2e.app import App, Program
from tests.support.atspi import Accessible
from tests.support.remote import ServiceProcess


def test_a_number_is_seen_and_no_step_leads_to_one_that_is_not_allowed(program: Program, home: Path) -> None:
    with program() as app:
        box = _open(app).find(role="spin box", name="Font size")
        assert next(box.children).extents.width > 100
        assert box.text == "As the desktop"

        box.grab_focus()
        app.desktop.press("Up")

        box.wait_until(lambda it: it.text == "9", "the smallest size")
        app.wait_for(lambda: "font_size = 9" in _file(home), "the size in the file")
        app.desktop.press("Down")
        box.wait_until(lambda it: it.text == "As the desktop", "the desktop's size")
        _close(app)
        app.quit()


def test_another_key_sends_from_now_on_and_after_the_next_start(program: Program) -> None:
    with program() as app:
        _open(app).find(role="combo box", name="Send with").press()
        app.desktop.click(app.find(role="list item", name="Ctrl+Enter"))
        app.find(role="label", name="Ctrl+Enter sends, Enter breaks the line")
        _close(app)
        app.quit()
    with program() as app:
        app.find(role="label", name="Ctrl+Enter sends, Enter breaks the line")
        app.desktop.type_text("one")
        app.desktop.press("Return")
        app.desktop.type_text("two")
        app.desktop.press("ctrl+Return")
        app.wait_answer("You said: “one two”.")
        assert app.messages[0].text == "one\ntwo"
        app.quit()


@pytest.mark.parametrize(("role", "name"), [("text", "Proxy"), ("spin box", "Font size")])
def test_escape_closes_it_wherever_the_keyboard_is(program: Program, role: str, name: str) -> None:
    with program() as app:
        _open(app).find(role=role, name=name).grab_focus()
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
        address = _open(app).find(role="text", name="Service address")
        assert address.text == service.base_url
        assert "read-only" in address.states
        app.find(role="label", name="The variable GLMDESK_BASE_URL decides this as long as it is set.")
        _close(app)
        app.quit()


def _open(app: App) -> Accessible:
    app.press("Settings")
    return app.find(role="dialog", name="Settings")


def _close(app: App) -> None:
    app.press("Close")
    app.wait_for(lambda: not app.shows("Settings", role="dialog"), "the dialog to close")


def _file(home: Path) -> str:
    file = home / "config" / "settings.toml"
    return file.read_text() if file.exists() else ""
