"""Quick questions: one short exchange that is kept nowhere, unless it is wanted in the history."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from glmdesk.chat.messages import new_conversation
from glmdesk.domain.conversation import Conversation, MessageTree
from glmdesk.domain.draft import Draft
from glmdesk.domain.message import Message
from glmdesk.domain.options import Preset
from glmdesk.i18n import _
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.passing import PassingConversations
from glmdesk.ui.controllers.answers import AnswersController
from glmdesk.ui.controllers.turns import Place, TurnsController
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.tasks import TaskRunner

GOES_ON_S: Final = 300.0
"""Seconds for which an exchange is gone on with; after that a question begins another."""

_SHOWN: Final = 160
"""Characters of a text that is asked about: whoever asks has it before their eyes."""


class QuickController(QObject):
    """Keeps a list of messages true to one passing exchange, and moves it into the history.

    Signals:
        changed(): the exchange is another one, or its answer has another state.
        answering_changed(is_answering: bool): an answer is being written, or ended.
        refused(draft: Draft): it could not be asked, because an answer is being written.
        kept(conversation: Conversation): an exchange is in the history now.
        continued(conversation_id: str): it is to be gone on with there.
    """

    changed = Signal()
    answering_changed = Signal(bool)
    refused = Signal(object)
    kept = Signal(object)
    continued = Signal(str)

    def __init__(
        self,
        store: PassingConversations,
        turns: TurnsController,
        answers: AnswersController,
        tasks: TaskRunner,
        *,
        history: Conversations,
        messages: MessageList,
        is_always_kept: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._store = store
        self._turns = turns
        self._answers = answers
        self._tasks = tasks
        self._history = history
        self._messages = messages
        self._is_always_kept = is_always_kept
        self.clock: Callable[[], float] = time.time
        """Returns seconds, which go on while the computer sleeps."""
        self.way = Preset("")
        """How the next exchange asks."""
        self._conversation = new_conversation("")
        self._is_begun = False
        self._tree = MessageTree(())
        self._shown_texts: dict[str, str] = {}
        """What is shown in place of questions that contain a long text, by what is asked."""
        self._used_at = self.clock()
        self._kept_ids: set[str] = set()
        """The messages of the exchange that are in the history."""
        self.is_leaving = False
        """Whether the exchange is continued elsewhere as soon as its answer is complete."""
        turns.created.connect(self._take_created)
        turns.added.connect(self._take_added)
        turns.refused.connect(self._take_refused)
        turns.running_changed.connect(self._take_running)
        answers.grew.connect(messages.grow)
        answers.progressed.connect(messages.say)
        answers.thought.connect(self._put)
        answers.ended.connect(self._put)

    @property
    def conversation_id(self) -> str:
        """The exchange, as the history will know it."""
        return self._conversation.id

    @property
    def is_answering(self) -> bool:
        """Whether an answer is being written."""
        return self._answers.is_answering(self._conversation.id)

    @property
    def answer(self) -> Message | None:
        """The last answer, as far as it has come."""
        last = self._messages.messages[-1:]
        return next((message for message in last if message.role == "assistant"), None)

    @property
    def last_question(self) -> str:
        """What was asked last, as it is shown; empty where nothing was."""
        questions = (message.text for message in reversed(self._messages.messages) if message.role == "user")
        return next(questions, "")

    def ask(self, question: str, model_id: str, *, shown: str = "") -> None:
        """Put a question to a model; `shown` is what is seen of it, if not all."""
        self._used_at = self.clock()
        self._conversation = replace(self._conversation, model=model_id)
        if not self._is_begun:
            self._conversation = replace(self._conversation, system=self.way.system, options=self.way.options)
        if shown:
            self._shown_texts[question] = shown
        leaf_id = self._conversation.leaf_id
        place = Place(self._conversation, self._tree.path(leaf_id), self._is_begun)
        self._turns.ask(place, Draft(question))

    def stop(self) -> None:
        """End the answer being written; what has arrived stays."""
        self._answers.stop(self._conversation.id)

    def retry(self, model_id: str) -> None:
        """Ask for another answer in place of the last one."""
        if (last := self.answer) is not None:
            self._conversation = replace(self._conversation, model=model_id)
            self._turns.retry(self._place_of(last), self._tree.get(last.id), model_id)

    def go_on(self) -> None:
        """Ask for the rest of an unfinished answer."""
        if (last := self.answer) is not None:
            self._turns.go_on(self._place_of(last), self._tree.get(last.id))

    def come_back(self) -> None:
        """Begin another exchange if it is long since anything was asked, or an answer ended."""
        if self._is_begun and not self.is_answering and self.clock() - self._used_at > GOES_ON_S:
            self.begin_anew()

    def use(self) -> None:
        """Take note that somebody has just seen the exchange."""
        self._used_at = self.clock()

    def begin_anew(self) -> None:
        """Leave the exchange; an answer being written in it is stopped."""
        left = self._conversation.id
        self._conversation, self._tree = new_conversation(""), MessageTree(())
        self._is_begun = self.is_leaving = False
        self._shown_texts.clear()
        self._kept_ids.clear()
        self._messages.show_branch(self._tree, None)
        self._tasks.start(f"quick-left:{left}", partial(self._leave, left))
        self.answering_changed.emit(False)
        self.changed.emit()

    def move_on(self) -> None:
        """Let the exchange be continued in the history, once what is being written is complete."""
        if not self._is_begun:
            return
        self.is_leaving = True
        if self.is_answering:
            self.changed.emit()
        else:
            self._keep_soon()

    async def _leave(self, conversation_id: str) -> None:
        await self._answers.end(conversation_id)
        self._store.forget(conversation_id)

    def _place_of(self, answer: Message) -> Place:
        return Place(self._conversation, self._tree.path(answer.parent_id))

    def _take_created(self, conversation: Conversation) -> None:
        if conversation.id == self._conversation.id:
            self._conversation, self._is_begun = conversation, True

    def _take_refused(self, _draft_id: str, draft: Draft) -> None:
        self.refused.emit(draft)

    def _take_added(self, messages: tuple[Message, ...], leaf_id: str) -> None:
        if messages[0].conversation_id != self._conversation.id:
            return
        for message in messages:
            self._tree.put(message)
        self._conversation = replace(self._conversation, leaf_id=leaf_id, updated_at=messages[-1].created_at)
        shown = MessageTree(map(self._as_shown, self._tree.path(leaf_id)))
        self._messages.show_branch(shown, leaf_id)
        self.changed.emit()

    def _as_shown(self, message: Message) -> Message:
        text = self._shown_texts.get(message.text) if message.role == "user" else None
        return message if text is None else replace(message, text=text)

    def _put(self, message: Message) -> None:
        if message.conversation_id == self._conversation.id and message.id in self._tree:
            self._tree.put(message)
            self._messages.put(message)
            self.changed.emit()

    def _take_running(self, conversation_id: str, is_running: bool) -> None:
        if conversation_id != self._conversation.id:
            return
        self.answering_changed.emit(is_running)
        if not is_running:
            self._used_at = self.clock()
            if self.is_leaving or self._is_always_kept():
                self._keep_soon()

    def _keep_soon(self) -> None:
        self._tasks.start("quick-keep", self._keep)

    async def _keep(self) -> None:
        """Store what is not in the history yet; what has cost something is in the ledger already."""
        conversation = self._conversation
        everything = await self._store.messages(conversation.id)
        new = [message for message in everything if message.id not in self._kept_ids]
        if new and self._kept_ids:
            await self._history.append(*new)
        elif new:
            await self._history.create(conversation, *new)
        if conversation.id == self._conversation.id:
            self._kept_ids.update(message.id for message in new)
        self.kept.emit(conversation)
        if self.is_leaving and conversation.id == self._conversation.id:
            self.begin_anew()
            self.continued.emit(conversation.id)


def shown_question(asked: str, text: str) -> str:
    """Return what is seen of a question about a text: what is asked, and how the text begins."""
    words = " ".join(text.split())
    excerpt = words if len(words) <= _SHOWN else words[:_SHOWN].rstrip() + "…"
    return _("{question}: “{text}”").format(question=asked, text=excerpt) if asked else excerpt
