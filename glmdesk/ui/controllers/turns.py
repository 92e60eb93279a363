"""The turns of conversations: a question is stored, answered, and what the model calls is carried out."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import NamedTuple, Protocol

from PySide6.QtCore import QObject, Signal

from glmdesk.chat.context import goes_on
from glmdesk.chat.messages import as_asked, new_answer, new_question
from glmdesk.chat.window import TOO_LONG
from glmdesk.domain.connector import Connector
from glmdesk.domain.conversation import Conversation, MessageTree, title_of
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import Action, ConversationGone, LocalDataError, ServiceRefused, UserError
from glmdesk.domain.message import Message, Parts, State
from glmdesk.domain.request import ChatRequest
from glmdesk.i18n import _
from glmdesk.ui.controllers.answers import AnswersController
from glmdesk.ui.controllers.parts import PartsController, whole
from glmdesk.ui.controllers.tools import ToolsController
from glmdesk.ui.controllers.window import Prompt, Reading, WindowController
from glmdesk.ui.tasks import TaskRunner


class Place(NamedTuple):
    """Where something is asked: in a conversation, after the messages of a branch."""

    conversation: Conversation
    path: tuple[Message, ...]
    is_stored: bool = True

    @property
    def draft_id(self) -> str:
        """What a question is written for, as drafts know it."""
        return self.conversation.id if self.is_stored else ""

    @property
    def leaf_id(self) -> str | None:
        """The message after which it is asked; None at the beginning."""
        return self.path[-1].id if self.path else None


class Store(Protocol):
    """Where conversations are kept, as long as that may be."""

    async def create(self, conversation: Conversation, *messages: Message) -> None:
        """Keep a new conversation with its first messages, parents first."""
        ...

    async def append(self, *messages: Message) -> None:
        """Keep messages of one conversation, parents first."""
        ...

    async def get(self, conversation_id: str) -> Conversation | None:
        """Return a conversation, or None for one that is not there."""
        ...

    async def messages(self, conversation_id: str) -> tuple[Message, ...]:
        """Return the messages of a conversation, parents first."""
        ...

    async def resume(self, message_id: str) -> bool:
        """Let an unfinished answer be written on; return whether it is this process that does so."""
        ...

    async def stop_waiting(self, answer_ids: Collection[str]) -> None:
        """Let answers wait for the service no longer."""
        ...


class TurnsController(QObject):
    """Takes turns in any conversation, seen or not: what comes of them is told, and shown by who shows it.

    A conversation is asked as it is when the turn begins. A new one is stored with its first question.

    Signals:
        running_changed(conversation_id: str, is_running: bool): a turn began or ended in a conversation.
        created(conversation: Conversation): it is stored now, with a title.
        gone(conversation_id: str): it was to be asked in, and is there no more.
        refused(draft_id: str, draft: Draft): a question could not be stored, and nothing was asked.
        The id, as drafts know it, is empty for a conversation that is not stored either.
        added(messages: tuple[Message, ...], leaf_id: str): they are stored in one conversation, parents
        first; what is shown of it should end with that leaf.
        changed(message: Message): a stored message is another than before.
        compared(answers: tuple[Message, ...]): several models are asked; these are their empty answers.
        waiting_changed(): an answer waits for the service no longer.
        sending_wanted(): the answers that wait for the service should be asked for now.
    """

    running_changed = Signal(str, bool)
    created = Signal(object)
    gone = Signal(str)
    refused = Signal(str, object)
    added = Signal(object, str)
    changed = Signal(object)
    compared = Signal(object)
    waiting_changed = Signal()
    sending_wanted = Signal()

    def __init__(
        self,
        store: Store,
        answers: AnswersController,
        tasks: TaskRunner,
        *,
        tools: ToolsController,
        window: WindowController,
        parts: PartsController,
    ) -> None:
        super().__init__()
        self._store = store
        self._answers = answers
        self._tasks = tasks
        self._tools = tools
        self._window = window
        self._parts = parts
        answers.counted.connect(window.learn)

    def ask(self, place: Place, draft: Draft) -> None:
        """Ask a question."""
        self._begin(place, partial(self._ask, place, draft), draft)

    def retry(self, place: Place, old: Message, model_id: str | None = None) -> None:
        """Ask for another answer at the place of an old one, which stays.

        Another model may be asked this once; None: that of the conversation. An answer that waits for the
        service is asked for at once.
        """
        if model_id is None and old.state is State.WAITING:
            self.sending_wanted.emit()
            return
        self._begin(place, partial(self._retry, place, model_id))

    def ask_missing(self, place: Place, old: Message) -> None:
        """Ask for another answer, made of what was said of parts for an old one and of those it lacks."""
        carried = old.parts.carried if old.parts else None
        self._begin(place, partial(self._retry, place, old.model, carried))

    def compare(self, place: Place, draft: Draft, model_ids: Sequence[str]) -> None:
        """Put a question to several models at once. Their answers are variants; the first is shown."""
        self._begin(place, partial(self._compare, place, draft, model_ids), draft)

    def compare_again(self, place: Place, model_ids: Sequence[str]) -> None:
        """Put the question at the end of a branch to several models at once."""
        self._begin(place, partial(self._compare_again, place, model_ids))

    def go_on(self, place: Place, old: Message) -> None:
        """Ask for the rest of an unfinished answer."""
        self._begin(place, partial(self._go_on, place, old))

    def stop_waiting(self, messages: Sequence[Message]) -> None:
        """Let answers wait for the service no longer."""
        name = ",".join(message.id for message in messages)
        self._tasks.start(f"stop-waiting:{name}", partial(self._stop_waiting, messages))

    async def _stop_waiting(self, messages: Sequence[Message]) -> None:
        await self._store.stop_waiting([message.id for message in messages])
        for message in messages:
            self.changed.emit(replace(message, state=State.STOPPED, problem=None))
        self.waiting_changed.emit()

    def live_messages(self, conversation_id: str) -> list[Message]:
        """Return what of a conversation is not as it is stored: what is written, or waits for a word."""
        return [*self._answers.live_messages(conversation_id), *self._tools.waiting_in(conversation_id)]

    async def send_waiting(self, answer_id: str, conversation_id: str) -> None:
        """Ask again for an answer that waits for the service, and return when that has ended.

        It is asked for once: before anything is sent it is stored as one that is being written.
        """
        if not self._answers.is_answering(conversation_id):
            self._start(conversation_id, partial(self._send, answer_id, conversation_id))
        await self._answers.ended_in(conversation_id)

    async def request_of(
        self, place: Place, model_id: str, parts: Parts | None = None, *, has_tools: bool
    ) -> ChatRequest:
        """Return what a model is asked with, without what is secret in it; nothing is sent.

        Of a question that is asked part by part it is the last request, if it is known what was said of
        parts, or else the first.
        """
        conversation, path, _is_stored = place
        reading = Reading(conversation, path, model_id)
        if has_tools:
            calls = await self._tools.calls(conversation, path)
            connectors = await self._tools.shown_connectors(conversation.options.connectors)
            reading = replace(reading, specs=calls.specs, connectors=connectors)
        plan = await self._parts.plan(reading)
        if plan is None:
            reading = whole(reading)
        elif parts is not None and parts.answers:
            reading = await self._parts.in_place(reading, plan, parts)
        else:
            return self._parts.first_request(plan)
        prompt = await self._window.read(reading)
        return self._answers.fitted(_request(reading, prompt), prompt.tokens)

    def _begin(self, place: Place, work: Callable[[], Awaitable[None]], draft: Draft | None = None) -> None:
        """Begin a turn in a conversation; where one runs, what was written comes back."""
        if not self._answers.is_answering(place.conversation.id):
            self._start(place.conversation.id, work)
        elif draft:
            self.refused.emit(place.draft_id, draft)

    def _start(self, conversation_id: str, work: Callable[[], Awaitable[None]]) -> None:
        self._answers.start(conversation_id, partial(self._take_turn, conversation_id, work))
        self.running_changed.emit(conversation_id, True)

    async def _take_turn(self, conversation_id: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        finally:
            self.running_changed.emit(conversation_id, False)

    async def _send(self, answer_id: str, conversation_id: str) -> None:
        conversation = await self._store.get(conversation_id)
        tree = MessageTree(await self._store.messages(conversation_id))
        if conversation is None or answer_id not in tree:
            return
        waiting = tree.get(answer_id)
        if waiting.state is not State.WAITING or not await self._store.resume(answer_id):
            return
        answer = replace(waiting, state=State.STREAMING, problem=None)
        await self._converse(conversation, answer, tree.path(answer.parent_id), has_waited=True)

    async def _ask(self, place: Place, draft: Draft) -> None:
        question = new_question(place.conversation, place.leaf_id, draft)
        answer = new_answer(place.conversation, question.id)
        conversation = await self._keep_question(place, draft, question, answer)
        await self._answer(conversation, (*place.path, question), answer)

    async def _keep_question(
        self, place: Place, draft: Draft, question: Message, *answers: Message
    ) -> Conversation:
        """Store a question and its empty answers, and return the conversation, which has a title now.

        Where that is not possible, what was written comes back.
        """
        conversation = place.conversation
        try:
            if place.is_stored:
                await self._store.append(question, *answers)
            else:
                conversation = replace(conversation, title=title_of(draft.heading))
                await self._store.create(conversation, question, *answers)
                self.created.emit(conversation)
        except ConversationGone:
            self.gone.emit(place.conversation.id)
            self.refused.emit("", draft)
            raise
        except LocalDataError:
            self.refused.emit(place.draft_id, draft)
            raise
        self.added.emit((question, *answers), answers[0].id)
        return conversation

    async def _compare(self, place: Place, draft: Draft, model_ids: Sequence[str]) -> None:
        question = new_question(place.conversation, place.leaf_id, draft)
        answers = _answers_by(place.conversation, question.id, model_ids)
        conversation = await self._keep_question(place, draft, question, *answers)
        await self._answer_beside(conversation, (*place.path, question), answers)

    async def _compare_again(self, place: Place, model_ids: Sequence[str]) -> None:
        answers = _answers_by(place.conversation, place.path[-1].id, model_ids)
        await self._add(*answers, leaf_id=answers[0].id)
        await self._answer_beside(place.conversation, place.path, answers)

    async def _answer_beside(
        self, conversation: Conversation, path: tuple[Message, ...], answers: Sequence[Message]
    ) -> None:
        self.compared.emit(tuple(answers))
        # Tools may act: each model calling them would act as often.
        readings = [Reading(conversation, path, answer.model or "") for answer in answers]
        if path[-1].parts is not None:
            await self._answers.write_beside(
                {
                    answer.id: partial(self._write_fitting, reading, answer)
                    for answer, reading in zip(answers, readings, strict=True)
                }
            )
            return
        prompts = await self._prompts(answers, readings)
        await self._answers.write_beside(
            {
                answer.id: partial(self._write_prompt, reading, prompt, answer)
                for answer, reading, prompt in zip(answers, readings, prompts, strict=True)
            }
        )

    async def _retry(self, place: Place, model_id: str | None, parts: Parts | None = None) -> None:
        answer = new_answer(place.conversation, place.leaf_id)
        answer = replace(answer, model=model_id or answer.model, parts=parts)
        await self._add(answer, leaf_id=answer.id)
        await self._answer(place.conversation, place.path, answer)

    async def _answer(self, conversation: Conversation, path: tuple[Message, ...], answer: Message) -> None:
        reason = next((message.problem for message in path if message.state is State.WAITING), None)
        if reason is not None:
            # What was asked before it comes before it.
            await self._answers.postpone(answer, reason)
            return
        await self._converse(conversation, answer, path)

    async def _go_on(self, place: Place, old: Message) -> None:
        if await self._store.resume(old.id):
            answer = replace(old, state=State.STREAMING, problem=None)
            await self._converse(place.conversation, answer, place.path, unfinished=old)

    async def _converse(
        self,
        conversation: Conversation,
        answer: Message,
        path: tuple[Message, ...],
        *,
        unfinished: Message | None = None,
        has_waited: bool = False,
    ) -> None:
        """Write an answer, carry out what the model calls, and write the next, until it calls nothing.

        `path` are the messages before the answer, which goes on with an unfinished one if there is that.
        """
        async with self._before_asking(answer):
            calls = await self._tools.calls(conversation, path)
        connectors = await self._connectors(conversation, answer)
        while True:
            asking = as_asked(conversation, answer)
            reading = Reading(asking, path, answer.model or "", calls.specs, connectors, unfinished)
            ended = await self._write_fitting(reading, answer, has_waited=has_waited)
            unfinished = None
            if ended.state is not State.COMPLETE or not calls.are_due(ended.tool_calls):
                return
            results = self._tools.results(ended)
            await self._add(*results, leaf_id=results[-1].id)
            with self._answers.breakable(conversation.id):
                results = await self._tools.carry_out(calls, ended, results, self.changed.emit)
            path = (*path, ended, *results)
            answer = replace(new_answer(conversation, results[-1].id), model=ended.model)
            await self._add(answer, leaf_id=answer.id)

    async def _write_fitting(self, reading: Reading, answer: Message, *, has_waited: bool = False) -> Message:
        """Write an answer to what fits into the window, or to what was said of its parts."""
        async with self._before_asking(answer):
            plan = await self._parts.plan(reading)
        if plan is None:
            reading, answer = whole(reading), replace(answer, parts=None)
        else:
            reading, answer = await self._parts.read(reading, plan, answer, has_waited=has_waited)
        (prompt,) = await self._prompts([answer], [reading])
        return await self._write_prompt(reading, prompt, answer, has_waited=has_waited)

    async def _write_prompt(
        self, reading: Reading, prompt: Prompt, answer: Message, *, has_waited: bool = False
    ) -> Message:
        """Write an answer; where the service says that the prompt is too long, to a shorter one."""
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
        if code in TOO_LONG and (refusal is not None or not ended.text):
            reading = await self._as_cut(reading)
            shorter = await self._window.shorter(reading, partial(self._say_summing, answer))
        if shorter is None or not await self._store.resume(answer.id):
            if refusal is not None:
                raise refusal
            return ended
        return await self._answers.write(answer, _request(reading, shorter), prompt_tokens=shorter.tokens)

    async def _prompts(self, answers: Sequence[Message], readings: Sequence[Reading]) -> list[Prompt]:
        """Return what is sent for answers to one question; who stops meanwhile wants none of them."""
        prompts: list[Prompt] = []
        async with self._before_asking(*answers):
            for answer, reading in zip(answers, readings, strict=True):
                prompts.append(await self._window.prompt(reading, partial(self._say_summing, answer)))
        return prompts

    async def _connectors(self, conversation: Conversation, answer: Message) -> tuple[Connector, ...]:
        """Return the servers that the service may ask for an answer."""
        if not self._answers.asks_servers(answer.model or ""):
            return ()
        async with self._before_asking(answer):
            return await self._tools.connectors(conversation.options.connectors)

    @asynccontextmanager
    async def _before_asking(self, *answers: Message) -> AsyncGenerator[None]:
        """Do what has to be done before answers are asked for; where that fails they end with it."""
        try:
            with self._answers.breakable(answers[0].conversation_id):
                yield
        except BaseException as error:
            # What goes with it elsewhere, such as the entry of a key, may have to do with something else.
            problem = replace(error.problem, action=Action.RETRY) if isinstance(error, UserError) else None
            for answer in answers:
                await asyncio.shield(self._answers.give_up(answer, problem))
            raise

    def _say_summing(self, answer: Message) -> None:
        self._answers.say(answer, _("Summing up what was said before…"))

    async def _as_cut(self, reading: Reading) -> Reading:
        """Return what is read with what was cut since."""
        cuts = {one.id: one.cut for one in await self._store.messages(reading.conversation.id)}
        path = tuple(replace(one, cut=cuts.get(one.id, one.cut)) for one in reading.path)
        return replace(reading, path=path)

    async def _add(self, *messages: Message, leaf_id: str) -> None:
        await self._store.append(*messages)
        self.added.emit(messages, leaf_id)


def _request(reading: Reading, prompt: Prompt) -> ChatRequest:
    request = reading.conversation.options.request(reading.model_id, prompt.messages)
    # The rest of an answer is no JSON by itself, even where all of it is.
    is_json = request.json_mode and not goes_on(prompt.messages)
    # It speaks of the sources that there are: others would have the same numbers.
    has_sources = reading.unfinished is not None and bool(reading.unfinished.citations)
    return replace(
        request,
        tools=reading.specs,
        connectors=reading.connectors,
        json_mode=is_json,
        web_search=None if has_sources else request.web_search,
    )


def _answers_by(
    conversation: Conversation, question_id: str, model_ids: Sequence[str]
) -> tuple[Message, ...]:
    """Return an empty answer by each model, as one that others are compared with."""
    return tuple(
        replace(new_answer(conversation, question_id), model=model_id, is_compared=True)
        for model_id in model_ids
    )
