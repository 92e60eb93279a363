"""What a model wanted done, and what came of it, as lines with their data."""

from dataclasses import replace

import pytest

from glmdesk.domain.errors import Problem
from glmdesk.domain.message import State
from glmdesk.domain.tool import ToolCall
from glmdesk.render.blocks import Block, Code, Details, Written
from glmdesk.render.tool_calls import call_blocks, result_blocks
from tests.chat.examples import answer, question, tool_result

ASKED = question("How is the weather?")
CALL = ToolCall("1", "get_weather", '{"city":"杭州","days":2}')
SHOWN = Code("json", '{\n  "city": "杭州",\n  "days": 2\n}')


def shown(*blocks: Block) -> Details:
    """Return the only block, which is one with details."""
    (block,) = blocks
    assert isinstance(block, Details)
    return block


def called(arguments: str, name: str = "f", state: State = State.COMPLETE) -> Details:
    """Return what is shown of a call."""
    return shown(*call_blocks(answer(ASKED, state=state, tool_calls=(ToolCall("1", name, arguments),))))


def test_a_call_is_named_and_its_arguments_are_easy_to_read() -> None:
    call = shown(*call_blocks(answer(ASKED, tool_calls=(CALL,))))

    assert call == Details('Tool call: get_weather · not called · { "city": "杭州", "days": 2 }', (SHOWN,))


def test_a_call_that_was_answered_has_the_result_below_its_arguments() -> None:
    asking = answer(ASKED, tool_calls=(replace(CALL, id="0"), CALL))
    first, second = call_blocks(asking, [tool_result(asking, "1", '{"sky":"晴"}')])

    assert shown(first).summary.startswith("Tool call: get_weather · not called · ")
    assert shown(second).summary.startswith("Tool call: get_weather · done · ")
    assert shown(second).blocks == (SHOWN, Written("Result"), Code("json", '{\n  "sky": "晴"\n}'))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.STREAMING, "running…"),
        (State.COMPLETE, "done"),
        (State.FAILED, "failed"),
        (State.INTERRUPTED, "failed"),
        (State.STOPPED, "stopped"),
    ],
)
def test_a_call_says_how_it_stands(state: State, words: str) -> None:
    asking = answer(ASKED, tool_calls=(CALL,))
    call = shown(*call_blocks(asking, [replace(tool_result(asking, "1", ""), state=state)]))

    assert call.summary.startswith(f"Tool call: get_weather · {words} · ")
    assert call.blocks == (SHOWN,)


def test_a_call_that_failed_without_a_word_says_why() -> None:
    asking = answer(ASKED, tool_calls=(CALL,))
    why = Problem("no-tool", "There is no such tool.", "")
    result = replace(tool_result(asking, "1", ""), state=State.FAILED, problem=why)

    assert shown(*call_blocks(asking, [result])).blocks[-1] == Code("", why.words)


def test_arguments_that_are_being_written_are_shown_as_far_as_they_are() -> None:
    call = called('{"city": "杭', state=State.STREAMING)

    assert call == Details('Tool call: f · {"city": "杭', (Code("json", '{"city": "杭', closed=False),))


@pytest.mark.parametrize("arguments", ['{"city": "杭', "", "[" * 100_000])
def test_arguments_that_are_no_json_stay_as_they_are(arguments: str) -> None:
    assert called(arguments).blocks == (Code("", arguments),)


def test_the_line_has_room_for_the_beginning_of_the_data() -> None:
    call = called('{"text": "' + "long " * 1000 + '"}')

    assert call.summary.endswith("…")
    assert len(call.summary) < 120
    assert called("{}").summary == "Tool call: f · not called"
    assert called('{\n  "a": 1\n}').summary == 'Tool call: f · not called · { "a": 1 }'


def test_what_a_tool_answers_without_having_been_called_is_a_line_too() -> None:
    assert result_blocks("sunny") == (Details("Tool result · sunny", (Code("", "sunny"),)),)
