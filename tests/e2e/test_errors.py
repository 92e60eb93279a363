"""Every way in which an answer goes wrong: its own words, its own button, and no text lost.

All of them happen at once, each in a conversation of its own, because some take their time.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.app import App, Program
from tests.e2e.shown import Shown
from tests.support.browser import Browser
from tests.support.desktop import DesktopSession
from tests.support.fault import Fault
from tests.support.remote import ServiceProcess
from tests.support.script import Answer, Refuse, Reply

# The pauses before an overloaded model is asked again for the third time add up to 14 s at most.
PATIENCE_S = 40.0

HALF = "The first half."
WHOLE = f"{HALF} The second half."


@dataclass(frozen=True, slots=True)
class Case:
    """What goes wrong, and what a person sees of it. The question names the case."""

    question: str
    reply: Reply
    words: str
    remedies: tuple[str, ...]
    text: str = ""
    attempts: int = 1


def broken(fault: Fault) -> Answer:
    """Return an answer that goes wrong when half of it was sent."""
    return Answer(WHOLE, chunk_size=len(HALF), flush_each=True, faults=(fault,), fault_at=1)


CASES = (
    # The slowest one: it begins first and is looked at last.
    Case(
        "overloaded",
        Refuse("1305"),
        "The model is overloaded right now.",
        ("Choose another model", "Retry"),
        attempts=4,
    ),
    Case("bad key", Refuse("1000"), "The service does not accept the API key.", ("Enter key", "Retry")),
    Case("no money", Refuse("1113"), "The balance of your account is used up.", ("Top up", "Retry")),
    Case(
        "too long",
        Refuse("1261"),
        "The conversation is longer than the model can read.",
        ("New chat", "Retry"),
    ),
    Case(
        "unsafe question",
        Refuse("1301"),
        "The content filter of the service refused this question",
        ("Edit the question", "Retry"),
    ),
    Case(
        "unsafe answer",
        Answer(WHOLE, finish="sensitive"),
        "The content filter of the service withdrew this answer.",
        ("Edit the question", "Retry"),
    ),
    Case(
        "cut",
        broken(Fault.MISSING_CHUNK_TERMINATOR),
        "The connection was lost before the answer ended.",
        ("Continue", "Retry"),
        text=HALF,
    ),
    Case(
        "stall",
        broken(Fault.STALL),
        "The service fell silent in mid-answer.",
        ("Continue", "Retry"),
        text=HALF,
    ),
    Case(
        "error in the stream",
        broken(Fault.ERROR_RECORD),
        "The service has a fault of its own",
        ("Continue", "Retry"),
        text=HALF,
    ),
    Case(
        "gateway",
        Answer(faults=(Fault.HTML_502,)),
        "The service is not available right now (HTTP 502).",
        ("Retry",),
        attempts=4,
    ),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the screen showed of every case, by question, and how often the service was asked."""

    home: Path
    messages: dict[str, list[Shown]]
    requests: dict[str, int]


@pytest.fixture(scope="module")
def seen(
    desktop: DesktopSession, service_process: ServiceProcess, tmp_path_factory: pytest.TempPathFactory
) -> Seen:
    service_process.reset()
    home = tmp_path_factory.mktemp("errors")
    (home / "config").mkdir()
    (home / "config" / "settings.toml").write_text("silence_s = 5\n")
    with App(desktop, home, service_process.base_url) as app:
        _ask_everything(app, service_process)
        messages = {case.question: _look(app, case) for case in reversed(CASES)}
        app.quit()
    asked = [exchange.body["messages"][-1]["content"] for exchange in service_process.chats]
    return Seen(home, messages, {case.question: asked.count(case.question) for case in CASES})


@pytest.fixture(scope="module")
def seen_again(
    seen: Seen, desktop: DesktopSession, service_process: ServiceProcess
) -> dict[str, list[Shown]]:
    """What another start shows, by question."""
    with App(desktop, seen.home, service_process.base_url) as app:
        messages = {case.question: _look(app, case) for case in CASES}
        app.quit()
    return messages


def _ask_everything(app: App, service: ServiceProcess) -> None:
    for case in CASES:
        service.script(*[case.reply] * case.attempts, when=case.question)
        app.ask(case.question)
        app.wait_title(case.question)
        app.new_chat()


def _look(app: App, case: Case) -> list[Shown]:
    app.open(case.question)
    app.wait_idle(timeout_s=PATIENCE_S)
    return app.messages


@pytest.mark.timeout(120)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.question)
def test_an_error_has_its_own_words_and_its_own_way_out_and_loses_no_text(seen: Seen, case: Case) -> None:
    question, answer = seen.messages[case.question]

    assert (question.name, question.text) == ("You", case.question)
    assert answer.text == case.text
    assert answer.outcome.startswith(case.words)
    assert answer.remedies == case.remedies
    assert seen.requests[case.question] == case.attempts


@pytest.mark.timeout(120)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.question)
def test_an_error_is_still_there_after_a_restart(
    seen: Seen, seen_again: dict[str, list[Shown]], case: Case
) -> None:
    assert seen_again[case.question] == seen.messages[case.question]


def test_an_answer_that_is_withdrawn_was_on_the_screen_and_is_on_no_disk(
    program: Program, service: ServiceProcess, home: Path
) -> None:
    service.script(Answer("Something unsafe.", finish="sensitive", chunk_size=9, pause_after=1))
    with program() as app:
        app.ask("Tell me")
        exchange = service.paused(service.arrived())
        app.wait_text("Something")

        service.release(exchange)

        app.wait_answer("")
        app.quit()
    written = b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file())
    assert b"Tell me" in written
    assert b"Something" not in written


def test_what_is_tried_again_by_itself_is_said_meanwhile(program: Program, service: ServiceProcess) -> None:
    service.script(Refuse("1305"))
    with program() as app:
        app.ask("Are you there?")
        app.wait_for(
            lambda: app.answer.text.startswith("The model is overloaded right now. Trying again in"),
            "what is waited for",
        )

        app.wait_answer("You said: “Are you there?”.")
        app.quit()


def test_a_refusal_names_another_model_once_and_none_is_changed_unasked(
    program: Program, service: ServiceProcess
) -> None:
    with program() as app:
        _fail(app, service, "1211")
        service.script(Answer("The successor."))
        app.press_in_answer("Ask GLM-4.7-Flash instead")
        app.wait_answer("The successor.")
        assert app.answer.name == "GLM-4.7-Flash"
        _fail(app, service, "1211")
        remedies = app.answer.remedies
        assert remedies == ("Choose another model", "Retry")

        app.find(role="combo box", name="Model").press()
        app.desktop.click(app.find(role="list item", name="GLM-4-Plus"))
        _fail(app, service, "1113")
        assert "Top up" in app.answer.remedies
        service.script(Answer("For nothing."))
        app.press_in_answer("Go on with GLM-4-Flash-250414")
        app.wait_answer("For nothing.")
        app.ask("And now?")
        app.wait_answer("You said: “And now?”.")

        free = "glm-4-flash-250414"
        asked = [chat.body["model"] for chat in service.chats]
        assert asked == [free, "glm-4.7-flash", free, "glm-4-plus", free, free]
        app.quit()


def test_the_buttons_beside_errors_do_what_they_say(
    program: Program, service: ServiceProcess, browser: Browser
) -> None:
    with program(env=browser.env) as app:
        _fail(app, service, "1113")
        app.press_in_answer("Top up")
        browser.wait_opened("https://open.bigmodel.cn/finance-center/finance/pay")

        _fail(app, service, "1000")
        app.press_in_answer("Enter key")
        app.find(role="text", name="API key").wait_until(lambda it: "focused" in it.states, "the focus")
        app.desktop.press("Escape")
        app.wait_text("")

        _fail(app, service, "1212")
        assert service.chats[-1].body["model"] == "glm-4-flash-250414"
        app.press_in_answer("Choose another model")
        app.desktop.click(app.find(role="list item", name="GLM-4-Plus"))
        service.script(Answer("Another model."))
        app.press_in_answer("Retry")
        app.wait_answer("Another model.")
        assert app.answer.name == "GLM-4-Plus"

        _fail(app, service, "1301")
        app.press_in_answer("Edit the question")
        message = app.find(role="text", name="Message")
        message.wait_until(lambda it: it.text == "fails with 1301", "the question")
        service.script(Answer("Better."))
        app.ask("A better question")
        app.wait_answer("Better.")

        # What is too long is asked once more with less of it.
        service.script(Refuse("1261"))
        _fail(app, service, "1261")
        app.press_in_answer("New chat")
        app.wait_title("")
        app.quit()


def _fail(app: App, service: ServiceProcess, code: str) -> None:
    service.script(Refuse(code))
    app.ask(f"fails with {code}")
    app.wait_for(lambda: app.answer.outcome, "the error")
    app.wait_idle()
