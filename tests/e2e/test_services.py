"""A service of the user's own, from the settings to its answer; and what is known of a model."""

import re
from pathlib import Path

from tests.e2e.app import App, Program
from tests.support.atspi import Accessible
from tests.support.desktop import DesktopSession
from tests.support.openai_compatible import OPENAI_CHAT
from tests.support.remote import ServiceProcess
from tests.support.script import Answer


def _button(dialog: Accessible, name: str) -> Accessible:
    button = dialog.find(role="button", name=name)
    button.wait_until(lambda it: "enabled" in it.states, "being enabled")
    return button


def _add(app: App, name: str, address: str) -> None:
    """Add a service with the models that it lists, from the open settings."""
    app.press("Services…")
    services = app.find(role="dialog", name="Services")
    _button(services, "Add…").press()
    dialog = app.find(role="dialog", name="Add a service")
    dialog.find(role="text", name="Name").set_text(name)
    dialog.find(role="text", name="Address").set_text(address)
    _button(dialog, "Test the connection").press()
    dialog.find(role="label", name=re.compile(r"^Models: .* ms · 2 models$"))
    _button(dialog, "Ask one word").press()
    dialog.find(role="label", name=re.compile(r"^First word: .* ms$"))
    _button(dialog, "Save").press()
    app.wait_for(lambda: not app.shows("Add a service", role="dialog"), "the dialog to close")
    services.find(role="list item", name=re.compile(f"^{name} "))
    _button(services, "Close").press()
    app.wait_for(lambda: not app.shows("Services", role="dialog"), "the list to close")


def test_a_service_at_home_is_added_and_answers_without_a_key_also_after_a_start(
    desktop: DesktopSession, service: ServiceProcess, home: Path
) -> None:
    # Nothing in the environment says who is to be asked, and no key is anywhere.
    def start() -> App:
        return App(desktop, home, "", key="")

    with start() as app:
        app.open_settings()
        _add(app, "Ollama", service.openai_url)
        app.find(role="combo box", name=re.compile("At the address below|Service")).press()
        app.desktop.click(app.find(role="list item", name="Ollama"))
        app.wait_for(
            lambda: 'service = "Ollama"' in (home / "config" / "settings.toml").read_text(), "the service"
        )
        app.close_settings()
        app.wait_for(lambda: not app.shows("API key"), "the key entry to go")
        service.script(Answer("**Good** day."), path=OPENAI_CHAT)
        app.ask("Hello")
        assert app.wait_answer("Good day.").name == "glm4:9b"
        app.quit()
    with start() as app:
        app.ask("Hello again")
        app.wait_answer("You said: “Hello again”.")
        app.quit()

    asked = [exchange for exchange in service.requests if exchange.path == OPENAI_CHAT]
    assert [exchange.body["messages"][-1]["content"] for exchange in asked] == [
        "Hello",
        "Hello",
        "Hello again",
    ]
    assert {exchange.header("authorization") for exchange in service.requests} == {""}
    assert {exchange.body["model"] for exchange in asked} == {"glm4:9b"}


def test_everything_about_a_model_is_read_by_key_and_by_a_screen_reader(program: Program) -> None:
    with program() as app:
        app.desktop.press("ctrl+i")
        card = app.find(role="dialog", name="GLM-4-Flash-250414")
        for fact in (
            "Reads: 128K (131,072 tokens)",
            "Price: free",
            "At once: 200 questions in tier V0 (V1 1,000, V2 2,000, V3 3,000)",
        ):
            card.find(role="label", name=fact)
        app.desktop.press("Escape")
        app.wait_for(lambda: not app.shows("GLM-4-Flash-250414", role="dialog"), "the card to close")

        app.find(role="combo box", name=re.compile("GLM-4-Flash|Model")).press()
        app.find(role="list item", name="GLM-4-AirX")
        app.desktop.press("Up", "Up", "ctrl+i")
        app.find(role="dialog", name="GLM-4-AirX").find(role="label", name="Legacy")
        app.desktop.press("Escape")
        app.quit()
