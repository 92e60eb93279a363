"""Every fault switch, seen by a client that trusts nothing."""

import asyncio
from contextlib import suppress

import httpx
import msgspec
import pytest

from tests.support.fault import Fault
from tests.support.faults import UNUSUAL_LINES
from tests.support.script import Answer, ToolCall
from tests.support.service import Service
from tests.support_tests.asking import ask, asked, chunks, payloads, question, stream, text

pytestmark = pytest.mark.anyio

TEXT = "春眠不觉晓, 处处闻啼鸟"
DONE = b"data: [DONE]\n\n"


async def disturbed(service: Service, *faults: Fault, at: int | None = None, code: str = "1234") -> bytes:
    service.script(Answer(TEXT, faults=faults, fault_at=at, error_code=code))
    return await stream(service, question())


async def test_without_a_fault_the_text_is_whole(service: Service) -> None:
    assert text(await disturbed(service)) == TEXT


@pytest.mark.parametrize(
    ("fault", "start"),
    [
        (Fault.COMMENTS, b": keep-alive\n\n:\ndata: {"),
        (Fault.ID_AND_RETRY_LINES, b"id: 7\nretry: 3000\ndata: {"),
        (Fault.MESSAGE_EVENT, b"event: message\ndata: {"),
        (Fault.NO_SPACE, b"data:{"),
        (Fault.BOM, b"\xef\xbb\xbfdata: {"),
    ],
)
async def test_a_record_can_be_written_in_unusual_ways(service: Service, fault: Fault, start: bytes) -> None:
    assert (await disturbed(service, fault)).startswith(start)


@pytest.mark.parametrize(("fault", "line_end"), [(Fault.CRLF, b"\r\n"), (Fault.CR, b"\r")])
async def test_lines_can_end_in_each_way(service: Service, fault: Fault, line_end: bytes) -> None:
    answer = await disturbed(service, fault)

    assert answer.endswith(DONE.replace(b"\n", line_end))
    assert text(answer.replace(line_end, b"\n")) == TEXT


async def test_data_can_stretch_over_two_lines(service: Service) -> None:
    *records, done, _ = (await disturbed(service, Fault.MULTI_LINE_DATA)).split(b"\n\n")

    assert {record.count(b"\ndata: ") for record in records} == {1}
    joined = [b"data: " + record.replace(b"data: ", b"") for record in records]
    assert text(b"\n\n".join([*joined, done, b""])) == TEXT


@pytest.mark.parametrize(
    ("fault", "extra"),
    [
        (Fault.PING_EVENT, b'\n\nevent: ping\ndata: {"type":"ping"}\n\nevent: ping\ndata:\n\n'),
        (Fault.EMPTY_DATA, b"\n\ndata:\n\ndata: \n\n"),
        (Fault.CHOICES_EMPTY, b',"choices":[]}\n\n'),
        (Fault.CHOICES_NULL, b',"choices":null}\n\n'),
        (Fault.CHOICES_MISSING, b',"model":"glm-4-air-250414"}\n\n'),
        (Fault.DELTA_MISSING, b'"choices":[{"index":0}]}\n\n'),
        (Fault.CONTENT_NULL, b'"delta":{"content":null}}]}\n\n'),
        (Fault.BROKEN_RECORD, b'"delta":{"content":"bro\n\n'),
        (Fault.U2028, UNUSUAL_LINES.encode()),
    ],
)
async def test_a_record_no_client_expects_comes_in_the_middle(
    service: Service, fault: Fault, extra: bytes
) -> None:
    answer = await disturbed(service, fault)

    assert answer.count(extra) == 1
    assert answer.endswith(DONE)


async def test_the_place_of_a_fault_can_be_chosen(service: Service) -> None:
    answer = await disturbed(service, Fault.BROKEN_RECORD, at=0)

    assert answer.startswith(b'data: {"id":"2026","choices"')


async def test_broken_records_can_go_on_and_on(service: Service) -> None:
    assert (await disturbed(service, Fault.BROKEN_RECORDS, at=1)).count(b'"content":"bro\n\n') > 3


@pytest.mark.parametrize(
    ("fault", "index"), [(Fault.TOOL_INDEX_MINUS_ONE, -1), (Fault.TOOL_INDEX_NONE, "absent")]
)
async def test_tool_calls_can_have_strange_indexes(service: Service, fault: Fault, index: object) -> None:
    service.script(Answer(tool_calls=(ToolCall("a"), ToolCall("b")), faults=(fault,)))

    first = chunks(await stream(service, question()))[0]

    calls = first["choices"][0]["delta"]["tool_calls"]
    assert [call.get("index", "absent") for call in calls] == [index, index]


async def test_usage_can_come_in_a_chunk_without_choices(service: Service) -> None:
    *_, last, usage = chunks(await disturbed(service, Fault.USAGE_CHUNK))

    assert "usage" not in last
    assert usage["choices"] == []
    assert usage["usage"]["total_tokens"] > 0


async def test_a_stream_can_end_without_done(service: Service) -> None:
    answer = await disturbed(service, Fault.NO_DONE)

    assert b"[DONE]" not in answer
    assert b'"finish_reason":"stop"' in answer


async def test_a_stream_can_end_without_reason_and_done(service: Service) -> None:
    answer = await disturbed(service, Fault.NO_FINISH_NO_DONE)

    assert text(answer + DONE) == TEXT
    assert b"finish_reason" not in answer


async def test_the_last_record_can_lack_its_blank_line(service: Service) -> None:
    answer = await disturbed(service, Fault.LAST_RECORD_UNTERMINATED)

    assert b'"finish_reason":"stop"' in answer
    assert answer.endswith(b"}")


async def test_done_can_lack_its_blank_line(service: Service) -> None:
    assert (await disturbed(service, Fault.DONE_WITHOUT_BLANK_LINE)).endswith(b"data: [DONE]")


async def test_data_can_follow_done(service: Service) -> None:
    after = (await disturbed(service, Fault.DATA_AFTER_DONE)).partition(DONE)[2]

    assert msgspec.json.decode(after.removeprefix(b"data: "))["choices"]


async def test_a_stream_can_end_within_a_record(service: Service) -> None:
    answer = await disturbed(service, Fault.CUT_JSON_AT_EOF)

    *whole, rest = payloads(answer + b"\n\n")
    assert whole
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(rest)


@pytest.mark.parametrize("at", [0, None])
async def test_an_error_can_end_a_stream_at_any_record(service: Service, at: int | None) -> None:
    plain = await disturbed(service, Fault.ERROR_RECORD, at=at, code="1302")
    event = await disturbed(service, Fault.ERROR_EVENT, at=at, code="1302")
    flat = await disturbed(service, Fault.FLAT_ERROR, at=at, code="1302")

    assert chunks(plain)[-1]["error"]["code"] == "1302"
    assert (len(chunks(plain)) == 1) == (at == 0)
    assert event.count(b'event: error\ndata: {"error":{"code":"1302"') == 1
    assert chunks(flat)[-1]["code"] == 1302
    assert chunks(flat)[-1]["success"] is False


@pytest.mark.parametrize(
    ("fault", "status", "content_type", "start"),
    [
        (Fault.SSE_AS_JSON_TYPE, 200, "application/json;charset=UTF-8", b"data: {"),
        (Fault.ERROR_JSON_BODY_200, 200, "application/json;charset=UTF-8", b'{"error":{"code":"1234"'),
        (Fault.FLAT_ERROR_BODY_200, 200, "application/json;charset=UTF-8", b'{"code":1234,"msg"'),
        (Fault.COMPLETION_BODY_200, 200, "application/json;charset=UTF-8", b'{"id":"20'),
        (Fault.HTML_502, 502, "text/html", b"<html>"),
        (Fault.HTTP_500_EMPTY, 500, "text/plain", b""),
        (Fault.NO_CONTENT_204, 204, None, b""),
        (Fault.EMPTY_BODY_200, 200, "text/event-stream;charset=UTF-8", b""),
    ],
)
async def test_the_whole_response_can_be_another(
    service: Service, fault: Fault, status: int, content_type: str | None, start: bytes
) -> None:
    service.script(Answer(TEXT, faults=(fault,)))

    response = await ask(service, question(stream=True))

    assert (response.status_code, response.headers.get("content-type")) == (status, content_type)
    assert response.content.startswith(start)
    assert bool(response.content) == bool(start)


async def test_a_completion_in_place_of_a_stream_says_it_all(service: Service) -> None:
    service.script(Answer(TEXT, faults=(Fault.COMPLETION_BODY_200,)))

    body = (await ask(service, question(stream=True))).json()

    assert body["choices"][0]["message"]["content"] == TEXT


@pytest.mark.parametrize("fault", [Fault.THREE_BYTE_WRITES, Fault.UTF8_CUT])
async def test_writes_can_be_cut_within_characters(service: Service, fault: Fault) -> None:
    service.script(Answer(TEXT, faults=(fault,)))
    async with asked(service, question(stream=True)) as response:
        pieces = [piece async for piece in response.aiter_raw()]

    assert text(b"".join(pieces)) == TEXT
    with pytest.raises(UnicodeDecodeError):
        [piece.decode() for piece in pieces]


async def test_a_connection_can_be_reset_in_mid_stream(service: Service) -> None:
    service.script(Answer(TEXT, faults=(Fault.RST,), fault_at=2))
    async with asked(service, question(stream=True)) as response:
        pieces = response.aiter_raw()
        received = await anext(pieces)
        # A connection that is closed, instead of reset, is a RemoteProtocolError.
        with pytest.raises(httpx.ReadError):
            await anext(pieces)

    assert len(chunks(received + DONE)) == 2
    assert (await service.ended(1)).hung_up_at is None


async def test_a_connection_can_be_closed_in_mid_stream(service: Service) -> None:
    service.script(Answer(TEXT, faults=(Fault.MISSING_CHUNK_TERMINATOR,)))
    async with asked(service, question(stream=True)) as response:
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            await response.aread()


async def test_nothing_sent_before_a_connection_closes_is_lost(service: Service) -> None:
    service.script(
        Answer("x" * 50_000, chunk_size=1, faults=(Fault.MISSING_CHUNK_TERMINATOR,), fault_at=50_000)
    )
    received = b""
    async with asked(service, question(stream=True)) as response:
        pieces = response.aiter_raw()
        with suppress(httpx.RemoteProtocolError):
            while True:
                received += await anext(pieces)

    assert received.count(b'"content":"x"') == 50_000


async def test_a_body_that_is_not_streamed_can_be_cut_too(service: Service) -> None:
    service.script(Answer(TEXT, faults=(Fault.MISSING_CHUNK_TERMINATOR,)), Answer(TEXT, faults=(Fault.RST,)))

    for failure in (httpx.RemoteProtocolError, httpx.ReadError):
        with pytest.raises(failure):
            await ask(service, question())


async def test_a_response_can_stay_open_after_done(service: Service) -> None:
    received = b""
    service.script(Answer(TEXT, faults=(Fault.DONE_THEN_HOLD,)))
    async with asked(service, question(stream=True)) as response:
        async for piece in response.aiter_raw():
            received += piece
            if received.endswith(DONE):
                break
        assert service.chats[0].ended_at is None

    assert (await service.hung_up(1)).records_sent == len(list(payloads(received)))


async def test_a_stream_can_stall(service: Service) -> None:
    service.script(Answer(TEXT, faults=(Fault.STALL,), fault_at=3))
    async with asked(service, question(stream=True)) as response:
        received = b""
        async for piece in response.aiter_raw():
            received += piece
            if received.count(b"\n\n") == 3:
                break
        assert service.chats[0].hung_up_at is None

    assert (await service.hung_up(1)).records_sent == 3


async def test_the_first_byte_can_keep_one_waiting(service: Service) -> None:
    service.set_faults(Fault.SLOW_FIRST_BYTE)
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(ask(service, question()))
        exchange = await service.paused(await service.arrived())
        assert not asking.done()
        service.release(exchange)

    assert asking.result().status_code == 200


@pytest.mark.parametrize("how", ["account", "header", "marker"])
async def test_faults_can_be_set_for_all_by_header_or_by_a_marker(service: Service, how: str) -> None:
    headers: dict[str, str] = {}
    words = "hello"
    if how == "account":
        service.set_faults(Fault.HTML_502)
    elif how == "header":
        headers["X-Fault"] = "html_502, bom"
    else:
        words = "[[fault:html_502]]"

    assert (await ask(service, question(words), **headers)).status_code == 502


async def test_a_marker_for_an_unknown_fault_is_refused(service: Service) -> None:
    response = await ask(service, question("[[fault:rust]]"))

    assert response.json()["error"] == {"code": "1210", "message": "there is no fault rust"}


async def test_faults_strike_together(service: Service) -> None:
    answer = await disturbed(service, Fault.BOM, Fault.CRLF, Fault.NO_SPACE, Fault.NO_DONE, Fault.COMMENTS)

    assert answer.startswith(b"\xef\xbb\xbf: keep-alive\r\n\r\n:\r\ndata:{")
    assert b"DONE" not in answer
