import asyncio
from contextlib import aclosing

import httpx
import pytest

from glmdesk.demo.service import DemoService
from glmdesk.domain.errors import ServiceRefused
from glmdesk.domain.events import FinishReason, ReasoningDelta, TextDelta
from tests.demo.asking import (
    CACHING_MODEL,
    FREE_MODEL,
    LIBRARY,
    OFFER,
    ask,
    client_for,
    no_time,
    request_of,
)

pytestmark = pytest.mark.anyio


class Watch:
    """Writes down every pause and, from one of them on, never comes back by itself."""

    def __init__(self, *, stuck_at: int | None = None) -> None:
        self.pauses: list[float] = []
        self.stuck = asyncio.Event()
        self.was_cancelled = False
        self._stuck_at = stuck_at

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if len(self.pauses) != self._stuck_at:
            await no_time(seconds)
            return
        self.stuck.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise


async def test_an_answer_comes_in_pieces_and_ends_properly() -> None:
    answered = await ask(request_of("你好"))

    assert len(answered.pieces) > 100
    assert max(map(len, answered.pieces)) <= 20
    assert answered.reason is FinishReason.STOP


async def test_the_same_question_gets_the_same_answer_in_the_same_pieces() -> None:
    first, second = await ask(request_of("Plan my week")), await ask(request_of("Plan my week"))

    assert first.pieces == second.pieces
    assert first.usage == second.usage


async def test_the_first_word_takes_a_moment_and_the_others_follow_at_the_speed_of_a_model() -> None:
    watch = Watch()

    await ask(request_of("Write an essay"), sleep=watch.sleep)

    first, *others = watch.pauses
    assert first == pytest.approx(0.4)
    assert 1 / 60 <= min(others) <= max(others) <= 1 / 40


async def test_every_piece_counts_as_a_token_and_the_prompt_is_counted_too() -> None:
    answered = await ask(request_of("Hello", "Hi!", "Plan my week"))

    assert answered.usage.completion_tokens == len(answered.pieces)
    assert 10 <= answered.usage.prompt_tokens <= 30


@pytest.mark.parametrize(("model", "is_cached"), [(CACHING_MODEL, True), (FREE_MODEL, False)])
async def test_what_was_sent_before_is_cached_by_models_that_cache(model: str, is_cached: bool) -> None:
    usage = (await ask(request_of("长" * 1500, "好的。", "你好", model=model))).usage

    assert bool(usage.cached_tokens) is is_cached
    assert usage.cached_tokens < usage.prompt_tokens


async def test_a_short_beginning_is_not_cached() -> None:
    usage = (await ask(request_of("你好", "你好！", "再见", model=CACHING_MODEL))).usage

    assert usage.cached_tokens == 0


async def test_an_answer_ends_at_the_length_that_was_asked_for() -> None:
    answered = await ask(request_of("Write an essay", max_tokens=20))

    assert answered.reason is FinishReason.LENGTH
    assert answered.usage.completion_tokens == len(answered.pieces) == 20


async def test_an_answer_ends_before_the_stop_word() -> None:
    answered = await ask(request_of("Plan my week", stop="Wednesday"))

    assert answered.text.endswith("survives ")
    assert answered.reason is FinishReason.STOP


async def test_the_models_of_the_catalogue_are_listed() -> None:
    async with client_for(DemoService(OFFER, LIBRARY, sleep=no_time)) as client:
        assert await client.list_models() == tuple(model.id for model in OFFER)


async def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ServiceRefused) as refused:
        await ask(request_of("你好", model="glm-9"))

    assert refused.value.problem.code == "1211"


async def test_a_prompt_longer_than_the_window_is_refused() -> None:
    with pytest.raises(ServiceRefused) as refused:
        await ask(request_of("长" * 14_000, model="glm-4-airx"))

    assert refused.value.problem.code == "1261"


async def test_an_empty_question_is_refused() -> None:
    with pytest.raises(ServiceRefused) as refused:
        await ask(request_of(" "))

    assert refused.value.problem.code == "1214"


@pytest.mark.parametrize(("path", "code"), [("chat/completions", "1210"), ("embeddings", "1222")])
async def test_what_the_service_cannot_read_or_do_is_refused(path: str, code: str) -> None:
    async with httpx.AsyncClient(transport=DemoService(OFFER, LIBRARY, sleep=no_time)) as http:
        response = await http.post(f"https://demo.invalid/{path}", content=b"{")

    assert response.status_code == 400
    assert response.json()["error"]["code"] == code


async def test_stopping_in_mid_answer_ends_the_writing() -> None:
    watch = Watch()
    async with client_for(DemoService(OFFER, LIBRARY, sleep=watch.sleep)) as client:
        async with aclosing(client.stream_chat(request_of("Write an essay"))) as events:
            assert isinstance(await anext(events), TextDelta)
        so_far = len(watch.pauses)
        await no_time(0)

        assert len(watch.pauses) == so_far < 5


@pytest.mark.parametrize("stuck_at", [1, 10])
async def test_cancelling_interrupts_the_pause_it_happens_in(stuck_at: int) -> None:
    watch = Watch(stuck_at=stuck_at)
    async with client_for(DemoService(OFFER, LIBRARY, sleep=watch.sleep)) as client:

        async def read() -> None:
            async with aclosing(client.stream_chat(request_of("Write an essay"))) as events:
                async for _ in events:
                    pass

        async with asyncio.TaskGroup() as group:
            reading = group.create_task(read())
            await watch.stuck.wait()
            reading.cancel()

    assert watch.was_cancelled
    assert len(watch.pauses) == stuck_at


async def test_answers_are_written_side_by_side() -> None:
    async with client_for(DemoService(OFFER, LIBRARY, sleep=no_time)) as client:

        async def read(question: str) -> str:
            async with aclosing(client.stream_chat(request_of(question))) as events:
                return "".join([event.text async for event in events if isinstance(event, TextDelta)])

        questions = ("你好", "Hello", "Plan my week")
        together = await asyncio.gather(*map(read, questions))
        alone = [await read(question) for question in questions]

    assert list(together) == alone


@pytest.mark.parametrize(("question", "begins"), [("你好", "用户想看看"), ("Hello", "The user wants")])
async def test_a_successor_reasons_before_it_answers(question: str, begins: str) -> None:
    answered = await ask(request_of(question, model="glm-5.2"))
    plain = await ask(request_of(question, model=FREE_MODEL))

    assert answered.reasoning.startswith(begins)
    assert isinstance(answered.events[0], ReasoningDelta)
    assert answered.text == plain.text
    assert answered.usage.reasoning_tokens > 0
    assert answered.usage.completion_tokens == plain.usage.completion_tokens + answered.usage.reasoning_tokens
    assert (plain.reasoning, plain.usage.reasoning_tokens) == ("", 0)


@pytest.mark.parametrize(("model", "reasons"), [("glm-5.2", False), ("glm-5.3", True)])
async def test_a_model_that_can_be_told_not_to_does_not_reason(model: str, reasons: bool) -> None:
    answered = await ask(request_of("你好", model=model, thinking=False))

    assert bool(answered.reasoning) == reasons
