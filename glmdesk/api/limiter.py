"""The gates before the models: as many questions in flight as the service takes, and the others in a queue.

Who comes first is served first, also who was sent back. The gates outlive clients: what is in flight with an
old key counts for the same limits.
"""

import asyncio
import random
import time
from bisect import bisect
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType
from typing import Final

from glmdesk.api.capacity import Capacity
from glmdesk.api.errors import AttemptFailed, Load
from glmdesk.api.retry import CROWDED, LONGEST_PAUSE_S, PATIENT, Backoff
from glmdesk.domain.errors import Problem
from glmdesk.domain.events import Progress, Queued, Sent

_TELL_S: Final = 0.25
"""Seconds between two tellings of all positions: hundreds of them may change with each answer."""

_PAUSES: Mapping[Load, Backoff] = MappingProxyType({Load.OURS: CROWDED, Load.THEIRS: PATIENT})

LimitOf = Callable[[str, str], int | None]
"""Gives how many requests may be in flight at a host for a model; None where that is not known."""


@dataclass(slots=True)
class Ticket:
    """The place of one question among all, which it keeps until it is answered."""

    number: int
    refusals: int = 0
    """How often it was refused for what was in flight, since anything was answered."""
    answered: int = 0
    """How many had been answered at the last of them."""


@dataclass(slots=True, eq=False)
class Slot:
    """The right to have one request in flight, and how that fares."""

    ticket: Ticket
    era: int
    has_waited: bool = False
    is_answered: bool = False
    is_refused: bool = False


@dataclass(slots=True, eq=False)
class _Waiting:
    """Who waits, what they are called with, and what they were told last."""

    ticket: Ticket
    turn: asyncio.Future[Slot]
    progress: Callable[[Progress], None]
    told: Queued | None = None

    def tell(self, state: Queued) -> None:
        """Say how things stand, if that is new."""
        if state != self.told:
            self.told = state
            self.progress(state)


class Gate:
    """Lets questions for one model through, as many at once as the service takes."""

    def __init__(self, ceiling: int | None, rng: random.Random, pace: float) -> None:
        self._capacity = Capacity(ceiling)
        self._rng = rng
        self._pace = pace
        self._numbers = count()
        self._queue: list[_Waiting] = []
        """By their tickets. Whenever it is not empty, the gate is closed."""
        self._answered = 0
        self._pauses = 0
        """In a row, without an answer."""
        self._closed_until = 0.0
        self._reason: Problem | None = None
        self._opening: asyncio.TimerHandle | None = None
        self._telling: asyncio.TimerHandle | None = None

    @property
    def pause_s(self) -> float:
        """The seconds for which nobody is let in, whatever is in flight."""
        return max(0.0, self._closed_until - time.monotonic())

    def ticket(self) -> Ticket:
        """Return the next place."""
        return Ticket(next(self._numbers))

    def allow(self, ceiling: int | None) -> None:
        """Take how many the account may have in flight at most; None: that is not known."""
        self._capacity.allow(ceiling)
        self._admit()

    @asynccontextmanager
    async def entered(self, ticket: Ticket, progress: Callable[[Progress], None]) -> AsyncGenerator[Slot]:
        """Wait for the turn of a ticket, tell how that goes, and give what a request is sent with.

        An AttemptFailed that leaves the block is learned from before anybody else is let in.
        """
        slot = await self._enter(ticket, progress)
        try:
            if slot.has_waited:
                progress(Sent())
            yield slot
        except AttemptFailed as failure:
            self._learn(slot, failure)
            raise
        finally:
            self._leave(slot)

    async def _enter(self, ticket: Ticket, progress: Callable[[Progress], None]) -> Slot:
        if not self._queue:
            self._capacity.freshen(time.monotonic())
            if self._is_open:
                return self._begin(ticket)
        waiting = _Waiting(ticket, asyncio.get_running_loop().create_future(), progress)
        has_begun = False
        try:
            place = bisect(self._queue, ticket.number, key=lambda one: one.ticket.number)
            self._queue.insert(place, waiting)
            waiting.tell(self._state(place + 1))
            self._follow_queue()
            slot = await waiting.turn
            has_begun = slot.has_waited = True
            return slot
        finally:
            if not has_begun:
                self._withdraw(waiting)

    def _withdraw(self, waiting: _Waiting) -> None:
        """Give up a place, or the slot that has been given to it just now."""
        if waiting in self._queue:
            self._queue.remove(waiting)
        if waiting.turn.done() and not waiting.turn.cancelled():
            self._leave(waiting.turn.result())
        self._follow_queue()

    @property
    def _is_open(self) -> bool:
        return self._capacity.has_room and not self.pause_s

    def _begin(self, ticket: Ticket) -> Slot:
        return Slot(ticket, self._capacity.begin())

    def accept(self, slot: Slot) -> None:
        """Take that the request of a slot is being answered. It may be said more than once."""
        if slot.is_answered:
            return
        slot.is_answered = True
        self._answered += 1
        self._pauses = 0
        self._capacity.accept(is_wanted=bool(self._queue))
        self._admit()

    def _leave(self, slot: Slot) -> None:
        if not slot.is_refused:
            self._capacity.end(is_answered=slot.is_answered)
        self._admit()

    def _learn(self, slot: Slot, failure: AttemptFailed) -> None:
        load = failure.verdict.load
        if load is None:
            return
        if load is Load.OURS:
            slot.is_refused = True
            self._send_back(slot.ticket)
            is_news = self._capacity.refuse(slot.era, time.monotonic(), is_answered=slot.is_answered)
        else:
            is_news = self._capacity.overload(slot.era, time.monotonic())
        if is_news:
            delay_s = _PAUSES[load].delay(self._pauses, self._rng)
            self._pauses += 1
            self._close_for(max(delay_s, min(failure.not_before_s, LONGEST_PAUSE_S)), failure.error.problem)

    def _send_back(self, ticket: Ticket) -> None:
        if ticket.answered != self._answered:
            ticket.refusals = 0
        ticket.answered = self._answered
        ticket.refusals += 1

    def _close_for(self, delay_s: float, reason: Problem) -> None:
        until = time.monotonic() + delay_s * self._pace
        if until > self._closed_until:
            self._closed_until, self._reason = until, reason

    def _admit(self) -> None:
        """Let in whoever may be; the gate is closed afterwards, or nobody waits."""
        while self._queue and self._is_open:
            waiting = self._queue.pop(0)
            # A task that is cancelled cancels what it waits for at once, and hears of it later.
            if not waiting.turn.done():
                waiting.turn.set_result(self._begin(waiting.ticket))
        self._follow_queue()

    def _follow_queue(self) -> None:
        """Have a timer for what comes next as long as somebody waits, and none otherwise."""
        loop = asyncio.get_running_loop()
        if not self._queue:
            for timer in (self._opening, self._telling):
                if timer is not None:
                    timer.cancel()
            self._opening = self._telling = None
            return
        if self._opening is None and self.pause_s:
            self._opening = loop.call_later(self.pause_s, self._open)
        if self._telling is None:
            self._telling = loop.call_later(_TELL_S, self._tell)

    def _open(self) -> None:
        self._opening = None
        self._admit()

    def _tell(self) -> None:
        self._telling = None
        for place, waiting in enumerate(tuple(self._queue), start=1):
            waiting.tell(self._state(place))

    def _state(self, position: int) -> Queued:
        limit = self._capacity.limit
        if not self.pause_s:
            return Queued(position, limit)
        return Queued(position, limit, self._closed_until, self._reason)


def _unknown(_host: str, _model: str) -> int | None:
    """Know no figure of any model."""
    return None


class Gates:
    """One gate for each model of each host, made when it is first asked for.

    `pace` stretches the pauses after refusals.
    """

    def __init__(self, limit_of: LimitOf = _unknown, *, pace: float = 1.0) -> None:
        self._limit_of = limit_of
        self._pace = pace
        self._rng = random.Random()  # noqa: S311 - jitter, not secrets
        self._gates: dict[tuple[str, str], Gate] = {}

    def of(self, host: str, model: str) -> Gate:
        """Return the gate before a model, with the figure that is in force now."""
        ceiling = self._limit_of(host, model)
        gate = self._gates.get((host, model))
        if gate is None:
            gate = self._gates[host, model] = Gate(ceiling, self._rng, self._pace)
        gate.allow(ceiling)
        return gate
