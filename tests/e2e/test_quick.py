"""The quick ask window of the real program, as another start brings it to the front."""

import sys

from tests.e2e.app import App, Program
from tests.e2e.shown import shown, steady
from tests.e2e.test_instance import start_again
from tests.support.atspi import Accessible
from tests.support.desktop import DesktopSession
from tests.support.remote import ServiceProcess
from tests.support.script import Answer
from tests.support.waiting import wait_until

SELECTING = """
from PySide6.QtGui import QClipboard, QGuiApplication
application = QGuiApplication([])
application.clipboard().setText("热茶", QClipboard.Mode.Selection)
print("selected", flush=True)
application.exec()
"""


def question(app: App) -> Accessible:
    return app.find(role="text", name="Question")


def answers(app: App) -> str:
    """Return the last message that can be read in the window."""

    def read() -> str:
        transcript = next(app.tree.find_all(role="list", name="Answer"), None)
        items = [] if transcript is None else [it for it in transcript.walk() if it.role == "list item"]
        return shown(items[-1]).text if items else ""

    return steady(read)


def test_a_text_of_another_start_is_asked_read_and_continued(
    program: Program, service: ServiceProcess, desktop: DesktopSession
) -> None:
    service.always(Answer("It is hot."))
    with program() as app:
        assert start_again(app, "--quick", "What", "is tea?") == "0"
        app.wait_focus("Question")
        assert question(app).text == "What is tea?"
        desktop.press("Return")
        app.wait_for(lambda: answers(app) == "It is hot.", "the answer")
        assert app.conversations == []
        desktop.press("Escape")
        app.wait_for(lambda: not app.shows("Question"), "the window to go")
        assert start_again(app, "--quick") == "0"
        app.wait_for(lambda: answers(app) == "It is hot.", "the answer again")
        app.press("Continue in main window")
        app.wait_answer("It is hot.")
        assert app.conversations == ["What is tea?"]
        assert not app.shows("Question")
        app.quit()


def test_a_first_start_shows_nothing_but_the_quick_ask_window(
    program: Program, service: ServiceProcess, desktop: DesktopSession
) -> None:
    service.always(Answer("It is hot."))
    with program(arguments=("--quick", "What is tea?"), awaited="Question") as app:
        app.wait_focus("Question")
        assert not app.shows("Conversations")
        desktop.press("ctrl+Return")
        app.wait_for(lambda: answers(app) == "It is hot.", "the answer")
        assert start_again(app) == "0"
        app.wait_for(lambda: app.shows("Conversations"), "the main window")
        app.close_window()
        app.wait_end()


def test_what_was_selected_in_another_program_is_translated_by_one_key(
    program: Program, service: ServiceProcess, desktop: DesktopSession
) -> None:
    service.always(Answer("Hot tea"))
    with program() as app:
        other = desktop.start("selecting", [sys.executable, "-c", SELECTING])
        wait_until(lambda: "selected" in desktop.log("selecting"), "the text to be selected")
        assert start_again(app, "--quick") == "0"
        app.wait_for(lambda: "热茶" in app.tree.outline(), "the selected text")
        desktop.press("alt+2")
        app.wait_for(lambda: answers(app) == "Hot tea", "the translation")
        asked = str(service.chats[-1].body["messages"])
        assert "English" in asked
        assert "热茶" in asked
        desktop.press("Escape")
        other.kill()
        app.quit()


def test_it_comes_back_to_where_it_was_moved_in_the_next_run_too(
    program: Program, desktop: DesktopSession
) -> None:
    def place() -> str:
        return desktop.run("xdotool", "getactivewindow", "getwindowgeometry").splitlines()[1].strip()

    with program() as app:
        start_again(app, "--quick")
        app.wait_focus("Question")
        desktop.run("xdotool", "getactivewindow", "windowmove", "200", "300")
        app.wait_for(lambda: place().startswith("Position: 200,300"), "the new place")
        desktop.press("Escape")
        app.wait_for(lambda: not app.shows("Question"), "the window to go")
        app.quit()
    with program() as app:
        start_again(app, "--quick")
        app.wait_focus("Question")
        app.wait_for(lambda: place().startswith("Position: 200,300"), "the place of the last run")
        desktop.press("Escape")
        app.wait_for(lambda: not app.shows("Question"), "the window to go")
        app.quit()
