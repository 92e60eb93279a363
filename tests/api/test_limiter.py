"""The gate before a model: in order, visible, cancelled at any moment, and 500 jobs without a failure."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.api.client import Client, Clocks
from glmdesk.api.errors import AttemptFailed, Refusal
from glmdesk.api.limiter import Gate, Gates, Ticket
from glmdesk.domain.events import Progress, Queued, Retrying, Sent
from tests.api.asking import QUESTION, Outcome, ask, client_for
from tests.support.script import Answer, Refuse
from tests.support.service import Service

pytestmark = pytest.mark.anyio

MODEL = QUESTION.model
PATIENCE_S = 5.0

CROWDED = Refusal("1302", "并发", 429)
OVERLOADED = Refusal("1305", "繁忙", 429)


def gates_for(limit: int | None, *, pace: float = 0.0) -> Gates:
    """Return gates that let so many through at once."""
    return Gates(lambda _host, _model: limit, pace=pace)


@dataclass(slots=True)
class Job:
    """A question at a gate. It enters when its task runs, and leaves when it is told to."""

    gate: Gate
    name: int
    ticket: Ticket
    told: list[Progress] = field(default_factory=list[Progress])
    news: asyncio.Event = field(default_factory=asyncio.Event)
    is_inside: bool = False
    may_leave: asyncio.Event = field(default_factory=asyncio.Event)
    ending: Refusal | None = None
    task: asyncio.Task[None] = field(init=False)

    def __post_init__(self) -> None:
        self.task = asyncio.create_task(self.run())

    def hear(self, progress: Progress) -> None:
        self.told.append(progress)
        self.news.set()

    async def run(self) -> None:
        with suppress(AttemptFailed):
            async with self.gate.entered(self.ticket, self.hear) as slot:
                self.is_inside = True
                self.news.set()
                try:
                    await self.may_leave.wait()
                    if self.ending is not None:
                        raise self.ending.failure()
                    self.gate.accept(slot)
                finally:
                    self.is_inside = False
                    self.news.set()

    async def arrived(self) -> None:
        """Wait until it is inside or knows its place."""
        await self.until(lambda: self.is_inside or self.told)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for something about it."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                self.news.clear()
                await self.news.wait()

    async def leave(self, ending: Refusal | None = None) -> None:
        """Let it end, and wait until it has."""
        self.ending = ending
        self.may_leave.set()
        await asyncio.wait([self.task])

    @property
    def position(self) -> int:
        """Its place in the queue as it was told last."""
        last = self.told[-1]
        assert isinstance(last, Queued)
        return last.position


@asynccontextmanager
async def jobs_at(gate: Gate, count: int) -> AsyncIterator[list[Job]]:
    """Give jobs that have come to a gate one after the other; all of them are ended afterwards."""
    jobs: list[Job] = []
    try:
        for name in range(count):
            jobs.append(Job(gate, name, gate.ticket()))
            await jobs[-1].arrived()
        yield jobs
    finally:
        for job in jobs:
            job.task.cancel()
        await asyncio.gather(*(job.task for job in jobs), return_exceptions=True)


def inside(jobs: list[Job]) -> list[int]:
    """Return which jobs are past the gate."""
    return [job.name for job in jobs if job.is_inside]


async def test_the_first_go_in_and_the_others_are_told_their_place() -> None:
    async with jobs_at(gates_for(2).of("h", "m"), 5) as jobs:
        assert inside(jobs) == [0, 1]
        assert [job.told for job in jobs] == [[], [], [Queued(1, 2)], [Queued(2, 2)], [Queued(3, 2)]]


async def test_whoever_comes_first_goes_first_and_the_others_hear_that_they_have_moved_up() -> None:
    async with jobs_at(gates_for(1).of("h", "m"), 4) as jobs:
        await jobs[0].leave()
        await jobs[1].until(lambda: jobs[1].is_inside)
        await jobs[3].until(lambda: jobs[3].position == 2)

        assert inside(jobs) == [1]
        assert jobs[1].told == [Queued(1, 1), Sent()]
        assert jobs[2].told == [Queued(2, 1), Queued(1, 1)]


async def test_whoever_gives_up_makes_room_for_those_behind() -> None:
    async with jobs_at(gates_for(1).of("h", "m"), 4) as jobs:
        jobs[1].task.cancel()
        await jobs[3].until(lambda: jobs[3].position == 2)
        await jobs[0].leave()
        await jobs[2].until(lambda: jobs[2].is_inside)

        assert inside(jobs) == [2]


async def test_whoever_is_stopped_in_flight_gives_the_slot_back() -> None:
    async with jobs_at(gates_for(1).of("h", "m"), 2) as jobs:
        jobs[0].task.cancel()
        await jobs[1].until(lambda: jobs[1].is_inside)


async def test_a_slot_that_is_given_to_who_has_just_been_cancelled_goes_to_the_next() -> None:
    # Both happen before the task that waits comes round: asyncio.Semaphore has lost places this way.
    limits = [1]
    gates = Gates(lambda _host, _model: limits[0], pace=0.0)
    async with jobs_at(gates.of("h", "m"), 4) as jobs:
        limits[0] = 2
        gates.of("h", "m")
        assert jobs[1].ticket.number not in [one.ticket.number for one in jobs[0].gate._queue]
        jobs[1].task.cancel()
        await jobs[2].until(lambda: jobs[2].is_inside)

        assert inside(jobs) == [0, 2]


async def test_who_is_cancelled_and_not_aware_of_it_yet_is_given_nothing() -> None:
    limits = [1]
    gates = Gates(lambda _host, _model: limits[0], pace=0.0)
    async with jobs_at(gates.of("h", "m"), 3) as jobs:
        jobs[1].task.cancel()
        limits[0] = 2
        gates.of("h", "m")
        await jobs[2].until(lambda: jobs[2].is_inside)

        assert inside(jobs) == [0, 2]


async def test_a_higher_tier_lets_those_in_who_wait() -> None:
    limits = [1]
    gates = Gates(lambda _host, _model: limits[0], pace=0.0)
    async with jobs_at(gates.of("h", "m"), 3) as jobs:
        limits[0] = 2
        gates.of("h", "m")
        await jobs[1].until(lambda: jobs[1].is_inside)

        assert inside(jobs) == [0, 1]


async def test_each_model_of_each_host_has_a_gate_of_its_own() -> None:
    gates = gates_for(1)

    assert gates.of("h", "m") is gates.of("h", "m")
    assert len({id(gates.of(host, model)) for host in "hg" for model in "mn"}) == 4


async def test_who_is_sent_back_comes_before_those_who_came_later() -> None:
    gate = gates_for(2).of("h", "m")
    async with jobs_at(gate, 4) as jobs:
        await jobs[0].leave(CROWDED)
        again = jobs[0] = Job(gate, 9, jobs[0].ticket)
        await again.arrived()

        assert inside(jobs) == [1]
        assert again.position == 1
        await jobs[2].until(lambda: jobs[2].position == 2)
        await jobs[1].leave()
        await again.until(lambda: again.is_inside)


async def test_after_a_refusal_everybody_waits_out_a_pause_and_hears_why() -> None:
    async with jobs_at(gates_for(2, pace=1e6).of("h", "m"), 4) as jobs:
        await jobs[0].leave(CROWDED)
        await jobs[1].leave()
        await jobs[3].until(lambda: jobs[3].told[-1] != Queued(2, 2))

        told = jobs[3].told[-1]
        assert isinstance(told, Queued)
        assert (told.position, told.limit) == (2, 1)
        assert told.reason is not None
        assert told.reason.code == "1302"
        assert told.due_at is not None
        assert inside(jobs) == []


@pytest.mark.parametrize("refusal", [CROWDED, OVERLOADED])
async def test_a_pause_ends_by_itself(refusal: Refusal) -> None:
    async with jobs_at(gates_for(1, pace=1e-3).of("h", "m"), 2) as jobs:
        await jobs[0].leave(refusal)
        await jobs[1].until(lambda: jobs[1].is_inside)


async def test_pauses_grow_as_long_as_nothing_is_answered(service: Service) -> None:
    service.always(Refuse("1302"))
    async with client_for(service.base_url, gates=gates_for(1, pace=1e-3)) as client:
        outcome = await ask(client)

    times = [call.started_at * 1e3 for call in service.chats]
    pauses = [later - earlier for earlier, later in pairwise(times)]
    longest_s = [1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 30, 30]
    assert outcome.code == "1302"
    assert [pause >= full / 2 for pause, full in zip(pauses, longest_s, strict=True)] == [True] * 12
    due = [told.due_at for told in outcome.queue if told.due_at is not None]
    assert due == sorted(due)
    assert len(due) == 12


@pytest.mark.parametrize("is_answered", [True, False])
async def test_an_answer_makes_the_next_pause_a_short_one_again(is_answered: bool) -> None:
    gate = gates_for(1).of("h", "m")
    for _ in range(4):
        async with jobs_at(gate, 1) as (refused,):
            await refused.leave(CROWDED)
    if is_answered:
        async with jobs_at(gate, 1) as (answered,):
            await answered.leave()
    gate._pace = 1e6
    async with jobs_at(gate, 1) as (last,):
        await last.leave(CROWDED)

    assert (gate.pause_s <= 1e6) == is_answered


async def test_other_failures_teach_nothing() -> None:
    gate = gates_for(3, pace=1e6).of("h", "m")
    async with jobs_at(gate, 4) as jobs:
        for code in ("1113", "1301", ""):
            await jobs[0].leave(Refusal(code, "x", 429))
        await jobs[3].until(lambda: jobs[3].is_inside)

        assert inside(jobs) == [1, 2, 3]


@given(
    limit=st.none() | st.integers(1, 4),
    count=st.integers(0, 25),
    seed=st.integers(0, 2**32),
)
async def test_whatever_happens_to_whom_no_place_is_lost(limit: int | None, count: int, seed: int) -> None:
    rng = random.Random(seed)
    gate = gates_for(limit).of("h", "m")
    most = now_inside = 0
    done: list[int] = []

    async def work(name: int) -> None:
        nonlocal most, now_inside
        ticket = gate.ticket()
        for _attempt in range(rng.randrange(1, 4)):
            for _ in range(rng.randrange(3)):
                await asyncio.sleep(0)
            with suppress(AttemptFailed):
                async with gate.entered(ticket, lambda _progress: None) as slot:
                    now_inside += 1
                    most = max(most, now_inside)
                    try:
                        for _ in range(rng.randrange(3)):
                            await asyncio.sleep(0)
                        if rng.random() < 0.3:
                            raise rng.choice((CROWDED, OVERLOADED, Refusal("1234", "x", 500))).failure()
                        gate.accept(slot)
                    finally:
                        now_inside -= 1
        done.append(name)

    tasks = [asyncio.create_task(work(name)) for name in range(count)]
    for task in rng.sample(tasks, count // 3):
        for _ in range(rng.randrange(4)):
            await asyncio.sleep(0)
        task.cancel()
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*tasks, return_exceptions=True)

    assert len(done) >= count - count // 3
    assert limit is None or most <= limit
    async with asyncio.timeout(PATIENCE_S), gate.entered(gate.ticket(), lambda _progress: None):
        pass
    assert gate._capacity.in_flight == 0
    assert gate._opening is gate._telling is None, "nobody waits, and nothing is woken for nobody"


async def ask_often(client: Client, times: int) -> list[Outcome]:
    """Ask so many questions at once."""
    return await asyncio.gather(*(ask(client) for _ in range(times)))


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("takes", "tier"), [(7, 50), (5, None), (2, 5)])
async def test_500_jobs_end_without_a_failure_where_less_is_allowed_than_the_tier_says(
    service: Service, takes: int, tier: int | None
) -> None:
    service.limit(MODEL, takes)
    service.always(Answer("你好，世界。", delay_s=0.002))

    async with client_for(service.base_url, gates=gates_for(tier)) as client:
        outcomes = await ask_often(client, 500)

    refused = [number for number, call in enumerate(service.chats) if call.code == "1302"]
    assert [outcome.code for outcome in outcomes if outcome.error] == []
    assert {outcome.text for outcome in outcomes} == {"你好，世界。"}
    assert refused, "there was something to learn"
    after = [number for number in refused if number >= 100]
    assert len(after) < 0.01 * (len(service.chats) - 100)
    assert len(service.chats) == 500 + len(refused)


async def test_where_the_tier_is_right_nothing_is_refused(service: Service) -> None:
    service.limit(MODEL, 5)
    service.always(Answer("你好。", delay_s=0.002))

    async with client_for(service.base_url, gates=gates_for(5)) as client:
        outcomes = await ask_often(client, 100)

    assert [outcome.error for outcome in outcomes] == [None] * 100
    assert len(service.chats) == 100


async def test_a_slot_is_held_until_the_stream_is_closed(service: Service) -> None:
    service.script(Answer("一二三四五六七八", pause_after=1), Answer("二"))
    async with client_for(service.base_url, gates=gates_for(1)) as client:
        async with aclosing(client.stream_chat(QUESTION)) as events:
            await anext(events)
            other = asyncio.create_task(ask(client))
            # What it was told comes before it is sent.
            await asyncio.sleep(0)
            assert len(service.chats) == 1
        outcome = await other

    assert outcome.text == "二"
    assert outcome.progress == [Queued(1, 1), Sent()]


async def test_a_slot_is_free_during_the_pause_before_another_attempt(service: Service) -> None:
    service.script(Refuse("1234"), Answer("二"))
    clocks = Clocks(retry_factor=1e6)
    async with client_for(service.base_url, clocks=clocks, gates=gates_for(1)) as client:
        told = asyncio.Event()

        async def wait_long() -> None:
            async with aclosing(client.stream_chat(QUESTION, lambda _progress: told.set())) as events:
                await anext(events)

        waiting = asyncio.create_task(wait_long())
        async with asyncio.timeout(PATIENCE_S):
            await told.wait()
            outcome = await ask(client)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting

    assert outcome.text == "二"
    assert outcome.progress == []


async def test_another_client_shares_the_gates(service: Service) -> None:
    gates = gates_for(1)
    service.script(Answer("一二三四五六七八", pause_after=1), Answer("二"))
    async with (
        client_for(service.base_url, gates=gates) as old,
        client_for(service.base_url, gates=gates, key="another.key") as new,
    ):
        async with aclosing(old.stream_chat(QUESTION)) as events:
            await anext(events)
            other = asyncio.create_task(ask(new))
            await asyncio.sleep(0)
        outcome = await other

    assert outcome.queue == [Queued(1, 1)]


async def test_another_model_is_not_waited_for(service: Service) -> None:
    service.script(Answer("一二三四五六七八", pause_after=1), Answer("二"))
    async with (
        client_for(service.base_url, gates=gates_for(1)) as client,
        aclosing(client.stream_chat(QUESTION)) as events,
    ):
        await anext(events)
        outcome = await ask(client, replace(QUESTION, model="glm-4-plus"))

    assert (outcome.text, outcome.progress) == ("二", [])


async def test_an_empty_account_is_asked_once_for_each_question(service: Service) -> None:
    service.always(Refuse("1113"))
    async with client_for(service.base_url, gates=gates_for(2)) as client:
        outcomes = await ask_often(client, 10)

    assert [outcome.code for outcome in outcomes] == ["1113"] * 10
    assert len(service.chats) == 10


async def test_an_overloaded_model_is_left_alone_by_every_question(service: Service) -> None:
    service.script(Refuse("1305"))
    gates = gates_for(None, pace=1e6)
    async with client_for(service.base_url, clocks=Clocks(retry_factor=1e6), gates=gates) as client:
        told: list[Progress] = []
        news = asyncio.Event()

        def hear(progress: Progress) -> None:
            told.append(progress)
            news.set()

        async def wait_long() -> None:
            async with aclosing(client.stream_chat(QUESTION, hear)) as events:
                await anext(events)

        tasks: list[asyncio.Task[None]] = []
        async with asyncio.timeout(PATIENCE_S):
            for number in (1, 2):
                tasks.append(asyncio.create_task(wait_long()))
                while len(told) < number:
                    news.clear()
                    await news.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    first, second = told
    assert isinstance(first, Retrying)
    assert isinstance(second, Queued)
    assert second.reason == first.problem
    assert second.due_at is not None
    assert second.due_at <= first.due_at, "it is asked again when the others may be too"
    assert len(service.chats) == 1


async def test_an_account_that_is_never_answered_hears_of_it_in_the_end(service: Service) -> None:
    service.always(Refuse("1302"))
    async with client_for(service.base_url, gates=gates_for(1)) as client:
        outcome = await ask(client)

    assert outcome.code == "1302"
    assert len(service.chats) == 13


async def test_jobs_are_sent_back_as_often_as_it_takes_while_others_are_answered(service: Service) -> None:
    # Every second one is answered, whatever is in flight.
    service.script(*[reply for _ in range(40) for reply in (Refuse("1302"), Answer("好"))])
    async with client_for(service.base_url, gates=gates_for(1)) as client:
        outcomes = await ask_often(client, 40)

    assert [outcome.text for outcome in outcomes] == ["好"] * 40
    assert len(service.chats) == 80
