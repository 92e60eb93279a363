"""What the program is for, from the first start to reading everything again without a network."""

import re
from pathlib import Path

import pytest

from tests.e2e.app import KEY, App
from tests.support.desktop import DesktopSession
from tests.support.remote import ServiceProcess
from tests.support.script import CHAT, Answer


@pytest.mark.usefixtures("forgotten_key")
def test_a_key_is_entered_questions_are_answered_and_all_of_it_is_there_offline(
    desktop: DesktopSession, home: Path
) -> None:
    with ServiceProcess() as service:
        with App(desktop, home, service.base_url, key="") as app:
            _enter_key(app, service)
            _ask_in_two_languages(app, service)
            _stop_in_mid_answer(app, service)
            before = app.messages
            app.quit()
        base_url = service.base_url
    with App(desktop, home, base_url, key="") as app:
        assert not app.shows("API key")
        assert app.conversations == ["你好，你是谁？"]
        app.open("你好，你是谁？")
        app.wait_messages(before)
        app.ask("Is anybody there?")
        app.wait_idle()
        assert app.messages[-2].text == "Is anybody there?"
        assert app.answer.outcome.startswith("The service cannot be reached (127.0.0.1).")
        assert app.answer.remedies == ("Do not send", "Retry")
        assert app.shows("Waiting questions", role="button")
        app.quit()


def _enter_key(app: App, service: ServiceProcess) -> None:
    field = app.find(role="text", name="API key")
    field.set_text(KEY)
    assert KEY not in field.text
    app.press("Test key")
    app.find(role="label", name=re.compile(r"^The key works\."))
    assert [exchange.path for exchange in service.requests] == ["/models"]

    app.press("Save key")

    app.wait_for(lambda: not app.shows("API key"), "the key entry to go")
    stored = app.desktop.run("secret-tool", "lookup", "service", "glmdesk", "username", "127.0.0.1")
    assert stored == KEY


def _ask_in_two_languages(app: App, service: ServiceProcess) -> None:
    service.script(Answer("我是**智谱**的语言模型。", chunk_size=1, pause_after=8))
    app.ask("你好，你是谁？")
    exchange = service.paused(service.arrived(CHAT))
    app.wait_text("我是智谱")
    assert app.messages[0].name == "You"
    assert app.answer.name == "GLM-4-Flash-250414"
    service.release(exchange)
    app.wait_answer("我是智谱的语言模型。")

    app.ask("And in English?")
    app.wait_answer("You said: “And in English?”.")


def _stop_in_mid_answer(app: App, service: ServiceProcess) -> None:
    service.script(Answer("One. Two. Three. Four.", chunk_size=5, pause_after=2))
    app.ask("Count")
    exchange = service.paused(service.arrived(CHAT, 3))
    app.wait_text("One. Two.")

    app.press("Stop")

    service.hung_up(exchange)
    app.wait_idle()
    assert app.answer.text == "One. Two."
    assert app.answer.outcome == "Stopped by you."
    assert app.answer.remedies == ("Continue",)
