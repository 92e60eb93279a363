"""What a person does who has neither mouse nor keyboard: all of it through the accessibility tree."""

import pytest

from tests.e2e.app import App, Program
from tests.support.remote import ServiceProcess
from tests.support.script import Answer


def test_a_conversation_is_renamed_deleted_and_brought_back(program: Program) -> None:
    with program() as app:
        app.ask("first")
        app.wait_answer("You said: “first”.")

        _choose(app, "Rename")
        _write_title(app, "renamed")
        assert app.conversations == ["renamed"]

        _choose(app, "Delete")
        app.wait_title("")
        assert app.conversations == []
        app.wait_focus("Message")
        app.press("Undo")
        app.wait_title("renamed")
        assert app.conversations == ["renamed"]
        assert [message.text for message in app.messages] == ["first", "You said: “first”."]
        app.quit()


def test_a_conversation_is_opened_by_its_row(program: Program) -> None:
    with program() as app:
        for number, title in enumerate(("first", "second")):
            if number:
                app.new_chat()
            app.ask(title)
            app.wait_answer(f"You said: “{title}”.")
        rows = app.find(role="list", name="Conversations")
        # They could be marked, and opened with a mouse only.
        row = rows.find(role="list item", name="first")
        assert row.actions[0] == "Press"
        row.press()
        app.wait_title("first")
        assert "selected" in row.states
        row.grab_focus()
        app.wait_focus("Conversations")
        app.desktop.press("Up", "Return")
        app.wait_title("second")
        app.quit()


def test_the_rarer_actions_of_a_message_are_reached_through_its_menu(program: Program) -> None:
    with program() as app:
        app.ask("first")
        app.wait_answer("You said: “first”.")

        _act(app, "Retry with", "GLM-4-Plus")
        app.wait_for(lambda: app.answer.name == "GLM-4-Plus", "the answer of another model")
        app.wait_answer("You said: “first”.")
        assert app.answer.actions == ("Previous variant", "Next variant", "Copy", "Retry", "More")

        _act(app, "Delete")
        app.wait_for(lambda: "Previous variant" not in app.answer.actions, "the variant before")
        app.press("Undo")
        app.wait_for(lambda: app.answer.name == "GLM-4-Plus", "what was deleted")

        _act(app, "Branch")
        app.wait_title("first (branch)")
        assert app.conversations == ["first (branch)", "first"]
        app.quit()


def test_an_answer_is_announced_sentence_by_sentence(program: Program, service: ServiceProcess) -> None:
    sentences = ("**One** is said. ", "二说完了。", "Three")
    service.script(Answer("".join(sentences), chunk_size=len(sentences[0]), pause_after=1))
    with program() as app, app.desktop.accessibility() as listener:
        listener.listen()
        app.ask("first")

        exchange = service.paused(service.arrived())
        assert listener.announcement() == "One is said."
        service.release(exchange)
        heard = listener.announcement()
        while not heard.endswith("Three"):
            heard += listener.announcement()
        assert heard == "二说完了。Three"
        app.wait_idle()
        app.quit()


def test_the_title_is_a_button_that_lets_it_be_edited(program: Program) -> None:
    with program() as app:
        app.ask("first")
        app.wait_answer("You said: “first”.")

        app.press("Conversation title")
        _write_title(app, "renamed")
        assert app.find(role="button", name="Conversation title").description == "renamed"
        app.quit()


@pytest.mark.parametrize("name", ["More", "Conversation title"])
def test_what_is_not_stored_yet_offers_neither(program: Program, name: str) -> None:
    with program() as app:
        assert "enabled" not in app.find(role="button", name=name).states
        app.quit()


def _choose(app: App, name: str) -> None:
    app.press("More")
    app.find(role="menu item", name=name).press()
    app.wait_for(lambda: not app.shows(name, role="menu item"), "the menu to close")


def _act(app: App, *names: str) -> None:
    """Choose a line of the menu below the last message, or of the menu in it."""
    app.press_in_answer("More")
    for name in names:
        app.find(role="menu item", name=name).press()
    app.wait_for(lambda: not app.shows(names[-1], role="menu item"), "the menu to close")


def _write_title(app: App, title: str) -> None:
    app.find(role="text", name="Conversation title").set_text(title)
    app.find(role="text", name="Message").grab_focus()
    app.wait_title(title)
