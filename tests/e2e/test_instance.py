"""A second start turns to the running instance; everything it brings is seen in the one window."""

import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.e2e.app import KEY, App, Program
from tests.support.desktop import DesktopSession
from tests.support.remote import ServiceProcess
from tests.support.script import Answer
from tests.support.waiting import PATIENCE_S, wait_until


def start_again(app: App, *words: str, cwd: Path | None = None, stdin: bytes = b"") -> str:
    """Start the program once more, which has to be over at once; return what it says."""
    ended = subprocess.run(
        [sys.executable, "-m", "glmdesk", "--home", str(app.home), *words],
        cwd=cwd,
        env={**app.desktop.env, "PYTHONPATH": str(Path.cwd())},
        input=stdin,
        capture_output=True,
        timeout=PATIENCE_S * 2,
        check=False,
    )
    return f"{ended.returncode} {ended.stdout.decode()}{ended.stderr.decode()}".strip()


def is_active(app: App) -> bool:
    """Whether a window of the program is the active one."""
    active = int(app.desktop.run("xdotool", "getactivewindow"))
    lines = (line.split() for line in app.desktop.run("wmctrl", "-lp").splitlines())
    return any(int(window, 16) == active and int(pid) == app.process.pid for window, _, pid, *_ in lines)


def test_the_second_start_raises_the_window_of_the_first(program: Program, desktop: DesktopSession) -> None:
    with program() as app:
        other = desktop.start("other", ["xmessage", "in front"])
        app.wait_for(lambda: not is_active(app), "another window in front")
        assert start_again(app) == "0"
        app.wait_for(lambda: is_active(app), "the keyboard")
        other.kill()
        app.quit()


def test_a_window_in_a_dialog_is_raised_with_it(program: Program) -> None:
    with program() as app:
        app.open_settings()
        assert start_again(app) == "0"
        app.wait_for(lambda: is_active(app), "the keyboard")
        app.close_settings()
        app.quit()


def test_files_of_another_start_are_attached_to_a_new_chat(program: Program, tmp_path: Path) -> None:
    (tmp_path / "笔记.txt").write_text("Tea is hot.", encoding="utf-8")
    with program() as app:
        assert start_again(app, "笔记.txt", cwd=tmp_path) == "0"
        app.wait_for(lambda: app.shows("笔记.txt") or "笔记.txt" in app.tree.outline(), "the file")
        said = start_again(app, "nowhere.txt", cwd=tmp_path)
        assert said.startswith("2 glmdesk: ")
        assert "nowhere.txt" in said
        app.quit()


def test_a_question_of_another_start_is_asked_in_the_window(
    program: Program, service: ServiceProcess
) -> None:
    service.always(Answer("It is hot."))
    with program() as app:
        assert start_again(app, "ask", "--window", "What is tea?", stdin="水".encode()) == "0"
        app.wait_answer("It is hot.")
        assert app.messages[0].text == "What is tea?\n\n水"
        app.quit()


def test_the_first_start_asks_what_it_was_started_for(program: Program, service: ServiceProcess) -> None:
    service.always(Answer("It is hot."))
    with program(arguments=("ask", "--window", "What is tea?")) as app:
        app.wait_answer("It is hot.")
        app.quit()


def test_the_model_and_the_system_prompt_of_another_start_are_those_of_its_chat(
    program: Program, service: ServiceProcess
) -> None:
    service.always(Answer("It is hot."))
    with program() as app:
        words = ("What is tea?", "-m", "glm-4-plus", "--system", "Be brief")
        assert start_again(app, "ask", "--window", *words) == "0"
        app.wait_answer("It is hot.")
        app.quit()
    asked = service.chats[0].body
    assert asked["model"] == "glm-4-plus"
    assert "Be brief" in str(asked["messages"])


def test_what_is_wanted_while_the_history_opens_is_done_when_it_is_open(
    home: Path, program: Program, service: ServiceProcess
) -> None:
    service.always(Answer("It is hot."))
    with program() as app:
        app.quit()
    history = sqlite3.connect(home / "data" / "glmdesk.db")
    history.execute("PRAGMA locking_mode = EXCLUSIVE")
    history.execute("PRAGMA user_version").fetchone()  # it is locked by the first look at it
    with program(awaited="Message") as app:
        assert start_again(app, "ask", "--window", "What is tea?") == "0"
        assert not app.shows("Conversations")
        history.close()
        app.wait_answer("It is hot.")
        app.quit()


def test_a_hidden_start_shows_nothing_until_it_is_called(program: Program, service: ServiceProcess) -> None:
    service.always(Answer("It is hot."))
    with program(arguments=("--hidden",), awaited="") as app:
        assert start_again(app, "--hidden") == "0"
        assert start_again(app, "--quick", "What is tea?") == "0"
        app.wait_focus("Question")
        assert not app.shows("Conversations")
        assert start_again(app) == "0"
        app.wait_for(lambda: app.shows("Conversations"), "the main window")
        assert start_again(app, "--hidden") == "0"
        assert app.shows("Conversations")
        app.quit()


def test_of_two_that_start_at_once_one_remains_and_does_what_both_were_started_for(
    desktop: DesktopSession, home: Path, service: ServiceProcess
) -> None:
    service.always(Answer("It is hot."))
    env = {"GLMDESK_BASE_URL": service.base_url, "GLMDESK_API_KEY": KEY}
    command = [sys.executable, "-m", "glmdesk", "--home", str(home), "ask", "--window"]
    both = [desktop.start(f"race-{question}", [*command, question], env=env) for question in ("one", "two")]
    wait_until(lambda: len(service.chats) == 2, "both questions")
    assert {exchange.body["messages"][-1]["content"] for exchange in service.chats} == {"one", "two"}
    wait_until(lambda: any(one.poll() is not None for one in both), "one that has handed over")
    assert sorted((one.poll() for one in both), key=str) == [0, None]
    for one in both:
        one.terminate()
        assert one.wait(timeout=PATIENCE_S) == 0


def test_the_demo_and_another_home_are_instances_of_their_own(program: Program) -> None:
    with program() as app, program(arguments=("--demo",)) as demo:
        assert start_again(app) == "0"
        assert app.process.poll() is None
        assert demo.process.poll() is None
        demo.quit()
        app.quit()
