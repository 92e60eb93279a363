"""One question and its answer, against the real service on loopback: what is sent, what arrives, and Stop."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import replace
from types import AsyncGeneratorType

import httpx
import pytest

import glmdesk.api.client as client_module
from glmdesk import __version__
from glmdesk.api.client import Client, Clocks, Opening
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import (
    Action,
    KeyProblem,
    NetworkFault,
    ServiceRefused,
    StreamInterrupted,
    UserError,
)
from glmdesk.domain.events import (
    Citations,
    Finished,
    FinishReason,
    Progress,
    ReasoningDelta,
    TextDelta,
    ToolCalls,
    UsageReport,
    Waiting,
)
from glmdesk.domain.own_service import OwnService
from glmdesk.domain.request import PromptMessage, WebSearch
from glmdesk.typed import override
from tests.api.asking import AT_ONCE, KEY, NO_ROOTS, QUESTION, ask, client_for, text_of
from tests.support.fault import Fault
from tests.support.openai_compatible import OPENAI_CHAT, OPENAI_MODELS
from tests.support.script import Answer, Raw, Refuse, SearchResult, ToolCall
from tests.support.service import Service

pytestmark = pytest.mark.anyio

LONG = "一二三四" * 20


class TestRequest:
    async def test_the_key_is_sent_as_it_is(self, service: Service) -> None:
        async with client_for(service.base_url) as client:
            await ask(client)
            await client.list_models()

        assert [sent.header("authorization") for sent in service.requests] == [f"Bearer {KEY}"] * 2

    async def test_a_stream_is_asked_for_uncompressed(self, service: Service) -> None:
        async with client_for(service.base_url) as client:
            await ask(client)

        (sent,) = service.chats
        assert sent.header("content-type") == "application/json"
        assert sent.header("accept") == "text/event-stream"
        assert sent.header("accept-encoding") == "identity"
        assert sent.header("user-agent") == f"glmdesk/{__version__}"
        assert sent.body["stream"] is True
        assert sent.violations == []

    async def test_no_cookie_is_kept(self, service: Service) -> None:
        async with client_for(service.base_url) as client:
            for _ in range(2):
                await ask(client)
                await client.list_models()

        assert not any(sent.header("cookie") for sent in service.requests)

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_no_redirect_is_followed(self, service: Service, status: int) -> None:
        elsewhere = Raw(status=status, headers=(("Location", f"{service.base_url}/models"),), chunked=False)
        service.script(elsewhere)
        service.script(elsewhere, path="/models")

        async with client_for(service.base_url) as client:
            outcome = await ask(client)
            with pytest.raises(NetworkFault):
                await client.list_models()

        assert outcome.code == f"http-{status}"
        assert [sent.path for sent in service.requests] == ["/chat/completions", "/models"]

    async def test_every_attempt_has_an_id_of_its_own(self, service: Service) -> None:
        service.script(Refuse("1302"), Refuse("1302"))

        async with client_for(service.base_url) as client:
            await ask(client)

        assert len({sent.body["request_id"] for sent in service.chats}) == 3


class TestAnswer:
    async def test_an_answer_arrives_as_it_was_written(self, service: Service) -> None:
        service.script(Answer("你好，世界。" * 30))

        async with client_for(service.base_url) as client:
            outcome = await ask(client)

        assert outcome.text == "你好，世界。" * 30
        assert isinstance(outcome.events[-1], Finished)
        assert outcome.progress == []

    async def test_text_is_given_before_the_answer_ends(self, service: Service) -> None:
        service.script(Answer(LONG, pause_after=2))

        async with (
            client_for(service.base_url) as client,
            aclosing(client.stream_chat(QUESTION)) as events,
        ):
            first = [await anext(events), await anext(events)]
            service.release(service.chats[0])
            rest = [event async for event in events]

        assert text_of(first) == LONG[:8]
        assert text_of(first + rest) == LONG

    async def test_tools_and_sources_arrive(self, service: Service) -> None:
        call = ToolCall("read_note", '{"title": "购物"}', id="call_1")
        service.script(Answer("好", tool_calls=(call,), web_search=(SearchResult(refer="ref_1", title="t"),)))

        async with client_for(service.base_url) as client:
            outcome = await ask(client, replace(QUESTION, web_search=WebSearch()))

        kinds = [type(event) for event in outcome.events]
        assert kinds.index(TextDelta) < kinds.index(Citations) < kinds.index(ToolCalls)
        last = outcome.events[-1]
        assert isinstance(last, Finished)
        assert last.reason is FinishReason.TOOL_CALLS

    async def test_questions_can_be_asked_side_by_side(self, service: Service) -> None:
        questions = [
            replace(QUESTION, messages=(PromptMessage("user", f"number {number}"),)) for number in range(8)
        ]

        async with client_for(service.base_url) as client, asyncio.TaskGroup() as group:
            tasks = [group.create_task(ask(client, question)) for question in questions]

        for number, task in enumerate(tasks):
            assert f"number {number}" in task.result().text

    async def test_a_client_may_ask_again_on_the_same_connection(self, service: Service) -> None:
        async with client_for(service.base_url) as client:
            await client.list_models()
            await client.list_models()
            await ask(client)

        assert service.connections == 1


@contextmanager
def generators_left_open() -> Iterator[list[str]]:
    """Collect the names of the client's generators that are left to the event loop to close."""
    before = sys.get_asyncgen_hooks()
    left: list[str] = []

    def finalize(generator: AsyncGenerator[object, None]) -> None:
        assert isinstance(generator, AsyncGeneratorType)
        if generator.ag_code.co_filename == client_module.__file__:
            left.append(generator.__qualname__)
        if before.finalizer is not None:
            before.finalizer(generator)

    sys.set_asyncgen_hooks(firstiter=before.firstiter, finalizer=finalize)
    try:
        yield left
    finally:
        sys.set_asyncgen_hooks(*before)


class TestStop:
    async def test_closing_the_generator_hangs_up_on_the_service(self, service: Service) -> None:
        service.script(Answer(LONG, pause_after=2))

        async with client_for(service.base_url) as client:
            with generators_left_open() as left:
                events = client.stream_chat(QUESTION)
                first = await anext(events)
                await events.aclose()
            exchange = await service.hung_up(service.chats[0])

        assert left == []
        assert first == TextDelta(LONG[:4])
        assert exchange.records_sent == 2

    async def test_leaving_the_loop_early_hangs_up_on_the_service(self, service: Service) -> None:
        service.script(Answer(LONG, pause_after=2))

        async with client_for(service.base_url) as client:
            async with aclosing(client.stream_chat(QUESTION)) as events:
                async for _ in events:
                    break
            exchange = await service.hung_up(service.chats[0])

        assert exchange.records_sent == 2

    @pytest.mark.parametrize(
        "answer",
        [
            Answer(LONG, pause_after=3),
            Answer(LONG, pause_after=0),
            Answer(LONG, faults=(Fault.SLOW_FIRST_BYTE,)),
            Answer(LONG, faults=(Fault.ERROR_JSON_BODY_200,), pause_after=0),
            Refuse("1214", pause_after=0),
        ],
        ids=["in mid-answer", "before the first record", "before the status", "in a body", "in an error"],
    )
    async def test_cancelling_the_task_hangs_up_on_the_service(
        self, service: Service, answer: Answer | Refuse
    ) -> None:
        service.script(answer)

        async with client_for(service.base_url) as client:
            task = asyncio.create_task(ask(client))
            exchange = await service.arrived()
            await service.paused(exchange)
            task.cancel()
            exchange = await service.hung_up(exchange)
            with pytest.raises(asyncio.CancelledError):
                await task

        assert exchange.records_sent == (answer.pause_after or 0)

    async def test_a_stopped_client_can_ask_again(self, service: Service) -> None:
        service.script(Answer(LONG, pause_after=2), Answer("第二"))

        async with client_for(service.base_url) as client:
            async with aclosing(client.stream_chat(QUESTION)) as events:
                await anext(events)
            outcome = await ask(client)

        assert outcome.text == "第二"

    async def test_stopping_between_attempts_ends_them(self, service: Service) -> None:
        service.always(Refuse("1302"))
        told = asyncio.Event()
        heard: list[Progress] = []

        def hear(progress: Progress) -> None:
            heard.append(progress)
            told.set()

        async def wait_for_an_answer(client: Client) -> None:
            async with aclosing(client.stream_chat(QUESTION, hear)) as events:
                await anext(events)

        async with client_for(service.base_url, clocks=Clocks(retry_factor=1e6)) as client:
            task = asyncio.create_task(wait_for_an_answer(client))
            async with asyncio.timeout(5):
                await told.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        assert len(heard) == len(service.chats) == 1

    async def test_closing_the_client_interrupts_its_answers(self, service: Service) -> None:
        service.script(Answer(LONG, pause_after=2))

        client = client_for(service.base_url)
        async with aclosing(client.stream_chat(QUESTION)) as events:
            await anext(events)
            await anext(events)
            await client.aclose()
            with pytest.raises(StreamInterrupted):
                await anext(events)


class TestClocks:
    async def test_a_late_first_word_is_told_and_awaited(self, service: Service) -> None:
        service.script(Answer("Endlich.", faults=(Fault.SLOW_FIRST_BYTE,)))
        heard: list[Progress] = []

        def hear(progress: Progress) -> None:
            heard.append(progress)
            if len(heard) == 3:
                service.release(service.chats[0])

        clocks = Clocks(waiting_notice_s=0.01, silence_s=0.05)
        async with (
            client_for(service.base_url, clocks=clocks) as client,
            aclosing(client.stream_chat(QUESTION, hear)) as events,
        ):
            answer = [event async for event in events]

        assert text_of(answer) == "Endlich."
        assert heard[:3] == [Waiting(0.01), Waiting(0.02), Waiting(0.03)]
        assert len(service.chats) == 1

    async def test_the_first_word_ends_the_notices(self, service: Service) -> None:
        service.script(Answer(LONG, pause_after=1))
        told = asyncio.Event()

        def hear(_progress: Progress) -> None:
            told.set()

        async with (
            client_for(service.base_url, clocks=Clocks(waiting_notice_s=0.01)) as client,
            aclosing(client.stream_chat(QUESTION, hear)) as events,
        ):
            await anext(events)
            told.clear()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await told.wait()

    async def test_a_stream_that_begins_late_is_awaited_too(self, service: Service) -> None:
        service.script(Answer("Endlich.", pause_after=0))
        heard: list[Progress] = []

        def hear(progress: Progress) -> None:
            heard.append(progress)
            if len(heard) == 10:
                service.release(service.chats[0])

        clocks = Clocks(waiting_notice_s=0.01, silence_s=0.05)
        async with (
            client_for(service.base_url, clocks=clocks) as client,
            aclosing(client.stream_chat(QUESTION, hear)) as events,
        ):
            answer = [event async for event in events]

        assert text_of(answer) == "Endlich."

    @pytest.mark.parametrize("sign", [Fault.CONTENT_NULL, Fault.CHOICES_EMPTY, Fault.PING_EVENT])
    async def test_a_sign_of_life_before_the_first_word_starts_no_clock(
        self, service: Service, sign: Fault
    ) -> None:
        service.script(Answer("Endlich.", faults=(sign,), fault_at=0, pause_after=1))
        heard: list[Progress] = []

        def hear(progress: Progress) -> None:
            heard.append(progress)
            if len(heard) == 10:
                service.release(service.chats[0])

        clocks = Clocks(waiting_notice_s=0.01, silence_s=0.05)
        async with (
            client_for(service.base_url, clocks=clocks) as client,
            aclosing(client.stream_chat(QUESTION, hear)) as events,
        ):
            answer = [event async for event in events]

        assert text_of(answer) == "Endlich."
        assert len(service.chats) == 1

    async def test_silence_between_the_pieces_of_a_call_is_bounded(self, service: Service) -> None:
        call = ToolCall("read_note", '{"title": "购物"}')
        service.script(
            Answer(
                tool_calls=(call,), tool_shape="pieces", faults=(Fault.STALL,), fault_at=1, flush_each=True
            )
        )

        async with client_for(service.base_url, clocks=Clocks(silence_s=0.05)) as client:
            outcome = await ask(client)

        assert outcome.code == "silent"

    async def test_done_ends_the_answer_while_the_connection_is_held(self, service: Service) -> None:
        service.script(Answer("你好", faults=(Fault.DONE_THEN_HOLD,)))

        async with client_for(service.base_url) as client:
            # The service holds on until the client hangs up: had the client waited for it, neither would end.
            outcome = await ask(client)
            exchange = await service.hung_up(service.chats[0])

        assert outcome.text == "你好"
        assert isinstance(outcome.events[-1], Finished)
        assert exchange.hung_up_at is not None

    async def test_a_finished_answer_does_not_wait_for_done(self, service: Service) -> None:
        clocks = Clocks(after_finish_s=0.01)
        service.script(Answer("你好", faults=(Fault.NO_DONE, Fault.DONE_THEN_HOLD)))

        async with client_for(service.base_url, clocks=clocks) as client:
            outcome = await ask(client)

        assert outcome.error is None
        assert isinstance(outcome.events[-1], Finished)


class TestModels:
    async def test_the_models_of_the_key_are_listed(self, service: Service) -> None:
        async with client_for(service.base_url) as client:
            models = await client.list_models()

        assert "glm-4-flash-250414" in models
        assert [sent.method for sent in service.requests] == ["GET"]

    async def test_a_refused_key_is_told(self, service: Service) -> None:
        async with client_for(service.base_url, key="bad.key") as client:
            with pytest.raises(KeyProblem) as caught:
                await client.list_models()

        assert caught.value.problem.code == "1000"
        assert len(service.requests) == 1

    @pytest.mark.parametrize(
        ("reply", "kind", "code"),
        [
            (Raw(b"<html>Log in</html>", content_type="text/html"), NetworkFault, "http-200"),
            (
                Raw(b"<html>Bad gateway</html>", status=502, content_type="text/html"),
                NetworkFault,
                "http-502",
            ),
            (Raw(b"", status=404), NetworkFault, "http-404"),
            (Raw(b'{"error":{"code":"1305","message":"x"}}'), ServiceRefused, "1305"),
            (Raw(b'{"data":[{"name":"x"}]}'), NetworkFault, "http-200"),
            (Refuse("1113"), ServiceRefused, "1113"),
        ],
    )
    async def test_anything_else_is_an_error(
        self, service: Service, reply: Raw | Refuse, kind: type[UserError], code: str
    ) -> None:
        service.script(reply, path="/models")

        async with client_for(service.base_url) as client:
            with pytest.raises(kind) as caught:
                await client.list_models()

        assert caught.value.problem.code == code

    async def test_a_broken_connection_is_told(self, service: Service) -> None:
        service.script(Raw(b"{}", faults=(Fault.RST,)), path="/models")

        async with client_for(service.base_url) as client:
            with pytest.raises(NetworkFault):
                await client.list_models()


async def test_the_environment_of_the_process_is_not_looked_at(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ALL_PROXY", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "socks://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "fe80::/10")

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert outcome.error is None


class Failing(httpx.AsyncBaseTransport):
    """A network in which every request ends with the same error."""

    def __init__(self, error: httpx.TransportError) -> None:
        self._error = error
        self.requests = 0

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        raise self._error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (httpx.ConnectTimeout("late"), "connect-timeout"),
        (httpx.WriteTimeout("late"), "connect-timeout"),
        (httpx.ConnectError("refused"), "unreachable"),
    ],
)
async def test_a_network_that_is_down_is_tried_again_a_few_times(
    error: httpx.TransportError, code: str
) -> None:
    network = Failing(error)
    endpoint = Endpoint.parse("https://open.bigmodel.cn/api/paas/v4")

    async with Client(endpoint, KEY, transport=network, clocks=AT_ONCE) as client:
        outcome = await ask(client)

    assert outcome.code == code
    assert "open.bigmodel.cn" in str(outcome.error)
    assert len(outcome.retries) == 3
    assert network.requests == 4


async def test_a_list_of_models_that_takes_too_long_is_told() -> None:
    network = Failing(httpx.ReadTimeout("late"))
    endpoint = Endpoint.parse("https://open.bigmodel.cn/api/paas/v4")

    async with Client(endpoint, KEY, transport=network) as client:
        with pytest.raises(NetworkFault) as caught:
            await client.list_models()

    assert caught.value.problem.code == "connect-timeout"


class TestAnotherService:
    """One that speaks as OpenAI's does: Ollama, vLLM."""

    @staticmethod
    def endpoint(service: Service, *, needs_key: bool = False) -> Endpoint:
        return Endpoint.of(OwnService("Ollama", service.openai_url, ("glm4:9b",), needs_key=needs_key))

    async def test_it_is_asked_without_a_key_and_says_what_it_has_used(self, service: Service) -> None:
        request = replace(QUESTION, model="glm4:9b", do_sample=False)
        service.script(Answer("Good day.", reasoning="Let me see."), path=OPENAI_CHAT)
        async with Client(self.endpoint(service), "", tls=NO_ROOTS, clocks=AT_ONCE) as client:
            outcome = await ask(client, request)
            models = await client.list_models()

        assert outcome.text == "Good day."
        thoughts = [event.text for event in outcome.events if isinstance(event, ReasoningDelta)]
        assert "".join(thoughts) == "Let me see."
        (usage,) = (event.usage for event in outcome.events if isinstance(event, UsageReport))
        assert usage.completion_tokens > 0
        assert models == OPENAI_MODELS
        sent, _listing = service.requests
        assert [sent.header("authorization") for sent in service.requests] == ["", ""]
        assert sent.body["stream_options"] == {"include_usage": True}
        assert sent.violations == []

    async def test_it_is_asked_with_the_key_that_it_was_given(self, service: Service) -> None:
        async with Client(self.endpoint(service, needs_key=True), KEY, tls=NO_ROOTS) as client:
            await client.list_models()

        assert service.requests[0].header("authorization") == f"Bearer {KEY}"

    async def test_one_that_wants_a_key_says_where_to_enter_it(self, service: Service) -> None:
        refusal = Raw(b'{"error":{"message":"No API key."}}', 401, "application/json", chunked=False)
        service.script(refusal, refusal, path=OPENAI_CHAT)
        async with Client(self.endpoint(service), "", tls=NO_ROOTS, clocks=AT_ONCE) as client:
            without = await ask(client, replace(QUESTION, model="glm4:9b"))
        async with Client(self.endpoint(service), KEY, tls=NO_ROOTS, clocks=AT_ONCE) as client:
            with_one = await ask(client, replace(QUESTION, model="glm4:9b"))

        assert without.error is not None
        assert str(without.error).startswith("The service wants an API key.")
        assert without.error.problem.action is Action.OPEN_SETTINGS
        assert with_one.error is not None
        assert with_one.error.problem.action is Action.ENTER_KEY

    async def test_a_model_that_it_has_not_is_named(self, service: Service) -> None:
        async with Client(self.endpoint(service), "", tls=NO_ROOTS, clocks=AT_ONCE) as client:
            outcome = await ask(client, replace(QUESTION, model="llama"))

        assert outcome.error is not None
        assert '“model "llama" not found, try pulling it first”' in str(outcome.error)
        assert outcome.error.problem.action is Action.CHOOSE_MODEL

    async def test_it_is_not_asked_to_search_the_web(self, service: Service) -> None:
        async with Client(self.endpoint(service), "", tls=NO_ROOTS, clocks=AT_ONCE) as client:
            with pytest.raises(ServiceRefused, match="Ollama does not search the web"):
                await client.search_web("杭州", WebSearch())

        assert service.requests == []

    async def test_how_long_opening_a_connection_took_is_told_once(self, service: Service) -> None:
        openings: list[Opening] = []
        async with client_for(service.base_url) as client:
            await client.list_models(openings.append)
            await client.list_models(openings.append)

        (opening,) = openings
        assert opening.tcp_s > 0
        assert opening.tls_s is None
