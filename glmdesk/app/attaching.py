"""Files that are to go with a message: chosen, pasted or dropped; read, kept, and shown in the composer."""

import asyncio
from collections.abc import Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from glmdesk.app.stage import Stage
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.errors import Problem, UserError
from glmdesk.i18n import N_, _
from glmdesk.storage.attachments import Attachments, content_of
from glmdesk.ui.dialogs.save import documents
from glmdesk.ui.panes.writing import Writing
from glmdesk.ui.tasks import TaskRunner

_MOST: Final = 20
"""Files of a message."""


class Attaching(QObject):
    """Takes files for what is being written. Only texts are taken: models are given nothing else."""

    def __init__(self, stage: Stage, attachments: Attachments, tasks: TaskRunner, writing: Writing) -> None:
        super().__init__(stage.window)
        self._stage = stage
        self._attachments = attachments
        self._tasks = tasks
        self._writing = writing
        self._numbers = count()
        self._folder = documents()
        self._composer = stage.window.chat.composer
        self._composer.attach_requested.connect(self._ask)
        self._composer.files_given.connect(self.attach)
        stage.window.chat.files_dropped.connect(self.attach)

    def attach(self, files: Sequence[str]) -> None:
        """Let files go with what is being written now."""
        place = self._writing.place
        room = _MOST - len(self._composer.draft.attachments) - self._writing.expected(place)
        if len(files) > room:
            self._stage.window.chat.banner.show_problem(_too_many())
            return
        self._writing.expect(place, len(files))
        # Numbered: other files do not end the wait for these.
        work = partial(self._attach, [Path(file) for file in files], place)
        self._tasks.start(f"attach:{next(self._numbers)}", work)

    async def _attach(self, paths: Sequence[Path], place: str) -> None:
        left = len(paths)
        try:
            for path in paths:
                try:
                    attachment = await asyncio.to_thread(_kept, self._attachments, path)
                except UserError as error:
                    self._stage.window.chat.banner.show_problem(error.problem)
                else:
                    self._writing.attach(place, attachment)
                left -= 1
                self._writing.expect(place, -1)
        finally:
            self._writing.expect(place, -left)

    def _ask(self) -> None:
        dialog = QFileDialog(self._stage.window, _("Attach files"))
        dialog.setDirectory(self._folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._choose)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _choose(self, files: list[str]) -> None:
        self._folder = str(Path(files[0]).parent)
        self.attach(files)
        self._composer.input.setFocus()


def _kept(attachments: Attachments, path: Path) -> Attachment:
    """Keep a file that is a text. Raises LocalDataError and UsageError."""
    from glmdesk.chat.attached import require_text  # noqa: PLC0415 - for who attaches

    content = content_of(path)
    require_text(path.name, content)
    return attachments.keep(path.name, [content])


def _too_many() -> Problem:
    return Problem(
        "too-many-files",
        N_("A message takes {most} files."),
        N_("Send some of them with another one."),
        details={"most": str(_MOST)},
    )
