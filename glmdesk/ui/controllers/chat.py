"""The conversation on the screen: opening, asking, retrying, editing, choosing, branching off, deleting."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QObject, Signal

from glmdesk.chat.context import goes_on
from glmdesk.chat.messages import (
    as_asked,
    branched_off,
    new_answer,
    new_conversation,
    new_question,
)
from glmdesk.domain.conversation import Conversation, MessageTree, title_of
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import ConversationGone, LocalDataError, ServiceRefused
from glmdesk.domain.message import Message, State
from glmdesk.domain.options import Options
from glmdesk.domain.request import ChatRequest
from glmdesk.domain.usage import Usage
from glmdesk.i18n import _
from glmdesk.storage.conversations import Conversations
from glmdesk.ui.controllers.answers import AnswersController
from glmdesk.ui.controllers.tools import ToolsController
from glmdesk.ui.controllers.window import Prompt, Reading, WindowController
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.tasks import TaskRunner


@dataclass(slots=True)
class _Opened:
    """A conversation as it was opened. Tasks hold on to theirs, whatever is shown meanwhile."""

    conversation: Conversation
    tree: MessageTree
    is_stored: bool


class ChatController(QObject):
    """Keeps the screen's messages true to one conversation. A new one is stored with its first question.

    Signals:
        conversation_changed(): another conversation is shown, or what the header says of it changed.
        answering_changed(is_answering: bool): whether an answer is being written in it.
        question_refused(conversation_id: str, draft: Draft): a question could not be stored, and nothing was
        asked. The id is empty for a conversation that is not stored either.
        message_deleted(message_id: str, count: int): it is out of sight with what followed it, `count`
        messages in all, and can be restored.
        message_wanted(message_id: str): the reader should be led to a message that is shown now.
        waiting_changed(): an answer waits for the service no longer.
        compared(answers: tuple[Message, ...]): several models are asked; these are their empty answers.
        sending_wanted(): the answers that wait for the service should be asked for now.
    """

    conversation_changed = Signal()
    answering_changed = Signal(bool)
    question_refused = Signal(str, object)
    message_deleted = Signal(str, int)
    message_wanted = Signal(str)
    waiting_changed = Signal()
    compared = Signal(object)
    sending_wanted = Signal()

    def __init__(
        self,
        store: Conversations,
        answers: AnswersController,
        tasks: TaskRunner,
        *,
        tools: ToolsController,
        window: WindowController,
        rows: ConversationList,
        messages: MessageList,
        default_model: Callable[[], str],
    ) -> None:
        super().__init__()
        self._store = store
        self._tools = tools
        self._window = window
        self._answers = answers
        self._tasks = tasks
        self._rows = rows
        self._messages = messages
        self._default_model = default_model
        self._shown = self._blank()
        self._deleted: dict[str, tuple[str, str | None]] = {}
        """By deleted message: its conversation, and where the branch ended that was shown."""
        answers.began.connect(self._answer_began)
        answers.grew.connect(messages.grow)
        answers.progressed.connect(messages.say)
        answers.thought.connect(messages.put)
        answers.ended.connect(self._answer_ended)
        answers.counted.connect(window.learn)
        self.conversation_changed.connect(self._mark_start)
        window.cut.connect(self._take_cut)

    @property
    def conversation(self) -> Conversation:
        """The conversation on the screen."""
        return self._shown.conversation

    @property
    def is_stored(self) -> bool:
        """Whether the conversation has a first question and is in the database."""
        return self._shown.is_stored

    @property
    def last_usage(self) -> Usage | None:
        """What the last answer of the branch used, if the service said so."""
        return next((message.usage for message in reversed(self._branch()) if message.usage), None)

    @property
    def path(self) -> tuple[Message, ...]:
        """The branch on the screen."""
        return self._branch()

    def path_before(self, message_id: str) -> tuple[Message, ...]:
        """Return what comes before a message of the conversation on the screen."""
        tree = self._shown.tree
        return tree.path(tree.get(message_id).parent_id) if message_id in tree else self._branch()

    def show_new(self) -> None:
        """Show an empty conversation."""
        self._tasks.cancel("open")
        self._show(self._blank())

    def open(self, conversation_id: str) -> None:
        """Show a stored conversation."""
        self._tasks.cancel("open")
        if conversation_id != self.conversation.id:
            self._tasks.start("open", partial(self._open, conversation_id, None))

    def open_at(self, conversation_id: str, message_id: str) -> None:
        """Show a stored conversation where a message is, whatever branch that is in."""
        self._tasks.start("open", partial(self._open, conversation_id, message_id))

    def choose_model(self, model_id: str) -> None:
        """Let another model answer from now on."""
        self._shown.conversation = replace(self.conversation, model=model_id)
        self.conversation_changed.emit()
        if self.is_stored:
            update = partial(self._store.update, self.conversation.id, model=model_id)
            self._tasks.start(f"model:{self.conversation.id}", update)

    def choose_options(self, system: str, options: Options) -> None:
        """Let the conversation ask in another way from now on."""
        self._shown.conversation = replace(self.conversation, system=system, options=options)
        self.conversation_changed.emit()
        if self.is_stored:
            update = partial(self._store.update, self.conversation.id, system=system, options=options)
            self._tasks.start(f"options:{self.conversation.id}", update)

    def take_arrangement(self, conversations: Sequence[Conversation]) -> None:
        """Take what was arranged elsewhere."""
        for conversation in conversations:
            if conversation.id == self.conversation.id:
                self._shown.conversation = replace(
                    self.conversation,
                    pinned=conversation.pinned,
                    archived=conversation.archived,
                    folder=conversation.folder,
                )

    def renamed(self, conversation_id: str, title: str) -> None:
        """Take a title that was changed elsewhere."""
        if conversation_id == self.conversation.id:
            self._shown.conversation = replace(self.conversation, title=title)
            self.conversation_changed.emit()

    def ask(self, draft: Draft) -> None:
        """Ask a question after the last message of the branch."""
        self._start(partial(self._ask, self._shown, draft, self.conversation.leaf_id), draft)

    def edit(self, row: int, draft: Draft) -> None:
        """Ask another question in place of one; the old one stays as a variant, and waits no longer."""
        edited = self._messages[row].message
        waiting = [
            message.id for message in self._branch() if message.parent_id == edited.id and _waits(message)
        ]
        if waiting:
            self._tasks.start(f"stop-waiting:{edited.id}", partial(self._stop_waiting, waiting))
        self._start(partial(self._ask, self._shown, draft, edited.parent_id), draft)

    def retry(self, row: int, model_id: str | None = None) -> None:
        """Ask for another answer; the old one stays as a variant.

        Another model may be asked this once; None: that of the conversation. An answer that waits for the
        service is asked for at once.
        """
        if model_id is None and _waits(self._messages[row].message):
            self.sending_wanted.emit()
            return
        self._start(partial(self._retry, self._shown, self._messages[row].message, model_id))

    def compare(self, draft: Draft, model_ids: Sequence[str]) -> None:
        """Put a question to several models at once. Their answers are variants; the first is shown."""
        self._start(partial(self._compare, self._shown, draft, model_ids), draft)

    def compare_again(self, question_id: str, model_ids: Sequence[str]) -> None:
        """Put a question that is there to several models at once."""
        self._start(partial(self._compare_again, self._shown, question_id, model_ids))

    def keep(self, answer_id: str) -> None:
        """Go on with one of several answers, if its conversation is still on the screen."""
        if answer_id not in self._shown.tree:
            return
        leaf_id = self._shown.tree.leaf_below(answer_id)
        self._show_leaf(self._shown, leaf_id)
        save = partial(self._store.set_leaf, self.conversation.id, leaf_id)
        self._tasks.start(f"leaf:{self.conversation.id}", save)

    def go_on(self, row: int) -> None:
        """Ask for the rest of an unfinished answer."""
        self._start(partial(self._go_on, self._shown, self._messages[row].message))

    def stop_waiting(self, row: int) -> None:
        """Let an answer wait for the service no longer."""
        message = self._messages[row].message
        self._tasks.start(f"stop-waiting:{message.id}", partial(self._stop_waiting, [message.id]))

    async def _stop_waiting(self, message_ids: Sequence[str]) -> None:
        await self._store.stop_waiting(message_ids)
        for message_id in message_ids:
            if message_id in self._shown.tree:
                stopped = replace(self._shown.tree.get(message_id), state=State.STOPPED, problem=None)
                self._shown.tree.put(stopped)
                self._messages.put(stopped)
        self.waiting_changed.emit()

    async def send_waiting(self, answer_id: str, conversation_id: str) -> None:
        """Ask again for an answer that waits for the service, and return when that has ended.

        It is asked for once: before anything is sent it is stored as one that is being written.
        """
        if not self._answers.is_answering(conversation_id):
            self._begin(conversation_id, partial(self._send, answer_id, conversation_id))
        await self._answers.ended_in(conversation_id)

    async def _send(self, answer_id: str, conversation_id: str) -> None:
        conversation = await self._store.get(conversation_id)
        tree = MessageTree(await self._store.messages(conversation_id))
        if conversation is None or answer_id not in tree or not _waits(tree.get(answer_id)):
            return
        answer = replace(tree.get(answer_id), state=State.STREAMING, problem=None)
        if not await self._store.resume(answer_id):
            return
        if conversation_id == self.conversation.id:
            self._shown.tree.put(answer)
        await self._write(conversation, answer, tree.path(answer.parent_id), has_waited=True)

    def stop(self) -> None:
        """End the answer being written; what has arrived stays."""
        self._answers.stop(self.conversation.id)

    def choose_variant(self, row: int, step: int) -> None:
        """Show the variant before (-1) or after (1) the one in a row, with what followed it."""
        shown = self._messages[row].message
        tree = self._shown.tree
        variants = tree.variants(shown.id)
        position = next(i for i, variant in enumerate(variants) if variant.id == shown.id) + step
        if 0 <= position < len(variants) and not self._answers.is_answering(self.conversation.id):
            self.keep(variants[position].id)

    def variants(self, row: int) -> tuple[Message, ...]:
        """Return the message of a row with its variants, in their order."""
        return tuple(self._shown.tree.variants(self._messages[row].message.id))

    def branch(self, row: int) -> None:
        """Copy what was said up to a message, and the message, into a new conversation and show that."""
        message = self._messages[row].message
        work = partial(self._branch_off, self.conversation, self._shown.tree.path(message.id))
        self._tasks.start(f"branch:{message.id}", work)

    def delete(self, row: int) -> None:
        """Put a message with all that follows it out of sight; an answer being written there is stopped."""
        message = self._messages[row].message
        self._tasks.start(f"delete:{message.id}", partial(self._delete, self._shown, message))

    def restore(self, message_id: str) -> None:
        """Bring a message that was deleted in this run back, with all that followed it, and show it."""
        self._tasks.start(f"restore:{message_id}", partial(self._restore, message_id))

    def _start(self, work: Callable[[], Awaitable[None]], draft: Draft | None = None) -> None:
        """Begin a turn in the conversation on the screen; where one runs, what was written comes back."""
        if not self._answers.is_answering(self.conversation.id):
            self._begin(self.conversation.id, work)
        elif draft:
            self.question_refused.emit(self._place_of(self._shown), draft)

    def _begin(self, conversation_id: str, work: Callable[[], Awaitable[None]]) -> None:
        self._answers.start(conversation_id, partial(self._take_turn, conversation_id, work))
        if conversation_id == self.conversation.id:
            self.answering_changed.emit(True)

    async def _take_turn(self, conversation_id: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        finally:
            if conversation_id == self.conversation.id:
                self.answering_changed.emit(False)

    async def _ask(self, opened: _Opened, draft: Draft, parent_id: str | None) -> None:
        question = new_question(opened.conversation, parent_id, draft)
        answer = new_answer(opened.conversation, question.id)
        await self._keep_question(opened, draft, question, answer)
        opened.tree.put(question)
        await self._answer(opened, answer)

    async def _keep_question(
        self, opened: _Opened, draft: Draft, question: Message, *answers: Message
    ) -> None:
        """Store a question and its empty answers; where that is not possible, what was written comes back."""
        try:
            await self._store_question(opened, draft, question, *answers)
        except ConversationGone:
            self._rows.remove(opened.conversation.id)
            if opened is self._shown:
                self.show_new()
            self.question_refused.emit("", draft)
            raise
        except LocalDataError:
            self.question_refused.emit(self._place_of(opened), draft)
            raise

    @staticmethod
    def _place_of(opened: _Opened) -> str:
        """Return what a question is written for, as drafts know it."""
        return opened.conversation.id if opened.is_stored else ""

    async def _store_question(
        self, opened: _Opened, draft: Draft, question: Message, *answers: Message
    ) -> None:
        if opened.is_stored:
            await self._store.append(question, *answers)
            return
        titled = replace(opened.conversation, title=title_of(draft.heading))
        await self._store.create(titled, question, *answers)
        # Another model may have been chosen meanwhile, or another way of asking.
        chosen = replace(opened.conversation, title=titled.title)
        opened.conversation, opened.is_stored = chosen, True
        if chosen != titled:
            await self._store.update(
                titled.id, model=chosen.model, system=chosen.system, options=chosen.options
            )

    async def _compare(self, opened: _Opened, draft: Draft, model_ids: Sequence[str]) -> None:
        question = new_question(opened.conversation, opened.conversation.leaf_id, draft)
        answers = _answers_by(opened.conversation, question.id, model_ids)
        await self._keep_question(opened, draft, question, *answers)
        opened.tree.put(question)
        await self._answer_beside(opened, answers)

    async def _compare_again(self, opened: _Opened, question_id: str, model_ids: Sequence[str]) -> None:
        answers = _answers_by(opened.conversation, question_id, model_ids)
        await self._store.append(*answers)
        await self._answer_beside(opened, answers)

    async def _answer_beside(self, opened: _Opened, answers: Sequence[Message]) -> None:
        for answer in answers:
            opened.tree.put(answer)
        first = answers[0]
        opened.conversation = replace(opened.conversation, updated_at=first.created_at)
        self._show_leaf(opened, first.id)
        self.compared.emit(tuple(answers))
        path = opened.tree.path(first.parent_id)
        # Tools may act: each model calling them would act as often.
        readings = [Reading(opened.conversation, path, answer.model or "") for answer in answers]
        prompts = await self._prompts(answers, readings)
        await self._answers.write_beside(
            [
                (answer, _request(reading, prompt), prompt.tokens)
                for answer, reading, prompt in zip(answers, readings, prompts, strict=True)
            ]
        )

    async def _retry(self, opened: _Opened, old: Message, model_id: str | None) -> None:
        answer = new_answer(opened.conversation, old.parent_id)
        answer = replace(answer, model=model_id or answer.model)
        await self._store.append(answer)
        await self._answer(opened, answer)

    async def _answer(self, opened: _Opened, answer: Message) -> None:
        opened.tree.put(answer)
        opened.conversation = replace(opened.conversation, updated_at=answer.created_at)
        self._show_leaf(opened, answer.id)
        path = opened.tree.path(answer.parent_id)
        reason = next((message.problem for message in path if _waits(message)), None)
        if reason is not None:
            # What was asked before it comes before it.
            await self._answers.postpone(answer, reason)
            return
        await self._write(opened.conversation, answer, path)

    async def request_of(self, message: Message) -> ChatRequest:
        """Return what an answer is asked for with, or what asks for an answer to a question.

        It is as the conversation asks now; nothing is sent.
        """
        conversation, tree = self.conversation, self._shown.tree
        is_answer = message.role == "assistant"
        path = tree.path(message.parent_id if is_answer else message.id)
        calls = await self._tools.calls(conversation, path)
        model_id = message.model if is_answer else conversation.model
        reading = Reading(conversation, path, model_id or "", calls.specs)
        prompt = await self._window.read(reading)
        return self._answers.fitted(_request(reading, prompt), prompt.tokens)

    async def _write(
        self,
        conversation: Conversation,
        answer: Message,
        path: Sequence[Message],
        *,
        has_waited: bool = False,
    ) -> None:
        await self._converse(conversation, answer, path, has_waited=has_waited)

    async def _converse(
        self,
        conversation: Conversation,
        answer: Message,
        path: Sequence[Message],
        *,
        unfinished: Message | None = None,
        has_waited: bool = False,
    ) -> None:
        """Write an answer, carry out what the model calls, and write the next, until it calls nothing.

        `path` are the messages before the answer, which goes on with an unfinished one if there is that.
        """
        calls = await self._tools.calls(conversation, path)
        while True:
            asking = as_asked(conversation, answer)
            reading = Reading(asking, tuple(path), answer.model or "", calls.specs, unfinished)
            ended = await self._write_fitting(reading, answer, has_waited=has_waited)
            unfinished = None
            if ended.state is not State.COMPLETE or not calls.are_due(ended.tool_calls):
                return
            results = self._tools.results(ended)
            await self._go_further(*results)
            with self._answers.breakable(conversation.id):
                results = await self._tools.carry_out(calls, ended, results, self._show_result)
            path = (*path, ended, *results)
            answer = replace(new_answer(conversation, results[-1].id), model=ended.model)
            await self._go_further(answer)

    async def _write_fitting(self, reading: Reading, answer: Message, *, has_waited: bool) -> Message:
        """Write an answer to what fits into the window; where the service says that it does not, to less."""
        (prompt,) = await self._prompts([answer], [reading])
        refusal: ServiceRefused | None = None
        ended = answer
        try:
            ended = await self._answers.write(
                answer, _request(reading, prompt), prompt_tokens=prompt.tokens, has_waited=has_waited
            )
        except ServiceRefused as error:
            refusal = error
        code = refusal.problem.code if refusal else ended.problem.code if ended.problem else ""
        shorter = None
        if code in _TOO_LONG and (refusal is not None or not ended.text):
            shorter = await self._window.shorter(self._as_cut(reading), partial(self._say_summing, answer))
        if shorter is None or not await self._store.resume(answer.id):
            if refusal is not None:
                raise refusal
            return ended
        return await self._answers.write(answer, _request(reading, shorter), prompt_tokens=shorter.tokens)

    async def _prompts(self, answers: Sequence[Message], readings: Sequence[Reading]) -> list[Prompt]:
        """Return what is sent for answers to one question; who stops meanwhile wants none of them."""
        prompts: list[Prompt] = []
        try:
            with self._answers.breakable(answers[0].conversation_id):
                for answer, reading in zip(answers, readings, strict=True):
                    prompts.append(await self._window.prompt(reading, partial(self._say_summing, answer)))
        except asyncio.CancelledError:
            for answer in answers:
                await asyncio.shield(self._answers.give_up(answer))
            raise
        return prompts

    def _say_summing(self, answer: Message) -> None:
        self._answers.say(answer, _("Summing up what was said before…"))

    def _as_cut(self, reading: Reading) -> Reading:
        """Return what is read with what was cut since, if its conversation is on the screen."""
        tree = self._shown.tree
        path = tuple(tree.get(one.id) if one.id in tree else one for one in reading.path)
        return replace(reading, path=path)

    def _mark_start(self) -> None:
        self._messages.mark(self._window.mark(self._branch(), self.conversation.model))

    def _take_cut(self, message: Message) -> None:
        if message.conversation_id == self.conversation.id and message.id in self._shown.tree:
            self._shown.tree.put(message)
            self._messages.put(message)
            self.conversation_changed.emit()

    async def _go_further(self, *messages: Message) -> None:
        """Store messages at the end of the branch that is being written, and show them where it is shown."""
        await self._store.append(*messages)
        if messages[0].conversation_id == self.conversation.id:
            for message in messages:
                self._shown.tree.put(message)
            self._show_leaf(self._shown, messages[-1].id)

    def _show_result(self, result: Message) -> None:
        if result.conversation_id == self.conversation.id:
            self._shown.tree.put(result)
            self._messages.put(result)

    async def _go_on(self, opened: _Opened, old: Message) -> None:
        answer = replace(old, state=State.STREAMING, problem=None)
        if not await self._store.resume(answer.id):
            return
        opened.tree.put(answer)
        path = opened.tree.path(old.parent_id)
        await self._converse(opened.conversation, answer, path, unfinished=old)

    async def _branch_off(self, conversation: Conversation, branch: Sequence[Message]) -> None:
        copy, messages = branched_off(conversation, branch, _branch_title(conversation.title))
        await self._store.create(copy, *messages)
        self._rows.put(copy)
        self._tasks.cancel("open")
        self._show(_Opened(copy, MessageTree(messages), is_stored=True))

    async def _delete(self, opened: _Opened, message: Message) -> None:
        await self._answers.end(message.conversation_id)
        if message.id not in opened.tree:
            return
        before, leaf_id = opened.conversation.leaf_id, opened.tree.leaf_without(message.id)
        count = await self._store.delete_message(message.id, datetime.now(UTC), leaf_id=leaf_id)
        await self._read_again(message.conversation_id)
        # None where it went already, with one before it.
        if count:
            self._deleted[message.id] = (message.conversation_id, before)
            self.message_deleted.emit(message.id, count)

    async def _restore(self, message_id: str) -> None:
        conversation_id, leaf_id = self._deleted[message_id]
        if self._answers.is_answering(conversation_id):
            # It is a variant beside what is being written.
            leaf_id = None
        await self._store.restore_message(message_id, leaf_id=leaf_id)
        if conversation_id == self.conversation.id:
            await self._read_again(conversation_id)
        else:
            self.open(conversation_id)

    async def _read_again(self, conversation_id: str) -> None:
        """Show what is stored of a conversation now, if it is still on the screen."""
        stored = await self._store.get(conversation_id)
        messages = await self._store.messages(conversation_id)
        opened = self._shown
        if stored is not None and opened.conversation.id == conversation_id:
            before, opened.tree = opened.tree, MessageTree(messages)
            opened.tree.follow_as(before)
            for live in self._answers.live_messages(conversation_id):
                opened.tree.put(live)
            self._show_leaf(opened, _leaf_in(opened.tree, stored))

    async def _open(self, conversation_id: str, message_id: str | None) -> None:
        conversation = await self._store.get(conversation_id)
        if conversation is None:
            return
        messages = await self._store.messages(conversation_id)
        if self._has_ended_meanwhile(messages):
            messages = await self._store.messages(conversation_id)
        tree = MessageTree(messages)
        shown = replace(conversation, leaf_id=_leaf_with(tree, _leaf_in(tree, conversation), message_id))
        self._show(_Opened(shown, tree, is_stored=True))
        if message_id in tree:
            self.message_wanted.emit(message_id)

    def _has_ended_meanwhile(self, messages: Sequence[Message]) -> bool:
        """Whether an answer was read as unfinished and has been stored since."""
        return any(
            message.state is State.STREAMING and not self._answers.is_answering(message.conversation_id)
            for message in messages
        )

    def _show(self, opened: _Opened) -> None:
        self._shown = opened
        living = self._answers.live_messages(opened.conversation.id)
        for live in living:
            opened.tree.put(live)
        self._messages.show_branch(opened.tree, opened.conversation.leaf_id)
        for live in living:
            if status := self._answers.status(live.id):
                self._messages.say(live.id, status)
        if opened.conversation.unread:
            opened.conversation = replace(opened.conversation, unread=False)
            self._mark_unread(opened.conversation.id, is_unread=False)
        self.conversation_changed.emit()
        self.answering_changed.emit(self._answers.is_answering(opened.conversation.id))

    def _show_leaf(self, opened: _Opened, leaf_id: str | None) -> None:
        # What was shown until now is shown again when somebody comes back to it.
        opened.tree.follow(opened.conversation.leaf_id)
        opened.conversation = replace(opened.conversation, leaf_id=leaf_id)
        self._rows.put(opened.conversation)
        if opened is self._shown:
            self._messages.show_branch(opened.tree, leaf_id)
            self.conversation_changed.emit()

    def _branch(self) -> tuple[Message, ...]:
        return self._shown.tree.path(self.conversation.leaf_id)

    def _answer_began(self, answer: Message) -> None:
        self._rows.set_running(answer.conversation_id, is_marked=True)
        if answer.conversation_id == self.conversation.id:
            self._messages.put(answer)

    def _answer_ended(self, answer: Message) -> None:
        is_running = self._answers.is_writing(answer.conversation_id)
        self._rows.set_running(answer.conversation_id, is_marked=is_running)
        if answer.conversation_id == self.conversation.id:
            self._shown.tree.put(answer)
            self._messages.put(answer)
            self.conversation_changed.emit()
        else:
            self._mark_unread(answer.conversation_id, is_unread=True)

    def _mark_unread(self, conversation_id: str, *, is_unread: bool) -> None:
        self._rows.set_unread(conversation_id, is_marked=is_unread)
        mark = partial(self._store.arrange, [conversation_id], unread=is_unread)
        self._tasks.start(f"unread:{conversation_id}", mark)

    def _blank(self) -> _Opened:
        blank = new_conversation(self._default_model(), folder=self._rows.listing.folder or "")
        return _Opened(blank, MessageTree(()), is_stored=False)


_TOO_LONG = frozenset({"1261", "context-exceeded"})


def _request(reading: Reading, prompt: Prompt) -> ChatRequest:
    request = reading.conversation.options.request(reading.model_id, prompt.messages)
    # The rest of an answer is no JSON by itself, even where all of it is.
    is_json = request.json_mode and not goes_on(prompt.messages)
    return replace(request, tools=reading.specs, json_mode=is_json)


def _answers_by(
    conversation: Conversation, question_id: str, model_ids: Sequence[str]
) -> tuple[Message, ...]:
    """Return an empty answer by each model."""
    return tuple(replace(new_answer(conversation, question_id), model=model_id) for model_id in model_ids)


def _waits(message: Message) -> bool:
    return message.state is State.WAITING


def _leaf_in(tree: MessageTree, conversation: Conversation) -> str | None:
    """Return the end of the branch that is shown; None if it was deleted between the two readings."""
    return conversation.leaf_id if conversation.leaf_id in tree else None


def _leaf_with(tree: MessageTree, leaf_id: str | None, message_id: str | None) -> str | None:
    """Return the end of a branch that a message is in: the one that is shown, if it is in that."""
    if message_id is None or message_id not in tree:
        return leaf_id
    is_shown = any(message.id == message_id for message in tree.path(leaf_id))
    return leaf_id if is_shown else tree.leaf_below(message_id)


def _branch_title(title: str) -> str:
    # Translators: the title of a conversation that was branched off another one.
    suffix = _("{title} (branch)").format(title="")
    return title if title.endswith(suffix) else _("{title} (branch)").format(title=title)
