"""The official SDK understands the service: both ends of our tests are held to a third party."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from zai import ZhipuAiClient
from zai.core import APIAuthenticationError, APIInternalError, APIReachLimitError, APIResponseError

from tests.support.fault import Fault
from tests.support.remote import ServiceThread
from tests.support.script import Answer, Refuse, ToolCall
from tests.support_tests.asking import Body, function, question, web_search

MODEL = "glm-4-air-250414"
USER = {"role": "user", "content": "你好"}


@pytest.fixture(scope="module")
def running() -> Iterator[ServiceThread]:
    with ServiceThread() as service:
        yield service


@pytest.fixture
def service(running: ServiceThread) -> ServiceThread:
    running.reset()
    return running


def sdk(service: ServiceThread, key: str = "id.secret") -> Any:
    # Its answers are built without validation, and typed for other shapes than the service has: hence Any.
    return ZhipuAiClient(api_key=key, base_url=service.base_url, max_retries=0)


@pytest.fixture
def client(service: ServiceThread) -> Iterator[Any]:
    with sdk(service) as client:
        yield client


def test_a_plain_answer(service: ServiceThread, client: Any) -> None:
    answer = client.chat.completions.create(model=MODEL, messages=[USER])

    assert answer.choices[0].message.content == "你说的是：“你好”。"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert service.chats[0].header("x-source-channel") == "python-sdk"
    assert [found.field for found in service.forbidden] == ["response_format", "thinking"]


def test_a_stream(service: ServiceThread, client: Any) -> None:
    service.script(Answer("本周末有两场展览", reasoning="想一想"))

    chunks = list(client.chat.completions.create(model="glm-4.7", messages=[USER], stream=True))

    deltas = [chunk.choices[0].delta for chunk in chunks]
    assert "".join(delta.content or "" for delta in deltas) == "本周末有两场展览"
    assert "".join(delta.reasoning_content or "" for delta in deltas) == "想一想"
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert chunks[-1].usage.prompt_tokens_details.cached_tokens == 0


def test_a_function_and_back(client: Any) -> None:
    messages: list[object] = [{"role": "user", "content": "How is the weather?"}]
    asks = client.chat.completions.create(
        model=MODEL, messages=messages, tools=[function()], tool_choice="auto"
    )
    call = asks.choices[0].message.tool_calls[0]
    messages += [
        asks.choices[0].message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "content": "sunny"},
    ]
    answer = client.chat.completions.create(model=MODEL, messages=messages, tools=[function()])

    assert asks.choices[0].finish_reason == "tool_calls"
    assert msgspec.json.decode(call.function.arguments) == {"city": "How is the weather?"}
    assert answer.choices[0].message.content == "The tool says: sunny"


@pytest.mark.parametrize("model", ["glm-4-flash-250414", "glm-4.5-flash", "glm-5"])
def test_a_function_in_a_stream_of_every_family(service: ServiceThread, client: Any, model: str) -> None:
    service.script(Answer(tool_calls=(ToolCall("get_weather", '{"city":"杭州"}'),)))

    chunks = client.chat.completions.create(model=model, messages=[USER], tools=[function()], stream=True)

    calls: list[Any] = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or list[Any]()]
    assert [(call.function.name, call.function.arguments) for call in calls] == [
        ("get_weather", '{"city":"杭州"}')
    ]


def test_json_mode(client: Any) -> None:
    asked = {"role": "user", "content": "Answer in JSON"}

    answer = client.chat.completions.create(
        model=MODEL, messages=[asked], response_format={"type": "json_object"}
    )

    assert msgspec.json.decode(answer.choices[0].message.content, type=Body)["answer"] == 42


@pytest.mark.parametrize("streamed", [False, True])
def test_the_web_search_as_a_tool(client: Any, streamed: bool) -> None:
    answer = client.chat.completions.create(
        model=MODEL, messages=[USER], tools=[web_search(search_result=True)], stream=streamed
    )

    last = list(answer)[-1] if streamed else answer
    assert [source["refer"] for source in last.web_search] == ["ref_1", "ref_2", "ref_3"]


def test_the_web_search_by_itself(client: Any) -> None:
    found = client.web_search.web_search(
        search_engine="search_std", search_query="杭州 展览", search_intent=True, count=2
    )

    assert [source.title for source in found.search_result] == ["杭州 展览 1", "杭州 展览 2"]


def test_files(client: Any) -> None:
    stored = client.files.create(file=("rows.jsonl", b"{}\n"), purpose="batch")
    listed = client.files.list(purpose="batch")

    assert [file.id for file in listed.data] == [stored.id]
    assert client.files.content(stored.id).content == b"{}\n"
    assert client.files.delete(stored.id).deleted
    assert client.files.list(purpose="batch").data == []


def test_batches(client: Any) -> None:
    row = {"custom_id": "row-1", "method": "POST", "url": "/v4/chat/completions", "body": question()}
    source = client.files.create(file=("rows.jsonl", msgspec.json.encode(row)), purpose="batch")
    batch = client.batches.create(endpoint="/v4/chat/completions", input_file_id=source.id)

    states = [batch.status, *(client.batches.retrieve(batch.id).status for _ in range(3))]
    done = client.batches.retrieve(batch.id)
    output = msgspec.json.decode(client.files.content(done.output_file_id).content, type=Body)

    assert states == ["validating", "in_progress", "finalizing", "completed"]
    assert done.request_counts.completed == 1
    assert (output["custom_id"], output["response"]["status_code"]) == ("row-1", 200)
    assert [listed.id for listed in client.batches.list().data] == [batch.id]


def test_a_bad_key(service: ServiceThread) -> None:
    with sdk(service, "bad.secret") as client, pytest.raises(APIAuthenticationError, match='"code":"1000"'):
        client.chat.completions.create(model=MODEL, messages=[USER])


def test_an_empty_purse(service: ServiceThread) -> None:
    with sdk(service, "broke.secret") as client, pytest.raises(APIReachLimitError, match='"code":"1113"'):
        client.chat.completions.create(model=MODEL, messages=[USER])


def test_an_internal_error(service: ServiceThread, client: Any) -> None:
    service.script(Refuse(""))

    with pytest.raises(APIInternalError):
        client.chat.completions.create(model=MODEL, messages=[USER])


@pytest.mark.parametrize("fault", [Fault.ERROR_RECORD, Fault.ERROR_EVENT])
def test_an_error_within_a_stream(service: ServiceThread, client: Any, fault: Fault) -> None:
    service.script(Answer("half", faults=(fault,), error_code="1302"))
    chunks = client.chat.completions.create(model=MODEL, messages=[USER], stream=True)

    with pytest.raises(APIResponseError):
        list(chunks)


def test_an_asynchronous_chat(client: Any) -> None:
    begun = client.chat.asyncCompletions.create(model=MODEL, messages=[USER])
    looks = [client.chat.asyncCompletions.retrieve_completion_result(begun.id) for _ in range(2)]

    assert [begun.task_status, *(look.task_status for look in looks)] == [
        "PROCESSING",
        "PROCESSING",
        "SUCCESS",
    ]
    assert looks[1].choices[0].message.content == "你说的是：“你好”。"
