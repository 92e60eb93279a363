"""One question to several models, whose answers are written side by side."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from glmdesk.app.fitting import Fitting, Sent
from glmdesk.app.offering import Offering
from glmdesk.app.stage import Stage
from glmdesk.domain.conversation import MessageTree
from glmdesk.domain.draft import Draft
from glmdesk.domain.message import Message, State
from glmdesk.domain.model import Model
from glmdesk.ui.controllers.answers import AnswersController
from glmdesk.ui.controllers.chat import ChatController
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.widgets.message_figures import explained
from glmdesk.ui.widgets.model_facts import positioning, price_range, status_word

if TYPE_CHECKING:
    from glmdesk.app.reading import Reading
    from glmdesk.ui.dialogs.compare import AnswerColumn, CompareDialog


class Comparing(QObject):
    """Opens the dialog for a question that is written, or was asked before, and fills its columns."""

    def __init__(
        self,
        stage: Stage,
        chat: ChatController,
        answers: AnswersController,
        *,
        fitting: Fitting,
        offering: Offering,
        reading: "Callable[[], Reading]",
    ) -> None:
        super().__init__(stage.window)
        self._stage = stage
        self._chat = chat
        self._answers = answers
        self._offering = offering
        self._fitting = fitting
        self._reading = reading
        self._dialog: CompareDialog | None = None
        self._columns: dict[str, tuple[AnswerColumn, MessageList]] = {}
        """By the ids of the answers in them."""
        chat.compared.connect(self._show)
        answers.grew.connect(self._grow)
        answers.advanced.connect(self._put)
        answers.thought.connect(self._put)
        answers.progressed.connect(self._say)
        answers.ended.connect(self._put)

    def begin(self) -> None:
        """Compare answers to what is written in the composer."""
        composer = self._stage.window.chat.composer
        attachments = composer.draft.attachments

        def ask(question: str, model_ids: list[str]) -> None:
            def send(draft: Draft) -> None:
                composer.set_draft(Draft())
                self._chat.compare(draft, model_ids)

            self._fit(Draft(question, attachments), model_ids, send)

        self._open(composer.draft.text, ask, is_asked=False)

        def keep_writing() -> None:
            # What was changed there is not lost where nothing was asked.
            if dialog is not None and dialog.question.strip() and not dialog.is_showing:
                composer.set_draft(Draft(dialog.question, attachments))

        dialog = self._dialog
        assert dialog is not None
        dialog.rejected.connect(keep_writing)

    def begin_again(self, question: Message) -> None:
        """Compare answers to a question that is there."""
        files = question.attachments if question.parts is None else ()

        def ask(_question: str, model_ids: list[str]) -> None:
            self._fit(
                Draft(question.text, files),
                model_ids,
                lambda _draft: self._chat.compare_again(question.id, model_ids),
                is_asked=True,
            )

        self._open(question.text, ask, is_asked=True)

    def _fit(
        self, draft: Draft, model_ids: list[str], send: Callable[[Draft], None], *, is_asked: bool = False
    ) -> None:
        """Ask once the files fit, or what else is to be sent was chosen."""
        dialog = self._dialog
        assert dialog is not None, "the models were chosen in it"
        if problem := self._fitting.blindness(draft.attachments, model_ids):
            dialog.refuse(problem.words)
            return
        sent = Sent(
            draft,
            self._chat.conversation,
            model_ids,
            send,
            lambda: self._dialog is dialog,
            dialog.choose_again,
            dialog,
            left=dialog.choose_again,
            refused=dialog.refuse if is_asked else None,
        )
        self._fitting.fit(sent)

    def _open(self, question: str, ask: Callable[[str, list[str]], None], *, is_asked: bool) -> None:
        from glmdesk.ui.dialogs.compare import CompareDialog  # noqa: PLC0415 - for who compares

        offer, chat = self._offering.offer, self._chat.conversation
        chosen = tuple(dict.fromkeys((chat.model, offer.default.id)))
        self._dialog = CompareDialog(
            question,
            [(model.id, model.title, self._said_of(model)) for model in offer],
            chosen,
            self._stage.window,
            is_asked=is_asked,
        )
        self._dialog.asked.connect(ask)
        self._dialog.finished.connect(self._forget)
        self._dialog.open()

    def _said_of(self, model: Model) -> str:
        words = (positioning(model, self._stage.language), price_range(model.prices), status_word(model))
        return " · ".join(filter(None, words))

    def _forget(self) -> None:
        self._dialog = None
        self._columns.clear()

    def _show(self, answers: tuple[Message, ...]) -> None:
        from glmdesk.ui.dialogs.compare import AnswerColumn  # noqa: PLC0415 - for who compares

        dialog = self._dialog
        if dialog is None:
            return
        offer = self._offering.offer
        for answer in answers:
            messages = MessageList(dialog, shows_sources=self._stage.is_safe)
            column = AnswerColumn(offer.title(answer.model), self._reading().beside(messages, offer))
            column.stopped.connect(partial(self._answers.stop_one, answer.id))
            column.kept.connect(partial(self._keep, answer.id))
            self._columns[answer.id] = (column, messages)
            self._put(answer)
        dialog.show_columns([column for column, _messages in self._columns.values()])

    def _put(self, answer: Message) -> None:
        if answer.id not in self._columns:
            return
        column, messages = self._columns[answer.id]
        # Each stands alone here.
        shown = replace(answer, parent_id=None)
        if len(messages):
            messages.put(shown)
        else:
            messages.show_branch(MessageTree([shown]), shown.id)
        is_writing = answer.state is State.STREAMING
        column.show_state(
            "" if is_writing else explained(answer),
            is_writing=is_writing,
            can_be_kept=bool(answer.text) and not is_writing,
        )

    def _grow(self, answer_id: str, text: str) -> None:
        if answer_id in self._columns:
            self._columns[answer_id][1].grow(answer_id, text)

    def _say(self, answer_id: str, status: str) -> None:
        if answer_id in self._columns:
            self._columns[answer_id][1].say(answer_id, status)

    def _keep(self, answer_id: str) -> None:
        self._chat.keep(answer_id)
        if self._dialog is not None:
            self._dialog.accept()
