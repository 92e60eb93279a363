"""Links of an answer, from the screen into the hands of the desktop."""

import re
from pathlib import Path

from tests.e2e.app import KEY, App, Program
from tests.support.browser import Browser
from tests.support.remote import ServiceProcess
from tests.support.script import Answer

PLAIN = "https://docs.example.org/a?b=c"
DECEIVING = "https://evil.example/login"
TEXT = f"See [the docs]({PLAIN}), [bank.com]({DECEIVING}) or [write](mailto:a@b.c?subject=d)."


def ask(app: App, service: ServiceProcess) -> None:
    service.script(Answer(TEXT))
    app.ask("Where?")
    app.wait_answer("See the docs, bank.com or write.")


def wait_closed(app: App) -> None:
    app.wait_for(lambda: not app.shows("Open this link?", role="dialog"), "the dialog to close")


def test_a_screen_reader_opens_plain_links_at_once_and_without_the_key(
    program: Program, service: ServiceProcess, browser: Browser
) -> None:
    with program(env={**browser.env, "DESKTOP_STARTUP_ID": "ours"}) as app:
        ask(app, service)
        link = app.find(role="link", name="the docs")
        assert link.description == f"docs.example.org\n{PLAIN}"
        link.press()
        browser.wait_opened(PLAIN)
        app.find(role="link", name="write").press()
        browser.wait_opened(PLAIN, "mailto:a@b.c?subject=d")

        assert browser.environ["DISPLAY"] == app.desktop.env["DISPLAY"]
        assert not {"GLMDESK_API_KEY", "DESKTOP_STARTUP_ID"} & browser.environ.keys()
        assert KEY not in "".join(file.read_text() for file in browser.folder.iterdir())
        app.quit()


def test_a_link_that_deceives_is_asked_about(
    program: Program, service: ServiceProcess, browser: Browser
) -> None:
    with program(env=browser.env) as app:
        ask(app, service)
        link = app.find(role="link", name="bank.com")
        link.press()
        dialog = app.find(role="dialog", name="Open this link?")
        assert dialog.description == "The link reads bank.com, but leads to evil.example."
        assert dialog.find(role="text", name="Address").text == DECEIVING
        app.wait_focus("Cancel")
        app.desktop.press("Return")
        wait_closed(app)

        link.press()
        app.wait_focus("Cancel")
        app.desktop.press("Escape")
        wait_closed(app)
        assert browser.opened == []

        link.press()
        app.press("Open")
        browser.wait_opened(DECEIVING)
        wait_closed(app)
        app.quit()


def test_a_link_is_reached_and_opened_by_the_keyboard(
    program: Program, service: ServiceProcess, browser: Browser
) -> None:
    with program(env=browser.env) as app:
        ask(app, service)
        app.tab_to("the docs")
        app.desktop.press("Return")
        browser.wait_opened(PLAIN)
        app.desktop.press("Tab")
        app.wait_focus("bank.com")
        app.desktop.press("Return")
        app.wait_focus("Cancel")
        app.desktop.press("Escape")
        app.wait_focus("bank.com")
        app.desktop.press("shift+Tab")
        app.wait_focus("the docs")
        app.desktop.press("Menu", "Down", "Return")
        browser.wait_opened(PLAIN, PLAIN)
        app.wait_focus("the docs")
        app.quit()


def test_the_mouse_opens_a_link_and_its_menu(
    program: Program, service: ServiceProcess, browser: Browser
) -> None:
    with program(env=browser.env) as app:
        ask(app, service)
        link = app.find(role="link", name="the docs")
        app.desktop.click(link)
        browser.wait_opened(PLAIN)
        app.desktop.click(link, button=3)
        app.desktop.press("Down", "Return")
        browser.wait_opened(PLAIN, PLAIN)
        app.quit()


def test_a_link_that_the_desktop_does_not_open_can_be_copied(
    program: Program, service: ServiceProcess, tmp_path: Path
) -> None:
    browser = Browser(tmp_path / "failing", code=4)
    with program(env=browser.env) as app:
        ask(app, service)
        app.find(role="link", name="the docs").press()
        app.find(role="label", name=re.compile(r"^The link could not be opened\. .*xdg-open ended with 4"))
        app.press("Copy address")
        app.wait_for(lambda: not app.shows("Copy address"), "the banner to go")
        message = app.find(role="text", name="Message")
        message.grab_focus()
        app.desktop.press("ctrl+v")
        message.wait_until(lambda it: it.text == PLAIN, "the address")
        app.quit()
