"""Writing what is to be saved, in a thread: a disk takes as long as it likes."""

import asyncio
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from glmdesk.storage.whole_file import save_pieces, whole_file
from glmdesk.ui.tasks import TaskRunner

Content = str | bytes
"""Of a file: a text, or bytes as they are."""


class SaveController(QObject):
    """Saves texts and images where the user wants them, and remembers where that was last."""

    def __init__(self, tasks: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.folder: Path | None = None
        """Where something was saved last."""

    def save(self, content: Content, path: Path) -> None:
        """Write a file; a text ends with a line end as text files do."""
        self.folder = path.parent
        self._tasks.start(f"save:{path}", partial(self._save, path, content))

    async def _save(self, path: Path, content: Content) -> None:
        await asyncio.to_thread(_write, path, content)


def _write(path: Path, content: Content) -> None:
    if isinstance(content, bytes):
        save_pieces(path, [content])
        return
    with whole_file(path, is_private=False) as write:
        write(content if not content or content.endswith("\n") else f"{content}\n")
