"""A whole body to the events of an answer: every shape of stream that was ever seen, and every fault."""

import sys
from types import FrameType

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.api.answer import AnswerReader
from glmdesk.api.errors import AttemptFailed
from glmdesk.domain.errors import Action, KeyProblem, NetworkFault, ServiceRefused, UserError
from glmdesk.domain.events import (
    Citations,
    Finished,
    FinishReason,
    ReasoningDelta,
    TextDelta,
    ToolCalls,
    UsageReport,
)
from glmdesk.domain.tool import ToolCall
from glmdesk.domain.usage import Usage
from tests.api.reading import failure_of, read, reason_of, text_of
from tests.api.streams import BOM, DONE, Streamed, calls, chunk, cuts, end, piece, record, streams, text

WHOLE = text("你好") + text("，世界") + end()
BROKEN = b'data: {"id":"2026","choices":[{"delta":{"content":"bro\n\n'


@given(st.data(), streams())
def test_cutting_the_stream_anywhere_changes_nothing(data: st.DataObject, stream: Streamed) -> None:
    assert read(*data.draw(cuts(stream.body))) == read(stream.body)


@given(streams())
def test_an_answer_says_what_the_stream_said(stream: Streamed) -> None:
    events = read(stream.body)

    assert text_of(events) == stream.text
    assert "".join(event.text for event in events if isinstance(event, ReasoningDelta)) == stream.reasoning
    assert all(event.text for event in events if isinstance(event, TextDelta | ReasoningDelta))
    assert [event.calls for event in events if isinstance(event, ToolCalls)] == (
        [tuple(ToolCall(*call) for call in stream.calls)] if stream.calls else []
    )
    sources = [source.link for event in events if isinstance(event, Citations) for source in event.citations]
    assert sources == list(stream.links)
    assert events[-2:] == [
        UsageReport(Usage(prompt_tokens=12, completion_tokens=5)),
        Finished(FinishReason(stream.reason), "20261123101500a1b2c3d4e5f60718"),
    ]


class TestToleratedStreams:
    """Shapes that are no fault: the answer is the same."""

    @pytest.mark.parametrize(
        "body",
        [
            b": keep-alive\n\n:\n" + WHOLE,
            WHOLE.replace(b"\n", b"\r\n"),
            WHOLE.replace(b"\n", b"\r"),
            WHOLE.replace(b"data: ", b"data:"),
            WHOLE.replace(b"data: ", b"id: 7\nretry: 3000\ndata: "),
            WHOLE.replace(b"data: ", b"event: message\ndata: "),
            WHOLE.replace(b",", b",\ndata: ", 1),
            BOM + WHOLE,
            b"event: ping\ndata: {}\n\nevent: ping\ndata: now\n\n" * 3 + b"event: ping\ndata:\n\n" + WHOLE,
            b"data:\n\ndata: \n\n" + WHOLE,
            WHOLE.removesuffix(DONE),
            WHOLE.removesuffix(DONE).rstrip(b"\n"),
            WHOLE.rstrip(b"\n"),
            WHOLE + text("too late") + BROKEN * 3,
            record(chunk() | {"choices": []}) + WHOLE,
            record({"id": "1"}) + WHOLE,
            record(chunk() | {"choices": None}) + WHOLE,
            record(chunk()) + WHOLE,
            record(chunk() | {"choices": [{"index": 0, "delta": None, "finish_reason": None}]}) + WHOLE,
            text(None) + text("") + WHOLE,
            record(chunk({"content": None, "reasoning_content": None, "tool_calls": None})) + WHOLE,
            record(chunk({"content": "", "audio": {"id": 1}}, object="chat.completion.chunk")) + WHOLE,
        ],
        ids=[
            "comments",
            "CRLF",
            "CR",
            "no space after the colon",
            "id and retry lines",
            "event: message",
            "data over two lines",
            "BOM",
            "pings",
            "empty data",
            "no [DONE]",
            "last record without blank line",
            "[DONE] without blank line",
            "data after [DONE]",
            "choices empty",
            "choices missing",
            "choices null",
            "delta missing",
            "delta null",
            "content null or empty",
            "everything null",
            "unknown fields",
        ],
    )
    def test_the_answer_is_whole(self, body: bytes) -> None:
        events = read(body)

        assert text_of(events) == "你好，世界"
        assert reason_of(events) is FinishReason.STOP

    @pytest.mark.parametrize("content", ["one\u2028two\u2029three\x85four", "\x0b\x0c\x1c\x1e", "a\x00b"])
    def test_what_is_no_line_end_stays_in_the_text(self, content: str) -> None:
        assert text_of(read(text(content) + WHOLE)) == content + "你好，世界"

    def test_bytes_that_are_not_utf_8_become_replacement_characters(self) -> None:
        body = text("XX").replace(b"XX", b"\xff\xb0") + calls(piece("a", 0, "f", "YY")).replace(
            b"YY", b"\xff"
        )

        events = read(body + end("tool_calls"))

        assert text_of(events) == "\ufffd\ufffd"
        assert ToolCalls((ToolCall("a", "f", "\ufffd"),)) in events

    def test_text_parts_of_a_vision_model_are_joined(self) -> None:
        parts = [{"type": "text", "text": "one "}, {"type": "image"}, {"type": "text", "text": "two"}]

        assert text_of(read(text(parts) + end())) == "one two"

    def test_done_is_reported_before_the_connection_closes(self) -> None:
        reader = AnswerReader()
        reader.feed(WHOLE.removesuffix(DONE))
        assert (reader.is_finished, reader.is_done) == (True, False)

        reader.feed(DONE)
        assert reader.is_done


class TestBrokenStreams:
    """Streams that lose something: never taken for a whole answer."""

    @pytest.mark.logs_errors
    @pytest.mark.parametrize(
        "body",
        [
            text("你好"),
            text("你好") + DONE,
            text("你好") + BROKEN.rstrip(b"\n"),
            text("你好") + record(chunk({"content": ""}, "stop"))[:-20],
        ],
        ids=["closed without finish and [DONE]", "only [DONE]", "cut JSON at EOF", "cut finish at EOF"],
    )
    def test_an_answer_without_a_finish_reason_was_interrupted(self, body: bytes) -> None:
        failed = failure_of(body)

        assert isinstance(failed.error, NetworkFault)
        assert failed.error.problem.code == "connection-lost"

    @pytest.mark.parametrize("body", [b"", DONE, b": keep-alive\n\n", b"data:\n\n"])
    def test_a_stream_without_an_answer_is_none(self, body: bytes) -> None:
        assert failure_of(body).error.problem.code == "no-answer"

    @pytest.mark.logs_errors
    def test_one_broken_record_is_passed_over_and_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        assert text_of(read(text("你好") + BROKEN + text("，世界") + end())) == "你好，世界"
        assert [log.levelname for log in caplog.records] == ["WARNING"]
        assert "bro" not in caplog.text

    @pytest.mark.logs_errors
    @pytest.mark.parametrize("second", [BROKEN, b"data: [1]\n\n", b'data: {"choices":{}}\n\n'])
    def test_a_second_broken_record_ends_the_answer(self, second: bytes) -> None:
        assert failure_of(BROKEN + text("你好") + second).error.problem.code == "unreadable"

    @pytest.mark.logs_errors
    def test_a_record_nested_without_end_is_broken(self) -> None:
        deep = b'data: {"x":' + b"[" * 100_000 + b"\n\n"

        assert text_of(read(deep + WHOLE)) == "你好，世界"

    def test_a_fault_of_the_model_is_told_at_the_end(self) -> None:
        failed = failure_of(text("你好") + end("network_error"))

        assert isinstance(failed.error, NetworkFault)
        assert failed.error.problem.code == "network_error"
        assert failed.verdict.retry is None

    @pytest.mark.logs_errors
    def test_an_unknown_finish_reason_ends_the_answer_all_the_same(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert reason_of(read(text("你好") + end("eos"))) is FinishReason.STOP
        assert "eos" in caplog.text


ERROR = {"error": {"code": "1302", "message": "rate limit reached"}, "request_id": "r-1"}


class TestErrorsInsideAStream:
    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (record(ERROR), "1302"),
            (b"event: error\n" + record(ERROR), "1302"),
            (record({"error": {"code": 1302, "message": "x"}}), "1302"),
            (record({"code": 1302, "msg": "x", "success": False}), "1302"),
            (record({"code": "1302", "message": "x"}), "1302"),
            (record(ERROR | {"choices": None}), "1302"),
            (record({"code": 500, "msg": "x", "success": False}), "500"),
            (record({"error": "overloaded"}), "http-200"),
            (b"event: error\ndata: overloaded\n\n", "http-200"),
            (b'event: error\ndata: {"detail":"overloaded"}\n\n', "http-200"),
        ],
        ids=[
            "error record",
            "error event",
            "code as a number",
            "flat",
            "flat without success",
            "choices beside it",
            "flat with a status",
            "text alone",
            "error event that is no JSON",
            "error event of another shape",
        ],
    )
    @pytest.mark.parametrize("before", [b"", text("你好")], ids=["at once", "in mid-answer"])
    def test_it_is_raised_with_its_code(self, before: bytes, body: bytes, code: str) -> None:
        failed = failure_of(before + body + DONE)

        assert isinstance(failed.error, ServiceRefused)
        assert failed.error.problem.code == code

    @pytest.mark.parametrize(
        "body", [ERROR, {"code": 1302, "msg": "x", "success": False}], ids=["error", "flat"]
    )
    def test_a_json_body_in_place_of_the_stream_is_raised_too(self, body: object) -> None:
        failed = failure_of(msgspec.json.encode(body))

        assert failed.error.problem.code == "1302"
        assert failed.verdict.retry is not None

    def test_the_text_of_an_error_without_a_code_is_shown(self) -> None:
        shown = str(failure_of(b"event: error\ndata: overloaded\n\n").error)

        assert "overloaded" in shown

    def test_a_flat_status_means_what_the_status_means(self) -> None:
        assert isinstance(failure_of(record({"code": 401, "msg": "x", "success": False})).error, KeyProblem)

    def test_a_page_in_place_of_a_stream_is_not_the_service(self) -> None:
        failed = failure_of(b"<html>", b"<body>Log in</body></html>")

        assert isinstance(failed.error, NetworkFault)
        assert failed.error.problem.code == "web-page"

    @pytest.mark.parametrize("code", ["1300", "1301"])
    @pytest.mark.parametrize("shown", [text("你好"), record({"web_search": [{"refer": "ref_1"}]})])
    def test_the_content_filter_withdraws_what_was_shown(self, code: str, shown: bytes) -> None:
        events = read(shown + record({"error": {"code": code, "message": "x"}}) + DONE)

        assert reason_of(events) is FinishReason.SENSITIVE

    def test_the_content_filter_refuses_where_nothing_was_shown(self) -> None:
        body = {"contentFilter": [{"level": 1, "role": "user"}], "error": {"code": "1301", "message": "x"}}

        assert failure_of(record(body) + DONE).error.problem.code == "1301"


class TestModeration:
    def test_a_withdrawn_answer_says_so(self) -> None:
        last = record(chunk({"content": ""}, "sensitive", content_filter=[{"role": "assistant", "level": 1}]))

        assert reason_of(read(text("你好") + last + DONE)) is FinishReason.SENSITIVE

    def test_a_blocked_question_is_an_answer_without_text(self) -> None:
        blocked = chunk({"role": "user", "content": ""}, "sensitive", usage=None)

        events = read(record(blocked | {"content_filter": [{"role": "user", "level": 1}]}) + DONE)

        assert [type(event) for event in events] == [Finished]
        assert reason_of(events) is FinishReason.SENSITIVE

    @pytest.mark.parametrize(
        ("entries", "culprit"),
        [
            ([{"role": "user", "level": 1}], "user"),
            ([{"role": "assistant", "level": 0}], "assistant"),
            ([{"role": "history"}], "history"),
            ([{"role": "user", "level": 3}, {"role": "history", "level": 0}], "history"),
            ([{"role": "system", "level": 0}], None),
            ([{}], None),
            ([], None),
            (None, None),
        ],
    )
    def test_it_says_whose_text_is_to_blame(self, entries: object, culprit: str | None) -> None:
        blocked = chunk({"content": ""}, "sensitive", content_filter=entries)

        (finished,) = read(record(blocked) + DONE)

        assert isinstance(finished, Finished)
        assert finished.culprit == culprit

    def test_an_error_in_mid_answer_says_whose_text_is_to_blame(self) -> None:
        error = {
            "error": {"code": "1301", "message": "x"},
            "contentFilter": [{"role": "history", "level": 1}],
        }

        *_, finished = read(text("你好") + record(error) + DONE)

        assert isinstance(finished, Finished)
        assert finished.culprit == "history"

    def test_an_error_at_once_offers_another_chat_where_an_earlier_message_is_to_blame(self) -> None:
        error = {
            "error": {"code": "1301", "message": "x"},
            "contentFilter": [{"role": "history", "level": 1}],
        }

        assert failure_of(record(error) + DONE).error.problem.action is Action.NEW_CHAT

    def test_a_level_beside_a_whole_answer_withdraws_nothing(self) -> None:
        events = read(text("你好") + end(content_filter=[{"role": "assistant", "level": 3}]))

        assert reason_of(events) is FinishReason.STOP
        assert [event.culprit for event in events if isinstance(event, Finished)] == [None]


def calls_made(stream: bytes, piece_size: int) -> int:
    """Return how many functions are called to read a stream, ours and built-in ones."""
    count = 0

    def observe(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    pieces = [stream[at : at + piece_size] for at in range(0, len(stream), piece_size)]
    before = sys.getprofile()
    sys.setprofile(observe)
    try:
        read(*pieces)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("piece_size", [7, 200, 1 << 16])
def test_twice_the_stream_is_at_most_twice_the_work(piece_size: int) -> None:
    once, twice = (calls_made(text("中文") * events + end(), piece_size) for events in (200, 400))

    assert once < twice <= 2 * once


def test_errors_know_their_exit_code() -> None:
    assert isinstance(failure_of(b"").error, UserError)
    assert failure_of(b"").error.exit_code == 5


def test_a_text_is_not_lost_with_an_error_that_follows_it_in_the_same_piece() -> None:
    reader = AnswerReader()
    error = record({"error": {"code": "1302", "message": "slow down"}})

    events = reader.feed(text("half an ") + text("answer") + error)

    assert text_of(events) == "half an answer"
    assert reader.is_done
    with pytest.raises(AttemptFailed):
        reader.finish()
