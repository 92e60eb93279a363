"""One box for everything: chats, messages and commands, by the keyboard alone."""

from tests.e2e.app import Program
from tests.support.remote import ServiceProcess
from tests.support.script import Answer


def test_a_message_and_a_command_are_found_by_a_few_letters(
    program: Program, service: ServiceProcess
) -> None:
    service.script(Answer("The heron stands in the reeds."), Answer("Nothing of the kind."))
    with program() as app:
        app.ask("Which bird?")
        app.wait_answer("The heron stands in the reeds.")
        app.new_chat()
        app.ask("What else?")
        app.wait_answer("Nothing of the kind.")

        app.desktop.press("ctrl+k")
        app.wait_focus("Find chats, messages and commands")
        app.desktop.type_text("eron")
        box = app.find(role="dialog", name="Find chats, messages and commands")
        box.find(role="list item")
        app.desktop.press("Return")
        app.wait_title("Which bird?")

        app.desktop.press("ctrl+k")
        app.wait_focus("Find chats, messages and commands")
        app.desktop.type_text("sett")
        box = app.find(role="dialog", name="Find chats, messages and commands")
        box.find(role="list item", name="Settings")
        app.desktop.press("Return")
        app.find(role="dialog", name="Settings").find(role="button", name="Close").press()
        app.wait_for(lambda: not app.shows("Settings", role="dialog"), "the dialog to close")
        app.quit()
