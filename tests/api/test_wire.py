"""What is put on the wire, held to the strict checker of the contract, and what is read from it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from glmdesk.api.errors import Refusal
from glmdesk.api.wire import citations, decode_models, decode_record, encode_chat, refusal_in
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.connector import Connector
from glmdesk.domain.message import Citation
from glmdesk.domain.request import (
    ENGINES,
    RECENCIES,
    ChatRequest,
    Effort,
    Knowledge,
    PromptImage,
    PromptMessage,
    WebSearch,
)
from glmdesk.domain.tool import ToolCall, ToolSpec
from tests.support.contract import violations

QUESTION = PromptMessage("user", "周末杭州有什么展览?")
PLAIN = ChatRequest("glm-4-flash-250414", (QUESTION,))
RESOURCES = Path(__file__).resolve().parents[2] / "resources"
OFFER = Catalog.from_toml((RESOURCES / "models.toml").read_text("utf-8")).at("open.bigmodel.cn")


def encoded(request: ChatRequest) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(encode_chat(request, "r-0001"))
    return body


def test_a_request_without_an_id_says_the_same_and_leaves_it_to_the_service() -> None:
    body = encoded(PLAIN)

    assert body.pop("request_id") == "r-0001"
    assert json.loads(encode_chat(PLAIN, None)) == body


IMAGES = st.lists(st.sampled_from([PromptImage("AAAA"), PromptImage("iVBO")]), max_size=2)
WORDS = st.text(min_size=1, max_size=20).filter(str.strip)


@st.composite
def exchanges(draw: DrawFn) -> list[PromptMessage]:
    """Draw a question, its answer, and between them perhaps a call of a tool."""
    question, answer = PromptMessage("user", draw(WORDS)), PromptMessage("assistant", draw(WORDS))
    if not draw(st.booleans()):
        return [question, answer]
    call = ToolCall(draw(st.uuids()).hex, "read_note", draw(st.sampled_from(["{}", '{"标题": "购物"}'])))
    asked = PromptMessage("assistant", draw(st.sampled_from(["", "我看看。"])), tool_calls=(call,))
    return [question, asked, PromptMessage("tool", draw(WORDS), tool_call_id=call.id), answer]


@st.composite
def requests(draw: DrawFn) -> ChatRequest:
    """Draw any request the program can make."""
    system = [PromptMessage("system", "Answer in JSON.")] if draw(st.booleans()) else []
    history = [message for turn in draw(st.lists(exchanges(), max_size=3)) for message in turn]
    request = ChatRequest(
        # Of others nobody knows how much is too much, and the service has to say so.
        model=draw(st.sampled_from([model.id for model in OFFER if model.max_output is not None])),
        messages=(*system, *history, PromptMessage("user", draw(WORDS), images=tuple(draw(IMAGES)))),
        temperature=draw(st.none() | st.floats(0, 1)),
        top_p=draw(st.none() | st.floats(0, 1)),
        max_tokens=draw(st.none() | st.integers(1, 200_000)),
        thinking=draw(st.none() | st.booleans()),
        effort=draw(st.none() | st.sampled_from(get_args(Effort))),
        stop=draw(st.none() | WORDS),
        json_mode=bool(system) and draw(st.booleans()),
        do_sample=draw(st.none() | st.booleans()),
        web_search=draw(st.none() | searches()),
        tools=TOOLS[: draw(st.integers(0, 2))],
        connectors=CONNECTORS[: draw(st.integers(0, 2))],
        knowledge=draw(
            st.none() | st.builds(Knowledge, st.just("1234567890"), st.sampled_from(["", TEMPLATE]))
        ),
    )
    return OFFER.fitted(request)


def searches() -> SearchStrategy[WebSearch]:
    return st.builds(
        WebSearch,
        engine=st.sampled_from(ENGINES),
        count=st.integers(1, 50),
        recency=st.none() | st.sampled_from(RECENCIES),
        domain=st.sampled_from(["", "example.org"]),
        is_long=st.booleans(),
    )


TOOLS = tuple(
    ToolSpec(name, name.title(), f"Does {name}.", '{"type":"object","properties":{"x":{"default":null}}}')
    for name in ("read_note", "calculate")
)


CONNECTORS = (
    Connector("notes", "https://example.org/mcp", "sse", ("find",), (("Authorization", "Bearer s3cr3t"),)),
    Connector("web_search_prime"),
)


TEMPLATE = "By {{ knowledge }}: {{ question }}"


@pytest.mark.parametrize("template", ["", TEMPLATE])
def test_a_knowledge_base_is_named_before_the_search_with_the_template_that_was_chosen(template: str) -> None:
    request = replace(PLAIN, knowledge=Knowledge("1234567890", template), web_search=WebSearch())
    body = encoded(request)
    said = {"knowledge_id": "1234567890", **({"prompt_template": template} if template else {})}

    assert [tool["type"] for tool in body["tools"]] == ["retrieval", "web_search"]
    assert body["tools"][0]["retrieval"] == said
    assert violations(body) == []


def test_servers_stand_between_functions_and_the_search_and_say_what_is_chosen() -> None:
    request = replace(PLAIN, tools=TOOLS[:1], connectors=CONNECTORS, web_search=WebSearch())
    body = encoded(request)

    assert [tool["type"] for tool in body["tools"]] == ["function", "mcp", "mcp", "web_search"]
    assert [tool["mcp"] for tool in body["tools"][1:3]] == [
        {
            "server_label": "notes",
            "server_url": "https://example.org/mcp",
            "transport_type": "sse",
            "allowed_tools": ["find"],
            "headers": {"Authorization": "Bearer s3cr3t"},
        },
        {"server_label": "web_search_prime"},
    ]
    assert violations(body) == []


def test_only_models_for_which_the_service_asks_servers_are_given_any() -> None:
    given = {
        model.id: bool(OFFER.fitted(replace(PLAIN, model=model.id, connectors=CONNECTORS)).connectors)
        for model in OFFER
    }

    assert given == {model.id: "mcp" in model.supports for model in OFFER}
    assert {True, False} == {*given.values()}
    knowing = {
        model.id: bool(OFFER.fitted(replace(PLAIN, model=model.id, knowledge=Knowledge("1"))).knowledge)
        for model in OFFER
    }
    assert knowing == {model.id: "retrieval" in model.supports for model in OFFER}
    assert {True, False} == {*knowing.values()}
    assert OFFER.fitted(replace(PLAIN, model="nobody-knows", connectors=CONNECTORS)).connectors == ()


@given(requests())
def test_no_request_violates_the_contract(request: ChatRequest) -> None:
    assert violations(encoded(request)) == []


@given(requests())
def test_the_messages_arrive_as_they_are(request: ChatRequest) -> None:
    messages = encoded(request)["messages"]

    assert [(message["role"], *said(message["content"])) for message in messages] == [
        (message.role, message.text, [image.data for image in message.images]) for message in request.messages
    ]


def said(content: str | list[dict[str, Any]]) -> tuple[str, list[str]]:
    """Return the text of a content and its images."""
    if isinstance(content, str):
        return content, []
    *images, text = content
    assert all(image["type"] == "image_url" for image in images)
    return text["text"], [image["image_url"]["url"] for image in images]


@pytest.mark.parametrize(
    ("data", "address"),
    [("iVBO", "data:image/png;base64,iVBO"), ("/9j/4A==", "data:image/jpeg;base64,/9j/4A==")],
)
def test_images_are_data_addresses_for_services_that_are_not_bigmodels(data: str, address: str) -> None:
    request = replace(PLAIN, messages=(replace(QUESTION, images=(PromptImage(data),)),))
    (message,) = json.loads(encode_chat(request, None, dialect="openai"))["messages"]

    assert said(message["content"]) == (QUESTION.text, [address])


@pytest.mark.parametrize(("model", "count"), [("glm-5.3-flash", 1), ("glm-4-plus", 0), ("nobody-knows", 1)])
def test_images_are_for_models_that_may_see(model: str, count: int) -> None:
    asked = replace(QUESTION, images=(PromptImage("AAAA"),))
    (message,) = OFFER.fitted(ChatRequest(model, (asked,))).messages

    assert len(message.images) == count
    assert message.text == QUESTION.text


@given(requests(), st.lists(exchanges(), min_size=1, max_size=2))
def test_equal_beginnings_are_byte_identical_between_turns(
    request: ChatRequest, more: list[list[PromptMessage]]
) -> None:
    longer = replace(
        request,
        messages=(*request.messages, *(message for turn in more for message in turn)),
        temperature=0.5,
        max_tokens=99,
    )

    first, second = encode_chat(request, "first-id"), encode_chat(longer, "second-id")
    shared = first[
        : next(at for at, (one, other) in enumerate(zip(first, second, strict=False)) if one != other)
    ]

    # No text can contain this: its quotes would be escaped.
    assert shared.count(b'{"role":') == len(request.messages)
    assert shared.endswith(b"}")


def test_what_is_unset_is_left_out() -> None:
    assert encoded(PLAIN) == {
        "model": "glm-4-flash-250414",
        "messages": [{"role": "user", "content": "周末杭州有什么展览?"}],
        "stream": True,
        "request_id": "r-0001",
    }


def test_what_is_set_is_sent() -> None:
    request = replace(PLAIN, temperature=0.4, top_p=0.7, max_tokens=100, stop="。", json_mode=True)

    body = encoded(request)

    assert {
        name: body[name] for name in ("temperature", "top_p", "max_tokens", "stop", "response_format")
    } == {
        "temperature": 0.4,
        "top_p": 0.7,
        "max_tokens": 100,
        "stop": ["。"],
        "response_format": {"type": "json_object"},
    }


def test_a_model_can_be_told_to_think_and_how_much() -> None:
    told = encoded(replace(PLAIN, model="glm-5.2", thinking=True, effort="high"))

    assert (told["thinking"], told["reasoning_effort"]) == ({"type": "enabled"}, "high")
    assert encoded(replace(PLAIN, thinking=False))["thinking"] == {"type": "disabled"}


def test_fields_the_service_does_not_know_are_never_sent() -> None:
    everything = ChatRequest(
        "glm-5.2",
        (QUESTION,),
        temperature=0.4,
        top_p=0.7,
        max_tokens=9,
        thinking=True,
        effort="max",
        stop="。",
        json_mode=True,
        web_search=WebSearch(),
    )

    assert encoded(everything).keys() == {
        "model",
        "messages",
        "tools",
        "temperature",
        "top_p",
        "max_tokens",
        "thinking",
        "reasoning_effort",
        "stop",
        "response_format",
        "stream",
        "request_id",
    }


@pytest.mark.parametrize("temperature", [0.0, -1.0])
def test_a_temperature_of_zero_asks_for_greedy_decoding(temperature: float) -> None:
    body = encoded(replace(PLAIN, temperature=temperature, top_p=0.5))

    assert body["do_sample"] is False
    assert "temperature" not in body
    assert "top_p" not in body


@pytest.mark.parametrize(
    ("given", "sent"), [(0.001, 0.01), (0.004, 0.01), (0.333, 0.33), (0.999, 1.0), (1.0, 1.0), (1.7, 1.0)]
)
def test_sampling_is_clamped_and_rounded(given: float, sent: float) -> None:
    body = encoded(replace(PLAIN, temperature=given, top_p=given))

    assert (body["temperature"], body["top_p"]) == (sent, sent)
    assert "do_sample" not in body


def test_a_top_p_of_zero_is_the_smallest_that_is_accepted() -> None:
    assert encoded(replace(PLAIN, top_p=0.0))["top_p"] == 0.01


@pytest.mark.parametrize(
    ("search", "count"),
    [
        (WebSearch(count=5), 5),
        (WebSearch("search_pro", 50), 50),
        (WebSearch("search_pro_sogou", 5), 10),
        (WebSearch("search_pro_sogou", 41), 50),
        (WebSearch("search_pro_quark", 5), None),
    ],
)
def test_a_search_says_everything_whose_default_is_disputed(search: WebSearch, count: int | None) -> None:
    settings = {"enable": True, "search_engine": search.engine, "search_result": True}

    assert encoded(replace(PLAIN, web_search=search))["tools"] == [
        {"type": "web_search", "web_search": settings | ({} if count is None else {"count": count})}
    ]


def test_tool_calls_and_their_results_are_sent_back() -> None:
    call = ToolCall("call_1", "read_note", '{"title": "购物"}')
    messages = (
        QUESTION,
        PromptMessage("assistant", "", tool_calls=(call,)),
        PromptMessage("tool", '{"items":["茶"]}', tool_call_id="call_1"),
    )

    assert encoded(replace(PLAIN, messages=messages))["messages"][1:] == [
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "read_note", "arguments": '{"title": "购物"}'},
                }
            ],
        },
        {"role": "tool", "content": '{"items":["茶"]}', "tool_call_id": "call_1"},
    ]


def test_text_goes_out_as_utf_8() -> None:
    assert "展览".encode() in encode_chat(PLAIN, "r-0001")


@pytest.mark.parametrize("data", [b"", b"nonsense", b"[]", b'"text"', b"{", b"[" * 100_000])
def test_what_is_no_record_cannot_be_decoded(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_record(data)


@given(st.binary())
def test_any_body_of_an_error_gives_a_refusal(body: bytes) -> None:
    assert refusal_in(body, 500).status == 500


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b'{"error":{"code":"1113","message":"x"}}', "1113", "x"),
        (b'{"error":{"code":1113,"message":"x"}}', "1113", "x"),
        (b'{"contentFilter":[{"level":1}],"error":{"code":"1301","message":"x"}}', "1301", "x"),
        (b'{"error":{"message":"x"}}', "", "x"),
        (b'{"error":{"code":null,"message":null}}', "", ""),
        (b'{"error":"x"}', "", "x"),
        (b'{"code":401,"msg":"x","success":false}', "401", "x"),
        (b'{"code":"1302","message":"x"}', "1302", "x"),
        (b'{"timestamp":"t","status":404,"error":"Not Found","path":"/v4"}', "", "Not Found"),
        (b"{}", "", ""),
        (b"<html>", "", ""),
        (b"", "", ""),
        ("错误".encode("gbk"), "", ""),
    ],
)
def test_every_shape_of_an_error_is_read(body: bytes, code: str, message: str) -> None:
    assert refusal_in(body, 400) == Refusal(code, message, 400)


def test_a_completion_is_no_refusal() -> None:
    assert decode_record(b'{"code":200,"choices":[]}').refusal() is None
    assert decode_record(b'{"choices":[{"index":0}],"error":null}').refusal() is None


def test_sources_are_unwrapped() -> None:
    record = decode_record(
        b'{"web_search":[{"search_result":[{"refer":"ref_1","title":"a"},{"refer":"ref_2"}]},{"refer":"ref_3"}]}'
    )

    assert citations(record.web_search or ()) == [
        Citation("ref_1", "a"),
        Citation("ref_2"),
        Citation("ref_3"),
    ]


def test_model_ids_are_read_in_their_order() -> None:
    body = b'{"object":"list","data":[{"id":"glm-4-plus","owned_by":"z-ai"},{"id":"glm-4-airx"}]}'

    assert decode_models(body) == ("glm-4-plus", "glm-4-airx")


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error":{"code":"1001"}}', b'{"data":[{}]}', b"\xff"])
def test_what_is_no_list_of_models_cannot_be_decoded(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_models(body)


NOTE = ToolSpec("read_note", "Read a note", "Reads a note.", '{"type":"object","properties":{}}')
FULL = ChatRequest(
    "glm4:9b",
    (QUESTION,),
    temperature=0.456,
    top_p=0.9,
    max_tokens=100,
    stop="END",
    json_mode=True,
    tools=(NOTE,),
)


def compatible(request: ChatRequest) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(encode_chat(request, "r-0001", dialect="openai"))
    return body


def test_another_service_is_sent_what_openai_has_too_and_asked_for_the_usage() -> None:
    assert compatible(FULL) == {
        "model": "glm4:9b",
        "messages": [{"role": "user", "content": QUESTION.text}],
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "read_note",
                    "description": "Reads a note.",
                    "parameters": {"type": "object", "properties": {}},
                },
            }
        ],
        "temperature": 0.46,
        "top_p": 0.9,
        "max_tokens": 100,
        "stop": ["END"],
        "response_format": {"type": "json_object"},
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert "stream_options" not in encoded(FULL)


@pytest.mark.parametrize(
    ("request_", "temperature"),
    [
        (ChatRequest("m", (QUESTION,), do_sample=False, top_p=0.5), 0.0),
        (ChatRequest("m", (QUESTION,), temperature=0.0), 0.0),
        (ChatRequest("m", (QUESTION,), temperature=1.0, do_sample=True), 1.0),
        (ChatRequest("m", (QUESTION,), do_sample=True), None),
    ],
)
def test_greedy_decoding_is_a_temperature_of_nothing_elsewhere(
    request_: ChatRequest, temperature: float | None
) -> None:
    body = compatible(request_)

    assert body.get("temperature") == temperature
    assert "do_sample" not in body


def test_reasoning_is_read_by_either_name() -> None:
    for name in (b"reasoning_content", b"reasoning"):
        record = decode_record(b'{"choices":[{"delta":{"%s":"Hm."}}]}' % name)
        assert record.choices is not None
        delta = record.choices[0].delta
        assert delta is not None
        assert (delta.reasoning_content or delta.reasoning) == "Hm."
