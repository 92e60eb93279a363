"""Files that are to go with a message: chosen, pasted or dropped; read, kept, and shown in the composer."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from glmdesk.app.stage import Stage
from glmdesk.chat.attached import AttachedFiles
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.errors import ImageNotLoaded, Problem, UsageError, UserError
from glmdesk.i18n import N_, _, listed, ngettext
from glmdesk.storage.attachments import MOST_BYTES, content_of
from glmdesk.ui.panes.writing import Writing
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.threads import unnoticed

_MOST: Final = 20
"""Files of a message."""

_MEASURE: Final = "measure"

_LONG_NAME: Final = 40
"""Letters; it is cut in its middle, because its end tells what it is."""


class _Given(NamedTuple):
    """What is to be attached: a file, or a content that is none."""

    name: str
    path: Path | None = None
    content: bytes = b""


class Attaching(QObject):
    """Takes files for what is being written, and shows what they come to. Only what models read is taken.

    Signals:
        attached(): all files that were given are with what is being written.
    """

    attached = Signal()

    def __init__(self, stage: Stage, files: AttachedFiles, tasks: TaskRunner, writing: Writing) -> None:
        super().__init__(stage.window)
        self._stage = stage
        self._files = files
        self._tasks = tasks
        self._writing = writing
        self._numbers = count()
        self._lost: set[str] = set()
        """By digest: files of drafts that are gone, or cannot be read."""
        self._folder: Path | None = None
        """The one that files were chosen in last."""
        self._composer = stage.window.chat.composer
        self._composer.attach_requested.connect(self._ask)
        self._composer.files_given.connect(self.attach)
        self._composer.image_given.connect(self._attach_image)
        self._composer.changed.connect(self._show_tokens)
        stage.window.chat.files_dropped.connect(self.attach)

    def attach(self, files: Sequence[str]) -> None:
        """Let files go with what is being written now."""
        self._take([_Given(Path(file).name, Path(file)) for file in files])

    def _attach_image(self, data: bytes) -> None:
        # Translators: the name of a file that holds a pasted image; {time} is as in 13-05-59.
        name = _("Image {time}.png").format(time=f"{datetime.now().astimezone():%H-%M-%S}")
        self._take([_Given(name, content=data)])

    def _take(self, files: Sequence[_Given]) -> None:
        place = self._writing.place
        room = _MOST - len(self._composer.draft.attachments) - self._writing.expected(place)
        if len(files) > room:
            self._stage.window.chat.banner.show_problem(_too_many())
            return
        self._writing.expect(place, len(files))
        # Numbered: other files do not end the wait for these.
        work = partial(self._attach, files, place)
        self._tasks.start(f"attach:{next(self._numbers)}", work)

    async def _attach(self, files: Sequence[_Given], place: str) -> None:
        left, refused = len(files), list[tuple[str, Problem]]()
        try:
            for given in files:
                try:
                    attachment = await self._keep(given)
                except UserError as error:
                    refused.append((given.name, error.problem))
                else:
                    self._writing.attach(place, attachment)
                left -= 1
                self._writing.expect(place, -1)
        finally:
            self._writing.expect(place, -left)
        self._tell(len(files) - len(refused), refused)
        if not refused:
            self.attached.emit()

    async def keep(self, path: Path) -> Attachment:
        """Keep a file that goes with a question which is not written here. Raises UserError."""
        return await self._keep(_Given(path.name, path))

    async def _keep(self, given: _Given) -> Attachment:
        """Keep a file that models read or see. Raises UserError."""
        from glmdesk.app.seen import as_seen  # noqa: PLC0415 - for who attaches

        name, content = given.name, given.content
        if given.path is not None:
            content = await asyncio.to_thread(content_of, given.path)
        try:
            name, content = await as_seen(name, content) or (name, content)
        except ImageNotLoaded as error:
            raise UsageError(_no_image(name, error.problem)) from error
        with unnoticed():
            return await asyncio.to_thread(self._files.add, name, content)

    def take(self, name: str, content: bytes) -> None:
        """Let a text that comes from elsewhere go with what is being written now, as a file of this name."""
        self._take([_Given(name, content=content)])

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

    def _show_tokens(self) -> None:
        """Show about how many tokens the files are, and read those that were attached in an earlier run."""
        files = self._composer.draft.attachments
        if not files:
            return
        tokens = {file.digest: self._files.tokens(file) for file in files}
        self._composer.show_tokens({digest: count for digest, count in tokens.items() if count is not None})
        if self._unread() and not self._tasks.is_running(_MEASURE):
            self._tasks.start(_MEASURE, self._measure)

    def _unread(self) -> list[Attachment]:
        files = self._composer.draft.attachments
        return [file for file in files if not self._files.knows(file) and file.digest not in self._lost]

    async def _measure(self) -> None:
        while unread := self._unread():
            try:
                with unnoticed():
                    await asyncio.to_thread(self._files.read, unread[0])
            except UserError:
                # The model will be told.
                self._lost.add(unread[0].digest)
            self._show_tokens()

    def _ask(self) -> None:
        from glmdesk.ui.dialogs.files import FilesDialog  # noqa: PLC0415 - for who attaches

        dialog = FilesDialog(self._stage.window, _("Attach files"), self._folder)
        dialog.filesSelected.connect(self._choose)
        dialog.open()

    def _choose(self, files: list[str]) -> None:
        self._folder = Path(files[0]).parent
        self.attach(files)
        self._composer.input.setFocus()


def _no_image(name: str, reason: Problem) -> Problem:
    return Problem(
        reason.code,
        N_("“{name}” cannot be attached: {reason}"),
        N_("Open it with its own program and save it again."),
        details={"name": name, "reason": reason.headline},
    )


def _several(names: Iterable[str]) -> Problem:
    return Problem(
        "files-refused",
        N_("Not attached: {names}."),
        N_("Models read PDF, DOCX, XLSX, PPTX, web pages, text, code and CSV of up to {most} MB."),
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
