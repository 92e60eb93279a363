"""Files of a message before it is sent: whether the model reads them all, and what is sent if it does not."""

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from glmdesk.app.offering import Offering
from glmdesk.app.stage import Stage
from glmdesk.chat.attached import AttachedFiles
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import Action, Problem, UserError
from glmdesk.ui.controllers.chat import ChatController
from glmdesk.ui.panes.writing import Writing
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.threads import unnoticed

if TYPE_CHECKING:
    from glmdesk.chat.fitting import Excerpt, LongFile
    from glmdesk.ui.dialogs.fitting import FittingDialog


class Fitting(QObject):
    """Lets messages with files go that fit, and asks what of the others is to go."""

    def __init__(
        self,
        stage: Stage,
        files: AttachedFiles,
        tasks: TaskRunner,
        writing: Writing,
        *,
        chat: ChatController,
        offering: Offering,
    ) -> None:
        super().__init__(stage.window)
        self._stage = stage
        self._files = files
        self._tasks = tasks
        self._writing = writing
        self._chat = chat
        self._offering = offering
        self._composer = stage.window.chat.composer
        self._composer.asks_for_fit = True
        self._composer.fit_wanted.connect(self._look)
        self._composer.changed.connect(self._look_again)
        stage.window.chat.header.model_picked.connect(self._look_again)
        self._warned = False
        self._dialog: FittingDialog | None = None

    def warn(self) -> None:
        """Say that the model does not see images that are attached, if it does not."""
        self._refuses(self._composer.draft.attachments)

    def _look(self, draft: Draft) -> None:
        """Send at once what is known to fit."""
        files = draft.attachments
        if self._dialog is not None or self._refuses(files):
            return
        room = self._room(draft)
        if room is None or (all(map(self._files.knows, files)) and self._fits(files, room)):
            self._composer.send()
        else:
            self._tasks.start("fit", partial(self._fit, draft, room, self._writing.place))

    def _blindness(self, files: Sequence[Attachment]) -> Problem | None:
        images = [file.name for file in files if self._files.is_image(file)]
        return self._offering.offer.blindness(self._chat.conversation.model, images)

    def _refuses(self, files: Sequence[Attachment]) -> bool:
        problem = self._blindness(files)
        self._warned = problem is not None
        if problem is not None:
            self._stage.window.chat.banner.show_problem(problem)
        return problem is not None

    def _look_again(self) -> None:
        """Take back what was said of images once it is not so any more."""
        if self._warned and not self._blindness(self._composer.draft.attachments):
            self._warned = False
            self._stage.window.chat.banner.withdraw({Action.CHOOSE_MODEL})

    def _room(self, draft: Draft) -> int | None:
        from glmdesk.chat.fitting import room_for_files  # noqa: PLC0415 - for who sends files

        conversation = self._chat.conversation
        model = self._offering.offer.get(conversation.model)
        if model is None:
            return None
        words = f"{conversation.system}\n{draft.text}"
        return room_for_files(model, words, conversation.options.max_tokens)

    def _fits(self, files: Sequence[Attachment], room: int) -> bool:
        from glmdesk.chat.fitting import tokens_of  # noqa: PLC0415

        return tokens_of(self._files.tokens(file) for file in files) <= room

    async def _fit(self, draft: Draft, room: int, place: str) -> None:
        with unnoticed():
            texts = await asyncio.to_thread(self._read, draft.attachments)
            if not self._is_still_there(draft, place) or self._refuses(draft.attachments):
                return
            if self._fits(draft.attachments, room):
                self._composer.send()
                return
            files = await asyncio.to_thread(_in_parts, draft.attachments, texts, room)
        if self._is_still_there(draft, place):
            self._ask(files, room)

    def _is_still_there(self, draft: Draft, place: str) -> bool:
        return place == self._writing.place and draft.attachments == self._composer.draft.attachments

    def _read(self, files: Iterable[Attachment]) -> list[str]:
        """Return texts, an empty one for each file that has none: the model is told what is with it."""
        return [_text(self._files, file) for file in files]

    def _ask(self, files: "Sequence[LongFile]", room: int) -> None:
        from glmdesk.chat.fitting import beginning  # noqa: PLC0415
        from glmdesk.ui.dialogs.fitting import FittingDialog  # noqa: PLC0415

        first = beginning(files, room)
        title = self._offering.offer.title(self._chat.conversation.model)
        dialog = FittingDialog(self._stage.window, files, first, room, model=title)
        dialog.beginning_chosen.connect(lambda: self._take(first))
        dialog.parts_chosen.connect(partial(self._take_parts, files))
        dialog.model_wanted.connect(self._stage.window.chat.header.open_picker)
        dialog.finished.connect(self._forget_dialog)
        self._dialog = dialog
        dialog.open()

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _take_parts(self, files: "Sequence[LongFile]", numbers: list[list[int]]) -> None:
        from glmdesk.chat.fitting import chosen_parts  # noqa: PLC0415

        self._take(chosen_parts(files, numbers))

    def _take(self, excerpts: "Sequence[Excerpt]") -> None:
        self._tasks.start("fit", partial(self._send, excerpts, self._composer.draft, self._writing.place))

    async def _send(self, excerpts: "Sequence[Excerpt]", draft: Draft, place: str) -> None:
        """Let parts be files of their own, which are kept with the message and the same each time."""
        with unnoticed():
            kept = await asyncio.to_thread(_kept, self._files, excerpts)
        if self._is_still_there(draft, place):
            self._composer.set_draft(Draft(self._composer.text(), tuple(kept)))
            self._composer.send()


def _text(files: AttachedFiles, file: Attachment) -> str:
    try:
        content = files.read(file)
    except UserError:
        return ""
    return content if isinstance(content, str) else ""


def _in_parts(files: Sequence[Attachment], texts: Sequence[str], room: int) -> "list[LongFile]":
    from glmdesk.chat.fitting import in_parts  # noqa: PLC0415

    return [in_parts(file, text, room) for file, text in zip(files, texts, strict=True)]


def _kept(files: AttachedFiles, excerpts: "Iterable[Excerpt]") -> list[Attachment]:
    """Keep what is a part of a file. Raises LocalDataError."""
    return [
        excerpt.file if excerpt.text is None else files.add(excerpt.name, excerpt.text.encode())
        for excerpt in excerpts
    ]
