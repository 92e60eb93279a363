"""Tasks with names, strong references, and an end that somebody hears of."""

import asyncio
import gc
from collections.abc import Awaitable, Callable

import pytest

from glmdesk.domain.errors import Problem, UserError
from glmdesk.ui.tasks import TaskRunner

PROBLEM = UserError(Problem("code", "It failed.", "Try again."))


class Ends:
    """What a runner has told."""

    def __init__(self, runner: TaskRunner) -> None:
        self.failed: list[tuple[str, UserError]] = []
        self.crashed: list[str] = []
        self.news = asyncio.Event()
        runner.failed.connect(self._take_failure)
        runner.crashed.connect(self._take_crash)

    def _take_failure(self, name: str, error: UserError) -> None:
        self.failed.append((name, error))
        self.news.set()

    def _take_crash(self, text: str) -> None:
        self.crashed.append(text)
        self.news.set()

    async def heard(self) -> None:
        await asyncio.wait_for(self.news.wait(), 5)


def raising(error: Exception) -> Callable[[], Awaitable[None]]:
    async def work() -> None:
        await asyncio.sleep(0)
        raise error

    return work


async def test_the_end_of_a_task_can_be_waited_for() -> None:
    runner = TaskRunner()
    done: list[str] = []
    await runner.ended("one")

    async def work() -> None:
        await asyncio.sleep(0)
        done.append("one")

    runner.start("one", work)
    await runner.ended("one")

    assert done == ["one"]


async def test_a_task_nobody_else_holds_runs_to_its_end() -> None:
    runner = TaskRunner()
    ended = asyncio.Event()

    async def work() -> None:
        # Only this frame knows the future: without a reference to the task both would be collected.
        await asyncio.get_running_loop().run_in_executor(None, gc.collect)
        own = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0.01, own.set_result, None)
        await own
        ended.set()

    runner.start("work", work)
    await asyncio.sleep(0)
    gc.collect()

    await asyncio.wait_for(ended.wait(), 5)


async def test_names_tell_what_is_running() -> None:
    runner = TaskRunner()
    go_on = asyncio.Event()

    async def work() -> None:
        await go_on.wait()

    runner.start("one", work)
    assert runner.is_running("one")
    assert not runner.is_running("two")
    go_on.set()
    while runner.is_running("one"):
        await asyncio.sleep(0)


async def test_a_task_is_over_for_whoever_hears_of_its_end_first() -> None:
    # The runner forgets a task one turn of the loop later: a question asked in between was dropped.
    runner = TaskRunner()
    loop = asyncio.get_running_loop()
    is_running: asyncio.Future[bool] = loop.create_future()

    async def work() -> None:
        loop.call_soon(lambda: is_running.set_result(runner.is_running("one")))

    runner.start("one", work)

    assert await asyncio.wait_for(is_running, 5) is False


@pytest.mark.parametrize("starts", [2, 3, 5])
@pytest.mark.parametrize("have_begun", [True, False], ids=["at rest", "at once"])
async def test_the_older_task_has_ended_before_the_next_of_its_name_begins(
    starts: int, have_begun: bool
) -> None:
    runner = TaskRunner()
    log: list[str] = []
    last = asyncio.Event()

    def work(number: int) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            log.append(f"begin {number}")
            try:
                if number < starts - 1:
                    await asyncio.Event().wait()
            finally:
                # Tidying up takes a few turns of the loop.
                for _ in range(5):
                    await asyncio.sleep(0)
                log.append(f"end {number}")
            last.set()

        return run

    for number in range(starts):
        runner.start("name", work(number))
        if have_begun and number == 0:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
    await asyncio.wait_for(last.wait(), 5)

    begun = [entry.removeprefix("begin ") for entry in log if entry.startswith("begin")]
    assert begun[-1] == str(starts - 1)
    assert log == [f"{what} {number}" for number in begun for what in ("begin", "end")]


async def test_tasks_of_other_names_go_on() -> None:
    runner = TaskRunner()
    ended = asyncio.Event()
    go_on = asyncio.Event()

    async def work() -> None:
        await go_on.wait()
        ended.set()

    runner.start("turn:1", work)
    runner.start("turn:2", asyncio.Event().wait)  # type: ignore[arg-type]
    runner.cancel("turn:2")
    runner.start("turn:2", asyncio.Event().wait)  # type: ignore[arg-type]
    go_on.set()

    await asyncio.wait_for(ended.wait(), 5)
    await runner.shut_down()


async def test_cancelling_an_unknown_name_does_nothing() -> None:
    TaskRunner().cancel("nobody")


async def test_an_error_the_user_can_act_on_ends_in_a_signal() -> None:
    runner = TaskRunner()
    ends = Ends(runner)
    runner.start("work", raising(PROBLEM))
    await ends.heard()

    assert ends.failed == [("work", PROBLEM)]
    assert ends.crashed == []


@pytest.mark.logs_errors
async def test_any_other_error_is_a_fault_of_the_program(caplog: pytest.LogCaptureFixture) -> None:
    runner = TaskRunner()
    ends = Ends(runner)
    runner.start("work", raising(ZeroDivisionError("by zero")))
    await ends.heard()

    assert ends.crashed == ["ZeroDivisionError: by zero"]
    assert ends.failed == []
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.exc_info is not None


async def test_a_cancelled_task_is_no_news() -> None:
    runner = TaskRunner()
    ends = Ends(runner)
    runner.start("work", asyncio.Event().wait)  # type: ignore[arg-type]
    await asyncio.sleep(0)
    runner.cancel("work")
    while runner.is_running("work"):
        await asyncio.sleep(0)

    assert (ends.failed, ends.crashed) == ([], [])


async def test_shutting_down_waits_until_tasks_have_tidied_up() -> None:
    runner = TaskRunner()
    tidied: list[str] = []

    def work(name: str) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.to_thread(int)
                tidied.append(name)

        return run

    runner.start("one", work("one"))
    runner.start("two", work("two"))
    await asyncio.sleep(0)
    await runner.shut_down()

    assert sorted(tidied) == ["one", "two"]
    assert not runner.is_running("one")


async def test_shutting_down_with_nothing_to_do_is_over_at_once() -> None:
    await TaskRunner().shut_down()


async def test_nothing_begins_once_all_is_shut_down() -> None:
    runner = TaskRunner()
    begun: list[str] = []

    async def late() -> None:
        begun.append("late")

    await runner.shut_down()
    runner.start("late", late)

    assert not runner.is_running("late")
    await asyncio.sleep(0)
    assert begun == []


async def test_a_task_that_begins_while_others_end_is_ended_as_well() -> None:
    runner = TaskRunner()
    begun: list[str] = []

    async def late() -> None:
        begun.append("late")
        await asyncio.Event().wait()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            runner.start("late", late)

    runner.start("work", work)
    await asyncio.sleep(0)
    await runner.shut_down()

    assert not runner.is_running("late")
