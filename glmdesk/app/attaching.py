"""Files that are to go with a message: chosen, pasted or dropped; read, kept, and shown in the composer."""

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFileDialog

from glmdesk.app.stage import Stage
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.errors import Problem, UserError
from glmdesk.i18n import N_, _, listed, ngettext
from glmdesk.storage.attachments import MOST_BYTES, Attachments, content_of
from glmdesk.ui.dialogs.save import documents
from glmdesk.ui.panes.writing import Writing
from glmdesk.ui.tasks import TaskRunner

_MOST: Final = 20
"""Files of a message."""

_LONG_NAME: Final = 40
"""Letters; it is cut in its middle, because its end tells what it is."""


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
        left, refused = len(paths), list[tuple[str, Problem]]()
        try:
            for path in paths:
                try:
                    attachment = await asyncio.to_thread(_kept, self._attachments, path)
                except UserError as error:
                    refused.append((path.name, error.problem))
                else:
                    self._writing.attach(place, attachment)
                left -= 1
                self._writing.expect(place, -1)
        finally:
            self._writing.expect(place, -left)
        self._tell(len(paths) - len(refused), refused)

    def take(self, name: str, content: bytes) -> None:
        """Let a text that comes from elsewhere go with what is being written now, as a file of this name."""
        place = self._writing.place
        if len(self._composer.draft.attachments) + self._writing.expected(place) >= _MOST:
            self._stage.window.chat.banner.show_problem(_too_many())
            return
        self._writing.expect(place, 1)
        self._tasks.start(f"attach:{next(self._numbers)}", partial(self._take, name, content, place))

    async def _take(self, name: str, content: bytes, place: str) -> None:
        try:
            attachment = await asyncio.to_thread(_kept_text, self._attachments, name, content)
        except UserError as error:
            self._tell(0, [(name, error.problem)])
        else:
            self._writing.attach(place, attachment)
            self._tell(1, [])
        finally:
            self._writing.expect(place, -1)

    def _tell(self, count: int, refused: Sequence[tuple[str, Problem]]) -> None:
        """Say which files were not attached, and to who sees no chips how many were."""
        if refused:
            (name, problem), *others = refused
            if others:
                problem = _several([name, *(other for other, _problem in others)])
            self._stage.window.chat.banner.show_problem(problem)
        if count:
            words = ngettext("{count} file attached", "{count} files attached", count).format(count=count)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._composer.input, words))

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
    return _kept_text(attachments, path.name, content_of(path))


def _kept_text(attachments: Attachments, name: str, content: bytes) -> Attachment:
    from glmdesk.chat.attached import require_text  # noqa: PLC0415 - for who attaches

    require_text(name, content)
    return attachments.keep(name, [content])


def _several(names: Iterable[str]) -> Problem:
    return Problem(
        "files-refused",
        N_("Not attached: {names}."),
        N_("Texts of up to {most} MB are taken: plain text, code, CSV, Markdown and the like."),
        details={"names": listed(map(_shortened, names)), "most": str(MOST_BYTES >> 20)},
    )


def _shortened(name: str) -> str:
    """Return a name of which many stand in a line."""
    return name if len(name) <= _LONG_NAME else f"{name[: _LONG_NAME // 2]}…{name[-_LONG_NAME // 2 :]}"


def _too_many() -> Problem:
    return Problem(
        "too-many-files",
        N_("A message takes {most} files."),
        N_("Send some of them with another one."),
        details={"most": str(_MOST)},
    )
