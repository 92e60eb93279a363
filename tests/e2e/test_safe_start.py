"""A start that is killed on its way, and what the next ones offer."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.app import App, Program
from tests.e2e.test_instance import start_again
from tests.support.remote import ServiceProcess
from tests.support.script import Answer
from tests.support.waiting import wait_until

MARK = Path("data", "unfinished-start")
MARKDOWN = "**strong** words"
SAFE = "Safe start: plain texts, no tools"


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Hold the history for the length of the block, as who migrates it does: a start waits for it."""
    lock = home / "data" / "glmdesk.db-lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("wb") as file:
        fcntl.lockf(file, fcntl.LOCK_EX, 1, 0)
        yield


def fail(program: Program, home: Path, *words: str) -> None:
    """Let a start be killed on its way."""
    with held(home), program(awaited="", arguments=words) as app:
        wait_until((home / MARK).exists, "the mark of a start")
        app.process.kill()
        app.process.wait()


def ask(app: App, service: ServiceProcess) -> str:
    """Return how an answer in Markdown is shown."""
    service.script(Answer(MARKDOWN))
    app.ask("How?")
    app.wait_idle()
    app.wait_for(lambda: app.answer.text, "the answer")
    return app.answer.text


def test_a_start_that_failed_is_followed_by_a_safe_one_for_who_wants_it(
    program: Program, service: ServiceProcess, home: Path
) -> None:
    fail(program, home)
    with program(awaited="Start safely") as app:
        app.press("Start safely")
        app.find(name=SAFE)
        assert ask(app, service) == MARKDOWN
        assert not (home / MARK).exists()

        app.press("Start as usual")
        app.wait_for(lambda: not app.shows(SAFE), "the usual start")
        app.open("How?")
        app.wait_text("strong words")
        app.quit()


def test_who_starts_as_usual_is_not_asked_again(program: Program, home: Path) -> None:
    fail(program, home)
    with program(awaited="Start safely") as app:
        app.desktop.press("Escape")
        app.find(name="Conversations")
        assert not app.shows(SAFE)
        app.quit()
    with program() as app:
        assert not app.shows("Start safely")


def test_a_safe_start_is_there_for_the_asking(program: Program, service: ServiceProcess) -> None:
    with program(arguments=("--safe",)) as app:
        assert "running already" in start_again(app, "--safe")
        app.find(name=SAFE)

        assert ask(app, service) == MARKDOWN
        assert "tools" not in service.chats[-1].body


def test_starts_without_a_window_are_safe_after_two_that_failed(program: Program, home: Path) -> None:
    fail(program, home, "--hidden")
    fail(program, home, "--hidden")
    with program(awaited="", arguments=("--hidden",)) as app:
        wait_until(lambda: not (home / MARK).exists(), "the end of the start")
        assert start_again(app) == "0"
        app.find(name=SAFE)
