"""One turn between the real client and the real database: it ends in a stored state whatever happens."""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from decimal import Decimal

import apsw
import pytest

from glmdesk.api.client import Client, Clocks
from glmdesk.api.limiter import Gates
from glmdesk.chat.live import LiveAnswer
from glmdesk.chat.turn import ChatService, Writer, run_turn
from glmdesk.domain.errors import KeyProblem, NetworkFault, Problem, StreamInterrupted
from glmdesk.domain.events import Event, Finished, Progress, Queued, Retrying, Sent
from glmdesk.domain.message import Message, State
from glmdesk.domain.money import Money
from glmdesk.domain.request import ChatRequest, PromptMessage
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.journal import AnswerWriter
from tests.api.asking import client_for
from tests.chat.examples import CONVERSATION, MODEL
from tests.support.fault import Fault
from tests.support.script import Answer, Refuse, Usage
from tests.support.service import Service

pytestmark = pytest.mark.anyio

PROMPT_TOKENS = 7
REQUEST = ChatRequest(MODEL, (PromptMessage("user", "你好"),))
# Long enough that it never ends by itself while it is paused.
PAUSED = Answer("One, two, three, four.", chunk_size=5, pause_after=2)


@dataclass(slots=True)
class Asking:
    """A turn about to run, and what it leaves behind."""

    live: LiveAnswer
    writer: Writer
    client: Client
    store: Conversations
    refusal: KeyProblem | None = None
    progress: list[Progress] = field(default_factory=list[Progress])
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def connect(self) -> ChatService:
        if self.refusal is not None:
            raise self.refusal
        return self.client

    def turn(self) -> AsyncGenerator[Event, None]:
        return run_turn(
            self.connect,
            REQUEST,
            self.live,
            self.writer,
            self.progress.append,
            prompt_tokens=PROMPT_TOKENS,
        )

    async def run(self) -> list[Event]:
        """Run the turn to its end."""
        turn = run_turn(
            self.connect, REQUEST, self.live, self.writer, self.progress.append, prompt_tokens=PROMPT_TOKENS
        )
        seen: list[Event] = []
        async with aclosing(turn) as events:
            async for event in events:
                seen.append(event)
                self.news.set()
        return seen

    async def arrived(self, text: str) -> None:
        """Wait until a running turn has come so far."""
        async with asyncio.timeout(5):
            while self.live.message.text != text:
                self.news.clear()
                await self.news.wait()

    async def until_text(self, text: str) -> None:
        """Run the turn until so much has arrived, and close it."""
        turn = run_turn(
            self.connect, REQUEST, self.live, self.writer, self.progress.append, prompt_tokens=PROMPT_TOKENS
        )
        async with aclosing(turn) as events:
            async for _event in events:
                if self.live.message.text == text:
                    return

    async def stored(self) -> Message:
        """Return the answer as the database has it."""
        return next(
            message for message in await self.store.messages(CONVERSATION) if message.id == self.live.id
        )


def price(usage: object) -> Money:
    return Money(Decimal("0.01"), "CNY")


@pytest.fixture
async def asking(
    service: Service, database: Database, store: Conversations, empty: Message
) -> AsyncIterator[Asking]:
    async with client_for(service.base_url) as client:
        yield Asking(LiveAnswer(empty, price), AnswerWriter(database, empty.id), client, store)


async def test_a_whole_answer_is_stored_with_all_that_is_known_of_it(
    asking: Asking, service: Service
) -> None:
    service.script(Answer("你好！", reasoning="Hm.", usage=Usage(10, 3, 4)))

    events = await asking.run()

    stored = await asking.stored()
    assert isinstance(events[-1], Finished)
    assert (stored.text, stored.reasoning, stored.state) == ("你好！", "Hm.", State.COMPLETE)
    assert stored.usage is not None
    assert (stored.usage.prompt_tokens, stored.usage.cached_tokens) == (10, 4)
    assert stored.cost == Money(Decimal("0.01"), "CNY")
    assert stored.timing is not None
    assert stored == asking.live.message


async def test_events_are_passed_on_as_they_come(asking: Asking, service: Service) -> None:
    service.script(PAUSED)
    seen: list[str] = []

    turn = run_turn(
        asking.connect,
        REQUEST,
        asking.live,
        asking.writer,
        asking.progress.append,
        prompt_tokens=PROMPT_TOKENS,
    )
    async with aclosing(turn) as events:
        async for _event in events:
            seen.append(asking.live.message.text)
            if len(seen) == 2:
                await service.paused(service.chats[0])
                service.release(service.chats[0])

    assert seen[:2] == ["One, ", "One, two, "]


async def test_closing_the_turn_stores_what_arrived_and_hangs_up(asking: Asking, service: Service) -> None:
    service.script(PAUSED)
    asking.live.is_stop_requested = True

    await asking.until_text("One, two, ")

    stored = await asking.stored()
    assert (stored.text, stored.state, stored.problem) == ("One, two, ", State.STOPPED, None)
    await service.hung_up(service.chats[0])


async def test_a_cancelled_turn_stores_what_arrived(asking: Asking, service: Service) -> None:
    service.script(PAUSED)

    async with asyncio.TaskGroup() as group:
        turn = group.create_task(asking.run())
        await asking.arrived("One, two, ")
        turn.cancel()

    stored = await asking.stored()
    assert (stored.text, stored.state) == ("One, two, ", State.INTERRUPTED)
    assert stored.problem is not None
    assert stored.problem.code == "program-ended"
    await service.hung_up(service.chats[0])


@dataclass(slots=True)
class Announcing:
    """A writer that says when it was asked to store the answer, and does it when it may."""

    inner: Writer
    finishing: asyncio.Event = field(default_factory=asyncio.Event)
    may_finish: asyncio.Event = field(default_factory=asyncio.Event)

    def write(self, *, text: str = "", reasoning: str = "") -> None:
        self.inner.write(text=text, reasoning=reasoning)

    async def finish(self, message: Message) -> None:
        self.finishing.set()
        await self.may_finish.wait()
        await self.inner.finish(message)


async def test_a_second_cancellation_does_not_lose_the_answer(asking: Asking, service: Service) -> None:
    service.script(PAUSED)
    writer = asking.writer = Announcing(asking.writer)

    async with asyncio.TaskGroup() as group:
        turn = group.create_task(asking.run())
        await asking.arrived("One, two, ")
        turn.cancel()
        await asyncio.wait_for(writer.finishing.wait(), 5)
        turn.cancel()
        await asyncio.wait([turn], timeout=5)
        assert turn.cancelled()
        writer.may_finish.set()

    async with asyncio.timeout(5):
        while (stored := await asking.stored()).state is State.STREAMING:
            await asyncio.sleep(0)
    assert (stored.text, stored.state) == ("One, two, ", State.INTERRUPTED)


async def test_a_second_cancellation_waits_for_no_disk(
    asking: Asking, service: Service, database: Database
) -> None:
    service.script(PAUSED)
    writer = asking.writer = Announcing(asking.writer)
    writer.may_finish.set()
    disk_is_free = threading.Event()

    def occupy(_connection: apsw.Connection) -> None:
        disk_is_free.wait(5)

    async with asyncio.TaskGroup() as group:
        turn = group.create_task(asking.run())
        await asking.arrived("One, two, ")
        occupied = database.start_write(occupy)
        turn.cancel()
        await asyncio.wait_for(writer.finishing.wait(), 5)
        await asyncio.sleep(0)
        turn.cancel()
        await asyncio.wait([turn], timeout=5)
        assert turn.cancelled()
        disk_is_free.set()
        await occupied

    assert (await asking.stored()).text == "One, two, "


@pytest.mark.parametrize("fault", [Fault.RST, Fault.MISSING_CHUNK_TERMINATOR, Fault.NO_FINISH_NO_DONE])
async def test_an_answer_that_breaks_off_is_stored_as_far_as_it_came(
    asking: Asking, service: Service, fault: Fault
) -> None:
    service.script(Answer("One, two, three.", chunk_size=5, faults=(fault,), flush_each=True))

    with pytest.raises(StreamInterrupted) as raised:
        await asking.run()

    stored = await asking.stored()
    assert stored.state is State.INTERRUPTED
    assert stored.text
    assert "One, two, three.".startswith(stored.text)
    assert stored.problem == raised.value.problem


async def test_a_withheld_answer_leaves_no_text_on_the_disk(
    asking: Asking, service: Service, database: Database
) -> None:
    service.script(Answer("Something bad.", finish="sensitive"))

    await asking.run()

    stored = await asking.stored()
    assert (stored.text, stored.state) == ("", State.WITHHELD)
    journal = "SELECT count(*) FROM journal"
    assert await database.read(lambda connection: next(connection.execute(journal))[0]) == 0


async def test_a_question_that_is_refused_fails_with_the_reason(asking: Asking, service: Service) -> None:
    service.script(Refuse("1000"))

    with pytest.raises(KeyProblem) as raised:
        await asking.run()

    stored = await asking.stored()
    assert (stored.state, stored.text, stored.problem) == (State.FAILED, "", raised.value.problem)


async def test_without_a_key_the_answer_fails_before_its_first_word(asking: Asking, service: Service) -> None:
    asking.refusal = KeyProblem(Problem("no-key", "There is no key.", "Enter one."))

    with pytest.raises(KeyProblem):
        await asking.run()

    stored = await asking.stored()
    assert stored.state is State.FAILED
    assert stored.problem is not None
    assert stored.problem.code == "no-key"
    assert service.requests == []


async def test_a_service_that_is_not_there_fails_the_answer(asking: Asking, service: Service) -> None:
    await service.stop()
    clocks = Clocks(retry_factor=0.0)
    asking.client = client_for(service.base_url, clocks=clocks)

    with pytest.raises(NetworkFault):
        async with asking.client:
            await asking.run()

    assert (await asking.stored()).state is State.FAILED


async def test_progress_is_told_while_nothing_has_arrived(asking: Asking, service: Service) -> None:
    service.script(Refuse("1305"), Answer("ok"))

    await asking.run()

    assert [type(told) for told in asking.progress] == [Retrying]
    assert (await asking.stored()).text == "ok"


async def test_the_clock_of_an_answer_starts_when_it_is_its_turn(asking: Asking, service: Service) -> None:
    gates = Gates(lambda _host, _model: 1)
    service.script(PAUSED, Answer("ok"))
    async with (
        client_for(service.base_url, gates=gates) as client,
        aclosing(client.stream_chat(REQUEST)) as before,
    ):
        await anext(before)
        asking.client = client
        asking.live._began_at -= 3600
        running = asyncio.create_task(asking.run())
        while not asking.progress:
            await asyncio.sleep(0)
        service.release(service.chats[0])
        assert [event async for event in before]
        await running

    assert asking.progress == [Queued(1, 1), Sent()]
    timing = (await asking.stored()).timing
    assert timing is not None
    assert timing.first_token_s < 3600
