"""What the records of a stream look like, per family of models. Source: captures of the real service."""

import pytest

from tests.support.script import Answer, SearchResult, ToolCall
from tests.support.service import Service
from tests.support_tests.asking import (
    Body,
    ask,
    chunks,
    function,
    payloads,
    question,
    stream,
    text,
    web_search,
)

pytestmark = pytest.mark.anyio

WEATHER = ToolCall("get_weather", '{"city": "杭州"}')
SOURCE = SearchResult(title="展讯", link="https://example.org/a", refer="ref_1")


def deltas(answer: bytes) -> list[Body]:
    return [choice["delta"] for chunk in chunks(answer) for choice in chunk["choices"]]


def reasons(answer: bytes) -> list[str | None]:
    return [choice.get("finish_reason") for chunk in chunks(answer) for choice in chunk["choices"]]


async def test_text_comes_in_small_chunks_that_all_name_the_role(service: Service) -> None:
    service.script(Answer("本周末有两场展览", chunk_size=3))

    answer = await stream(service, question())

    assert [delta["content"] for delta in deltas(answer)] == ["本周末", "有两场", "展览", ""]
    assert {delta["role"] for delta in deltas(answer)} == {"assistant"}
    assert b'"finish_reason"' not in b"".join(list(payloads(answer))[:-2])
    assert len({(chunk["id"], chunk["created"], chunk["model"]) for chunk in chunks(answer)}) == 1


async def test_a_stream_is_chunked_and_says_so(service: Service) -> None:
    response = await ask(service, question(stream=True))

    assert response.headers["content-type"] == "text/event-stream;charset=UTF-8"
    assert response.headers["transfer-encoding"] == "chunked"


async def test_the_last_chunk_has_reason_and_usage_and_then_comes_done(service: Service) -> None:
    answer = await stream(service, question())

    *others, last = chunks(answer)
    assert last["choices"] == [
        {"index": 0, "finish_reason": "stop", "delta": {"role": "assistant", "content": ""}}
    ]
    assert last["usage"]["total_tokens"] > 0
    assert not any("usage" in chunk for chunk in others)
    assert answer.endswith(b"data: [DONE]\n\n")


async def test_the_object_of_a_chunk_can_be_absent(service: Service) -> None:
    with_object = chunks(await stream(service, question()))
    service.account.names_object = False
    without = chunks(await stream(service, question()))

    assert {chunk.get("object") for chunk in with_object} == {"chat.completion.chunk"}
    assert {chunk.get("object") for chunk in without} == {None}


async def test_glm_4_ends_twice_when_it_calls_tools(service: Service) -> None:
    service.script(Answer(tool_calls=(WEATHER, WEATHER)))

    answer = await stream(service, question(model="glm-4-flash-250414", tools=[function()]))

    assert reasons(answer) == ["tool_calls", "tool_calls"]
    calls = deltas(answer)[0]["tool_calls"]
    completion_id = chunks(answer)[0]["id"]
    assert [call["id"] for call in calls] == [f"call_{completion_id}_0", f"call_{completion_id}_1"]
    assert [call["index"] for call in calls] == [0, 1]
    assert calls[0]["function"] == {"name": "get_weather", "arguments": '{"city": "杭州"}'}


async def test_glm_45_calls_tools_with_index_minus_one_after_a_line_break(service: Service) -> None:
    service.script(Answer(reasoning="hm", tool_calls=(WEATHER,)))

    answer = await stream(service, question(model="glm-4.5-flash", tools=[function()]))

    assert text(answer) == "\n"
    call = deltas(answer)[-2]
    assert "role" not in call
    assert call["tool_calls"][0]["index"] == -1
    assert reasons(answer)[-2:] == [None, "tool_calls"]


async def test_glm_5_names_the_reason_only_on_the_last_chunk(service: Service) -> None:
    service.script(Answer(tool_calls=(WEATHER,)))

    answer = await stream(service, question(model="glm-5", tools=[function()]))

    assert reasons(answer) == [None, "tool_calls"]


async def test_tool_calls_are_streamed_in_pieces_when_asked_for(service: Service) -> None:
    service.script(Answer(tool_calls=(WEATHER, ToolCall("other", "{}"))))

    body = question(model="glm-4.7", tools=[function()], tool_stream=True)
    pieces = [call for delta in deltas(await stream(service, body)) for call in delta.get("tool_calls", [])]

    first = [piece for piece in pieces if piece["index"] == 0]
    assert first[0]["function"] == {"name": "get_weather", "arguments": ""}
    assert len(first) > 2
    assert all(piece.keys() == {"index", "function"} for piece in first[1:])
    assert "".join(piece["function"]["arguments"] for piece in first) == WEATHER.arguments
    assert pieces[-1]["index"] == 1


async def test_models_that_cannot_stream_tool_calls_send_them_whole(anyio_backend: str) -> None:
    async with Service() as service:
        service.script(Answer(tool_calls=(WEATHER,)))
        answer = await stream(service, question(tools=[function()], tool_stream=True))

    assert deltas(answer)[0]["tool_calls"][0]["function"]["arguments"] == WEATHER.arguments


async def test_reasoning_comes_before_the_text(service: Service) -> None:
    service.script(Answer("answer", reasoning="thoughts"))

    answer = await stream(service, question(model="glm-4.7"))

    fields = [next(iter(delta.keys() - {"role"})) for delta in deltas(answer)]
    assert fields == ["reasoning_content"] * 2 + ["content"] * 3
    assert text(answer, "reasoning_content") == "thoughts"


@pytest.mark.parametrize(("thinking", "thinks"), [({}, True), ({"thinking": {"type": "disabled"}}, False)])
async def test_thinking_models_think_by_themselves_unless_told_not_to(
    service: Service, thinking: Body, thinks: bool
) -> None:
    answer = await stream(service, question(model="glm-4.7", **thinking))

    assert bool(text(answer, "reasoning_content")) == thinks


@pytest.mark.parametrize(("sequence", "at"), [("after", -1), ("before", 0)])
async def test_sources_come_once_with_the_last_chunk_or_the_first(
    service: Service, sequence: str, at: int
) -> None:
    service.script(Answer("found [ref_1]", web_search=(SOURCE,)))

    body = question(tools=[web_search(search_result=True, result_sequence=sequence)])
    answer = chunks(await stream(service, body))

    assert ["web_search" in chunk for chunk in answer].count(True) == 1
    assert answer[at]["web_search"][0]["title"] == "展讯"
    assert answer[at]["web_search"][0]["icon"] == ""


async def test_sources_can_come_wrapped(service: Service) -> None:
    service.script(Answer("found", web_search=(SOURCE,), wrapped_sources=True))

    last = chunks(await stream(service, question()))[-1]

    assert last["web_search"][0]["search_result"][0]["refer"] == "ref_1"


@pytest.mark.parametrize(("said", "role"), [("", "user"), ("some of it", "assistant")])
async def test_moderation_ends_a_stream_and_says_whose_words_it_was(
    service: Service, said: str, role: str
) -> None:
    service.script(Answer(said, finish="sensitive"))

    answer = await stream(service, question())

    last = chunks(answer)[-1]
    assert text(answer) == said
    assert last["choices"] == [
        {"index": 0, "finish_reason": "sensitive", "delta": {"role": role, "content": ""}}
    ]
    assert last["content_filter"] == [{"role": role, "level": 1}]
    assert last["usage"] is None
