"""Notifications as a server of notifications sees them, on a bus of its own."""

from collections.abc import Iterator

import anyio
import pytest

from glmdesk.desktop.bus import Bus, BusProblem
from glmdesk.desktop.notifications import Note, Notifications
from tests.support.bus_service import NOTIFICATIONS, BusService, notification_server
from tests.support.desktop import DesktopSession

pytestmark = pytest.mark.anyio

NOTE = Note("chat:1", "Weather", "Sunny & <warm>", "Open")


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with DesktopSession(display=False, keyring="none") as desktop:
        found = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", found)
        yield found


@pytest.fixture
def server(address: str) -> Iterator[BusService]:
    with notification_server(address) as service:
        yield service


async def test_a_note_is_shown_as_text_with_something_to_click(server: BusService) -> None:
    bus = await Bus.open("SESSION")

    assert await Notifications(bus, lambda _key, _token: None).show(NOTE)

    program, replaced, _icon, title, text, actions, hints, _time = server.next_call("Notify")
    assert (program, replaced, title, text) == ("glmdesk", 0, "Weather", "Sunny &amp; &lt;warm&gt;")
    assert actions == ["default", "Open"]
    assert hints["desktop-entry"] == ("s", "glmdesk")
    bus.close()


async def test_a_click_hands_the_key_back_with_leave_to_come_up(server: BusService) -> None:
    clicked = anyio.Event()
    opened: list[tuple[str, str]] = []

    def take(key: str, token: str) -> None:
        opened.append((key, token))
        clicked.set()

    bus = await Bus.open("SESSION")
    await Notifications(bus, take).show(NOTE)

    server.emit(NOTIFICATIONS, "ActionInvoked", "us", 77, "default")  # another program's
    server.emit(NOTIFICATIONS, "ActivationToken", "us", 1, "token")
    server.emit(NOTIFICATIONS, "ActionInvoked", "us", 1, "default")

    with anyio.fail_after(5):
        await clicked.wait()
    assert opened == [("chat:1", "token")]
    bus.close()


async def test_one_of_the_same_key_takes_the_place_of_the_one_before(server: BusService) -> None:
    bus = await Bus.open("SESSION")
    notifications = Notifications(bus, lambda _key, _token: None)
    await notifications.show(NOTE)
    server.next_call("Notify")

    await notifications.show(NOTE._replace(text="Rain"))

    assert server.next_call("Notify")[1] == 1
    bus.close()


async def test_what_is_shown_is_taken_back_once(server: BusService) -> None:
    bus = await Bus.open("SESSION")
    notifications = Notifications(bus, lambda _key, _token: None)
    await notifications.show(NOTE)

    await notifications.withdraw()
    await notifications.withdraw()

    assert server.next_call("CloseNotification") == (1,)
    assert not server.was_called
    bus.close()


async def test_without_a_server_it_says_that_nothing_is_shown(address: str) -> None:
    bus = await Bus.open("SESSION")

    assert not await Notifications(bus, lambda _key, _token: None).show(NOTE)
    bus.close()


async def test_when_the_bus_goes_it_says_that_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with DesktopSession(display=False, keyring="none") as desktop:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.env["DBUS_SESSION_BUS_ADDRESS"])
        bus = await Bus.open("SESSION")

    assert not await Notifications(bus, lambda _key, _token: None).show(NOTE)
    assert not bus.is_open


@pytest.mark.parametrize("nowhere", ["", "unix:path=/nowhere/bus", "tcp:host=127.0.0.1,port=1"])
async def test_a_session_without_a_bus_is_told_so(nowhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", nowhere)

    with pytest.raises(BusProblem, match="no session bus"):
        await Bus.open("SESSION")
