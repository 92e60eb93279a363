"""The program in a panel: an icon that is there or not, what closing the window means, and what is told."""

import queue
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.app import App, Program, write_settings
from tests.e2e.test_tools import ENVIRONMENT, choose_own_tool
from tests.support.bus_service import (
    LOGIN_MANAGER,
    NOTIFICATIONS,
    BusService,
    StatusPanel,
    login_service,
    notification_server,
)
from tests.support.desktop import DesktopSession
from tests.support.remote import ServiceProcess
from tests.support.request_log import Exchange
from tests.support.script import Answer, ToolCall
from tests.support.waiting import PATIENCE_S, wait_until

TRAYER = ["trayer", "--edge", "bottom", "--align", "right", "--widthtype", "request", "--height", "28"]


def windows(desktop: DesktopSession, app: App) -> list[str]:
    """Return the windows of the program that can be seen."""
    lines = desktop.run("wmctrl", "-lp").splitlines()
    return [line for line in lines if int(line.split()[2]) == app.process.pid]


def wait_hidden(desktop: DesktopSession, app: App) -> None:
    wait_until(lambda: not windows(desktop, app), "the window to be hidden")
    assert app.process.poll() is None


def wait_seen(desktop: DesktopSession, app: App) -> None:
    wait_until(lambda: windows(desktop, app), "the window to be seen")


def icons(desktop: DesktopSession) -> list[tuple[int, int]]:
    """Return the middles of our icons in a panel that holds a window of every program."""
    # It gives up where a window goes while it looks; who waits looks again.
    tree = desktop.run("sh", "-c", "until xwininfo -root -tree 2>&1; do :; done")
    found = re.findall(r'"glmdesk"\)  (\d+)x(\d+)\S+  \+(\d+)\+(\d+)', tree)
    places = [[int(part) for part in one] for one in found]
    return [(x + width // 2, y + height // 2) for width, height, x, y in places if max(width, height) < 64]


@pytest.fixture
def xembed_panel(desktop: DesktopSession) -> Iterator[None]:
    """A panel that holds a window of every program, on no bus."""
    process = desktop.start("panel", TRAYER)
    yield
    process.terminate()
    process.wait()


@pytest.fixture
def panel(desktop: DesktopSession) -> Iterator[StatusPanel]:
    with StatusPanel(desktop.env["DBUS_SESSION_BUS_ADDRESS"]) as status_panel:
        yield status_panel


@pytest.fixture
def notes(desktop: DesktopSession) -> Iterator[BusService]:
    with notification_server(desktop.env["DBUS_SESSION_BUS_ADDRESS"]) as server:
        yield server


def test_without_a_panel_closing_the_window_ends_the_program(program: Program) -> None:
    with program() as app:
        app.quit()


def test_in_an_xembed_panel_closing_hides_and_the_icon_brings_it_back(
    desktop: DesktopSession, program: Program, xembed_panel: None
) -> None:
    with program() as app:
        wait_until(lambda: icons(desktop), "the icon")
        app.close_window()
        wait_hidden(desktop, app)

        ((x, y),) = icons(desktop)
        click = ("xdotool", "mousemove", str(x), str(y), "click")
        desktop.run(*click, "1")
        app.wait_focus("Question")
        desktop.press("Escape")
        desktop.run(*click, "--repeat", "2", "--delay", "50", "1")
        wait_seen(desktop, app)
        app.wait_focus("Message")
        desktop.press("ctrl+q")
        app.wait_end()


def test_in_an_xembed_panel_that_comes_late_and_again_is_the_icon(
    desktop: DesktopSession, program: Program
) -> None:
    with program() as app:
        for _start in range(2):
            process = desktop.start("panel", TRAYER)
            wait_until(lambda: icons(desktop), "the icon")
            process.terminate()
            process.wait()
            wait_until(lambda: not icons(desktop), "the panel to go")
        app.quit()


def test_sleep_stores_a_running_answer_and_lets_it_be_continued(
    desktop: DesktopSession, service: ServiceProcess, program: Program
) -> None:
    address = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
    locks: queue.SimpleQueue[socket.socket] = queue.SimpleQueue()
    service.always(Answer("Once upon a time there was a cat.", pause_after=3))
    with (
        login_service(address, locks) as login,
        program(env={"DBUS_SYSTEM_BUS_ADDRESS": address}) as app,
        locks.get(timeout=PATIENCE_S) as lock,
    ):
        lock.settimeout(PATIENCE_S)
        app.ask("Tell me a story.")
        service.paused(service.arrived())
        app.wait_for(lambda: app.answer.text.startswith("Once"), "the first words")

        login.emit(LOGIN_MANAGER, "PrepareForSleep", "b", True)
        assert lock.recv(1) == b"", "sleep has leave"
        login.emit(LOGIN_MANAGER, "PrepareForSleep", "b", False)
        locks.get(timeout=PATIENCE_S).close()

        app.press_in_answer("Continue")
        service.release(service.arrived(count=2))
        app.wait_idle()
        app.quit()


def test_a_panel_of_status_icons_that_comes_late_and_again_has_the_icon(
    desktop: DesktopSession, program: Program
) -> None:
    address = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
    with program() as app:
        with StatusPanel(address) as first:
            wait_until(lambda: first.items, "the icon")
        with StatusPanel(address) as panel:
            wait_until(lambda: panel.items, "the icon")
            app.close_window()
            wait_hidden(desktop, app)
            app.process.send_signal(signal.SIGTERM)
            app.wait_end()


def test_a_panel_that_is_gone_holds_no_window(desktop: DesktopSession, program: Program) -> None:
    address = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
    with program() as app:
        with StatusPanel(address) as panel:
            wait_until(lambda: panel.items, "the icon")
        app.quit()


def test_a_watcher_without_a_panel_is_no_proof(
    desktop: DesktopSession, program: Program, panel: StatusPanel
) -> None:
    panel.has_host = False
    with program() as app:
        wait_until(lambda: panel.items, "the icon")
        app.quit()


def test_closing_is_explained_once(
    desktop: DesktopSession, program: Program, panel: StatusPanel, notes: BusService
) -> None:
    with program() as app:
        wait_until(lambda: panel.items, "the icon")
        app.close_window()
        assert notes.next_call("Notify")[3] == "glmdesk keeps running"
        app.process.send_signal(signal.SIGTERM)
        app.wait_end()
    with program() as app:
        wait_until(lambda: len(panel.items) == 2, "the icon")
        app.close_window()
        wait_hidden(desktop, app)
        app.process.send_signal(signal.SIGTERM)
        app.wait_end()
    assert not notes.was_called


def test_with_the_setting_closing_ends_the_program(home: Path, program: Program, panel: StatusPanel) -> None:
    write_settings(home, 'tray = "icon"\n')
    with program() as app:
        wait_until(lambda: panel.items, "the icon")
        app.quit()


def test_an_answer_that_ends_unseen_is_told_and_a_click_opens_it(
    desktop: DesktopSession, service: ServiceProcess, program: Program, panel: StatusPanel, notes: BusService
) -> None:
    service.always(Answer("The sun is **warm**."))
    with program() as app:
        app.ask("How is the sun?")
        app.wait_answer("The sun is warm.")
        app.new_chat()
        service.always(Answer("It is *raining*.", pause_after=2))
        app.ask("And now?")
        paused = service.paused(service.arrived(count=2))
        app.wait_title("And now?")
        app.open("How is the sun?")
        wait_until(lambda: panel.items, "the icon")
        app.close_window()
        assert notes.next_call("Notify")[3] == "glmdesk keeps running"
        service.release(paused)

        assert notes.next_call("Notify")[3:5] == ("And now?", "It is raining.")
        notes.emit(NOTIFICATIONS, "ActionInvoked", "us", 2, "default")
        wait_seen(desktop, app)
        app.wait_title("And now?")
        # What is still shown is of no use to who looks.
        assert notes.next_call("CloseNotification") == (1,)
        app.process.send_signal(signal.SIGTERM)
        app.wait_end()


def test_a_tool_that_waits_for_leave_unseen_is_told(
    home: Path, service: ServiceProcess, program: Program, panel: StatusPanel, notes: BusService
) -> None:
    (home / "data" / "tools").mkdir(parents=True)
    (home / "data" / "tools" / "env.py").write_text(ENVIRONMENT, encoding="utf-8")
    calls = (ToolCall("variables", "{}", "call-1"),)
    service.script(Answer("I look.", tool_calls=calls, pause_after=2), Answer("None."))
    with program() as app:
        choose_own_tool(app, "env.py", "variables")
        app.ask("Which variables?")
        paused = service.paused(service.arrived())
        wait_until(lambda: panel.items, "the icon")
        app.close_window()
        assert notes.next_call("Notify")[3] == "glmdesk keeps running"
        service.release(paused)
        assert notes.next_call("Notify")[3:5] == ("Which variables?", "The model wants to run “variables”.")
        app.process.send_signal(signal.SIGTERM)
        app.wait_end()


def test_what_ends_before_the_eyes_of_the_reader_is_not_told(
    service: ServiceProcess, program: Program, notes: BusService
) -> None:
    service.always(Answer("Warm."))
    with program() as app:
        app.ask("How is the sun?")
        app.wait_answer("Warm.")
        app.quit()
    assert not notes.was_called


def test_the_words_of_an_answer_can_be_kept_out_of_notifications(
    home: Path, service: ServiceProcess, program: Program, panel: StatusPanel, notes: BusService
) -> None:
    write_settings(home, 'notifications = "hidden"\n')
    service.always(Answer("Warm, for ever.", pause_after=2))
    with program() as app:
        app.ask("How is the sun?")
        paused = service.paused(service.arrived())
        wait_until(lambda: panel.items, "the icon")
        app.close_window()
        notes.next_call("Notify")
        service.release(paused)
        assert notes.next_call("Notify")[3:5] == ("glmdesk", "A new answer")
        app.process.send_signal(signal.SIGTERM)
        app.wait_end()


def test_while_paused_from_the_menu_only_what_one_asks_is_asked(
    desktop: DesktopSession, home: Path, panel: StatusPanel
) -> None:
    with ServiceProcess() as service:
        address = service.base_url
    with App(desktop, home, address) as app:
        app.ask("first")
        app.wait_for(lambda: app.shows("Waiting questions"), "the question in the outbox")
        app.new_chat()
        wait_until(lambda: panel.items, "the icon")
        press_in_menu(desktop, panel, "Pause")
        with service:
            service.always(Answer("Yes."))
            app.ask("second")
            app.wait_answer("Yes.")
            assert [asked(exchange) for exchange in service.chats] == ["second"]
            assert app.shows("Waiting questions")
            press_in_menu(desktop, panel, "Pause")
            app.wait_for(lambda: not app.shows("Waiting questions"), "an empty outbox")
            assert [asked(exchange) for exchange in service.chats] == ["second", "first"]
        app.process.send_signal(signal.SIGTERM)
        app.wait_end()


def asked(exchange: Exchange) -> str:
    """Return the last question of a request."""
    return str(exchange.body["messages"][-1]["content"])


def press_in_menu(desktop: DesktopSession, panel: StatusPanel, name: str) -> None:
    """Press an entry of the menu of the icon, as a panel does that draws menus itself."""
    owner, menu = panel.items[-1], "com.canonical.dbusmenu"
    with desktop.bus() as bus:
        path = bus.get(owner, "/StatusNotifierItem", "org.kde.StatusNotifierItem", "Menu")
        bus.call(owner, path, menu, "AboutToShow", "i", 0)
        _revision, (_id, _properties, entries) = bus.call(
            owner, path, menu, "GetLayout", "iias", 0, -1, ["label"]
        )
        # A line between entries has no label.
        ids = {
            properties["label"][1].replace("_", ""): entry
            for _type, (entry, properties, _below) in entries
            if "label" in properties
        }
        bus.call(owner, path, menu, "Event", "isvu", ids[name], "clicked", ("s", ""), 0)
