"""Reading part by part: each is asked about, and what was said is made short enough to be answered from.

What was said of a part is stored when it has come. An answer is written from all of it by an ordinary turn.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import aclosing
from dataclasses import replace
from typing import Final, Protocol

from glmdesk.chat.live import LiveAnswer, Pricing
from glmdesk.chat.parts import Part, Plan, frontier
from glmdesk.chat.turn import ChatService, Writer
from glmdesk.chat.window import TOO_LONG, tokens_in
from glmdesk.domain.errors import (
    Action,
    NetworkFault,
    Problem,
    ServiceBusy,
    ServiceRefused,
    StreamInterrupted,
    UserError,
)
from glmdesk.domain.events import CombiningParts, Progress, Queued, ReadingPart, Retrying, UsageReport
from glmdesk.domain.message import Message, PartAnswer, Parts, State
from glmdesk.domain.request import ChatRequest
from glmdesk.domain.usage import Usage
from glmdesk.i18n import N_

_AT_ONCE: Final = 8
"""Parts that are asked about at once, where the service takes so many: others want to ask something too."""
_MOST_HALVINGS: Final = 3
_MOST_FAILURES: Final = 3
"""Parts in a row for which the service could not be had: it will not be for the next ones either."""

_OF_ONE: Final = TOO_LONG | {"1300", "1301"}
"""Refusals that say nothing of other parts: too long, and the content filter."""

_CUT_SHORT: Final = Problem(
    "part-cut-short",
    N_("What was said of it reached the longest answer of the model."),
    N_("Choose a model that writes longer answers."),
)
_TOO_MUCH: Final = Problem(
    "parts-too-much",
    N_("What was said of the parts is too long for the model's window."),
    N_("Choose a model with a larger window, or ask for less at once."),
    Action.CHOOSE_MODEL,
)


class PartsWriter(Writer, Protocol):
    """Where an answer is kept that is made of others."""

    async def keep(self, message: Message) -> None:
        """Store what has come of an answer that goes on."""
        ...


class PartByPart:
    """Reads the parts of a plan, several at once, in their order.

    What comes is in the live answer, which may hold some of it from an earlier attempt.
    """

    def __init__(
        self,
        plan: Plan,
        live: LiveAnswer,
        writer: PartsWriter,
        *,
        reach: Callable[[str], Awaitable[ChatService]],
        fit: Callable[[ChatRequest, int], ChatRequest],
        cost: Pricing,
        saving: Pricing,
        progress: Callable[[Progress], None],
        advanced: Callable[[Message], None] = lambda _message: None,
        learn: Callable[[ChatRequest, Usage, str], None] = lambda _request, _usage, _text: None,
    ) -> None:
        """`reach` gives what answers for a model, and raises what is said where nothing may be asked.

        `fit` makes a request of about so many tokens as its model takes it. `cost` and `saving` are those of
        the model that reads. `advanced` is told how the answer stands when more has come; `learn` what
        requests and answers were counted as.
        """
        self._plan = plan
        self._live = live
        self._writer = writer
        self._reach = reach
        self._fit = fit
        self._cost = cost
        self._saving = saving
        self._progress = progress
        self._advanced = advanced
        self._learn = learn
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._failures = 0
        """In a row, for want of the service."""
        self._waits: dict[int, Retrying | Queued] = {}
        """By the numbers of parts: what their questions wait for."""
        self._told: Progress | None = None

    async def run(self) -> None:
        """Read what was not read yet. What is missing then, the live answer says.

        When it is broken off, by an error or from outside, the answer is stored as it stands. Raises what the
        service raises, unless it is about a single part; ServiceRefused where nothing can be answered.
        """
        try:
            self._live.begin_parts(self._plan.starting(self._live.message.parts))
            self._advanced(self._live.message)
            await self._read()
            await self._combine()
        except UserError as error:
            self._live.break_off(error)
            raise
        finally:
            if not self._live.is_ready_to_answer:
                self._live.break_off(None)
                await asyncio.shield(self._writer.finish(self._live.message))

    async def _read(self) -> None:
        missing = self._parts.missing
        self._say()
        await _together(self._read_part(part) for part in self._plan.parts if part.number in missing)
        if not frontier(self._parts):
            failed = (one.problem for one in self._parts.answers if one.problem)
            raise ServiceRefused(next(failed, _TOO_MUCH))

    async def _read_part(self, part: Part) -> None:
        async with self._room:
            answer = await self._answer(part)
            # What it took is known already.
            self._live.take_part(replace(answer, usage=None, cost=None, saved=None))
            await self._keep()

    async def _combine(self) -> None:
        """Make answers of several answers, until all that stand for the parts can be read at once."""
        while len(groups := self._plan.groups(frontier(self._parts))) > 1:
            several = [group for group in groups if len(group) > 1]
            if not several:
                raise ServiceRefused(_TOO_MUCH)
            self._tell(CombiningParts(self._parts.count))
            await _together(self._combine_group(group) for group in several)
        self._tell(CombiningParts(self._parts.count))
        self._live.is_ready_to_answer = True

    async def _combine_group(self, group: list[PartAnswer]) -> None:
        async with self._room:
            about = PartAnswer(group[0].first, group[-1].last, self._plan.reader.id)
            answer = await self._ask(self._plan.combining_request(group), about)
            await self._keep()
            if not answer.is_whole:
                # Without it there would be a gap that nobody sees.
                raise ServiceRefused(answer.problem or _TOO_MUCH)

    async def _answer(self, part: Part, halvings: int = 0) -> PartAnswer:
        """Return what is said of a part. Where that has no room, what is said of its halves."""
        about = PartAnswer(part.number, part.number, self._plan.reader.id, part.places)
        answer = await self._ask(self._plan.part_request(part), about, is_all=not halvings)
        code = answer.problem.code if answer.problem else ""
        has_no_room = code in TOO_LONG or code == _CUT_SHORT.code
        halves = part.halved() if has_no_room and halvings < _MOST_HALVINGS else None
        if halves is None:
            return answer
        both = [await self._answer(half, halvings + 1) for half in halves]
        faulty = next((one for one in both if not one.is_whole), both[0])
        return replace(faulty, text="\n\n".join(one.text.strip() for one in both))

    async def _ask(self, request: ChatRequest, about: PartAnswer, *, is_all: bool = True) -> PartAnswer:
        """Return what is answered, or why nothing is. Raises what is not about this question alone.

        It is taken with what it took; where it is not all that is asked about a part, as not whole.
        """
        live = self._live.beside(about.model, self._cost, self._saving)
        try:
            service = await self._reach(about.model)
            tokens = tokens_in(request)
            fitted = self._fit(request, tokens)
            live.begin_exchange(tokens)
            turn = service.stream_chat(fitted, lambda told: self._hear(about.first, told))
            async with aclosing(turn) as events:
                async for event in events:
                    live.apply(event)
                    if isinstance(event, UsageReport):
                        self._learn(request, event.usage, "" if live.message.reasoning else live.message.text)
        except UserError as error:
            live.break_off(error)
            self._require_others(error)
        finally:
            self._waits.pop(about.first, None)
            is_broken_off = live.message.state is State.STREAMING
            live.is_stop_requested = self._live.is_stop_requested
            live.break_off(None)
            live.end_exchange()
            answer = _ended(about, live.message)
            if is_broken_off:
                # It is not its own fault.
                answer = replace(answer, problem=None)
            if not is_broken_off or answer.text or answer.usage:
                taken = answer if is_all or answer.problem else replace(answer, problem=_CUT_SHORT)
                self._live.take_part(taken)
        if answer.text:
            self._failures = 0
        return answer

    def _require_others(self, error: UserError) -> None:
        """Raise an error that the other parts would meet too."""
        is_passing = isinstance(error, (ServiceBusy, NetworkFault))
        if isinstance(error, StreamInterrupted) or error.problem.code in _OF_ONE:
            return
        self._failures += 1
        if not is_passing or self._failures >= min(_MOST_FAILURES, self._parts.count):
            raise error

    async def _keep(self) -> None:
        self._advanced(self._live.message)
        self._say()
        await self._writer.keep(self._live.message)

    @property
    def _parts(self) -> Parts:
        parts = self._live.message.parts
        assert parts is not None, "it began with them"
        return parts

    def _hear(self, number: int, told: Progress) -> None:
        if isinstance(told, Retrying) or (isinstance(told, Queued) and told.reason is not None):
            self._waits[number] = told
        else:
            self._waits.pop(number, None)
        self._say()

    def _say(self) -> None:
        """Tell how far it is."""
        asked = {one.first for one in self._parts.answers if one.is_of_one}
        number = next((part.number for part in self._plan.parts if part.number not in asked), None)
        beside = self._waits[min(self._waits)] if self._waits else None
        if number is not None:
            self._tell(ReadingPart(number, len(self._plan.parts), beside))

    def _tell(self, told: Progress) -> None:
        if told != self._told:
            self._told = told
            self._progress(told)


async def _together(work: Iterable[Coroutine[None, None, None]]) -> None:
    """Do some things at once, begun in their order. Raises the first of their errors."""
    try:
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(one)
    except* UserError as errors:
        raise errors.exceptions[0] from errors


def _ended(about: PartAnswer, message: Message) -> PartAnswer:
    """Return an answer as it ended, with what is wrong with it."""
    problem = message.problem or message.shortfall
    if problem is None and message.state is State.CUT_SHORT:
        problem = _CUT_SHORT
    return replace(
        about,
        state=message.state,
        text=message.text,
        problem=problem,
        usage=message.usage,
        cost=message.cost,
        saved=message.saved,
    )
