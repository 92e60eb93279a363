"""Shortcuts of a Wayland desktop, asked of a portal on a bus of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from glmdesk.desktop.hotkeys.portal import PortalWay, written
from glmdesk.desktop.hotkeys.way import WayRefused
from glmdesk.domain.global_shortcut import GlobalShortcut
from tests.desktop.hotkey_user import Told
from tests.support.desktop import DesktopSession
from tests.support.portal import Portal, Verdict

pytestmark = pytest.mark.anyio

CHOSEN = GlobalShortcut.parse("Ctrl+Alt+G")
KEYS = "Press <Control><Alt>g"


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with DesktopSession(display=False, keyring="none") as desktop:
        found = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", found)
        yield found


@asynccontextmanager
async def way(told: Told) -> AsyncIterator[PortalWay]:
    made = PortalWay(told)
    yield made
    made.end()


async def test_what_is_granted_is_heard_with_leave_to_come_up(address: str) -> None:
    told = Told()
    with Portal(address) as portal:
        async with way(told) as one:
            assert await one.begin(CHOSEN) == KEYS
            ((which, wish),) = portal.wishes
            assert (which, wish["preferred_trigger"]) == ("quick-ask", ("s", "CTRL+ALT+g"))
            assert wish["description"] == ("s", "Quick ask")

            portal.press("another", session="/org/freedesktop/portal/desktop/session/9_9/glmdesk")
            portal.press("another", which="undo")
            portal.press("token")
            await told.next()
            portal.press()
            await told.next()
    assert told.presses == ["token", ""]


@pytest.mark.parametrize(
    ("verdict", "words"), [("declined", "declined in the dialog"), ("broken", "has not granted it")]
)
async def test_what_is_not_granted_is_said(address: str, verdict: Verdict, words: str) -> None:
    with Portal(address, verdict=verdict):
        async with way(Told()) as one:
            with pytest.raises(WayRefused, match=words):
                await one.begin(CHOSEN)


async def test_the_user_takes_as_long_as_it_takes(address: str) -> None:
    with Portal(address, verdict="later") as portal:
        async with way(Told()) as one, asyncio.TaskGroup() as group:
            asking = group.create_task(one.begin(CHOSEN))
            await asyncio.to_thread(portal.await_call, "BindShortcuts")
            assert not asking.done()
            portal.decide("granted")
            assert await asking == KEYS


async def test_a_desktop_may_give_other_keys_or_none_and_change_its_mind(address: str) -> None:
    told = Told()
    with Portal(address, keys="") as portal:
        async with way(told) as one:
            assert await one.begin(CHOSEN) == ""
            portal.give_keys("Super+Q")
            await told.next()
            portal.give_keys("")
            await told.next()
    assert told.keys == ["Super+Q", ""]


async def test_a_portal_of_old_asks_nobody_who_it_is(address: str) -> None:
    with Portal(address, installed=None):
        async with way(Told()) as one:
            assert await one.begin(CHOSEN) == KEYS


async def test_a_portal_that_does_not_know_us_says_what_is_missing(address: str) -> None:
    with Portal(address, installed=()):
        async with way(Told()) as one:
            with pytest.raises(WayRefused, match=r"installed with its desktop file, glmdesk\.desktop"):
                await one.begin(CHOSEN)


async def test_a_portal_without_shortcuts_says_so(address: str) -> None:
    with Portal(address, has_shortcuts=False):
        async with way(Told()) as one:
            with pytest.raises(WayRefused, match="no global shortcuts"):
                await one.begin(CHOSEN)


async def test_a_portal_that_comes_late_and_again_is_noticed(address: str) -> None:
    told = Told()
    async with way(told) as one:
        with pytest.raises(WayRefused, match="has no portal"):
            await one.begin(CHOSEN)
        with Portal(address):
            await told.next()
            assert told.calls_to_arm == 1
    async with way(told) as one:
        with Portal(address):
            assert await one.begin(CHOSEN) == KEYS
        await told.next()
        assert [loss[:20] for loss in told.losses] == ["The portal has ended"]
        with Portal(address):
            await told.next()
            assert told.calls_to_arm == 2


async def test_what_is_taken_back_is_lost(address: str) -> None:
    told = Told()
    with Portal(address) as portal:
        async with way(told) as one:
            await one.begin(CHOSEN)
            portal.close_session()
            await told.next()
    assert told.losses == ["The desktop has taken it back."]


async def test_after_its_end_nothing_is_heard_and_another_one_can_begin(address: str) -> None:
    told, other = Told(), Told()
    with Portal(address) as portal:
        async with way(told) as one:
            await one.begin(CHOSEN)
        async with way(other) as one:
            await one.begin(CHOSEN)
            portal.press()
            await other.next()
    assert (told.presses, other.presses) == ([], [""])


async def test_without_a_bus_there_is_no_portal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    async with way(Told()) as one:
        with pytest.raises(WayRefused, match="does not answer"):
            await one.begin(CHOSEN)


@pytest.mark.parametrize(
    ("text", "trigger"),
    [("Meta+Shift+F5", "LOGO+SHIFT+F5"), ("Alt+Space", "ALT+space"), ("Ctrl+Alt+7", "CTRL+ALT+7")],
)
def test_keys_are_written_as_the_specification_has_it(text: str, trigger: str) -> None:
    assert written(GlobalShortcut.parse(text)) == trigger
