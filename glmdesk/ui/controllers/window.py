"""The window of a model: what is read of a conversation, what that takes, and what is learned from it."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from glmdesk.chat.attached import AttachedFiles, Content, letters_of
from glmdesk.chat.connection import Connection
from glmdesk.chat.context import prompt_messages
from glmdesk.chat.messages import new_question, structured_in
from glmdesk.chat.sending import Sending
from glmdesk.chat.structured import told
from glmdesk.chat.window import Counting, measured, read_messages, reading_start, room_for_prompt
from glmdesk.domain.attachment import Attachment
from glmdesk.domain.catalog import Catalog, Offer
from glmdesk.domain.connector import Connector
from glmdesk.domain.conversation import Conversation
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import UserError
from glmdesk.domain.message import Cut, Message
from glmdesk.domain.model import Model
from glmdesk.domain.request import ChatRequest, PromptImage, PromptMessage
from glmdesk.domain.tokens import MESSAGE, NOTHING, UNLEARNED, Estimator, features_of
from glmdesk.domain.tool import ToolSpec
from glmdesk.domain.usage import Usage
from glmdesk.storage.estimates import Estimates
from glmdesk.ui.controllers.tools import ToolsController
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.threads import unnoticed

logger = logging.getLogger(__name__)

_LONG = 300_000
"""Characters. They take ten milliseconds; of more the window shall not notice anything."""

_LESS = 0.75
"""How much of what a service refused as too long is sent next."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is given to read, and about how many tokens that is."""

    messages: tuple[PromptMessage, ...]
    tokens: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Who is to read what.

    Attributes:
        conversation: Whose system prompt and options hold.
        path: The messages of the branch, up to the question.
        model_id: Who reads them.
        specs: The tools it is told of.
        connectors: The servers that the service asks itself.
        unfinished: The answer that it is to go on with; None: it begins one.
    """

    conversation: Conversation
    path: tuple[Message, ...]
    model_id: str
    specs: tuple[ToolSpec, ...] = ()
    connectors: tuple[Connector, ...] = ()
    unfinished: Message | None = None

    @property
    def system(self) -> str:
        """The system prompt, with what is told of JSON."""
        return told(self.conversation.system, structured_in(self.conversation))


class Cuts(Protocol):
    """Where it is kept from where on models read."""

    async def cut(self, message: Message) -> None:
        """Keep where reading begins behind a message, and enter what that has cost."""
        ...


class WindowController(QObject):
    """Sees to it that what is sent fits into the window of its model.

    Signals:
        learned(): more is known of the tokens of a model.
        cut(message: Message): a model reads on behind this message from now on.
    """

    learned = Signal()
    cut = Signal(object)

    def __init__(
        self,
        store: Cuts,
        estimates: Estimates,
        connection: Connection,
        catalog: Catalog,
        tasks: TaskRunner,
        *,
        tools: ToolsController,
        files: AttachedFiles,
    ) -> None:
        super().__init__()
        self._store = store
        self._estimates = estimates
        self._connection = connection
        self._catalog = catalog
        self._tasks = tasks
        self._tools = tools
        self._files = files
        self._counting = Counting()
        self._known: dict[str, Estimator] | None = None
        """What is known by model, once it was wanted."""
        self._loading = asyncio.Lock()

    @property
    def _offer(self) -> Offer:
        return self._catalog.of(self._connection.target)

    async def prompt(self, reading: Reading, tell: Callable[[], None]) -> Prompt:
        """Return what is sent. Where it is too much, the oldest is left out by the rule of the conversation.

        `tell` is called when it has to be summed up first, which takes a while.
        """
        model, estimator = self._offer.get(reading.model_id), await self._estimator(reading.model_id)
        room = room_for_prompt(model, reading.conversation.options.max_tokens) if model else None
        if model is not None and room is not None:
            reading = await self._fitted(reading, model, room, tell) or reading
        return await self._prompt(reading, estimator)

    async def shorter(self, reading: Reading, tell: Callable[[], None]) -> Prompt | None:
        """Return what is sent after a service refused it as too long; None where nothing can be left out."""
        model, estimator = self._offer.get(reading.model_id), await self._estimator(reading.model_id)
        if model is None or model.context_window is None:
            return None
        before = await self._prompt(reading, estimator)
        fitted = await self._fitted(reading, model, int(before.tokens * _LESS), tell)
        return await self._prompt(fitted, estimator) if fitted else None

    async def read(self, reading: Reading) -> Prompt:
        """Return what is sent as things stand: nothing more is left out."""
        return await self._prompt(reading, await self._estimator(reading.model_id))

    async def _read_files(self, branch: Iterable[Message]) -> Mapping[str, Content]:
        with unnoticed():
            return await self._files.of(branch)

    async def _prompt(self, reading: Reading, estimator: Estimator) -> Prompt:
        files = await self._read_files(self._all(reading))
        window = self._offer.window(reading.model_id)
        messages = read_messages(
            reading.path,
            window=window,
            system=reading.system,
            files=files,
            unfinished=reading.unfinished,
        )
        counted = self._counting.messages(messages) + self._counting.tools(reading.specs)
        return Prompt(messages, estimator.estimate(counted))

    async def _fitted(
        self, reading: Reading, model: Model, room: int, tell: Callable[[], None]
    ) -> Reading | None:
        """Return what is read with the oldest left out; None where there is room, or nothing to leave out."""
        estimator = await self._estimator(model.id)
        files = await self._read_files(self._all(reading))
        window = model.context_window or 0
        known = measured(
            reading.path,
            self._counting,
            window=window,
            system=reading.system,
            specs=reading.specs,
            files=files,
        )
        before, question = known.before_last()
        if reading.unfinished is not None:
            question += self._counting.messages([PromptMessage("assistant", reading.unfinished.text)])
        first = before.sized(estimator).first_that_fits(estimator.estimate(question), room)
        if not first:
            return None
        begin = known.exchanges[first].begin
        start, summary = reading_start(reading.path, window)
        gone = prompt_messages(reading.path[start:begin], files=files, summary=summary)
        last = await self._cut(reading, Cut(window), begin - 1, gone, room=room, tell=tell)
        return replace(reading, path=(*reading.path[: begin - 1], last, *reading.path[begin:]))

    async def _cut(
        self,
        reading: Reading,
        cut: Cut,
        position: int,
        gone: Sequence[PromptMessage],
        *,
        room: int,
        tell: Callable[[], None],
    ) -> Message:
        """Let reading begin behind a message of the branch, and return it so."""
        last, free = reading.path[position], self._offer.free
        if reading.conversation.options.trimming == "summary" and free is not None:
            tell()
            try:
                cut = await self._summed_up(cut, gone, free, room)
            except UserError as error:
                # What was said may be summed up next time: the cut is for this question alone.
                logger.info("%s messages are not summed up: %s", len(gone), error.problem.code)
                return replace(last, cut=cut)
        last = replace(last, cut=cut)
        await self._store.cut(last)
        self.cut.emit(last)
        return last

    async def _summed_up(self, cut: Cut, gone: Sequence[PromptMessage], free: Model, room: int) -> Cut:
        from glmdesk.chat.summary import summary_request, summed_up  # noqa: PLC0415 - for who fills a window

        request = summary_request(gone, free, await self._estimator(free.id), room)
        service = await self._connection.client()
        summary = await summed_up(service, request)
        usage = summary.usage
        if usage is not None:
            self.learn(request, usage, summary.text)
        cost = free.cost(usage) if usage is not None else None
        return replace(cut, summary=summary.text, model=free.id, usage=usage, cost=cost)

    @staticmethod
    def _all(reading: Reading) -> Sequence[Message]:
        return (*reading.path, reading.unfinished) if reading.unfinished else reading.path

    async def sending(
        self, conversation: Conversation, path: Sequence[Message], attachments: tuple[Attachment, ...] = ()
    ) -> Sending:
        """Return what the next question in a conversation is asked with, after the messages of a branch."""
        options, offer = conversation.options, self._offer
        model, window = offer.get(conversation.model), offer.window(conversation.model)
        question = new_question(conversation, None, Draft("", attachments))
        files = await self._read_files((*path, question))
        specs = await self._tools.specs(options.tools)
        measure = partial(
            measured,
            path,
            self._counting,
            window=window,
            system=told(conversation.system, structured_in(conversation)),
            specs=specs,
            files=files,
        )
        if sum(len(message.text) for message in path) + sum(map(letters_of, files.values())) > _LONG:
            with unnoticed():
                before = await asyncio.to_thread(measure)
        else:
            before = measure()
        # With the words they are one message, which is counted with these.
        of_files = (
            self._counting.messages(prompt_messages([question], files=files)) - MESSAGE
            if attachments
            else NOTHING
        )
        estimator = await self._estimator(conversation.model)
        last = path[-1] if path else None
        return Sending(
            before.sized(estimator),
            of_files,
            model,
            estimator,
            options.max_tokens,
            _has_images((*path[reading_start(path, window)[0] :], question), files),
            options.searches_web,
            bool(options.connectors) and offer.asks_servers(conversation.model),
            bool(options.knowledge.base_id) and offer.has_knowledge(conversation.model),
            _read_again(last, conversation.model) if last is not None else None,
        )

    def mark(self, path: Sequence[Message], model_id: str) -> str | None:
        """Return behind which message of a branch a model begins to read; None: it reads all of them."""
        start, _summary = reading_start(path, self._offer.window(model_id))
        return path[start - 1].id if start else None

    def estimator(self, model_id: str) -> Estimator:
        """Return what is known of the tokens of a model; little, where nothing was estimated yet."""
        return (self._known or {}).get(model_id, UNLEARNED)

    async def _estimator(self, model_id: str) -> Estimator:
        async with self._loading:
            if self._known is None:
                self._known = await self._estimates.all()
        return self.estimator(model_id)

    def learn(self, request: ChatRequest, usage: Usage, answer: str) -> None:
        """Take what a question and its answer turned out to be. An answer of more than text is an empty one.

        What the service itself has looked up was read too, and nothing is known of it, nor of images.
        """
        known = self._known if self._known is not None else {}
        before = estimator = known.get(request.model, UNLEARNED)
        has_images = any(message.images for message in request.messages)
        has_more = has_images or bool(request.web_search or request.knowledge or request.connectors)
        if not has_more:
            estimator = estimator.learned(self._counting.request(request), usage.prompt_tokens)
        if answer and not usage.reasoning_tokens:
            estimator = estimator.learned(features_of(answer), usage.completion_tokens)
        if estimator is before or self._known is None:
            return
        self._known[request.model] = estimator
        if self._estimates.can_be_kept:
            self._tasks.start(f"estimate:{request.model}", partial(self._keep, request.model))
        self.learned.emit()

    async def _keep(self, model_id: str) -> None:
        await self._estimates.put(model_id, (self._known or {})[model_id])


def _read_again(answer: Message, model_id: str) -> int | None:
    """Return how many tokens are read again of all up to an answer, where the service has counted just that.

    What is found or done by the service itself is read only once, and so are the parts of a file.
    """
    if answer.model != model_id or answer.usage is None:
        return None
    is_telling = answer.parts is None and not answer.citations and not answer.service_calls
    return answer.usage.read_again if is_telling else None


def _has_images(messages: Iterable[Message], files: Mapping[str, Content]) -> bool:
    contents = (files.get(file.digest) for message in messages for file in message.attachments)
    return any(isinstance(content, PromptImage) for content in contents)
