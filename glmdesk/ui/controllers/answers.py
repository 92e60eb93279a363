"""Every answer that is being written, in whichever conversation: one task each."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from glmdesk.chat.connection import Connection
from glmdesk.chat.progress import describe_progress, due_at, seconds_left
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.errors import LocalDataError, Problem, UserError
from glmdesk.domain.events import Progress, ReasoningDelta, ServiceCalls, TextDelta, UsageReport
from glmdesk.domain.message import Message, State, ended_by_program
from glmdesk.domain.request import ChatRequest
from glmdesk.domain.tokens import UNLEARNED, Estimator
from glmdesk.domain.usage import Usage
from glmdesk.i18n import _
from glmdesk.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from glmdesk.chat.live import LiveAnswer
    from glmdesk.chat.part_by_part import PartsWriter
    from glmdesk.chat.parts import Plan
    from glmdesk.chat.turn import ChatService, Writer

logger = logging.getLogger(__name__)

TURN = "turn"
"""How the names of tasks that write answers begin. Their errors are shown with the answer itself."""

_AGAIN_S: Final = (2.0, 5.0, 15.0, 30.0)
"""Seconds until an answer that could not be stored is tried again; the last one is repeated."""

_FRAME_MS = 33
"""Milliseconds. Text that arrives within one frame is shown at once."""

_SECOND_MS = 1000


class AnswersController(QObject):
    """Runs the turns. A conversation has at most one at a time, in which several answers may be written.

    Signals:
        began(message: Message): an answer is being written.
        grew(message_id: str, text: str): its text went on; at most once a frame.
        progressed(message_id: str, status: str): what is happening before its first word.
        advanced(message: Message): more has come of what it is made of.
        thought(message: Message): the model has thought and begins to write; its text is told as it grows.
        called(message: Message): the service has had something done by a server for it.
        counted(request: ChatRequest, usage: Usage, text: str): what was sent and came, as the service counted
        it; the text is empty where there was more than text.
        ended(message: Message): it is stored in its last state.
    """

    began = Signal(object)
    grew = Signal(str, str)
    progressed = Signal(str, str)
    advanced = Signal(object)
    thought = Signal(object)
    called = Signal(object)
    counted = Signal(object, object, str)
    ended = Signal(object)

    def __init__(
        self,
        connection: Connection,
        catalog: Catalog,
        tasks: TaskRunner,
        make_writer: "Callable[[str], PartsWriter]",
        require_budget: Callable[[str], None] = lambda _model_id: None,
        *,
        has_named_successor: Callable[[str, str], Awaitable[bool]],
        estimator: Callable[[str], Estimator] = lambda _model_id: UNLEARNED,
        are_sent_later: bool = True,
    ) -> None:
        """`require_budget` raises what is said in place of an answer where none may be paid for.

        `has_named_successor` returns whether that of a model was named in a conversation, by their ids.
        `estimator` gives what is known of the tokens of a model.
        `are_sent_later` says whether somebody asks again for answers once the service can be reached.
        """
        super().__init__()
        self._connection = connection
        self._catalog = catalog
        self._tasks = tasks
        self._make_writer = make_writer
        self._require_budget = require_budget
        self._has_named_successor = has_named_successor
        self._estimator = estimator
        self._are_sent_later = are_sent_later
        self._live: dict[str, LiveAnswer] = {}
        self._unstored: dict[str, tuple[Writer, Message]] = {}
        """By their ids: answers that ended and could not be stored yet."""
        self._beside: dict[str, asyncio.Task[None]] = {}
        """By their ids: answers that are written at the same time."""
        self._stopped_early: set[str] = set()
        self._breakable: set[str] = set()
        self._arrived: dict[str, list[str]] = {}
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(_FRAME_MS)
        self._frame.timeout.connect(self._show_arrived)
        self._waits: dict[str, Progress] = {}
        """By answer: what is waited for, until something of it arrives."""
        self._clock = QTimer(self)
        self._clock.setInterval(_SECOND_MS)
        self._clock.timeout.connect(self._count_down)

    def is_answering(self, conversation_id: str) -> bool:
        """Whether a question is being put in a conversation, or its answer being written."""
        return self._tasks.is_running(_task_name(conversation_id))

    def live_messages(self, conversation_id: str) -> list[Message]:
        """Return the answers being written in a conversation, or not stored yet, as far as they have come."""
        # What they hold already must not be told once more.
        self._show_arrived()
        unstored = (message for _writer, message in self._unstored.values())
        kept = [message for message in unstored if message.conversation_id == conversation_id]
        return [*kept, *(live.message for live in self._lives(conversation_id))]

    def is_writing(self, conversation_id: str) -> bool:
        """Whether an answer is being written in a conversation."""
        return bool(self._lives(conversation_id))

    def _lives(self, conversation_id: str) -> "list[LiveAnswer]":
        return [live for live in self._live.values() if live.conversation_id == conversation_id]

    @property
    def conversations_written_in(self) -> list[str]:
        """The conversations in which an answer is being written."""
        return list(dict.fromkeys(live.conversation_id for live in self._live.values()))

    def status(self, answer_id: str) -> str:
        """Return what is said in place of an answer being written."""
        progress = self._waits.get(answer_id)
        return describe_progress(progress) if progress else ""

    def stop(self, conversation_id: str) -> None:
        """End what is written in a conversation, or about to be; what has arrived stays."""
        lives = self._lives(conversation_id)
        for live in lives:
            live.is_stop_requested = True
        if conversation_id in self._breakable:
            self._stopped_early.add(conversation_id)
        if lives or conversation_id in self._breakable:
            self._tasks.cancel(_task_name(conversation_id))
        elif self.is_answering(conversation_id):
            # The question is being stored, which nothing may break off.
            self._stopped_early.add(conversation_id)

    def stop_one(self, answer_id: str) -> None:
        """End one of the answers that are written at the same time."""
        if answer_id in self._live and answer_id in self._beside:
            self._live[answer_id].is_stop_requested = True
            self._beside[answer_id].cancel()

    def stop_all(self) -> None:
        """End every answer that is being written."""
        for conversation_id in {*self.conversations_written_in, *self._breakable}:
            self.stop(conversation_id)

    async def end(self, conversation_id: str) -> None:
        """Stop what is being written in a conversation, and wait until it is stored."""
        self.stop(conversation_id)
        await self._tasks.ended(_task_name(conversation_id))

    @contextmanager
    def breakable(self, conversation_id: str) -> Generator[None]:
        """Let what a turn does between two answers be stopped."""
        self._breakable.add(conversation_id)
        if conversation_id in self._stopped_early:
            self.stop(conversation_id)
        try:
            yield
        finally:
            self._breakable.discard(conversation_id)

    async def ended_in(self, conversation_id: str) -> None:
        """Wait until nothing is being asked in a conversation."""
        await self._tasks.ended(_task_name(conversation_id))

    def fitted(self, request: ChatRequest, prompt_tokens: int | None = None) -> ChatRequest:
        """Return a request as its model takes it at the service in force: what is really asked."""
        return self._catalog.of(self._connection.target).fitted(request, prompt_tokens)

    def asks_servers(self, model_id: str) -> bool:
        """Whether the service in force asks servers of tools itself for a model."""
        return self._catalog.of(self._connection.target).asks_servers(model_id)

    async def write(
        self,
        answer: Message,
        request: ChatRequest,
        *,
        prompt_tokens: int | None = None,
        has_waited: bool = False,
    ) -> Message:
        """Write an answer that is stored as streaming, and return it as it ended.

        Raises what the service raises.

        It is shown and stored in its last state whatever happens, also when the task is cancelled.
        About so many `prompt_tokens` are asked. `has_waited` says that it has waited for the service.
        """
        from glmdesk.chat.turn import run_turn  # noqa: PLC0415 - for who asks
        from glmdesk.chat.window import tokens_in  # noqa: PLC0415

        live = self._answer_by(request.model, answer, has_waited=has_waited)
        writer = self._make_writer(answer.id)
        turn = run_turn(
            partial(self._reach, live, request.model),
            self.fitted(request, prompt_tokens),
            live,
            writer,
            partial(self._tell, answer.id),
            prompt_tokens=tokens_in(request) if prompt_tokens is None else prompt_tokens,
        )
        is_thinking = has_text = False
        with self._living(live, writer):
            async with aclosing(turn) as events:
                async for event in events:
                    self._forget_wait(answer.id)
                    if isinstance(event, TextDelta):
                        if is_thinking and not has_text:
                            self.thought.emit(replace(live.message, text=answer.text))
                        has_text = True
                        self._arrive(answer.id, event.text)
                    elif isinstance(event, ReasoningDelta) and not is_thinking:
                        is_thinking = True
                        self.progressed.emit(answer.id, _("Thinking…"))
                    elif isinstance(event, ServiceCalls):
                        self._show_arrived()
                        self.called.emit(live.message)
                    elif isinstance(event, UsageReport):
                        self._tell_usage(request, event.usage, answer, live.message)
        return live.message

    async def read_parts(self, answer: Message, plan: "Plan", *, has_waited: bool = False) -> Message:
        """Read the parts that an answer is made of, as far as it has none of them, and return it with them.

        Raises what the service raises. Then, and when this is cancelled, the answer is stored as it ended.
        """
        from glmdesk.chat.part_by_part import PartByPart  # noqa: PLC0415 - for who has long files

        offer, reader = self._catalog.of(self._connection.target), plan.reader.id
        live = self._answer_by(answer.model or "", answer, has_waited=has_waited)
        writer = self._make_writer(answer.id)

        def show(message: Message) -> None:
            self.advanced.emit(message)
            if progress := self._waits.get(answer.id):
                # What stands below what has come is the same as before.
                self.progressed.emit(answer.id, describe_progress(progress))

        reading = PartByPart(
            plan,
            live,
            writer,
            reach=partial(self._reach, live),
            fit=self.fitted,
            cost=partial(offer.cost, reader),
            saving=partial(offer.saved, reader),
            progress=partial(self._tell, answer.id),
            advanced=show,
            learn=self.counted.emit,
        )
        with self._living(live, writer):
            await reading.run()
        return live.message

    def _answer_by(self, model_id: str, answer: Message, *, has_waited: bool) -> "LiveAnswer":
        from glmdesk.chat.live import LiveAnswer  # noqa: PLC0415 - for who asks

        offer = self._catalog.of(self._connection.target)
        return LiveAnswer(
            answer,
            partial(offer.cost, model_id),
            saving=partial(offer.saved, model_id),
            waits=self._are_sent_later,
            has_waited=has_waited,
            estimator=self._estimator(model_id),
        )

    @contextmanager
    def _living(self, live: "LiveAnswer", writer: "Writer") -> Generator[None]:
        """Let an answer be stopped and be shown, while it is written."""
        self._live[live.id] = live
        self.began.emit(live.message)
        if live.conversation_id in self._stopped_early:
            self.stop(live.conversation_id)
        try:
            yield
        except LocalDataError:
            self._unstored[live.id] = (writer, live.message)
            self._tasks.start(f"store:{live.id}", partial(self._store_later, live.id))
            raise
        finally:
            self._show_arrived()
            self._forget_wait(live.id)
            del self._live[live.id]
            if live.message.state is not State.STREAMING:
                self.ended.emit(live.message)

    def _tell_usage(self, request: ChatRequest, usage: Usage, before: Message, after: Message) -> None:
        is_text = not (after.reasoning or after.tool_calls or after.service_calls)
        self.counted.emit(request, usage, after.text[len(before.text) :] if is_text else "")

    def say(self, answer: Message, words: str) -> None:
        """Say what is being done before an answer is asked for."""
        self.progressed.emit(answer.id, words)

    async def write_beside(self, asked: Mapping[str, Callable[[], Awaitable[object]]]) -> None:
        """Write answers to one question at the same time; what becomes of one does not touch the others.

        By the id of each answer: what writes it.
        """

        async def write(answer_id: str, work: Callable[[], Awaitable[object]]) -> None:
            try:
                await work()
            except UserError as error:
                # It stands with its answer.
                logger.info("answer %s ended with %s", answer_id, error.problem.code)

        try:
            async with asyncio.TaskGroup() as group:
                for answer_id, work in asked.items():
                    self._beside[answer_id] = group.create_task(write(answer_id, work))
        finally:
            for answer_id in asked:
                self._beside.pop(answer_id, None)

    async def _store_later(self, answer_id: str) -> None:
        for delay_s in chain(_AGAIN_S, repeat(_AGAIN_S[-1])):
            await asyncio.sleep(delay_s)
            if await self._is_stored(answer_id):
                return

    async def _is_stored(self, answer_id: str) -> bool:
        """Try again to store an answer; return whether it is stored."""
        writer, message = self._unstored[answer_id]
        try:
            await writer.finish(message)
        except LocalDataError as error:
            logger.info("answer %s is not stored: %s", message.id, error)
            return False
        del self._unstored[answer_id]
        return True

    async def finish(self) -> None:
        """Try once more to store what could not be stored: the program ends."""
        for answer_id in tuple(self._unstored):
            await self._is_stored(answer_id)

    async def postpone(self, answer: Message, reason: Problem) -> None:
        """Let an answer wait for the service, because one before it does."""
        postponed = replace(answer, state=State.WAITING, problem=reason)
        self.began.emit(answer)
        await self._make_writer(answer.id).finish(postponed)
        self.ended.emit(postponed)

    async def give_up(self, answer: Message, problem: Problem | None = None) -> None:
        """Store an answer for which nothing was asked yet, and nothing will be; the problem is why."""
        state, reason = ended_by_program(has_arrived=answer.has_arrived)
        reason = problem or reason
        is_wanted = answer.conversation_id in self._stopped_early
        ended = replace(
            answer, state=State.STOPPED if is_wanted else state, problem=None if is_wanted else reason
        )
        await self._make_writer(answer.id).finish(ended)
        self.ended.emit(ended)

    def start(self, conversation_id: str, work: Callable[[], Awaitable[None]]) -> None:
        """Start the task of a conversation's turn."""
        self._stopped_early.discard(conversation_id)
        self._tasks.start(_task_name(conversation_id), work)

    async def _reach(self, live: "LiveAnswer", model_id: str) -> "ChatService":
        """Return what a model is asked with for an answer, which learns what to advise on a refusal."""
        offer = self._catalog.of(self._connection.endpoint)
        offer.require(model_id)
        self._require_budget(model_id)
        # Another model that reads parts for the answer was not chosen by anybody.
        if model_id == live.message.model:
            has_named = bool(offer.successor(model_id)) and await self._has_named_successor(
                live.conversation_id, model_id
            )
            live.advise = partial(offer.advised, model_id=model_id, has_named_successor=has_named)
        return await self._connection.client()

    def _arrive(self, message_id: str, text: str) -> None:
        self._arrived.setdefault(message_id, []).append(text)
        if not self._frame.isActive():
            self._show_arrived()

    def _show_arrived(self) -> None:
        arrived, self._arrived = self._arrived, {}
        if arrived:
            # What comes next waits for the end of the frame; a first word is shown at once.
            self._frame.start()
        for message_id, texts in arrived.items():
            self.grew.emit(message_id, "".join(texts))

    def _tell(self, message_id: str, progress: Progress) -> None:
        # What is said of a text comes behind all of it.
        self._show_arrived()
        self._waits[message_id] = progress
        self.progressed.emit(message_id, describe_progress(progress))
        self._follow_clock()

    def _forget_wait(self, message_id: str) -> None:
        if self._waits.pop(message_id, None) is not None:
            self._follow_clock()

    def _follow_clock(self) -> None:
        """Tick as long as there are seconds to be counted."""
        is_counting = any(map(seconds_left, self._waits.values()))
        if is_counting != self._clock.isActive():
            (self._clock.start if is_counting else self._clock.stop)()

    def _count_down(self) -> None:
        """Say again what is waited for."""
        self._follow_clock()
        for message_id, progress in self._waits.items():
            if due_at(progress) is not None:
                self.progressed.emit(message_id, describe_progress(progress))


def _task_name(conversation_id: str) -> str:
    return f"{TURN}:{conversation_id}"
