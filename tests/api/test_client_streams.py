"""Every shape of stream the service knows, over a real connection: the answer is the same."""

import pytest

from glmdesk.domain.events import Finished, FinishReason, ToolCalls, UsageReport
from tests.api.asking import ask, client_for
from tests.support.fault import Fault
from tests.support.script import Answer, Raw, ToolCall, ToolCallShape
from tests.support.service import Service

pytestmark = pytest.mark.anyio

TEXT = "你好，世界。😀 ok"

HARMLESS = [
    Fault.CHOICES_EMPTY,
    Fault.CHOICES_MISSING,
    Fault.CHOICES_NULL,
    Fault.DELTA_MISSING,
    Fault.CONTENT_NULL,
    Fault.USAGE_CHUNK,
    Fault.PING_EVENT,
    Fault.EMPTY_DATA,
    Fault.NO_DONE,
    Fault.LAST_RECORD_UNTERMINATED,
    Fault.DONE_WITHOUT_BLANK_LINE,
    Fault.DATA_AFTER_DONE,
    Fault.COMMENTS,
    Fault.ID_AND_RETRY_LINES,
    Fault.MESSAGE_EVENT,
    Fault.MULTI_LINE_DATA,
    Fault.NO_SPACE,
    Fault.BOM,
    Fault.CRLF,
    Fault.CR,
    Fault.SSE_AS_JSON_TYPE,
    Fault.COMPLETION_BODY_200,
    Fault.THREE_BYTE_WRITES,
    Fault.UTF8_CUT,
    Fault.DONE_THEN_HOLD,
]


@pytest.mark.parametrize("fault", HARMLESS)
async def test_what_is_only_unusual_changes_nothing(service: Service, fault: Fault) -> None:
    service.script(Answer(TEXT, faults=(fault,)))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert outcome.error is None
    assert outcome.text == TEXT
    *_, usage, last = outcome.events
    assert isinstance(usage, UsageReport)
    assert isinstance(last, Finished)
    assert last.reason is FinishReason.STOP
    assert len(service.chats) == 1


@pytest.mark.logs_errors
async def test_one_broken_record_is_passed_over(service: Service) -> None:
    service.script(Answer(TEXT, faults=(Fault.BROKEN_RECORD,)))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert outcome.text == TEXT
    assert outcome.error is None


async def test_other_line_separators_stay_in_the_text(service: Service) -> None:
    service.script(Answer(TEXT, faults=(Fault.U2028,), fault_at=0))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert outcome.text == "one\u2028two\u2029three\x85four" + TEXT


@pytest.mark.parametrize("shape", ["glm-4", "glm-4.5", "glm-5", "pieces"])
@pytest.mark.parametrize("faults", [(), (Fault.TOOL_INDEX_NONE,), (Fault.TOOL_INDEX_MINUS_ONE,)])
async def test_tool_calls_of_every_family_are_read(
    service: Service, shape: ToolCallShape, faults: tuple[Fault, ...]
) -> None:
    asked = (ToolCall("read_note", '{"title": "购物"}', "a"), ToolCall("find", "{}", "b"))
    service.script(Answer("好的。", tool_calls=asked, tool_shape=shape, faults=faults))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    (found,) = (event for event in outcome.events if isinstance(event, ToolCalls))
    assert [(call.id, call.name, call.arguments) for call in found.calls] == [
        (call.id, call.name, call.arguments) for call in asked
    ]


@pytest.mark.parametrize("text", ["", "一二三四"], ids=["the question", "the answer"])
async def test_what_the_content_filter_stops_is_an_end_and_no_error(service: Service, text: str) -> None:
    service.script(Answer(text, finish="sensitive"))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    last = outcome.events[-1]
    assert isinstance(last, Finished)
    assert last.reason is FinishReason.SENSITIVE
    assert outcome.error is None


async def test_the_content_filter_may_speak_up_in_mid_answer(service: Service) -> None:
    service.script(Answer("一二三四五六七八", faults=(Fault.ERROR_RECORD,), error_code="1301"))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    last = outcome.events[-1]
    assert isinstance(last, Finished)
    assert last.reason is FinishReason.SENSITIVE


async def test_a_login_page_in_place_of_the_stream_is_told(service: Service) -> None:
    service.always(Raw(b"\r\n<!DOCTYPE html><title>Log in</title>", content_type="text/html"))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    assert outcome.code == "web-page"
    assert len(service.chats) == 1


async def test_an_answer_that_reached_its_bound_says_so(service: Service) -> None:
    service.script(Answer(TEXT, finish="length"))

    async with client_for(service.base_url) as client:
        outcome = await ask(client)

    last = outcome.events[-1]
    assert isinstance(last, Finished)
    assert last.reason is FinishReason.LENGTH
