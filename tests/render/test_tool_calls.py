"""What a model wanted done, and what came of it, as lines with their data."""

from dataclasses import replace

import pytest

from glmdesk.domain.connector import ServiceCall
from glmdesk.domain.errors import Problem
from glmdesk.domain.message import State
from glmdesk.domain.tool import ToolCall
from glmdesk.render.blocks import Block, Code, Details, Paragraph, Written
from glmdesk.render.shown import shown_blocks
from glmdesk.render.tool_calls import call_blocks, result_blocks, service_call_blocks
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


def test_nothing_is_hidden_in_its_arguments() -> None:
    for state in (State.COMPLETE, State.STREAMING):
        call = called('{"name":"a\u202ecod.exe"}', state=state)

        assert "\u202e" not in call.summary
        assert r"a\u202ecod.exe" in call.summary


def test_a_call_that_was_answered_has_the_result_below_its_arguments() -> None:
    asking = answer(ASKED, tool_calls=(replace(CALL, id="0"), CALL))
    first, second = call_blocks(asking, [tool_result(asking, "1", '{"sky":"晴"}')])

    assert shown(first).summary.startswith("Tool call: get_weather · not called · ")
    assert shown(second).summary.startswith("Tool call: get_weather · done · ")
    assert shown(second).blocks == (SHOWN, Written("Result"), Code("json", '{\n  "sky": "晴"\n}'))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.WAITING, "waits for your word"),
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


SERVED = ServiceCall("1", "notes", "find", '{"q":"茶"}', '{"hits":2}')


def served(call: ServiceCall, state: State = State.COMPLETE) -> Details:
    """Return what is shown of a call that the service made itself."""
    return shown(*service_call_blocks(replace(answer(ASKED, "Two.", state), service_calls=(call,))))


def test_a_call_of_the_service_names_the_server_and_has_all_of_its_data_below() -> None:
    assert served(SERVED) == Details(
        'notes: find · by the service · done · { "q": "茶" }',
        (Code("json", '{\n  "q": "茶"\n}'), Written("Result"), Code("json", '{\n  "hits": 2\n}')),
    )


def test_the_tools_of_a_server_stand_below_a_line_of_their_own() -> None:
    listed = served(ServiceCall("1", "notes", output='[{"name":"find"}]'))

    assert listed.summary == "Tools of notes · by the service · done"
    assert listed.blocks[0] == Written("Result")


@pytest.mark.parametrize(
    ("call", "state", "words"),
    [
        (replace(SERVED, output=""), State.STREAMING, "running…"),
        (SERVED, State.STREAMING, "done"),
        (replace(SERVED, output=""), State.COMPLETE, "done"),
        (replace(SERVED, output=""), State.INTERRUPTED, "stopped"),
        (replace(SERVED, error="401"), State.COMPLETE, "failed"),
    ],
)
def test_a_call_of_the_service_says_how_it_stands(call: ServiceCall, state: State, words: str) -> None:
    assert served(call, state).summary.startswith(f"notes: find · by the service · {words} · ")


def test_why_a_call_of_the_service_failed_is_below_it() -> None:
    failed = served(replace(SERVED, output="", error="The server said 401."))

    assert failed.blocks[1:] == (Written("Error"), Code("", "The server said 401."))


@pytest.mark.parametrize("text", ["![x](https://evil.example/x.png)", "<img src=x>", "[a](javascript:x)"])
def test_nothing_that_a_server_said_to_the_service_is_markdown(text: str) -> None:
    blocks = served(replace(SERVED, output=text, error=text)).blocks

    assert blocks[1:] == (Written("Error"), Code("", text), Written("Result"), Code("", text))


def test_what_the_service_had_done_stands_before_the_text() -> None:
    (call, text) = shown_blocks(replace(answer(ASKED, "Two."), service_calls=(SERVED,)), is_source=False)

    assert isinstance(call, Details)
    assert isinstance(text, Paragraph)
