"""The user's folder of tools: what is in it, and which files are in use."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from glmdesk.domain.errors import UserError
from glmdesk.tools.own.source import OwnTools
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.threads import unnoticed

_TASK = "own-tools"


class OwnToolsController(QObject):
    """Looks at the folder, and takes the user's word on its files.

    Signals:
        listed(files: tuple[OwnFile, ...]): what is in the folder now.
        refused(problem: Problem): what was asked for last could not be done.
    """

    listed = Signal(object)
    refused = Signal(object)

    def __init__(self, own: OwnTools, tasks: TaskRunner) -> None:
        super().__init__()
        self._own = own
        self._tasks = tasks

    @property
    def path(self) -> Path:
        """Where the folder is."""
        return self._own.folder.path

    @property
    def has_python(self) -> bool:
        """Whether there is a Python that can run functions."""
        return self._own.runner.python is not None

    def log(self, name: str) -> str:
        """Return what the functions of a file have printed in this run."""
        return self._own.log(name)

    def look(self) -> None:
        """List the files. A folder that is not there yet is made, with an example."""
        self._start(self._own.folder.prepare)

    def use(self, name: str, digest: str) -> None:
        """Use a file from now on, if it still is what was looked at."""
        self._start(partial(self._own.folder.review, name, digest))

    def stop(self, name: str) -> None:
        """Use a file no more."""
        self._start(partial(self._own.folder.forget, name))

    def leave(self) -> None:
        """Nobody looks any more."""
        self._tasks.cancel(_TASK)

    def _start(self, change: Callable[[], None]) -> None:
        self._tasks.start(_TASK, partial(self._change, change))

    async def _change(self, change: Callable[[], None]) -> None:
        """Do something with the folder and list it, whatever came of that."""
        problem = None
        with unnoticed():
            try:
                await asyncio.to_thread(change)
            except UserError as error:
                problem = error.problem
            files = await asyncio.to_thread(self._own.folder.files)
        self.listed.emit(files)
        if problem is not None:
            self.refused.emit(problem)
