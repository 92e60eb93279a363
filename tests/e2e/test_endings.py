"""Every way in which a run ends: what was on the screen is on the disk, and nothing is left running."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.app import App, Program
from tests.support.remote import ServiceProcess
from tests.support.request_log import Exchange
from tests.support.script import Answer
from tests.support.waiting import wait_until

ARRIVED = "This has arrived."


def _terminate(app: App) -> None:
    app.process.send_signal(signal.SIGTERM)


@pytest.mark.parametrize("end", [App.close_window, _terminate], ids=["window closed", "SIGTERM"])
def test_an_end_in_mid_answer_keeps_what_had_arrived_and_hangs_up(
    program: Program, service: ServiceProcess, end: Callable[[App], None]
) -> None:
    with program() as app:
        exchange = _stream(app, service)
        end(app)
        service.hung_up(exchange)
        app.wait_end()
        assert _processes_of(app.home) == []
    with program() as app:
        _find_the_interrupted_answer(app)
        app.quit()


def test_a_program_with_an_open_dialog_ends_cleanly_on_sigterm(program: Program) -> None:
    with program() as app:
        app.press("Settings")
        app.find(role="dialog", name="Settings")
        _terminate(app)
        app.wait_end()


def test_an_answer_is_there_after_a_kill_in_mid_stream_and_can_be_continued(
    program: Program, service: ServiceProcess, home: Path
) -> None:
    with program() as app:
        _stream(app, service)
        # What is on the screen is on the disk a quarter of a second later.
        wait_until(lambda: ARRIVED.encode() in _stored(home), "the journal to hold what is shown")
        app.kill()
    service.script(Answer(" And this comes later."))
    with program() as app:
        _find_the_interrupted_answer(app)
        app.press_in_answer("Continue")
        app.wait_answer(f"{ARRIVED} And this comes later.")
        app.quit()


def _stream(app: App, service: ServiceProcess) -> Exchange:
    """Ask a question whose answer stays unfinished."""
    service.script(Answer(f"{ARRIVED} This never does.", chunk_size=len(ARRIVED), pause_after=1))
    app.ask("Tell me")
    exchange = service.paused(service.arrived())
    app.wait_text(ARRIVED)
    return exchange


def _find_the_interrupted_answer(app: App) -> None:
    app.open("Tell me")
    app.wait_answer(ARRIVED)
    assert app.messages[0].text == "Tell me"
    assert app.answer.outcome.startswith("glmdesk ended before the answer was complete.")
    assert app.answer.remedies == ("Continue", "Retry")


def _stored(home: Path) -> bytes:
    return b"".join(file.read_bytes() for file in home.rglob("*.db*"))


def _processes_of(home: Path) -> list[str]:
    """Return the command lines in which a home is named."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_text()
        except OSError:
            continue
        if str(home) in line:
            found.append(line.replace("\0", " "))
    return found
