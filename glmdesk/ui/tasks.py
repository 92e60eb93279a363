"""The only starter of tasks in the window: each has a name, and an end that somebody hears of."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from glmdesk.domain.errors import UserError

logger = logging.getLogger(__name__)

_END_S = 5.0
"""Seconds. How long a cancelled task may tidy up at the end of the program."""


class TaskRunner(QObject):
    """Holds the running tasks and is where their errors end.

    Signals:
        failed(name: str, error: UserError): the task of that name ended with something the user can act on.
        crashed(text: str): a task ended with a fault of the program; the traceback is in the log.
    """

    failed = Signal(str, object)
    crashed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_shut = False

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` as a task. Running tasks of that name are cancelled and have ended before it begins."""
        if self._is_shut:
            # A timer or an event may come late; what it works with is closed.
            logger.debug("Task %s is not started: the program ends.", name)
            return
        older = self._named(name)
        task = asyncio.get_running_loop().create_task(self._run(name, older, work), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def cancel(self, name: str) -> None:
        """Cancel the task of that name, if there is one."""
        for task in self._named(name):
            task.cancel()

    def is_running(self, name: str) -> bool:
        """Whether a task of that name has begun and not ended."""
        return bool(self._named(name))

    async def ended(self, name: str) -> None:
        """Wait until no task of that name is running."""
        if running := self._named(name):
            await asyncio.wait(running)

    def _named(self, name: str) -> list[asyncio.Task[None]]:
        # A task is among them until the loop comes round once more; whoever heard of its end may come first.
        return [task for task in self._tasks if task.get_name() == name and not task.done()]

    async def shut_down(self) -> None:
        """Cancel every task, also those that begin meanwhile, and wait until they have tidied up.

        Nothing begins after that.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                while self._tasks:
                    for task in self._tasks:
                        task.cancel()
                    await asyncio.wait(self._tasks)
        self._is_shut = True
        for task in self._tasks:
            logger.error("Task %s did not end in %.0f s.", task.get_name(), _END_S)

    async def _run(
        self, name: str, older: list[asyncio.Task[None]], work: Callable[[], Awaitable[None]]
    ) -> None:
        if older:
            for task in older:
                task.cancel()
            await asyncio.wait(older)
        try:
            await work()
        except UserError as error:
            logger.info("Task %s ended with %s (%s).", name, type(error).__name__, error.problem.code)
            self.failed.emit(name, error)
        except Exception as error:
            logger.exception("Task %s crashed.", name)
            self.crashed.emit(f"{type(error).__name__}: {error}")
