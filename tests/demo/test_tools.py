"""The program offers no functions yet, so requests are made by hand and answers read by its own reader."""

from collections.abc import Mapping, Sequence

import httpx
import msgspec
import pytest

from glmdesk.api.answer import AnswerReader
from glmdesk.demo.service import DemoService
from glmdesk.domain.events import Event, Finished, FinishReason, TextDelta, ToolCalls, UsageReport
from glmdesk.domain.tool import ToolCall
from tests.demo.asking import FREE_MODEL, LIBRARY, OFFER, no_time

pytestmark = pytest.mark.anyio

WEATHER = {
    "name": "get_weather",
    "description": "查询某个城市的天气",
    "parameters": {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "days": {"type": "integer"},
            "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
            "at_night": {"type": ["boolean", "null"]},
        },
        "required": ["city", "days", "unit"],
    },
}
NOTE = {"name": "readNote", "description": "Read a note", "parameters": {"type": "object", "properties": {}}}

Body = Mapping[str, object]


async def records_of(messages: Sequence[Body], functions: Sequence[Body]) -> bytes:
    body = {
        "model": FREE_MODEL,
        "messages": messages,
        "tools": [{"type": "function", "function": function} for function in functions],
        "tool_choice": "auto",
        "stream": True,
    }
    async with httpx.AsyncClient(transport=DemoService(OFFER, LIBRARY, sleep=no_time)) as http:
        response = await http.post("https://demo.invalid/chat/completions", content=msgspec.json.encode(body))
    return response.content


def read(stream: bytes) -> list[Event]:
    reader = AnswerReader()
    return [*reader.feed(stream), *reader.finish()]


async def call_for(question: str, *functions: Body) -> ToolCall | None:
    events = read(await records_of([{"role": "user", "content": question}], functions))
    return next((event.calls[0] for event in events if isinstance(event, ToolCalls)), None)


async def test_a_fitting_function_is_called_with_arguments_of_its_schema() -> None:
    call = await call_for("“杭州”未来 3 天的天气怎么样？", NOTE, WEATHER)

    assert call is not None
    assert call.name == "get_weather"
    assert call.arguments == '{"city":"杭州","days":3,"unit":"celsius"}'


async def test_a_call_comes_as_glm_4_flash_sends_it() -> None:
    stream = await records_of([{"role": "user", "content": "the weather"}], [WEATHER])

    *_, called, last, done, end = stream.split(b"\n\n")
    assert called.count(b'"finish_reason":"tool_calls"') == last.count(b'"finish_reason":"tool_calls"') == 1
    assert b'"id":"call_' in called
    assert b'"usage"' not in called
    assert b'"usage"' in last
    assert (done, end) == (b"data: [DONE]", b"")
    *_, usage, finished = read(stream)
    assert isinstance(usage, UsageReport)
    assert usage.usage.completion_tokens > 0
    assert isinstance(finished, Finished)
    assert finished.reason is FinishReason.TOOL_CALLS


@pytest.mark.parametrize("question", ["Read my note, please", "note?"])
async def test_a_function_without_parameters_is_called_with_an_empty_object(question: str) -> None:
    call = await call_for(question, WEATHER, NOTE)

    assert call is not None
    assert (call.name, call.arguments) == ("readNote", "{}")


@pytest.mark.parametrize("question", ["你好", "Read and write", "getting on"])
async def test_a_question_about_something_else_calls_nothing(question: str) -> None:
    assert await call_for(question, WEATHER, NOTE) is None


async def test_the_keyword_calls_the_first_function_whatever_is_asked() -> None:
    call = await call_for("demo:tool 7.5 degrees", WEATHER)

    assert call is not None
    assert call.arguments == '{"city":"7.5 degrees","days":7,"unit":"celsius"}'


async def test_without_functions_the_keyword_calls_one_that_is_made_up() -> None:
    # Nothing of the kind could be seen in the window, which offers no functions.
    call = await call_for("演示：工具")

    assert call is not None
    assert call.name == "get_weather"


async def test_the_result_of_a_call_is_worked_into_the_answer() -> None:
    stream = await records_of(
        [
            {"role": "user", "content": "杭州天气"},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "call_1",
                        "type": "function",
                        "function": {"name": "get_weather", "arguments": "{}"},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "call_1", "content": '{"sky": "晴"}'},
        ],
        [WEATHER],
    )

    text = "".join(event.text for event in read(stream) if isinstance(event, TextDelta))
    assert "`get_weather`" in text
    assert '{"sky": "晴"}' in text
