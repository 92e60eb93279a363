"""One question to several models at once, through what is on the screen, and what the service is asked."""

import re
from collections.abc import Callable
from functools import partial

from tests.e2e.app import App, Program
from tests.support.atspi import Accessible
from tests.support.remote import ServiceProcess
from tests.support.script import Answer

MODELS = {
    "GLM-4-Plus": "glm-4-plus",
    "GLM-4-Air-250414": "glm-4-air-250414",
    "GLM-4-Flash-250414": "glm-4-flash-250414",
}


def choose_models(app: App, dialog: Accessible, *titles: str) -> None:
    """Mark these models and no others, by keys."""
    models = dialog.find(role="list", name="Models")
    models.grab_focus()
    app.wait_focus("Models")
    app.desktop.press("Home")
    for row in models.find_all(role="list item"):
        row.wait_until(lambda it: "focused" in it.states, "being the current one")
        is_wanted = row.name.partition(" – ")[0] in titles
        if is_wanted != ("checked" in row.states):
            app.desktop.press("space")
            row.wait_until(partial(is_marked, is_wanted), "the mark")
        app.desktop.press("Down")


def mark_models(_app: App, dialog: Accessible, *titles: str) -> None:
    """Mark these models and no others, as a screen reader does it."""
    for row in dialog.find(role="list", name="Models").find_all(role="list item", showing=False):
        is_wanted = row.name.partition(" – ")[0] in titles
        if is_wanted != ("checked" in row.states):
            row.press()
            row.wait_until(partial(is_marked, is_wanted), "the mark")


def is_marked(is_wanted: bool, row: Accessible) -> bool:
    return ("checked" in row.states) == is_wanted


def ask_them(app: App, question: str, *titles: str, mark: Callable[..., None] = choose_models) -> Accessible:
    app.find(role="text", name="Message").set_text(question)
    app.press("Compare models")
    dialog = app.find(role="dialog", name="Compare models")
    mark(app, dialog, *titles)
    app.press("Ask them")
    return dialog


def test_three_models_are_asked_at_once_and_the_kept_one_goes_on(
    program: Program, service: ServiceProcess
) -> None:
    for title, model in MODELS.items():
        service.script(Answer(f"I am {title}.", chunk_size=5, pause_after=1), model=model)
    with program() as app:
        dialog = ask_them(app, "Who are you?", *MODELS)
        service.arrived(count=3)
        first = service.chats
        # None waits for another.
        for title in MODELS:
            dialog.find(role="button", name=f"Stop {title}")
        for chat in first:
            service.release(chat)
        keep = [dialog.find(role="button", name=f"Keep {title}") for title in MODELS]
        figures = [label.name for label in dialog.find_all(role="label", name=re.compile("Price: "))]
        assert len(figures) == 3
        assert all("Time to the first word" in text for text in figures)
        keep[1].press()
        app.wait_for(lambda: not app.shows("Compare models", role="dialog"), "the end of the dialog")
        app.wait_answer("I am GLM-4-Air-250414.")

        assert {chat.body["model"] for chat in first} == {*MODELS.values()}
        assert all([m["content"] for m in chat.body["messages"]] == ["Who are you?"] for chat in first)
        app.press_in_answer("Previous variant")
        app.wait_text("I am GLM-4-Plus.")
        app.press_in_answer("Next variant")
        app.wait_text("I am GLM-4-Air-250414.")
        app.press_in_answer("Next variant")
        app.wait_text("I am GLM-4-Flash-250414.")
        app.press_in_answer("Previous variant")
        app.wait_text("I am GLM-4-Air-250414.")
        service.script(Answer("On we go."))
        app.ask("And now?")
        app.wait_answer("On we go.")

        assert [message["content"] for message in service.chats[-1].body["messages"]] == [
            "Who are you?",
            "I am GLM-4-Air-250414.",
            "And now?",
        ]
        app.quit()
    with program() as app:
        app.open("Who are you?")
        app.wait_answer("On we go.")
        app.quit()


def test_one_of_them_is_stopped_and_the_others_go_on(program: Program, service: ServiceProcess) -> None:
    plus, flash = "GLM-4-Plus", "GLM-4-Flash-250414"
    service.script(Answer("A long story.", chunk_size=2, pause_after=1), model=MODELS[plus])
    service.script(Answer("Short."), model=MODELS[flash])
    with program() as app:
        dialog = ask_them(app, "A story?", plus, flash, mark=mark_models)
        dialog.find(role="button", name=f"Keep {flash}")
        (paused,) = (chat for chat in service.chats if chat.body["model"] == MODELS[plus])
        dialog.find(role="button", name=f"Stop {plus}").press()
        service.hung_up(paused)
        dialog.find(role="button", name=f"Keep {flash}").press()
        app.wait_answer("Short.")
        app.quit()
