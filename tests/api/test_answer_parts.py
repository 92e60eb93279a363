"""What an answer holds beside its text: tool calls, counts, sources; and bodies that were not streamed."""

from typing import ClassVar

import msgspec
import pytest

from glmdesk.domain.events import Citations, Finished, FinishReason, TextDelta, ToolCalls, UsageReport
from glmdesk.domain.message import Citation
from glmdesk.domain.tool import ToolCall
from glmdesk.domain.usage import Usage
from tests.api.reading import calls_of, read, text_of
from tests.api.streams import DONE, calls, chunk, end, piece, record, text

WHOLE = text("你好") + text("，世界") + end()


class TestToolCalls:
    def test_glm_4_flash_gives_its_reason_twice(self) -> None:
        call = piece("call_1_0", 0, "read_note", '{"title": "购物"}')
        first = record(chunk({"role": "assistant", "tool_calls": [call]}, "tool_calls"))

        events = read(text("好的。") + first + end("tool_calls"))

        assert events == [
            TextDelta("好的。"),
            ToolCalls((ToolCall("call_1_0", "read_note", '{"title": "购物"}'),)),
            UsageReport(Usage(12, 5)),
            Finished(FinishReason.TOOL_CALLS, "20261123101500a1b2c3d4e5f60718"),
        ]

    def test_glm_4_5_flash_numbers_calls_with_minus_one(self) -> None:
        first, second = piece("a", -1, "f", '{"n":1}'), piece("b", -1, "f", '{"n":2}')

        assert calls_of(text("\n"), calls(first), calls(second)) == [
            ("a", "f", '{"n":1}'),
            ("b", "f", '{"n":2}'),
        ]

    def test_calls_need_no_index(self) -> None:
        first, second = piece("a", None, "f", "{}"), piece("b", None, "g", "{}")

        assert calls_of(calls(first, second)) == [("a", "f", "{}"), ("b", "g", "{}")]

    def test_several_calls_come_in_one_chunk(self) -> None:
        both = calls(piece("a", 0, "f", "1"), piece("b", 1, "g", "2"))

        assert calls_of(both) == [("a", "f", "1"), ("b", "g", "2")]

    def test_pieces_belong_to_the_call_with_their_index(self) -> None:
        assert calls_of(
            calls(piece("a", 0, "f", '{"q"')),
            calls(piece("b", 1, "g", "")),
            calls(piece(None, 1, None, "{}"), piece(None, 0, None, ':"茶')),
            calls(piece("", 0, None, '"}')),
        ) == [("a", "f", '{"q":"茶"}'), ("b", "g", "{}")]

    def test_pieces_with_a_known_id_belong_to_its_call(self) -> None:
        assert calls_of(
            calls(piece("a", 0, "f", "1"), piece("b", 0, "g", "2")), calls(piece("a", 0, "f", "3"))
        ) == [("a", "f", "13"), ("b", "g", "2")]

    @pytest.mark.parametrize("index", [None, 7])
    def test_a_piece_without_a_place_belongs_to_the_last_call(self, index: int | None) -> None:
        first = calls(piece("a", 0, "f", "1"), piece("b", 1, "g", "2"))

        assert calls_of(first, calls(piece(None, index, None, "3"))) == [("a", "f", "1"), ("b", "g", "23")]

    def test_a_call_without_an_id_gets_one(self) -> None:
        assert calls_of(calls(piece(None, 0, "f", "1")), calls(piece(None, 0, None, "2"))) == [
            ("call_0", "f", "12")
        ]

    @pytest.mark.parametrize("arguments", ["", None])
    def test_no_arguments_are_an_empty_object(self, arguments: str | None) -> None:
        assert calls_of(calls(piece("a", 0, "f", arguments))) == [("a", "f", "{}")]

    def test_arguments_may_be_an_object_instead_of_its_text(self) -> None:
        assert calls_of(calls(piece("a", 0, "f", {"q": "茶"}))) == [("a", "f", '{"q":"茶"}')]

    def test_arguments_are_kept_as_the_model_wrote_them(self) -> None:
        assert calls_of(calls(piece("a", 0, "f", "{'q': oops"))) == [("a", "f", "{'q': oops")]

    def test_fields_that_are_not_for_us_are_ignored(self) -> None:
        leaked = piece("a", 0, "f", "{}") | dict.fromkeys(["code_interpreter", "retrieval", "search_result"])

        assert calls_of(calls(leaked)) == [("a", "f", "{}")]


class TestUsage:
    @pytest.mark.parametrize(
        ("usage", "expected"),
        [
            ({"prompt_tokens": 1075, "completion_tokens": 9, "total_tokens": 1084}, Usage(1075, 9)),
            (
                {
                    "prompt_tokens": 1075,
                    "completion_tokens": 9,
                    "prompt_tokens_details": {"cached_tokens": 1024},
                },
                Usage(1075, 9, cached_tokens=1024),
            ),
            (
                {
                    "prompt_tokens": 1,
                    "completion_tokens": 9,
                    "prompt_tokens_details": None,
                    "completion_tokens_details": {"reasoning_tokens": 4},
                },
                Usage(1, 9, reasoning_tokens=4),
            ),
            ({"completion_tokens": None}, Usage(0, 0)),
            ({"prompt_tokens": "12", "completion_tokens": 3.0}, Usage(12, 3)),
        ],
    )
    def test_counts_are_reported_before_the_end(self, usage: object, expected: Usage) -> None:
        events = read(text("你好") + record(chunk({"content": ""}, "stop", usage=usage)) + DONE)

        assert events[-2] == UsageReport(expected)

    def test_counts_may_come_in_a_chunk_of_their_own(self) -> None:
        alone = record({"id": "1", "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}})

        events = read(text("你好") + record(chunk({"content": ""}, "stop")) + alone + DONE)

        assert events[-2] == UsageReport(Usage(3, 4))

    def test_the_last_counts_are_those_of_the_whole(self) -> None:
        first = record(chunk({"content": "你"}, usage={"prompt_tokens": 12, "completion_tokens": 1}))

        assert read(first + end())[-2] == UsageReport(Usage(12, 5))

    def test_an_answer_without_counts_has_no_report(self) -> None:
        events = read(text("你好") + record(chunk({"content": ""}, "stop", usage=None)) + DONE)

        assert [type(event) for event in events] == [TextDelta, Finished]


def source(ref: str, link: str = "", **more: str) -> dict[str, str]:
    return {"refer": ref, "link": link, **more}


class TestCitations:
    def test_sources_of_the_last_chunk_are_read_whole(self) -> None:
        found = source(
            "ref_1", "https://example.org/a", title="展讯", media="示例", publish_date="2026-11-20"
        )

        events = read(text("有两场[ref_1]。") + end(web_search=[found | {"icon": "", "content": "摘要"}]))

        assert events[1] == Citations(
            (Citation("ref_1", "展讯", "https://example.org/a", "示例", "2026-11-20", "摘要"),)
        )

    @pytest.mark.parametrize(
        "body",
        [
            record({"web_search": [source("ref_1", "https://a.cn/")]}) + WHOLE,
            record(chunk({"content": ""}, web_search=[source("ref_1", "https://a.cn/")])) + WHOLE,
            record(chunk() | {"choices": [], "web_search": [source("ref_1", "https://a.cn/")]}) + WHOLE,
            text("你好") + end(web_search=[{"search_result": [source("ref_1", "https://a.cn/")]}]),
        ],
        ids=["choices missing", "first chunk", "choices empty", "wrapped"],
    )
    def test_sources_come_on_any_chunk(self, body: bytes) -> None:
        assert Citations((Citation("ref_1", link="https://a.cn/"),)) in read(body)

    def test_sources_are_merged_by_their_reference_or_their_link(self) -> None:
        first = record({"web_search": [source("ref_1", "https://a.cn/"), source("ref_2", "https://b.cn/")]})
        unnamed = [source("", "https://c.cn/"), source("", "https://d.cn/"), source("", "https://c.cn/")]
        second = end(web_search=[source("ref_2", "https://new.cn/"), *unnamed])

        *_, last = (event for event in read(first + text("你好") + second) if isinstance(event, Citations))

        assert [(found.ref, found.link) for found in last.citations] == [
            ("ref_1", "https://a.cn/"),
            ("ref_2", "https://new.cn/"),
            ("", "https://c.cn/"),
            ("", "https://d.cn/"),
        ]

    @pytest.mark.parametrize("nothing", [[], None, [{"search_result": []}]])
    def test_a_search_without_results_keeps_the_answer(self, nothing: object) -> None:
        assert text_of(read(text("你好") + end(web_search=nothing))) == "你好"


class TestAnswersThatWereNotStreamed:
    BODY: ClassVar[dict[str, object]] = {
        "id": "8668000000000000001",
        "request_id": "r-1",
        "choices": [
            {
                "index": 0,
                "finish_reason": "tool_calls",
                "message": {"role": "assistant", "content": "好", "tool_calls": [piece("a", 0, "f", "{}")]},
            }
        ],
        "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12},
        "web_search": [source("ref_1")],
    }

    def test_a_completion_in_place_of_a_stream_is_accepted(self) -> None:
        assert read(msgspec.json.encode(self.BODY)) == [
            TextDelta("好"),
            Citations((Citation("ref_1"),)),
            ToolCalls((ToolCall("a", "f", "{}"),)),
            UsageReport(Usage(9, 3)),
            Finished(FinishReason.TOOL_CALLS, "r-1"),
        ]

    def test_the_id_may_be_a_number(self) -> None:
        body = self.BODY | {"id": 8668000000000000001, "request_id": None}

        assert read(msgspec.json.encode(body))[-1] == Finished(FinishReason.TOOL_CALLS, "8668000000000000001")
