"""Everything without a mouse, and every control named."""

import re

import pytest

from tests.e2e.app import KEY, App, Program
from tests.support.remote import ServiceProcess
from tests.support.script import Answer, Refuse


@pytest.mark.usefixtures("forgotten_key")
def test_the_way_from_the_key_to_the_answer_needs_no_mouse(program: Program, service: ServiceProcess) -> None:
    with program(key="") as app:
        app.wait_focus("API key")
        app.desktop.type_text(KEY)
        app.tab_to("Test key")
        app.desktop.press("space")
        app.find(role="label", name=re.compile(r"^The key works\."))
        app.tab_to("Save key")
        app.desktop.press("space")

        app.wait_focus("Message")
        app.desktop.type_text("Line one")
        app.desktop.press("shift+Return")
        app.desktop.type_text("line two")
        app.desktop.press("Return")

        app.wait_answer("You said: “Line one\nline two”.")
        assert app.messages[0].text == "Line one\nline two"
        app.quit()


def test_an_answer_is_stopped_and_conversations_are_managed_by_keys(
    program: Program, service: ServiceProcess
) -> None:
    with program() as app:
        _stop_with_escape(app, service)

        app.desktop.press("ctrl+n")
        app.wait_title("")
        app.desktop.type_text("second")
        app.desktop.press("Return")
        app.wait_answer("You said: “second”.")

        app.tab_to("Conversations")
        app.desktop.press("Down", "Return")
        app.wait_title("first")
        app.desktop.press("F2", "ctrl+a")
        app.desktop.type_text("renamed")
        app.desktop.press("Return")
        app.wait_title("renamed")

        app.desktop.press("Delete")
        app.wait_for(lambda: app.conversations == ["second"], "the list without it")
        app.tab_to("Undo")
        app.desktop.press("space")
        app.wait_title("renamed")
        app.quit()


def _stop_with_escape(app: App, service: ServiceProcess) -> None:
    service.script(Answer("One. Two. Three.", chunk_size=5, pause_after=1))
    app.desktop.type_text("first")
    app.desktop.press("Return")
    exchange = service.paused(service.arrived())
    app.wait_text("One.")
    app.desktop.press("Escape")
    service.hung_up(exchange)
    app.wait_answer("One.")


def test_every_action_of_a_message_is_reached_and_seen_by_the_keyboard(program: Program) -> None:
    with program() as app:
        app.ask("Hello")
        app.wait_answer("You said: “Hello”.")

        app.tab_to("Edit")
        app.desktop.press("space")
        app.wait_focus("Message")
        assert app.find(role="text", name="Message").text == "Hello"
        app.desktop.press("Escape")
        app.tab_to("Retry")
        app.desktop.press("space")
        app.find(role="button", name="Previous variant")
        app.quit()


@pytest.mark.usefixtures("forgotten_key")
def test_every_control_has_a_name_in_every_state(program: Program, service: ServiceProcess) -> None:
    with program(key="") as app:
        app.find(role="text", name="API key")
        assert _nameless(app) == []
        app.quit()
    service.script(Answer("One. Two.", chunk_size=5, pause_after=1))
    with program() as app:
        assert _nameless(app) == []
        app.ask("Tell me")
        exchange = service.paused(service.arrived())
        assert _nameless(app) == []
        service.release(exchange)
        app.wait_answer("One. Two.")
        service.script(Refuse("1113"))
        app.ask("And then?")
        app.wait_for(lambda: app.answer.outcome, "the error")
        assert _nameless(app) == []
        app.tab_to("Conversations")
        app.desktop.press("Delete")
        app.find(role="button", name="Undo")
        assert _nameless(app) == []
        app.press("Settings")
        app.find(role="dialog", name="Settings")
        assert _nameless(app) == []
        app.press("Close")
        app.wait_for(lambda: not app.shows("Settings", role="dialog"), "the dialog to close")
        app.quit()


CONTROLS = {"button", "text", "combo box", "spin box", "list", "check box", "list item", "menu item"}


def _nameless(app: App) -> list[str]:
    """Return the controls on the screen that a screen reader could not announce."""
    # The text in a spin box gives the keyboard to the box, which has the name.
    inside = {text for box in app.tree.find_all(role="spin box") for text in box.children}
    return [
        f"{control.role} at {control.extents}"
        for control in app.tree.walk()
        if control.role in CONTROLS and not (control.name or control.label or control in inside)
    ]
