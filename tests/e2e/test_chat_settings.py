"""How one chat asks: chosen on the screen, and what of that arrives at the service."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from tests.e2e.app import App, Program
from tests.support.atspi import Accessible
from tests.support.remote import ServiceProcess
from tests.support.script import Answer

PARAMETERS: Final = ("temperature", "top_p", "max_tokens", "stop", "do_sample")
CHOSEN: Final[Mapping[str, object]] = {
    "temperature": 0.2,
    "top_p": 0.5,
    "max_tokens": 64,
    "stop": ["。"],
}


def open_chat_settings(app: App) -> Accessible:
    app.find(role="check box", name="Chat settings").press()
    return app.find(role="dialog", name="Chat settings")


def close(app: App) -> None:
    app.press("Close")
    app.wait_for(lambda: not app.shows("Chat settings", role="dialog"), "the end of the dialog")


def write(app: App, dialog: Accessible, name: str, text: str) -> None:
    """Type a number, as a person does."""
    dialog.find(role="spin box", name=name).grab_focus()
    app.wait_focus(name)
    app.desktop.press("ctrl+a")
    app.desktop.type_text(text)
    app.desktop.press("Tab")


def fill_in(app: App) -> Accessible:
    """Open the settings of a chat, choose what is in CHOSEN, and return the dialog."""
    dialog = open_chat_settings(app)
    dialog.find(role="text", name="System prompt").set_text("Be brief.")
    write(app, dialog, "Temperature", "0.2")
    write(app, dialog, "Top P", "0.5")
    write(app, dialog, "Longest answer", "64")
    dialog.find(role="text", name="Stop text").set_text("。")
    return dialog


def choose(app: App, dialog: Accessible, name: str, value: str) -> None:
    dialog.find(role="combo box", name=name).press()
    app.desktop.click(app.find(role="list item", name=value))


def asked(app: App, service: ServiceProcess, question: str) -> dict[str, Any]:
    """Ask, and return what arrives."""
    app.ask(question)
    app.wait_answer("Yes.")
    return service.chats[-1].body


def parameters(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in PARAMETERS if name in body}


@pytest.mark.timeout(90)
def test_what_is_chosen_belongs_to_the_chat_and_is_taken_back(
    program: Program, service: ServiceProcess
) -> None:
    service.always(Answer("Yes."))
    with program() as app:
        given = parameters(asked(app, service, "Plain?"))
        app.new_chat()
        fill_in(app)
        close(app)
        body = asked(app, service, "Is it?")
        assert body["messages"][0] == {"role": "system", "content": "Be brief."}
        assert parameters(body) == CHOSEN
        app.open("Plain?")
        assert parameters(asked(app, service, "Still plain?")) == given
        app.quit()
    with program() as app:
        app.open("Is it?")
        assert parameters(asked(app, service, "Still?")) == CHOSEN
        dialog = open_chat_settings(app)
        choose(app, dialog, "Sampling", "Without chance: always the most probable word")
        close(app)
        # What the service heeds only where there is chance is not sent.
        without_chance = {"max_tokens": 64, "stop": ["。"], "do_sample": False}
        assert parameters(asked(app, service, "By chance?")) == without_chance
        open_chat_settings(app)
        app.press("Reset parameters")
        close(app)
        body = asked(app, service, "And now?")
        assert parameters(body) == given
        assert body["messages"][0]["content"] == "Be brief."
        app.quit()


def test_a_preset_brings_all_of_it_to_another_chat(program: Program, service: ServiceProcess) -> None:
    service.always(Answer("Yes."))
    with program() as app:
        dialog = fill_in(app)
        app.press("Save as preset")
        app.find(role="text", name="Name of the preset").set_text("Brief")
        app.desktop.press("Return")
        dialog.find(role="combo box", name="Preset").wait_until(lambda it: it.name == "Brief", "the preset")
        close(app)
        asked(app, service, "Is it?")
        app.new_chat()
        dialog = open_chat_settings(app)
        choose(app, dialog, "Preset", "Brief")
        close(app)
        body = asked(app, service, "As saved?")

        assert body["messages"][0] == {"role": "system", "content": "Be brief."}
        assert parameters(body) == CHOSEN
        app.quit()
