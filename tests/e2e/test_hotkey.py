"""The shortcut of quick questions: pressed in another program, chosen, refused, and tried."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.app import App, Program, write_settings
from tests.support.desktop import DesktopSession
from tests.support.portal import Portal
from tests.support.waiting import wait_until

OTHER = """
from PySide6.QtWidgets import QApplication, QLineEdit
application = QApplication([])
line = QLineEdit()
line.setWindowTitle("Other")
line.textChanged.connect(line.setWindowTitle)
line.show()
application.exec()
"""
CHOSEN = 'quick_shortcut = "Ctrl+Alt+G"\n'
KEYS = "ctrl+alt+g"


def active(desktop: DesktopSession) -> str:
    return desktop.run("xdotool", "getactivewindow", "getwindowname").strip()


@pytest.fixture
def other(desktop: DesktopSession) -> Iterator[None]:
    """Another program that is typed into once it is there."""
    process = desktop.start("other", [sys.executable, "-c", OTHER])
    wait_until(lambda: "Other" in desktop.run("wmctrl", "-l"), "the other program")
    yield
    process.kill()
    process.wait()


def work_elsewhere(desktop: DesktopSession) -> None:
    """Write something in the other program, of which the window manager takes note."""
    desktop.run("wmctrl", "-a", "Other")
    wait_until(lambda: active(desktop) == "Other", "the other program to be in front")
    desktop.type_text("tea")
    wait_until(lambda: active(desktop) == "tea", "the other program to take the keys")


def summon(desktop: DesktopSession, app: App) -> None:
    """Press the keys as soon as they are heard."""

    def is_there() -> bool:
        desktop.press(KEYS)
        return app.shows("Question")

    app.wait_for(is_there, "the quick ask window")
    app.wait_focus("Question")


def test_the_keys_bring_the_window_from_another_program_and_back(
    desktop: DesktopSession, home: Path, program: Program, other: None
) -> None:
    write_settings(home, CHOSEN)
    with program(arguments=("--hidden",), awaited="") as app:
        work_elsewhere(desktop)
        summon(desktop, app)
        desktop.type_text("hot")
        question = app.find(role="text", name="Question")
        app.wait_for(lambda: question.text == "hot", "what was typed")
        desktop.press("Escape")
        wait_until(lambda: active(desktop) == "tea", "the other program to be in front again")
        app.process.terminate()
        app.wait_end()


def test_it_has_the_keyboard_again_at_once_after_it_has_gone(
    desktop: DesktopSession, home: Path, program: Program
) -> None:
    # Qt did not tell its widgets within 0.4 s: what was typed went nowhere.
    write_settings(home, CHOSEN)
    with program(arguments=("--hidden",), awaited="") as app:
        summon(desktop, app)
        desktop.press("t", "Escape", KEYS, "e", "a")
        question = app.find(role="text", name="Question")
        app.wait_for(lambda: question.text == "tea", "what was typed before and after")
        desktop.press("Escape")
        app.process.terminate()
        app.wait_end()


def choose_keys(app: App, keys: str) -> None:
    app.find(role="button", name=re.compile("^Shortcut: ")).press()
    app.wait_focus("Shortcut: Press the keys…")
    app.desktop.press(keys)


def says(app: App, words: str) -> None:
    app.wait_for(lambda: app.shows(re.compile(words), role="label"), f"the words {words!r}")


def test_keys_are_chosen_by_pressing_them_and_tried(desktop: DesktopSession, program: Program) -> None:
    with program() as app:
        app.open_settings()
        choose_keys(app, "ctrl+c")
        says(app, r"Programs use Ctrl\+C")
        choose_keys(app, "ctrl+alt+shift+space")
        says(app, r"Ctrl\+Alt\+Shift\+Space is heard in every program")
        choose_keys(app, "ctrl+alt+shift+space")
        app.wait_for(lambda: app.shows("Shortcut: Ctrl+Alt+Shift+Space"), "the keys again")
        assert not app.shows("Question")
        app.press("Press it now")
        says(app, "Press the keys now")
        desktop.press("ctrl+alt+shift+space")
        app.wait_focus("Question")
        desktop.press("Escape")
        says(app, "They arrived: it works")
        app.press("Remove")
        app.press("Use Ctrl+Alt+G")
        says(app, r"Ctrl\+Alt\+G is heard in every program")
        app.close_settings()
        app.quit()


def test_keys_that_another_program_has_are_free_when_it_has_ended(
    desktop: DesktopSession, home: Path, program: Program, tmp_path: Path
) -> None:
    write_settings(home, CHOSEN)
    write_settings(tmp_path / "second", CHOSEN)
    with program() as app:
        summon(desktop, app)
        desktop.press("Escape")
        with App(desktop, tmp_path / "second", "http://127.0.0.1:9/v4") as second:
            second.open_settings()
            says(second, r"Something else has Ctrl\+Alt\+G")
            app.quit()
            choose_keys(second, KEYS)
            says(second, r"Ctrl\+Alt\+G is heard")
            second.close_settings()
            second.quit()


def test_under_wayland_the_desktop_is_asked_and_again_when_its_portal_is_back(
    desktop: DesktopSession, home: Path, program: Program
) -> None:
    address = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
    with program(env={"WAYLAND_DISPLAY": "wayland-0"}) as app:
        app.open_settings()
        app.press("Use Ctrl+Alt+G")
        says(app, "Desktop portal: This desktop has no portal")
        says(app, "The desktop itself can have the keys")
        with Portal(address, verdict="later") as portal:
            says(app, "Desktop portal: the desktop is being asked")
            portal.decide("declined")
            says(app, "declined in the dialog")
        says(app, "The portal has ended")
        with Portal(address, keys="Press <Super>g") as portal:
            says(app, "Desktop portal: Press <Super>g is heard")
            app.press("Press it now")
            says(app, "Press the keys now")
            portal.press("token")
            app.wait_focus("Question")
            desktop.press("Escape")
            says(app, "They arrived: it works")
            app.close_settings()
            app.quit()


def test_the_command_that_a_desktop_is_given_for_the_keys_arrives(
    desktop: DesktopSession, program: Program
) -> None:
    with program(env={"WAYLAND_DISPLAY": "wayland-0"}) as app:
        app.open_settings()
        app.press("Use Ctrl+Alt+G")
        command = app.find(role="text", name=re.compile("^Its keyboard settings"))
        app.press("Press it now")
        says(app, "Press the keys now")
        desktop.run("sh", "-c", command.text)
        app.wait_focus("Question")
        desktop.press("Escape")
        says(app, "They arrived: it works")
        app.close_settings()
        app.quit()


def test_another_keyboard_is_followed(desktop: DesktopSession, home: Path, program: Program) -> None:
    write_settings(home, CHOSEN)
    with program() as app:
        summon(desktop, app)
        desktop.press("Escape")
        app.wait_for(lambda: not app.shows("Question"), "the window to go")
        desktop.run("setxkbmap", "dvorak")
        summon(desktop, app)
        desktop.press("Escape")
        desktop.run("setxkbmap", "us")
        app.quit()
