"""Ctrl+C and the request to terminate."""

import asyncio
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stoppable(prepare: Callable[[], None]) -> Generator[None]:
    """Let the signals call `prepare` and cancel the current task, for the length of the block.

    Asked by Ctrl+C alone, `asyncio.run` would cancel the task too, but nobody could tell why.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is None:
        raise RuntimeError("there is no task to cancel")

    def stop() -> None:
        prepare()
        task.cancel()

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop)

    # Not the loop's own `add_signal_handler`, which Windows lacks. The loop wakes up for these as well.
    previous = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
