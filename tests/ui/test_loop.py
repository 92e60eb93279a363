"""asyncio on Qt's event loop: every defect of qasync that is cured stays cured, and its names are there."""

import asyncio
import contextvars
import functools
import gc
import threading
import time
from collections.abc import AsyncGenerator, Callable

import pytest
import qasync
from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from glmdesk.typed import override
from glmdesk.ui import loop
from glmdesk.ui.loop import Loop
from tests.ui.conftest import RunQt

# A loop that lost its wake-up runs no Python that a signal could interrupt.
pytestmark = pytest.mark.timeout(60, method="thread")


def nested(act: Callable[[QEventLoop], object]) -> None:
    """Run a loop of Qt inside what runs now, as a dialog or a drag does, until `act` has ended it."""
    inner = QEventLoop()
    bound = QTimer(inner)
    bound.timeout.connect(inner.quit)
    bound.start(5000)
    act(inner)
    inner.exec()


def pending_timers() -> int:
    """Return how many callbacks wait in the loop that runs."""
    return len(running()._timer._handles)


def running() -> Loop:
    current = asyncio.get_running_loop()
    assert isinstance(current, Loop)
    return current


async def test_a_nested_loop_lets_other_tasks_run_and_kills_none() -> None:
    ticks = 0

    async def tick(inner: QEventLoop) -> None:
        nonlocal ticks
        while ticks < 5:
            await asyncio.sleep(0.001)
            ticks += 1
        inner.quit()

    tasks: list[asyncio.Task[None]] = []
    nested(lambda inner: tasks.append(running().create_task(tick(inner))))

    assert ticks == 5
    await asyncio.wait_for(tasks[0], 5)
    await asyncio.sleep(0)


async def test_a_task_whose_wake_up_falls_into_a_nested_loop_wakes() -> None:
    woken = asyncio.Event()
    waiting = running().create_task(woken.wait())
    await asyncio.sleep(0)

    def wake_and_leave(inner: QEventLoop) -> None:
        woken.set()
        waiting.add_done_callback(lambda _task: inner.quit())

    nested(wake_and_leave)

    assert waiting.done()


async def test_a_task_goes_on_after_its_nested_loop() -> None:
    nested(lambda inner: QTimer.singleShot(0, inner.quit))
    current = asyncio.current_task()
    await asyncio.sleep(0.001)

    assert current is asyncio.current_task()


async def test_a_dialog_that_was_opened_leaves_tasks_alone() -> None:
    closed = asyncio.Event()
    dialog = QDialog()
    dialog.finished.connect(lambda _result: closed.set())
    dialog.open()
    await asyncio.sleep(0.001)
    dialog.accept()
    await asyncio.wait_for(closed.wait(), 5)
    dialog.deleteLater()


async def test_a_generator_that_is_left_half_way_is_closed() -> None:
    closed = asyncio.Event()

    async def numbers() -> AsyncGenerator[int, None]:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0)
            closed.set()

    async for _number in numbers():
        break
    gc.collect()

    await asyncio.wait_for(closed.wait(), 5)


def test_generators_still_open_at_the_end_are_closed(run_qt: RunQt) -> None:
    closed: list[bool] = []

    async def numbers() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            await asyncio.sleep(0)
            closed.append(True)

    generator = numbers()

    async def begin() -> None:
        await anext(generator)

    run_qt(begin())

    assert closed == [True]


async def test_a_cancelled_timer_is_gone_at_once() -> None:
    before = pending_timers()
    handles = [running().call_later(3600, print) for _ in range(100)]
    assert pending_timers() == before + 100
    for handle in handles:
        handle.cancel()
        handle.cancel()

    assert pending_timers() == before


async def test_bounds_that_are_not_reached_leave_no_timer() -> None:
    before = pending_timers()
    for _ in range(50):
        async with asyncio.timeout(3600):
            await asyncio.sleep(0)

    assert pending_timers() == before


async def test_a_timer_tells_when_it_is_due() -> None:
    before = running().time()
    handle = running().call_later(60, print)
    after = running().time()

    assert isinstance(handle, asyncio.TimerHandle)
    assert before + 60 <= handle.when() <= after + 60
    handle.cancel()


async def test_callbacks_run_in_the_order_of_asking() -> None:
    seen: list[int] = []
    for number in range(20):
        running().call_soon(seen.append, number)
    done = asyncio.Event()
    running().call_soon(done.set)
    await done.wait()

    assert seen == list(range(20))


class CoarseClock(Loop):
    """A loop on a machine whose clock ticks rarely."""

    @override
    def time(self) -> float:
        return float(int(super().time()))


def test_equal_callbacks_of_the_same_instant_all_run(dressed: QApplication) -> None:
    seen: list[str] = []

    async def main() -> None:
        for _ in range(3):
            asyncio.get_running_loop().call_soon(seen.append, "tick")
        cancelled = asyncio.get_running_loop().call_soon(seen.append, "tick")
        cancelled.cancel()
        done = asyncio.Event()
        asyncio.get_running_loop().call_soon(done.set)
        await done.wait()

    with asyncio.Runner(loop_factory=lambda: CoarseClock(dressed)) as runner:
        runner.run(main())

    assert seen == ["tick"] * 3


async def test_a_call_from_a_thread_gives_a_handle_that_can_be_cancelled() -> None:
    seen: list[str] = []
    arrived = asyncio.Event()
    handles: list[asyncio.Handle] = []

    def call() -> None:
        handles.append(running_loop.call_soon_threadsafe(seen.append, "kept"))
        cancelled = running_loop.call_soon_threadsafe(seen.append, "cancelled")
        cancelled.cancel()
        running_loop.call_soon_threadsafe(arrived.set)

    running_loop = running()
    thread = threading.Thread(target=call)
    thread.start()
    # The loop stands still meanwhile, so that nothing is called before it is cancelled.
    thread.join()
    await asyncio.wait_for(arrived.wait(), 5)

    assert seen == ["kept"]
    assert isinstance(handles[0], asyncio.Handle)


async def test_a_call_from_a_thread_keeps_the_callers_context() -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="loop")
    seen: list[str] = []
    arrived = asyncio.Event()
    running_loop = running()

    def note() -> None:
        seen.append(variable.get())
        if len(seen) == 2:
            arrived.set()

    def call() -> None:
        variable.set("thread")
        running_loop.call_soon_threadsafe(note)
        given = contextvars.copy_context()
        given.run(variable.set, "given")
        running_loop.call_soon_threadsafe(note, context=given)

    thread = threading.Thread(target=call)
    thread.start()
    await asyncio.wait_for(arrived.wait(), 5)
    thread.join()

    assert seen == ["thread", "given"]


def test_work_that_hangs_in_a_thread_does_not_hold_the_end(run_qt: RunQt) -> None:
    begun, over = threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        over.wait(10)

    async def main() -> None:
        running().run_in_executor(None, hang).add_done_callback(lambda future: future.cancelled())
        while not begun.is_set():
            await asyncio.sleep(0.001)

    run_qt(main())

    assert not over.is_set()
    over.set()


async def test_threads_are_used_again_and_are_not_many() -> None:
    names = await asyncio.gather(
        *(asyncio.to_thread(lambda: threading.current_thread().name) for _ in range(100))
    )

    assert len(set(names)) <= 8


async def test_jobs_run_side_by_side() -> None:
    for size in (2, 3, 8, 8, 8, 5):
        meeting = threading.Barrier(size, timeout=5)
        await asyncio.gather(*(asyncio.to_thread(meeting.wait) for _ in range(size)))


async def test_what_a_thread_raises_comes_back() -> None:
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await asyncio.to_thread(fail)


async def test_a_job_cancelled_before_its_turn_is_left_out() -> None:
    release = threading.Event()
    blockers = [asyncio.to_thread(release.wait, 10) for _ in range(8)]
    waiting = asyncio.gather(*blockers)
    ran: list[bool] = []
    await asyncio.sleep(0)
    late = running().run_in_executor(None, functools.partial(ran.append, True))
    late.cancel()
    await asyncio.sleep(0)
    release.set()
    await waiting
    await asyncio.to_thread(int)

    assert ran == []


@pytest.mark.parametrize("delay_s", [0.0005, 0.001, 0.0015, 0.004, 0.0123])
async def test_a_sleep_is_never_too_short(delay_s: float) -> None:
    for _ in range(10):
        began = time.monotonic()
        await asyncio.sleep(delay_s)
        assert time.monotonic() - began >= delay_s


async def test_long_sleeps_are_not_too_short_either() -> None:
    async def sleep(delay_s: float) -> float:
        began = time.monotonic()
        await asyncio.sleep(delay_s)
        return time.monotonic() - began - delay_s

    excess_s = await asyncio.gather(*(sleep(1 + number / 100) for number in range(10)))

    assert min(excess_s) >= 0


async def test_a_delay_longer_than_qt_can_count_is_bounded_not_refused() -> None:
    before = pending_timers()
    handle = running().call_later(10**9, print)

    assert pending_timers() == before + 1
    handle.cancel()


def test_a_closed_loop_refuses_work(dressed: QApplication) -> None:
    closed = Loop(dressed)
    closed.close()

    for call in (closed.call_soon, closed.call_soon_threadsafe):
        with pytest.raises(RuntimeError, match="closed"):
            call(print)


def test_the_result_of_the_main_coroutine_is_the_exit_code(dressed: QApplication) -> None:
    async def main() -> int:
        await asyncio.sleep(0)
        return 3

    assert loop.run(dressed, main()) == 3


def test_one_loop_can_follow_another(dressed: QApplication) -> None:
    async def main() -> int:
        await asyncio.to_thread(int)
        return 0

    assert [loop.run(dressed, main()) for _ in range(3)] == [0, 0, 0]


async def test_a_subprocess_can_be_awaited() -> None:
    process = await asyncio.create_subprocess_exec("true")

    assert await process.wait() == 0


def test_the_private_names_of_qasync_we_lean_on_exist(dressed: QApplication) -> None:
    stock = qasync.QEventLoop(dressed)
    try:
        assert isinstance(stock._timer, QObject)
        for name in ("add_callback", "stop", "set_debug"):
            assert callable(getattr(stock._timer, name))
        assert callable(stock.set_default_executor)
        assert callable(stock._asyncgen_firstiter_hook)
        assert callable(stock._asyncgen_finalizer_hook)
        # Signal handlers and readers are called through these.
        assert callable(stock._add_callback)
        assert callable(stock.call_soon)
    finally:
        stock.close()


def test_the_private_names_of_asyncio_we_lean_on_exist() -> None:
    for name in ("_enter_task", "_leave_task"):
        assert callable(getattr(asyncio.tasks, name))
    for name in ("_run", "_scheduled", "_loop"):
        assert hasattr(asyncio.TimerHandle, name)
