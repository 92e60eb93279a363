"""Waiting for what signals tell, on the event loop of the window."""

import asyncio
from collections.abc import Callable
from typing import Any

# Seconds. A machine under load is slow; a test that fails waits this long once.
PATIENCE_S = 5.0


async def until(is_so: Callable[[], object], *signals: Any) -> None:
    """Wait until something is so; it is looked at now and after each of the signals.

    Raises:
        TimeoutError: It did not come to be.
    """
    news = asyncio.Event()

    def hear(*_values: object) -> None:
        news.set()

    for signal in signals:
        signal.connect(hear)
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():
                news.clear()
                await news.wait()
    finally:
        for signal in signals:
            signal.disconnect(hear)


async def idle(is_running: Callable[[], bool]) -> None:
    """Wait until tasks have ended, which no signal tells."""
    async with asyncio.timeout(PATIENCE_S):
        while is_running():
            await asyncio.sleep(0.001)
