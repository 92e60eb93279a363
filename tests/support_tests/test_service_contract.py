"""The checker of chat requests: what the service refuses, what glmdesk must never send, what is right."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.contract import forbidden_in, refusal_of, violations
from tests.support.models import MODELS
from tests.support_tests.asking import REMOTE, Body, function, mcp, question, retrieval, web_search

CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "get_weather", "arguments": '{"city":"杭州"}'},
}
USER = {"role": "user", "content": "hello"}
ASKS_TOOL = {"role": "assistant", "content": "", "tool_calls": [CALL]}
TOOL_SAYS = {"role": "tool", "tool_call_id": "call_1", "content": "sunny"}
VISION = "glm-4.6v"


def conversation(*messages: Any, **fields: Any) -> Body:
    return {**question(), "messages": list(messages), **fields}


RIGHT: list[Body] = [
    question(),
    question(stream=True, temperature=0.4, top_p=1, max_tokens=16 * 1024, stop=["。"]),
    question(do_sample=False, request_id="r-0001", user_id="u-0001"),
    question("answer in JSON", response_format={"type": "json_object"}),
    question(tools=[function(), web_search(count=5, search_intent="true")], tool_choice="auto"),
    question(tools=[retrieval("1", prompt_template="{{ knowledge }} {{ question }}"), web_search()]),
    question(tools=[mcp("notes")]),
    question(
        tools=[mcp("notes", **REMOTE), mcp("search", headers={"Authorization": "Bearer x"}), function()]
    ),
    question(model="glm-4.7", thinking={"type": "disabled"}, stream=True, tool_stream=True),
    question(model="glm-5.3", reasoning_effort="low"),
    conversation({"role": "system", "content": "brief"}, USER, ASKS_TOOL, TOOL_SAYS),
    conversation(USER, USER),
    conversation({"role": "user", "content": [{"type": "text", "text": "what is it?"}]}, model=VISION),
]


@pytest.mark.parametrize("body", RIGHT)
def test_a_right_request_has_no_violation(body: Body) -> None:
    assert violations(body) == []


REFUSED: list[tuple[object, str, str]] = [
    (None, "1213", "body"),
    ({"messages": [USER]}, "1213", "model"),
    (question(model="GLM-4-Plus"), "1211", "model"),
    ({"model": "glm-4-plus"}, "1213", "messages"),
    (conversation(), "1214", "messages"),
    (conversation({"role": "system", "content": "x"}), "1214", "messages"),
    (conversation({"role": "system", "content": "x"}, ASKS_TOOL, TOOL_SAYS), "1214", "messages"),
    (conversation({"role": "robot", "content": "x"}, USER), "1214", "messages[0].role"),
    (conversation({"role": "user", "content": ""}), "1214", "messages[0].content"),
    (conversation(USER, {"role": "assistant", "content": ""}, USER), "1214", "messages[1].content"),
    (conversation({"role": "user", "content": 7}), "1214", "messages[0].content"),
    (conversation({"role": "user", "content": []}, model=VISION), "1214", "messages[0].content"),
    (
        conversation({"role": "user", "content": [{"type": "text", "text": ""}]}, model=VISION),
        "1214",
        "messages[0].content[0].text",
    ),
    (
        conversation({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}),
        "1210",
        "messages[0].content[0].type",
    ),
    (question(temperature=1.1), "1214", "temperature"),
    (question(temperature="hot"), "1214", "temperature"),
    (question(top_p=0), "1214", "top_p"),
    (question(max_tokens=0), "1214", "max_tokens"),
    (question(model="glm-4-plus", max_tokens=4097), "1214", "max_tokens"),
    (question(max_tokens=True), "1214", "max_tokens"),
    (question(stop=["a", "b"]), "1214", "stop"),
    (question(stop="a"), "1214", "stop"),
    (question(user_id="short"), "1214", "user_id"),
    (question(request_id="r" * 65), "1214", "request_id"),
    (question(stream="yes"), "1214", "stream"),
    (question(tool_choice="required", tools=[function()]), "1210", "tool_choice"),
    (question("JSON", response_format={"type": "json_schema"}), "1210", "response_format"),
    (question(model="glm-5.3", thinking={"type": "disabled"}), "1210", "thinking"),
    (question(model="glm-5.3", reasoning_effort="medium"), "1210", "reasoning_effort"),
    (question(tools=[]), "1214", "tools"),
    (question(tools=[function(f"f{number}") for number in range(129)]), "1214", "tools"),
    (question(tools=[{"type": "code_interpreter"}]), "1214", "tools[0].type"),
    (question(tools=[function("get weather")]), "1214", "tools[0].function.name"),
    (question(tools=[{"type": "retrieval", "retrieval": {}}]), "1213", "tools[0].retrieval.knowledge_id"),
    (question(tools=[web_search(search_engine="bing")]), "1214", "tools[0].web_search.search_engine"),
    (question(tools=[web_search(count=51)]), "1214", "tools[0].web_search.count"),
    (question(tools=[retrieval(7)]), "1214", "tools[0].retrieval.knowledge_id"),
    (question(tools=[retrieval("1", prompt_template=7)]), "1214", "tools[0].retrieval.prompt_template"),
    (question(tools=[{"type": "mcp", "mcp": {}}]), "1213", "tools[0].mcp.server_label"),
    (question(tools=[mcp(7)]), "1214", "tools[0].mcp.server_label"),
    (question(tools=[mcp("a", server_url="example.org")]), "1214", "tools[0].mcp.server_url"),
    (
        question(tools=[mcp("a", **{**REMOTE, "transport_type": "stdio"})]),
        "1214",
        "tools[0].mcp.transport_type",
    ),
    (question(tools=[mcp("a", allowed_tools=[])]), "1214", "tools[0].mcp.allowed_tools"),
    (question(tools=[mcp("a", allowed_tools="find")]), "1214", "tools[0].mcp.allowed_tools"),
    (question(tools=[mcp("a", headers={})]), "1214", "tools[0].mcp.headers"),
    (question(tools=[mcp("a", headers={"A": 1})]), "1214", "tools[0].mcp.headers"),
    (question("龙" * 20_000, model="glm-4-airx"), "1261", "messages"),
]


@pytest.mark.parametrize(("body", "code", "field"), REFUSED)
def test_what_the_service_refuses_has_its_code_and_names_the_field(
    body: object, code: str, field: str
) -> None:
    refused = [found for found in violations(body) if found.severity == "refused"]
    refusal = refusal_of(body)

    assert (refused[0].code, refused[0].field) == (code, field)
    assert refusal is not None
    assert (refusal.http_status, refusal.code) == (400, code)
    assert code not in ("1213", "1214") or field in refusal.message


FORBIDDEN: list[tuple[Body, str]] = [
    (question(stream_options={"include_usage": True}), "stream_options"),
    (question(seed=7), "seed"),
    (question(anything=7), "anything"),
    (question(thinking=None), "thinking"),
    (question(tools=[web_search(search_query=None)]), "tools[0].web_search.search_query"),
    (conversation(USER, {**ASKS_TOOL, "content": None}, TOOL_SAYS), "messages[1].content"),
    (question(thinking={"type": "enabled"}), "thinking"),
    (question(reasoning_effort="max"), "reasoning_effort"),
    (question(stream=True, tool_stream=True), "tool_stream"),
    (question(model="glm-4.7", tool_stream=True), "tool_stream"),
    (question(temperature=0), "temperature"),
    (question(temperature=0.333), "temperature"),
    (question(do_sample=False, top_p=0.5), "top_p"),
    (question(stop=[]), "stop"),
    (question("give me an object", response_format={"type": "json_object"}), "response_format"),
    (conversation({"role": "system", "content": ""}, USER), "messages[0].content"),
    (conversation({"role": "user", "content": " \n"}), "messages[0].content"),
    (conversation({"role": "user", "content": [{"type": "text", "text": "x"}]}), "messages[0].content"),
    (conversation({**USER, "name": "Ann"}), "messages[0].name"),
    (
        conversation(USER, {"role": "assistant", "content": "x", "reasoning_content": "y"}, USER),
        "messages[1].reasoning_content",
    ),
    (conversation({"role": "assistant", "content": "hello"}, USER), "messages[0]"),
    (conversation(USER, {"role": "assistant", "content": "hello"}), "messages[1]"),
    (conversation(USER, TOOL_SAYS), "messages[1].tool_call_id"),
    (conversation(USER, ASKS_TOOL, USER), "messages[1]"),
    (conversation(USER, ASKS_TOOL, TOOL_SAYS, ASKS_TOOL, TOOL_SAYS), "messages[3].tool_calls"),
    (conversation(USER, {**ASKS_TOOL, "tool_calls": [CALL, CALL]}, TOOL_SAYS), "messages[1].tool_calls"),
    (
        conversation(USER, {**ASKS_TOOL, "tool_calls": [{**CALL, "index": 0}]}, TOOL_SAYS),
        "messages[1].tool_calls[0].index",
    ),
    (
        conversation(
            USER,
            {**ASKS_TOOL, "tool_calls": [{**CALL, "function": {"name": "f", "arguments": '{"a'}}]},
            TOOL_SAYS,
        ),
        "messages[1].tool_calls[0].function.arguments",
    ),
    (question(tools=[function(), function()]), "tools"),
    (question(tools=[retrieval("1", top_k=3)]), "tools[0].retrieval.top_k"),
    (question(tools=[mcp("a"), mcp("a", **REMOTE)]), "tools"),
    (question(tools=[mcp("a", server_url=None)]), "tools[0].mcp.server_url"),
    (question(tools=[mcp("a", transport_type="sse")]), "tools[0].mcp.transport_type"),
    (question(tools=[mcp("a", require_approval="never")]), "tools[0].mcp.require_approval"),
    (question(tools=[function(type="array")]), "tools[0].function.parameters"),
    (question(tools=[web_search(count="5")]), "tools[0].web_search.count"),
    (question(tools=[web_search(enable="True")]), "tools[0].web_search.enable"),
    (
        question(tools=[{"type": "web_search", "web_search": {"enable": True}}]),
        "tools[0].web_search.search_engine",
    ),
]


@pytest.mark.parametrize(("body", "field"), FORBIDDEN)
def test_what_glmdesk_must_never_send_is_named_but_not_refused(body: Body, field: str) -> None:
    assert field in [found.field for found in forbidden_in(body)]
    assert refusal_of(body) is None


def test_a_null_within_a_json_schema_is_right() -> None:
    tool = function(type="object", properties={"city": {"enum": ["杭州", None], "default": None}})

    assert violations(question(tools=[tool])) == []


def test_the_first_refusal_is_the_one_the_service_looks_at_first() -> None:
    refusal = refusal_of({"model": "glm-9", "messages": [], "temperature": 7})

    assert refusal is not None
    assert refusal.code == "1211"


def test_refusals_speak_english_when_asked() -> None:
    refusal = refusal_of(question(temperature=7), english=True)

    assert refusal is not None
    assert refusal.message == "The parameter temperature is illegal, check the documentation"


def test_a_model_added_by_a_test_is_known() -> None:
    added = {**MODELS, "my-glm": MODELS["glm-4-plus"]}

    assert violations(question(model="my-glm"), added) == []


@st.composite
def conversations(draw: st.DrawFn) -> list[Body]:
    """Well-formed messages: turns with or without rounds of tools, all answered but the last."""
    messages: list[Body] = draw(st.sampled_from([[], [{"role": "system", "content": "brief"}]])).copy()
    for turn in range(draw(st.integers(1, 5))):
        messages.append({"role": "user", "content": draw(st.text("天 a", min_size=1).filter(str.strip))})
        for round_number in range(draw(st.integers(0, 2))):
            ids = [f"call_{turn}_{round_number}_{index}" for index in range(draw(st.integers(1, 3)))]
            calls = [{**CALL, "id": call_id} for call_id in ids]
            messages.append({"role": "assistant", "content": "", "tool_calls": calls})
            answers = draw(st.permutations(ids))
            messages += [{**TOOL_SAYS, "tool_call_id": call_id} for call_id in answers]
        messages.append({"role": "assistant", "content": "answer"})
    return messages[:-1]


@given(conversations())
def test_every_well_formed_conversation_is_right(messages: list[Body]) -> None:
    assert violations(conversation(*messages)) == []


@given(conversations(), st.data())
def test_losing_a_message_of_a_tool_round_is_always_noticed(
    messages: list[Body], data: st.DataObject
) -> None:
    rounds = [
        index
        for index, message in enumerate(messages)
        if "tool_calls" in message or message["role"] == "tool"
    ]
    if rounds:
        del messages[data.draw(st.sampled_from(rounds))]

    assert bool(violations(conversation(*messages))) == bool(rounds)
