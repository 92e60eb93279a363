import asyncio
import threading
from functools import partial

import pytest

from glmdesk.desktop.daemon_worker import DaemonWorker

pytestmark = pytest.mark.anyio
PATIENCE_S = 5.0


async def test_what_a_call_returns_and_raises_arrives() -> None:
    worker = DaemonWorker("test")

    assert await worker.run(lambda: 6 * 7, timeout_s=PATIENCE_S) == 42
    with pytest.raises(ZeroDivisionError):
        await worker.run(lambda: 1 // 0, timeout_s=PATIENCE_S)


async def test_calls_are_made_in_order_in_one_daemon_thread() -> None:
    worker = DaemonWorker("test")
    order: list[int] = []

    async with asyncio.TaskGroup() as group:
        for number in range(10):
            group.create_task(worker.run(partial(order.append, number), timeout_s=PATIENCE_S))
    thread = await worker.run(threading.current_thread, timeout_s=PATIENCE_S)

    assert order == list(range(10))
    assert thread.daemon
    assert thread.name == "test"


async def test_what_waits_behind_a_call_that_hangs_is_given_up_and_never_made() -> None:
    worker = DaemonWorker("test")
    begun, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    made: list[str] = []

    def hang() -> None:
        loop.call_soon_threadsafe(begun.set)
        go_on.wait(PATIENCE_S)

    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run(hang, timeout_s=PATIENCE_S))
        await begun.wait()
        with pytest.raises(TimeoutError):
            await worker.run(partial(made.append, "given up"), timeout_s=0.0)
        go_on.set()
    await worker.run(partial(made.append, "later"), timeout_s=PATIENCE_S)

    assert made == ["later"]
