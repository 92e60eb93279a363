"""A chat that is too long for the window of its model: said before, left out, marked, and answered."""

from functools import partial
from typing import Final

import pytest

from tests.e2e.app import App, Program
from tests.e2e.shown import steady
from tests.support.atspi import Extents
from tests.support.remote import ServiceProcess
from tests.support.script import Answer
from tests.support.tokens import prompt_tokens

WORDS: Final = "The harbour was quiet when the ferry came in, and only two people were waiting. " * 30
WINDOW: Final = 8192
MARK: Final = "The model reads from here on"


def choose(app: App, title: str) -> None:
    app.find(role="combo box", name="Model").press()
    app.desktop.click(app.find(role="list item", name=title))


def said_of(app: App, name: str) -> str:
    """Return what is said of the question, or of the window."""
    found = next(app.tree.find_all(name=name), None)
    return found.description if found else ""


def has_answered(app: App, number: int) -> bool:
    return app.answer.text.startswith(f"Answer {number}.")


def texts_on_screen(app: App) -> list[str]:
    return [message.text for message in app.messages]


def places(app: App) -> list[Extents]:
    """Return where messages are on the screen."""
    return steady(lambda: [item.extents for item in app.message_items()])


def go_to_mark(app: App) -> None:
    """Go from message to message until it is seen where the model begins to read, and open that."""
    before: list[Extents] = []

    def has_moved() -> bool:
        return places(app) != before

    while not any(MARK in text for text in texts_on_screen(app)):
        before = places(app)
        app.desktop.press("ctrl+Up")
        app.wait_for(has_moved, "the message before")
    app.press(f"Show: {MARK}")


@pytest.mark.timeout(90)
def test_a_long_chat_is_trimmed_marked_and_answered(program: Program, service: ServiceProcess) -> None:
    with program() as app:
        choose(app, "GLM-4-AirX")
        for number in range(6):
            service.script(Answer(f"Answer {number}. {WORDS}"), when=f"Question {number}.")
            app.find(role="text", name="Message").set_text(f"Question {number}. {WORDS}")
            app.wait_for(lambda: "tokens" in said_of(app, "Estimate"), "the estimate")
            if number == 5:
                app.wait_for(lambda: "oldest exchanges" in said_of(app, "Estimate"), "the warning")
            app.press("Send")
            app.wait_for(partial(has_answered, app, number), "the answer")
            app.wait_for(lambda: "8,192 tokens" in said_of(app, "Context"), "the gauge")
        last = service.chats[-1].body
        texts = [message["content"] for message in last["messages"]]

        assert [chat.status for chat in service.chats] == [200] * 6
        assert last["model"] == "glm-4-airx"
        assert all(prompt_tokens(chat.body) < WINDOW for chat in service.chats)
        assert all(
            prompt_tokens(chat.body) + chat.body.get("max_tokens", 4096) <= WINDOW for chat in service.chats
        )
        assert texts[-1].startswith("Question 5.")
        assert not any(text.startswith("Question 0.") for text in texts)
        go_to_mark(app)
        app.wait_for(lambda: any("no longer sent" in text for text in texts_on_screen(app)), "why")
        app.quit()
