"""Chat over HTTP: who may ask, what is refused, what an answer is made of."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.errors import CODES, refusal_for
from tests.support.script import Answer, Raw, Refuse, Usage
from tests.support.service import Service
from tests.support_tests.asking import Body, ask, asked, client, function, question, stream, text, web_search

pytestmark = pytest.mark.anyio


@pytest.fixture
async def lenient(anyio_backend: str) -> AsyncIterator[Service]:
    """Yield a service that may be sent anything."""
    async with Service() as service:
        yield service


def error_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, (401, "1001")),
        ("Bearer nodot", (401, "1000")),
        ("Bearer a.b.c", (401, "1000")),
        ("Bearer .secret", (401, "1000")),
        ("id.secret", (401, "1000")),
        ("Bearer bad.secret", (401, "1000")),
        ("Bearer broke.secret", (429, "1113")),
    ],
)
async def test_a_request_without_a_good_key_is_refused(
    service: Service, header: str | None, expected: tuple[int, str]
) -> None:
    headers = {} if header is None else {"Authorization": header}
    async with client(service, key=None) as asking:
        response = await asking.post("/chat/completions", json=question(), headers=headers)

    assert error_of(response) == expected
    assert service.requests[-1].code == expected[1]


async def test_an_empty_purse_does_not_hide_the_list_of_models(service: Service) -> None:
    async with client(service, "broke.secret") as asking:
        response = await asking.get("/models")

    assert "glm-4-plus" in [model["id"] for model in response.json()["data"]]


async def test_the_loadbalancers_cookie_comes_with_every_answer(service: Service) -> None:
    assert (await ask(service, question(), key=None)).headers["set-cookie"].startswith("acw_tc=")


@pytest.mark.parametrize("base", ["/api/paas/v4", "/paas/v4"])
async def test_both_base_paths_lead_to_the_chat(service: Service, base: str) -> None:
    async with client(service) as asking:
        response = await asking.post(
            f"http://127.0.0.1:{service.port}{base}/chat/completions", json=question()
        )

    assert response.status_code == 200
    assert service.requests[0].path == "/chat/completions"


@pytest.mark.parametrize(
    "path", ["/chat/completions", "/api/paas/v3/chat/completions", "/api/paas/v4/nothing"]
)
async def test_any_other_path_does_not_exist(service: Service, path: str) -> None:
    async with client(service) as asking:
        response = await asking.post(f"http://127.0.0.1:{service.port}{path}", json=question())

    assert error_of(response) == (400, "1222")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"'])
async def test_a_body_that_is_no_object_is_a_missing_parameter(service: Service, body: bytes) -> None:
    async with client(service) as asking:
        response = await asking.post("/chat/completions", content=body)

    assert error_of(response) == (400, "1213")


async def test_an_illegal_field_is_named_in_the_language_the_client_asks_for(service: Service) -> None:
    body = question(max_tokens=100_000)

    chinese = await ask(service, body)
    english = await ask(service, body, **{"Accept-Language": "en-US,en"})

    assert chinese.json()["error"]["message"] == "max_tokens 参数非法。请检查文档。"
    assert english.json()["error"]["message"].startswith("The parameter max_tokens")


async def test_nulls_strings_for_switches_and_unknown_fields_pass_but_are_noted(lenient: Service) -> None:
    body = question(response_format=None, unheard_of=1, tools=[web_search(enable="True", count="5")])

    response = await ask(lenient, body)

    assert response.status_code == 200
    assert {found.field for found in lenient.forbidden} == {
        "response_format",
        "unheard_of",
        "tools[0].web_search.enable",
        "tools[0].web_search.count",
    }


async def test_a_strict_service_fails_a_test_that_sends_the_forbidden() -> None:
    with pytest.raises(AssertionError, match="stream_options"):
        async with Service(is_strict=True) as service:
            await ask(service, question(stream_options={}))


async def test_a_request_id_serves_once(service: Service) -> None:
    body = question(request_id="r-000001")

    first, second = await ask(service, body), await ask(service, body)

    assert first.json()["request_id"] == "r-000001"
    assert error_of(second) == (400, "1231")


async def test_more_in_flight_than_the_limit_of_the_model_is_refused(service: Service) -> None:
    service.limit("glm-4-air-250414", 1)
    service.script(Answer("long", pause_after=1))

    async with asked(service, question(stream=True)):
        first = await service.arrived()
        await service.paused(first)
        second = await ask(service, question())
        other_model = await ask(service, question(model="glm-4-plus"))
    await service.ended(first)
    third = await ask(service, question())

    assert error_of(second) == (429, "1302")
    assert [other_model.status_code, third.status_code] == [200, 200]


@pytest.mark.parametrize("code", sorted(CODES - {""}))
async def test_every_code_can_be_scripted_with_its_status(service: Service, code: str) -> None:
    service.script(Refuse(code))

    assert error_of(await ask(service, question())) == (refusal_for(code).http_status, code)


async def test_a_refusal_can_be_unusual(service: Service) -> None:
    service.script(
        Refuse("1302", "slow down", 503, headers=(("Retry-After", "1"),), number=True),
        Refuse(""),
        Refuse("1301", moderated="history"),
    )

    proxied, plain, moderated = [await ask(service, question()) for _ in range(3)]

    assert proxied.status_code == 503
    assert proxied.headers["retry-after"] == "1"
    assert proxied.json() == {"error": {"code": 1302, "message": "slow down"}}
    assert (plain.status_code, plain.json()) == (500, {"error": {"message": "内部错误"}})
    assert moderated.json()["contentFilter"] == [{"level": 1, "role": "history"}]


async def test_bytes_of_the_tests_own_are_sent_as_they_are(service: Service) -> None:
    service.script(
        Raw(b"data: x\n\n"),
        Raw(b"<p>", status=503, content_type="text/html", headers=(("X-A", "b"),), chunked=False),
        Raw(b"SSH-2.0-OpenSSH\r\n", verbatim=True),
    )

    streamed, page = await ask(service, question()), await ask(service, question())
    with pytest.raises(httpx.RemoteProtocolError):
        await ask(service, question())

    assert streamed.headers["transfer-encoding"] == "chunked"
    assert streamed.content == b"data: x\n\n"
    assert (page.status_code, page.headers["content-length"], page.headers["x-a"]) == (503, "3", "b")


async def test_scripted_answers_come_in_order_or_where_their_words_are_asked(service: Service) -> None:
    service.always(Answer("always"))
    service.script(Answer("title"), when="Name this conversation")
    service.script(Answer("one"), Answer("two"))

    said = [
        (await ask(service, question(words))).json()["choices"][0]["message"]["content"]
        for words in ("hello", "Name this conversation in five words", "hello", "hello")
    ]

    assert said == ["one", "title", "two", "always"]


async def test_a_reset_forgets_everything_but_counts_on(service: Service) -> None:
    service.script(Answer("one"))
    service.always(Answer("always"))
    await ask(service, question(request_id="r-000001"))
    first = service.requests[-1]

    service.reset()
    response = await ask(service, question("hello", request_id="r-000001"))

    assert response.json()["choices"][0]["message"]["content"] == "You said: “hello”."
    assert [exchange.number for exchange in service.requests] == [first.number + 1]


async def test_an_answer_has_the_fields_of_the_document(service: Service) -> None:
    body = (await ask(service, question("你好"))).json()

    assert re.fullmatch(r"20\d{12}[0-9a-f]{16}", body["id"])
    assert body["object"] == "chat.completion"
    assert body["model"] == "glm-4-air-250414"
    assert body["choices"] == [
        {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": "你说的是：“你好”。"},
        }
    ]
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


async def test_the_field_object_can_be_absent(service: Service) -> None:
    service.account.names_object = False

    assert "object" not in (await ask(service, question())).json()


@pytest.mark.parametrize("model", ["glm-4-plus", "glm-4-flash-250414"])
async def test_a_repeated_prefix_is_cached_where_the_model_caches(service: Service, model: str) -> None:
    system = {"role": "system", "content": "规则。" * 400}
    usages: list[Body] = []
    for words in ("one", "two"):
        messages = [system, {"role": "user", "content": words}]
        usages.append((await ask(service, question(model=model, messages=messages))).json()["usage"])

    cached = [usage.get("prompt_tokens_details") for usage in usages]
    assert cached == (
        [{"cached_tokens": 0}, {"cached_tokens": 768}] if model == "glm-4-plus" else [None, None]
    )


async def test_usage_can_be_scripted(service: Service) -> None:
    service.script(Answer("x", usage=Usage(1075, 12, cached_tokens=1024, reasoning_tokens=5)))

    assert (await ask(service, question())).json()["usage"] == {
        "prompt_tokens": 1075,
        "completion_tokens": 12,
        "total_tokens": 1087,
        "prompt_tokens_details": {"cached_tokens": 1024},
        "completion_tokens_details": {"reasoning_tokens": 5},
    }


async def test_unscripted_the_service_calls_a_function_the_question_names_and_reads_its_result(
    service: Service,
) -> None:
    asks: list[Body] = [{"role": "user", "content": "How is the weather?"}]
    first = (await ask(service, question(messages=asks, tools=[function()]))).json()["choices"][0]
    call = first["message"]["tool_calls"][0]
    del call["index"]
    asks += [
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": "sunny"},
    ]
    second = (await ask(service, question(messages=asks, tools=[function()]))).json()["choices"][0]

    assert first["finish_reason"] == "tool_calls"
    assert call["function"] == {"name": "get_weather", "arguments": '{"city":"How is the weather?"}'}
    assert second["message"]["content"] == "The tool says: sunny"


@pytest.mark.parametrize(
    ("words", "called"), [("please add", "add"), ("the weather", "get_weather"), ("hello", "")]
)
async def test_unscripted_the_service_calls_what_is_named_wholly_or_by_a_long_word(
    service: Service, words: str, called: str
) -> None:
    message = (await ask(service, question(words, tools=[function("add"), function()]))).json()["choices"][0][
        "message"
    ]

    assert [call["function"]["name"] for call in message.get("tool_calls", [])] == [called] * bool(called)


async def test_unscripted_the_service_knows_json_mode_search_stop_words_and_limits(service: Service) -> None:
    json_mode = await ask(service, question("JSON", response_format={"type": "json_object"}))
    search = (await ask(service, question("新闻", tools=[web_search(search_result=True)]))).json()
    stopped = await ask(service, question("one two", stop=[" two"]))
    cut = await ask(service, question("many words " * 20, max_tokens=5))

    assert json_mode.json()["choices"][0]["message"]["content"] == '{"question":"JSON","answer":42}'
    assert [source["refer"] for source in search["web_search"]] == ["ref_1", "ref_2", "ref_3"]
    assert stopped.json()["choices"][0]["message"]["content"] == "You said: “one"
    assert cut.json()["choices"][0]["finish_reason"] == "length"
    assert cut.json()["usage"]["completion_tokens"] <= 5


@pytest.mark.parametrize(
    ("marker", "status", "code"),
    [("refuse:1305", 429, "1305"), ("refuse:1234", 500, "1234"), ("sensitive", 400, "1301")],
)
async def test_a_marker_in_the_question_brings_an_error(
    service: Service, marker: str, status: int, code: str
) -> None:
    response = await ask(service, question(f"please [[{marker}]]"))

    assert error_of(response) == (status, code)
    assert ("contentFilter" in response.json()) == (marker == "sensitive")


async def test_markers_shape_the_answer(service: Service) -> None:
    streamed = await stream(service, question("ab [[repeat:2]] [[finish:network_error]]"))

    assert text(streamed) == "You said: “ab”." * 2
    assert b'"finish_reason":"network_error"' in streamed


async def test_the_log_keeps_what_was_sent_and_when(service: Service) -> None:
    await ask(service, question("你好"), **{"X-Custom": "1"})

    exchange = service.chats[0]
    assert exchange.body["messages"][0]["content"] == "你好"
    assert "你好".encode() in exchange.raw
    assert exchange.header("x-custom") == "1"
    assert ("X-Custom", "1") in exchange.headers
    assert exchange.ended_at is not None
    assert exchange.started_at <= exchange.writes[-1].at <= exchange.ended_at
    assert exchange.hung_up_at is None


async def test_one_connection_serves_many_requests(service: Service) -> None:
    async with client(service) as asking:
        for _ in range(3):
            await asking.post("/chat/completions", json=question(stream=True))

    assert [exchange.connection for exchange in service.chats] == [1, 1, 1]
