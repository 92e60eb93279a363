"""The tools of the window: which are on offer, who is asked before one runs, and what came of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from glmdesk.chat.calls import Calls
from glmdesk.chat.messages import new_result
from glmdesk.domain.connector import Connector, OfferedConnector
from glmdesk.domain.conversation import Conversation
from glmdesk.domain.ids import new_id
from glmdesk.domain.message import Message, State
from glmdesk.domain.tool import Permission, Risk, Scene, Tool, ToolCall, ToolResult, ToolSpec
from glmdesk.storage.consents import Consents
from glmdesk.tools.toolbox import Toolbox

if TYPE_CHECKING:
    from glmdesk.chat.turn import Writer


class Verdict(StrEnum):
    """What the user says of a call."""

    ONCE = "once"
    CHAT = "chat"
    ALWAYS = "always"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Question:
    """A call that waits for the user's word, with all that it says. `title` is that of its conversation."""

    id: str
    conversation_id: str
    title: str
    spec: ToolSpec
    call: ToolCall


class ToolsController(QObject):
    """Carries out the calls of answers. What only reads runs unasked, all else after a word of the user.

    Signals:
        asked(question: Question): a call waits for a word.
        settled(question_id: str): it waits no longer.
    """

    asked = Signal(object)
    settled = Signal(str)

    def __init__(self, toolbox: Toolbox, consents: Consents, make_writer: "Callable[[str], Writer]") -> None:
        super().__init__()
        self._toolbox = toolbox
        self._consents = consents
        self._make_writer = make_writer
        self._waiting: dict[str, tuple[Question, asyncio.Future[tuple[Verdict, str]]]] = {}
        self._stands: dict[tuple[str, str], Callable[[State], None]] = {}
        """Shows how a call stands that is being carried out, by its conversation and its id."""
        self._unpermitted: dict[str, Message] = {}
        """By their ids: the empty results of calls that wait for a word. They are stored as those to come."""

    async def all(self) -> tuple[Tool, ...]:
        """Return every tool on offer."""
        return await self._toolbox.all()

    async def offered(self) -> Sequence[OfferedConnector]:
        """Return every server on offer that the service itself asks, without its secrets."""
        return await self._toolbox.offered()

    async def connectors(self, ids: Sequence[str]) -> tuple[Connector, ...]:
        """Return those of them with these ids, with their secrets. Raises UserError."""
        return await self._toolbox.connectors(ids)

    async def shown_connectors(self, ids: Sequence[str]) -> tuple[Connector, ...]:
        """Return those of them with these ids, in this order, without their secrets."""
        if not ids:
            return ()
        by_id = {one.id: one.connector for one in await self._toolbox.offered()}
        return tuple(by_id[one] for one in ids if one in by_id)

    async def specs(self, names: Sequence[str]) -> tuple[ToolSpec, ...]:
        """Return what is said of the tools with these names that are on offer."""
        return tuple(tool.spec for tool in await self._toolbox.chosen(names))

    async def calls(self, conversation: Conversation, path: Sequence[Message]) -> Calls:
        """Return what carries out the calls of one turn in a conversation, after the messages of a branch."""
        tools = await self._toolbox.chosen(conversation.options.tools)
        attachments = tuple(file for message in path for file in message.attachments)
        return Calls(tools, partial(self._permit, conversation), Scene(conversation.id, attachments))

    async def carry_out(
        self, calls: Calls, answer: Message, results: Sequence[Message], show: Callable[[Message], None]
    ) -> tuple[Message, ...]:
        """Carry out the calls of an answer, to which these empty results are stored; return the full ones.

        Each is stored and shown when it is there, and while it waits for the user's word. When this is
        cancelled, those without an end are stopped.
        """
        by_call = {result.tool_call_id: result for result in results}
        keys = [(answer.conversation_id, call.id) for call in answer.tool_calls]

        def stand(result: Message, state: State) -> None:
            if state is State.WAITING:
                self._unpermitted[result.id] = replace(result, state=state)
            else:
                self._unpermitted.pop(result.id, None)
            show(replace(result, state=state))

        async def end(ended: Message) -> None:
            by_call[ended.tool_call_id] = ended
            await self._make_writer(ended.id).finish(ended)
            show(ended)

        async def done(call: ToolCall, result: ToolResult) -> None:
            state = State.FAILED if result.is_error else State.COMPLETE
            await end(replace(by_call[call.id], text=result.text, state=state))

        self._stands.update((key, partial(stand, by_call[key[1]])) for key in keys)
        try:
            await calls.carry_out(answer.tool_calls, done)
        finally:
            for key in keys:
                del self._stands[key]
            for result in tuple(by_call.values()):
                self._unpermitted.pop(result.id, None)
                if result.state is State.STREAMING:
                    await asyncio.shield(end(replace(result, state=State.STOPPED)))
        return tuple(by_call[call.id] for call in answer.tool_calls)

    def waiting_in(self, conversation_id: str) -> list[Message]:
        """Return the results of a conversation that are not there because their calls wait for a word."""
        return [one for one in self._unpermitted.values() if one.conversation_id == conversation_id]

    @staticmethod
    def results(answer: Message) -> tuple[Message, ...]:
        """Return the results of an answer's calls as they begin, one after the other."""
        results: list[Message] = []
        for call in answer.tool_calls:
            results.append(new_result(results[-1] if results else answer, call))
        return tuple(results)

    def decide(self, question_id: str, verdict: Verdict, reason: str = "") -> None:
        """Take the user's word on a call; the model is told the reason why it may not be made."""
        if question_id not in self._waiting:
            return
        question, word = self._waiting[question_id]
        _settle(word, verdict, reason)
        for other, word_on_other in self._waiting.values():
            # What was just allowed is not asked about once more.
            is_same = other.spec == question.spec
            is_here = other.conversation_id == question.conversation_id
            if is_same and (verdict is Verdict.ALWAYS or (verdict is Verdict.CHAT and is_here)):
                _settle(word_on_other, verdict)

    async def _permit(self, conversation: Conversation, spec: ToolSpec, call: ToolCall) -> Permission:
        if spec.risk is Risk.READS or await self._consents.is_given(spec, conversation.id):
            return Permission(is_given=True)
        question = Question(new_id(), conversation.id, conversation.title, spec, call)
        word: asyncio.Future[tuple[Verdict, str]] = asyncio.get_running_loop().create_future()
        self._waiting[question.id] = (question, word)
        stand = self._stands[conversation.id, call.id]
        stand(State.WAITING)
        self.asked.emit(question)
        try:
            verdict, reason = await word
        finally:
            del self._waiting[question.id]
            self.settled.emit(question.id)
        stand(State.STREAMING)
        if verdict in (Verdict.CHAT, Verdict.ALWAYS):
            await self._consents.give(spec, conversation.id if verdict is Verdict.CHAT else None)
        return Permission(verdict is not Verdict.DENY, reason)


def _settle(word: "asyncio.Future[tuple[Verdict, str]]", verdict: Verdict, reason: str = "") -> None:
    if not word.done():
        word.set_result((verdict, reason))
