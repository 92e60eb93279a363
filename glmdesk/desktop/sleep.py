"""When this computer goes to sleep, and wakes up: told by the system, never asked for.

On Linux logind says so, and waits a while for whoever holds a lock. Windows calls back from a thread of its
own and goes to sleep when that returns; macOS calls back in the main thread and waits for leave to sleep.
"""

import asyncio
import ctypes
import logging
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple, Protocol, Self

from glmdesk.desktop.bus import Bus, BusProblem, Peer
from glmdesk.i18n import _

logger = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]


class Sleeper(Protocol):
    """What is to be done about sleep."""

    async def before_sleep(self) -> None:
        """Store what would be lost; the computer waits for that for about a second."""
        ...

    async def after_sleep(self) -> None:
        """Begin again: what was connected is not any more."""
        ...


class SleepWatch(Protocol):
    """Tells a `Sleeper` of sleep, from `begin` to `end`."""

    async def begin(self) -> None:
        """Begin to listen. Raises BusProblem or OSError where the system does not tell."""
        ...

    def end(self) -> None:
        """Listen no more."""
        ...


_MANAGER: Final = Peer("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")


class LogindSleep:
    """Linux. `start` runs work beside everything else."""

    def __init__(self, bus: Bus, sleeper: Sleeper, start: Callable[[Work], None]) -> None:
        self._bus = bus
        self._sleeper = sleeper
        self._start = start
        self._lock: Any = None
        """The descriptor that lets sleep wait, as long as it is open."""

    async def begin(self) -> None:
        """Begin to listen. Raises BusProblem."""
        await self._bus.listen(_MANAGER, "PrepareForSleep", self._take)
        await self._hold()

    def end(self) -> None:
        """Listen no more."""
        self._release()
        self._bus.close()

    async def _hold(self) -> None:
        why = _("An answer is being stored.")
        (self._lock,) = await self._bus.call(_MANAGER, "Inhibit", "ssss", "sleep", "glmdesk", why, "delay")

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take(self, body: tuple[Any, ...]) -> None:
        self._start(self._put_away if body[0] else self._resume)

    async def _put_away(self) -> None:
        try:
            await self._sleeper.before_sleep()
        finally:
            self._release()

    async def _resume(self) -> None:
        await self._sleeper.after_sleep()
        try:
            await self._hold()
        except BusProblem as error:
            logger.info("sleep will not wait: %s", error)


_SUSPEND: Final = 0x4
_RESUME: Final = 0x12
"""PBT_APMSUSPEND and PBT_APMRESUMEAUTOMATIC. The latter comes after every sleep."""
_DEVICE_NOTIFY_CALLBACK: Final = 2
_WINDOWS_WAITS_S: Final = 1.5
"""Seconds. Windows gives all programs together two."""

_WindowsCallback = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p)


class _Subscription(ctypes.Structure):
    _fields_ = (("callback", _WindowsCallback), ("context", ctypes.c_void_p))


class WindowsSleep:
    """Windows. `library` is its powrprof."""

    def __init__(self, sleeper: Sleeper, start: Callable[[Work], None], library: Any = None) -> None:
        self._sleeper = sleeper
        self._start = start
        self._library = library or ctypes.CDLL("powrprof")
        self._handle = ctypes.c_void_p()
        self._loop: asyncio.AbstractEventLoop | None = None
        # Windows keeps its address only.
        self._subscription = _Subscription(_WindowsCallback(self._take), None)

    async def begin(self) -> None:
        """Begin to listen. Raises OSError."""
        self._loop = asyncio.get_running_loop()
        error = self._library.PowerRegisterSuspendResumeNotification(
            _DEVICE_NOTIFY_CALLBACK, ctypes.byref(self._subscription), ctypes.byref(self._handle)
        )
        if error:
            raise OSError(error, "PowerRegisterSuspendResumeNotification")

    def end(self) -> None:
        """Listen no more."""
        if self._handle.value is not None:
            self._library.PowerUnregisterSuspendResumeNotification(self._handle)
            self._handle = ctypes.c_void_p()

    def _take(self, _context: int | None, kind: int, _setting: int | None) -> int:
        """Called in a thread of Windows."""
        loop = self._loop
        if loop is None or loop.is_closed():
            return 0
        if kind == _SUSPEND:
            is_done = threading.Event()
            loop.call_soon_threadsafe(self._start, lambda: self._put_away(is_done))
            is_done.wait(_WINDOWS_WAITS_S)
        elif kind == _RESUME:
            loop.call_soon_threadsafe(self._start, self._sleeper.after_sleep)
        return 0

    async def _put_away(self, is_done: threading.Event) -> None:
        try:
            await self._sleeper.before_sleep()
        finally:
            is_done.set()


_MAY_SLEEP: Final = 0xE0000270
_WILL_SLEEP: Final = 0xE0000280
_IS_AWAKE: Final = 0xE0000300
"""kIOMessageCanSystemSleep, kIOMessageSystemWillSleep and kIOMessageSystemHasPoweredOn."""

_MacCallback = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p)


class MacLibraries(NamedTuple):
    """IOKit, CoreFoundation, and the name in the latter of what a loop does in whatever state it is."""

    kit: Any
    foundation: Any
    common_modes: Any

    @classmethod
    def load(cls) -> Self:
        """Load both. Raises OSError."""
        frameworks = "/System/Library/Frameworks"
        kit = ctypes.CDLL(f"{frameworks}/IOKit.framework/IOKit")
        foundation = ctypes.CDLL(f"{frameworks}/CoreFoundation.framework/CoreFoundation")
        # Whatever is not said to be a pointer would be cut to 32 bits.
        kit.IONotificationPortGetRunLoopSource.restype = ctypes.c_void_p
        kit.IONotificationPortGetRunLoopSource.argtypes = [ctypes.c_void_p]
        kit.IONotificationPortDestroy.argtypes = [ctypes.c_void_p]
        kit.IORegisterForSystemPower.restype = ctypes.c_uint32
        kit.IOAllowPowerChange.argtypes = [ctypes.c_uint32, ctypes.c_void_p]
        foundation.CFRunLoopGetMain.restype = ctypes.c_void_p
        foundation.CFRunLoopAddSource.argtypes = [ctypes.c_void_p] * 3
        return cls(kit, foundation, ctypes.c_void_p.in_dll(foundation, "kCFRunLoopCommonModes"))


class MacSleep:
    """macOS, where the main thread runs a loop of CoreFoundation."""

    def __init__(
        self, sleeper: Sleeper, start: Callable[[Work], None], libraries: MacLibraries | None = None
    ) -> None:
        self._sleeper = sleeper
        self._start = start
        self._libraries = libraries or MacLibraries.load()
        self._kit = self._libraries.kit
        self._root = 0
        self._port, self._notifier = ctypes.c_void_p(), ctypes.c_uint32()
        # The system keeps its address only.
        self._callback = _MacCallback(self._take)

    async def begin(self) -> None:
        """Begin to listen. Raises OSError."""
        self._root = self._kit.IORegisterForSystemPower(
            None, ctypes.byref(self._port), self._callback, ctypes.byref(self._notifier)
        )
        if not self._root:
            raise OSError("IORegisterForSystemPower")
        foundation = self._libraries.foundation
        source = self._kit.IONotificationPortGetRunLoopSource(self._port)
        foundation.CFRunLoopAddSource(foundation.CFRunLoopGetMain(), source, self._libraries.common_modes)

    def end(self) -> None:
        """Listen no more."""
        if self._root:
            self._kit.IODeregisterForSystemPower(ctypes.byref(self._notifier))
            self._kit.IONotificationPortDestroy(self._port)
            self._root = 0

    def _take(self, _context: int | None, _service: int, kind: int, which: int | None) -> None:
        if kind == _MAY_SLEEP:
            self._kit.IOAllowPowerChange(self._root, which)
        elif kind == _WILL_SLEEP:
            self._start(lambda: self._put_away(which))
        elif kind == _IS_AWAKE:
            self._start(self._sleeper.after_sleep)

    async def _put_away(self, which: int | None) -> None:
        try:
            await self._sleeper.before_sleep()
        finally:
            self._kit.IOAllowPowerChange(self._root, which)


async def sleep_watch(sleeper: Sleeper, start: Callable[[Work], None]) -> SleepWatch | None:
    """Return what tells of sleep on this system, begun; None where nobody does."""
    watch: SleepWatch
    try:
        match sys.platform:
            case "win32":
                watch = WindowsSleep(sleeper, start)
            case "darwin":
                watch = MacSleep(sleeper, start)
            case _:
                watch = LogindSleep(await Bus.open("SYSTEM"), sleeper, start)
        await watch.begin()
    except (BusProblem, OSError) as error:
        logger.info("sleep is not noticed: %s", error)
        return None
    return watch
