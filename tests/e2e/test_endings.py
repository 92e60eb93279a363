"""Every way in which a run ends: what was on the screen is on the disk, and nothing is left running."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.app import START_S, App, Program
from tests.support.desktop import DesktopSession
from tests.support.remote import ServiceProcess
from tests.support.request_log import Exchange
from tests.support.script import Answer
from tests.support.waiting import PATIENCE_S, wait_until

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


def test_a_draft_is_there_after_a_kill(program: Program, home: Path) -> None:
    draft = "A long question, half written."
    with program() as app:
        app.find(role="text", name="Message").set_text(draft)
        wait_until(lambda: draft.encode() in _stored(home), "the draft to be stored")
        app.kill()
    with program() as app:
        assert app.find(role="text", name="Message").text == draft
        app.quit()


def test_a_program_whose_display_goes_ends_without_a_traceback(home: Path) -> None:
    with DesktopSession(bus=False) as desktop:
        command = [sys.executable, "-m", "glmdesk", "--home", str(home), "--demo"]
        program = desktop.start("glmdesk", command)
        # It is opened when the window is there.
        wait_until((home / "data" / "demo" / "glmdesk.db").exists, "the database", timeout_s=START_S)

        os.kill(_process_of(desktop, "Xvfb"), signal.SIGKILL)

        assert program.wait(timeout=PATIENCE_S) == 1
        said = desktop.log("glmdesk")
    assert "X11" in said
    assert "Traceback" not in said
    assert "pending" not in said


def _process_of(desktop: DesktopSession, name: str) -> int:
    (pid,) = (pid for pid in desktop.process_ids() if Path(f"/proc/{pid}/comm").read_text().strip() == name)
    return pid


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
