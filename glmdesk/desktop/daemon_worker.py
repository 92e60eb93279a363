"""Blocking calls that may never return, kept from both the event loop and the end of the program."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")


class DaemonWorker:
    """One daemon thread that makes calls in the order they were asked for.

    A call that hangs makes the later ones wait with it. None of them holds up the end of the program, as
    calls in the loop's own executor do: that is joined.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def run(self, call: Callable[[], Result], *, timeout_s: float | None) -> Result:
        """Return what `call` returns in the thread, or raise what it raises.

        Raises TimeoutError when it has not returned in time; None waits for as long as it takes. A call that
        has begun by then is left alone; one that has not is never made.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._make_calls, name=self._name, daemon=True)
            self._thread.start()
        outcome: Future[Result] = Future()
        self._work.put(lambda: _make(call, outcome))
        async with asyncio.timeout(timeout_s):
            return await asyncio.wrap_future(outcome)

    def _make_calls(self) -> None:
        while True:
            self._work.get()()


def _make(call: Callable[[], Result], outcome: Future[Result]) -> None:
    if not outcome.set_running_or_notify_cancel():
        return
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001 - nothing is swallowed: it belongs to whoever awaits the outcome
        outcome.set_exception(error)
    else:
        outcome.set_result(result)
