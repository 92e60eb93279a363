"""A bus of the desktop, from the event loop: what is listened to, and no longer."""

import asyncio

import pytest

from glmdesk.desktop.bus import Bus, Peer
from tests.support.bus_service import BusService
from tests.support.desktop import DesktopSession

pytestmark = pytest.mark.anyio

CLOCK = Peer("org.example.Clock", "/org/example/Clock", "org.example.Clock")


async def test_signals_are_heard_until_one_listens_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    with DesktopSession(display=False, keyring="none") as desktop:
        address = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        bus = await Bus.open("SESSION")
        first: list[int] = []
        second: asyncio.Queue[int] = asyncio.Queue()
        with BusService(address, CLOCK.name, CLOCK.path, {}) as clock:
            stop = await bus.listen(CLOCK, "Struck", lambda body: first.append(body[0]))
            await bus.listen(CLOCK, "Struck", lambda body: second.put_nowait(body[0]))
            async with asyncio.timeout(5):
                clock.emit(CLOCK.interface, "Struck", "u", 1)
                assert await second.get() == 1
                stop()
                # The other one goes on, though the bus was told the same of both.
                clock.emit(CLOCK.interface, "Struck", "u", 2)
                assert await second.get() == 2
        assert first == [1]
        bus.close()
