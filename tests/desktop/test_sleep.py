"""Sleep, as logind of a private bus, and stand-ins for the libraries of Windows and macOS, tell of it."""

import asyncio
import queue
import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from glmdesk.desktop.sleep import MacLibraries, MacSleep, WindowsSleep, Work, sleep_watch
from tests.support.bus_service import LOGIN_MANAGER, BusService, login_service
from tests.support.desktop import DesktopSession
from tests.support.waiting import PATIENCE_S

pytestmark = pytest.mark.anyio


class Sleeper:
    """Says when it is called, and takes as long to store something as it is told."""

    def __init__(self) -> None:
        self.is_storing = asyncio.Event()
        self.may_end = asyncio.Event()
        self.is_awake = asyncio.Event()

    async def before_sleep(self) -> None:
        self.is_storing.set()
        await self.may_end.wait()

    async def after_sleep(self) -> None:
        self.is_awake.set()


class Works:
    """Runs what is started, from wherever."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Future[None]] = set()

    def start(self, work: Work) -> None:
        self._tasks.add(asyncio.ensure_future(work()))

    async def ended(self) -> None:
        await asyncio.gather(*self._tasks)


@pytest.fixture
def works() -> Works:
    return Works()


class Login(NamedTuple):
    """Logind, and the other ends of the locks it has given away."""

    service: BusService
    locks: "queue.SimpleQueue[socket.socket]"

    def lock(self) -> socket.socket:
        lock = self.locks.get(timeout=PATIENCE_S)
        lock.settimeout(PATIENCE_S)
        return lock


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> Iterator[Login]:
    with DesktopSession(display=False, keyring="none") as desktop:
        address = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        locks: queue.SimpleQueue[socket.socket] = queue.SimpleQueue()
        with login_service(address, locks) as service:
            yield Login(service, locks)


async def test_the_computer_sleeps_when_all_is_stored_and_waits_again_the_next_time(
    login: Login, works: Works
) -> None:
    sleeper = Sleeper()
    async with asyncio.timeout(PATIENCE_S):
        watch = await sleep_watch(sleeper, works.start)
        assert watch is not None
        what, who, _why, mode = login.service.next_call("Inhibit")
        assert (what, who, mode) == ("sleep", "glmdesk", "delay")
        with login.lock() as lock:
            login.service.emit(LOGIN_MANAGER, "PrepareForSleep", "b", True)
            await sleeper.is_storing.wait()
            lock.setblocking(False)
            with pytest.raises(BlockingIOError):
                lock.recv(1)
            lock.settimeout(PATIENCE_S)
            sleeper.may_end.set()
            assert await asyncio.to_thread(lock.recv, 1) == b""

        login.service.emit(LOGIN_MANAGER, "PrepareForSleep", "b", False)
        await sleeper.is_awake.wait()
        with await asyncio.to_thread(login.lock) as again:
            await works.ended()
            watch.end()
            assert again.recv(1) == b""


async def test_where_nobody_tells_of_sleep_there_is_no_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/bus")

    assert await sleep_watch(Sleeper(), lambda _work: None) is None


class PowerLibrary:
    """As much of Windows' powrprof as is called: it calls back as Windows does, from a thread of its own."""

    def __init__(self, error: int = 0) -> None:
        self.error = error
        self.is_registered = False
        self.functions = SimpleNamespace(
            PowerRegisterSuspendResumeNotification=self._register,
            PowerUnregisterSuspendResumeNotification=self._unregister,
        )
        self._callback: Any = None

    def _register(self, flags: int, subscription: Any, handle: Any) -> int:
        assert flags == 2
        self._callback = subscription._obj.callback
        handle._obj.value = 1
        self.is_registered = not self.error
        return self.error

    def _unregister(self, handle: Any) -> int:
        assert handle.value == 1
        self.is_registered = False
        return 0

    def tell(self, kind: int) -> threading.Thread:
        thread = threading.Thread(target=self._callback, args=(None, kind, None))
        thread.start()
        return thread


async def test_windows_sleeps_when_the_callback_returns_which_is_when_all_is_stored(works: Works) -> None:
    library, sleeper = PowerLibrary(), Sleeper()
    async with asyncio.timeout(PATIENCE_S):
        watch = WindowsSleep(sleeper, works.start, library.functions)
        await watch.begin()

        suspending = library.tell(0x4)
        await sleeper.is_storing.wait()
        assert suspending.is_alive()
        sleeper.may_end.set()
        await asyncio.to_thread(suspending.join)

        library.tell(0x12)
        await sleeper.is_awake.wait()
        await works.ended()
    watch.end()
    assert not library.is_registered


async def test_windows_may_refuse(works: Works) -> None:
    with pytest.raises(OSError, match="PowerRegister"):
        await WindowsSleep(Sleeper(), works.start, PowerLibrary(error=5).functions).begin()


class Kit:
    """As much of macOS's IOKit and CoreFoundation as is called."""

    def __init__(self, root: int = 3) -> None:
        self.root = root
        self.allowed: list[int | None] = []
        self.is_watched = False
        self.callback: Any = None
        kit = SimpleNamespace(
            IORegisterForSystemPower=self._register,
            IONotificationPortGetRunLoopSource=lambda port: port.value + 1,
            IOAllowPowerChange=self._allow,
            IODeregisterForSystemPower=lambda _notifier: 0,
            IONotificationPortDestroy=self._destroy,
        )
        foundation = SimpleNamespace(CFRunLoopGetMain=lambda: 9, CFRunLoopAddSource=self._add_source)
        self.libraries = MacLibraries(kit, foundation, 7)

    def _register(self, _context: None, port: Any, callback: Any, notifier: Any) -> int:
        port._obj.value, notifier._obj.value = 5, 8
        self.callback = callback
        return self.root

    def _add_source(self, loop: int, source: int, mode: int) -> None:
        assert (loop, source, mode) == (9, 6, 7)
        self.is_watched = True

    def _allow(self, root: int, which: int | None) -> int:
        assert root == self.root
        self.allowed.append(which)
        return 0

    def _destroy(self, port: Any) -> None:
        assert port.value == 5
        self.is_watched = False


async def test_macos_has_leave_to_sleep_when_all_is_stored(works: Works) -> None:
    kit, sleeper = Kit(), Sleeper()
    watch = MacSleep(sleeper, works.start, kit.libraries)
    await watch.begin()
    assert kit.is_watched

    kit.callback(None, 0, 0xE0000270, 41)
    assert kit.allowed == [41]
    kit.callback(None, 0, 0xE0000280, 42)
    await sleeper.is_storing.wait()
    assert kit.allowed == [41]
    sleeper.may_end.set()
    await works.ended()
    assert kit.allowed == [41, 42]
    kit.callback(None, 0, 0xE0000300, None)
    await sleeper.is_awake.wait()

    await works.ended()
    watch.end()
    assert not kit.is_watched


async def test_macos_may_refuse(works: Works) -> None:
    with pytest.raises(OSError, match="IORegister"):
        await MacSleep(Sleeper(), works.start, Kit(root=0).libraries).begin()
