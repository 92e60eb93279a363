"""Writing what is to be saved, in a thread: a disk takes as long as it likes."""

import asyncio
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from glmdesk.storage.whole_file import whole_file
from glmdesk.ui.tasks import TaskRunner


class SaveController(QObject):
    """Saves texts where the user wants them, and remembers where that was last."""

    def __init__(self, tasks: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.folder: Path | None = None
        """Where something was saved last."""

    def save(self, text: str, path: Path) -> None:
        """Write a text to a file, which ends with a line end as text files do."""
        self.folder = path.parent
        self._tasks.start(f"save:{path}", partial(self._save, path, text))

    async def _save(self, path: Path, text: str) -> None:
        await asyncio.to_thread(_write, path, text)


def _write(path: Path, text: str) -> None:
    with whole_file(path, is_private=False) as write:
        write(text if not text or text.endswith("\n") else f"{text}\n")
