"""asyncio on Qt's own event loop, without the defects of qasync 0.28.

WORKAROUND: each override below cures one of them; re-check with every release of qasync
(tests/ui/test_loop.py).
"""

# qasync is untyped, and a loop works with what asyncio keeps private.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportAttributeAccessIssue=false
# pyright: reportPrivateUsage=false, reportIncompatibleMethodOverride=false
# pyright: reportUnnecessaryTypeIgnoreComment=false

import asyncio
import logging
import os
import queue
import sys
import threading
from asyncio import tasks
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor, Future
from contextvars import Context
from typing import Any, ParamSpec, TypeVar, cast

import qasync
from PySide6.QtCore import QObject, Qt, QTimerEvent
from PySide6.QtWidgets import QApplication

from glmdesk.typed import override

logger = logging.getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")

_MAX_TIMER_MS = 2**31 - 1


class _Handle(asyncio.TimerHandle):
    """A callback that may run while a task is suspended inside a nested Qt loop.

    asyncio refuses to enter a task while another one runs, and the refused task would never wake again.
    """

    __slots__ = ()

    @override
    def _run(self) -> None:
        loop: asyncio.AbstractEventLoop = self._loop  # type: ignore[attr-defined]  # not in the stubs
        suspended = tasks.current_task(loop)
        if suspended is None:
            super()._run()
            return
        tasks._leave_task(loop, suspended)  # noqa: SLF001
        try:
            super()._run()
        finally:
            tasks._enter_task(loop, suspended)  # noqa: SLF001


class _Timers(QObject):
    """One Qt timer per pending callback; a cancelled one is gone at once and wakes nobody."""

    def __init__(self) -> None:
        super().__init__()
        self._handles: dict[int, asyncio.Handle] = {}
        # By identity: handles of the same callback and instant are equal, and some clocks tick rarely.
        self._timer_ids: dict[int, int] = {}

    def add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        """Run `handle` after `delay` seconds, never earlier."""
        delay_ms = min(max(0, int(delay * 1000 + 0.999)), _MAX_TIMER_MS)
        # Coarse timers, Qt's default, may be early by a twentieth.
        timer_id = self.startTimer(delay_ms, Qt.TimerType.PreciseTimer)
        self._handles[timer_id] = handle
        self._timer_ids[id(handle)] = timer_id
        return handle

    def discard(self, handle: asyncio.Handle) -> None:
        """Forget a cancelled callback."""
        timer_id = self._timer_ids.pop(id(handle), None)
        if timer_id is not None:
            del self._handles[timer_id]
            self.killTimer(timer_id)

    @override
    def timerEvent(self, event: QTimerEvent) -> None:
        timer_id = event.timerId()
        self.killTimer(timer_id)
        handle = self._handles.pop(timer_id, None)
        if handle is None:
            return
        del self._timer_ids[id(handle)]
        if not handle.cancelled():
            handle._run()  # noqa: SLF001 - what every event loop does with its handles

    def stop(self) -> None:
        """Drop everything that is pending."""
        for timer_id in self._handles:
            self.killTimer(timer_id)
        self._handles.clear()
        self._timer_ids.clear()

    def set_debug(self, enabled: bool) -> None:
        """Take what qasync passes on; there is nothing to switch."""


class _DaemonExecutor(Executor):
    """Threads that never hold up the exit: a keyring dialog or a name lookup may hang for minutes."""

    _MAX_THREADS = 8

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._threads = 0
        self._unfinished = 0
        self._lock = threading.Lock()

    @override
    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        future: Future[_T] = Future()

        def job() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - it travels in the future
                future.set_exception(error)
            else:
                future.set_result(result)

        with self._lock:
            self._unfinished += 1
            if self._threads < min(self._unfinished, self._MAX_THREADS):
                self._threads += 1
                threading.Thread(target=self._work, name=f"worker-{self._threads}", daemon=True).start()
        self._jobs.put(job)
        return future

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            job()
            del job
            with self._lock:
                self._unfinished -= 1

    @override
    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the threads to the end of the process."""


class Loop(qasync.QEventLoop):  # type: ignore[misc]  # the library is untyped
    """qasync's loop, cured."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._timer = _Timers()
        self.set_default_executor(_DaemonExecutor())

    @override
    def run_forever(self) -> None:
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(
            firstiter=self._asyncgen_firstiter_hook, finalizer=self._asyncgen_finalizer_hook
        )
        try:
            code = cast("int", super().run_forever())
        finally:
            sys.set_asyncgen_hooks(*hooks)
        if code != 0:
            # Qt did it, and would do it again at once: nothing can be awaited any more, not even our own end.
            # What was shown is on the disk, as after any crash.
            logger.critical("Qt has ended the event loop with %d: the display is gone.", code)
            os._exit(code)

    @override
    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        if self.is_closed():
            raise RuntimeError("Event loop is closed")
        handle = _Handle(self.time() + delay, callback, args, self, context)
        return self._timer.add_callback(handle, delay)

    def _timer_handle_cancelled(self, handle: asyncio.Handle) -> None:
        self._timer.discard(handle)

    @override
    def call_soon_threadsafe(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        if self.is_closed():
            raise RuntimeError("Event loop is closed")
        handle = _Handle(0, callback, args, self, context)
        super().call_soon_threadsafe(lambda: None if handle.cancelled() else handle._run())  # noqa: SLF001
        return handle


def run(application: QApplication, main: Coroutine[Any, Any, _T]) -> _T:
    """Run `main` on Qt's event loop to its end and return what it returns."""
    with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
        return runner.run(main)
