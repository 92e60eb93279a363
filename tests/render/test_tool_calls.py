"""What a model wanted done, as lines with their data."""

from glmdesk.domain.tool import ToolCall
from glmdesk.render.blocks import Code, Details
from glmdesk.render.tool_calls import call_blocks, result_blocks


def test_a_call_is_named_and_its_arguments_are_easy_to_read() -> None:
    (call,) = call_blocks([ToolCall("1", "get_weather", '{"city":"杭州","days":2}')])

    assert call == Details(
        'Tool call: get_weather · {"city":"杭州","days":2}',
        (Code("json", '{\n  "city": "杭州",\n  "days": 2\n}'),),
    )


def test_arguments_that_are_no_json_stay_as_they_are() -> None:
    for arguments in ('{"city": "杭', "", "[" * 100_000):
        (call,) = call_blocks([ToolCall("1", "get_weather", arguments)])

        assert isinstance(call, Details)
        assert call.blocks == (Code("", arguments),)


def test_the_line_has_room_for_the_beginning_of_the_data() -> None:
    (call,) = call_blocks([ToolCall("1", "f", '{"text": "' + "long " * 1000 + '"}')])
    (empty,) = call_blocks([ToolCall("1", "f", "{}")])

    assert isinstance(call, Details)
    assert call.summary.endswith("…")
    assert len(call.summary) < 80
    assert isinstance(empty, Details)
    assert empty.summary == "Tool call: f"


def test_what_a_tool_answers_is_a_line_too() -> None:
    (result,) = result_blocks("sunny")

    assert result == Details("Tool result · sunny", (Code("", "sunny"),))
