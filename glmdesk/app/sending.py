"""What is sent from the composer with files: once it fits, and to a model that sees what is to be seen."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from glmdesk.app.fitting import Fitting, Sent
from glmdesk.app.stage import Stage
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import Action, Problem
from glmdesk.ui.controllers.chat import ChatController
from glmdesk.ui.panes.writing import Writing


class FileSending(QObject):
    """Looks at messages with files before the composer sends them."""

    def __init__(
        self,
        stage: Stage,
        fitting: Fitting,
        writing: Writing,
        chat: ChatController,
    ) -> None:
        super().__init__(stage.window)
        self._stage = stage
        self._fitting = fitting
        self._writing = writing
        self._chat = chat
        self._composer = stage.window.chat.composer
        self._composer.asks_for_fit = True
        self._composer.fit_wanted.connect(self._look)
        self._composer.changed.connect(self._look_again)
        stage.window.chat.header.model_picked.connect(self._look_again)
        self._warned = False

    def warn(self) -> None:
        """Say that the model does not see images that are attached, if it does not."""
        self._refuses(self._composer.draft.attachments)

    def _look(self, draft: Draft) -> None:
        if self._refuses(draft.attachments):
            return
        conversation, place = self._chat.conversation, self._writing.place

        def is_wanted() -> bool:
            is_there = place == self._writing.place and draft.attachments == self._composer.draft.attachments
            return is_there and not self._refuses(draft.attachments)

        header = self._stage.window.chat.header
        self._fitting.fit(
            Sent(
                draft,
                conversation,
                (conversation.model,),
                self._send,
                is_wanted,
                header.open_picker,
                self._stage.window,
            )
        )

    def _send(self, draft: Draft) -> None:
        # The words may have been changed since.
        self._composer.set_draft(Draft(self._composer.text(), draft.attachments))
        self._composer.send(draft.reader)

    def _blindness(self, files: Sequence[Attachment]) -> Problem | None:
        return self._fitting.blindness(files, (self._chat.conversation.model,))

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
