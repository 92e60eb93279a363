"""More questions than the account may have in flight: a queue in sight, and every one of them is answered."""

from pathlib import Path

import pytest

from tests.e2e.app import App, Program
from tests.support.remote import ServiceProcess
from tests.support.script import Answer

MODEL = "glm-4-flash-250414"
PAUSED = Answer("One, two, three.", chunk_size=4, pause_after=1)


def queue(position: int, *, limit: int) -> str:
    """Return what stands in place of an answer."""
    return f"Number {position} in the queue: this model takes {limit} at a time."


def ask_anew(app: App, question: str) -> None:
    """Ask in a conversation of its own."""
    app.new_chat()
    app.ask(question)


@pytest.fixture
def tiers(home: Path) -> None:
    """Let the free model be asked once at a time, and twice in the next tier."""
    (home / "config").mkdir(parents=True)
    (home / "config" / "models.toml").write_text(f'[models."{MODEL}"]\nconcurrency = [1, 2]\n')


@pytest.mark.usefixtures("tiers")
def test_a_question_says_its_place_until_it_is_its_turn(program: Program, service: ServiceProcess) -> None:
    service.script(PAUSED, Answer("Second."), Answer("Third."))
    with program() as app:
        app.ask("first")
        app.wait_text("One,")
        ask_anew(app, "second")
        app.wait_text(queue(1, limit=1))
        ask_anew(app, "third")
        app.wait_text(queue(2, limit=1))
        assert len(service.chats) == 1

        service.release(service.chats[0])
        app.wait_answer("Third.")
        app.open("second")
        app.wait_answer("Second.")
        app.open("first")
        app.wait_answer("One, two, three.")
        assert [call.body["messages"][-1]["content"] for call in service.chats] == [
            "first",
            "second",
            "third",
        ]
        app.quit()


@pytest.mark.usefixtures("tiers")
def test_whoever_does_not_want_to_wait_stops_and_nothing_is_sent(
    program: Program, service: ServiceProcess
) -> None:
    service.script(PAUSED)
    with program() as app:
        app.ask("first")
        app.wait_text("One,")
        ask_anew(app, "second")
        app.wait_text(queue(1, limit=1))
        app.press("Stop")
        app.wait_for(lambda: app.answer.outcome == "Stopped by you.", "the end")
        service.release(service.chats[0])
        app.open("first")
        app.wait_answer("One, two, three.")

        assert len(service.chats) == 1
        app.quit()


@pytest.mark.usefixtures("tiers")
def test_another_tier_is_in_force_with_the_next_question(
    program: Program, service: ServiceProcess, home: Path
) -> None:
    service.script(PAUSED, PAUSED, Answer("Third."))
    with program() as app:
        app.ask("first")
        app.wait_text("One,")
        ask_anew(app, "second")
        app.wait_text(queue(1, limit=1))
        app.open_settings().find(role="combo box", name="Concurrency tier").press()
        app.desktop.click(app.find(role="list item", name="V1"))
        settings = home / "config" / "settings.toml"
        app.wait_for(
            lambda: settings.exists() and 'tier = "V1"' in settings.read_text(), "the tier in the file"
        )
        app.close_settings()

        ask_anew(app, "third")
        app.wait_text(queue(1, limit=2))
        app.open("second")
        app.wait_text("One,")
        service.release(service.chats[0])
        app.open("third")
        app.wait_answer("Third.")
        app.quit()


def test_where_less_is_allowed_than_the_tier_says_the_window_learns_it(
    program: Program, service: ServiceProcess
) -> None:
    service.limit(MODEL, 1)
    service.script(PAUSED, Answer("Second."))
    with program() as app:
        app.ask("first")
        app.wait_text("One,")
        ask_anew(app, "second")
        app.wait_for(
            lambda: app.answer.text.startswith("Too many requests at once for your account. Trying again in"),
            "the pause",
        )
        app.wait_text(queue(1, limit=1))

        service.release(service.chats[0])
        app.wait_answer("Second.")
        assert [call.code for call in service.chats].count("1302") == 1
        app.quit()
