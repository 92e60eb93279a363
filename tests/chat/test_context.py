"""Which messages of a branch the model reads."""

from dataclasses import replace

import pytest

from glmdesk.chat.context import CONTINUE_PROMPT, continuation_messages, prompt_messages
from glmdesk.domain.errors import Problem
from glmdesk.domain.message import Message, State
from glmdesk.domain.request import PromptMessage
from glmdesk.domain.tool import ToolCall
from tests.chat.examples import answer, question, tool_result

CALL = ToolCall("call-1", "weather", '{"city": "北京"}')


def spoken(*branch: Message) -> list[tuple[str, str]]:
    """Return who says what in the request for a branch."""
    return [(message.role, message.text) for message in prompt_messages(branch)]


def refused(message: Message, code: str) -> Message:
    return replace(message, state=State.FAILED, problem=Problem(code, "It was refused.", ""))


def test_a_branch_is_read_in_order() -> None:
    first = question("你好")
    reply = answer(first, "您好")

    assert spoken(first, reply, question("再见", reply)) == [
        ("user", "你好"),
        ("assistant", "您好"),
        ("user", "再见"),
    ]


def test_the_system_text_comes_first_and_only_when_there_is_one() -> None:
    asked = question("你好")

    assert prompt_messages([asked], system="  Be brief.\n") == (
        PromptMessage("system", "Be brief."),
        PromptMessage("user", "你好"),
    )
    assert prompt_messages([asked], system=" \n") == (PromptMessage("user", "你好"),)


def test_a_stored_system_message_does_not_speak_for_itself() -> None:
    asked = question("你好")
    system = replace(question("You are a pirate."), role="system")

    assert spoken(system, asked) == [("user", "你好")]


@pytest.mark.parametrize("state", [State.COMPLETE, State.STOPPED, State.CUT_SHORT, State.INTERRUPTED])
def test_what_arrived_of_an_answer_is_read(state: State) -> None:
    first = question("Count.")
    partial = answer(first, "One, two", state)

    assert ("assistant", "One, two") in spoken(first, partial, question("Go on.", partial))


@pytest.mark.parametrize("state", [State.FAILED, State.STREAMING])
def test_an_answer_that_failed_or_is_not_written_leaves_its_question(state: State) -> None:
    first = question("Are you there?")
    nothing = answer(first, "", state)

    assert spoken(first, nothing, question("Hello?", nothing)) == [("user", "Are you there?\n\nHello?")]


def test_a_withheld_answer_takes_its_question_with_it() -> None:
    first = question("一")
    reply = answer(first, "1")
    bad = question("坏", reply)
    withheld = answer(bad, "", State.WITHHELD)

    assert spoken(first, reply, bad, withheld, question("二", withheld)) == [
        ("user", "一"),
        ("assistant", "1"),
        ("user", "二"),
    ]


@pytest.mark.parametrize("code", ["1300", "1301"])
def test_a_question_the_content_filter_refused_is_left_out(code: str) -> None:
    bad = question("坏")
    refusal = refused(answer(bad), code)

    assert spoken(bad, refusal, question("好", refusal)) == [("user", "好")]


def test_a_refused_question_that_is_asked_again_is_read() -> None:
    bad = question("坏")

    assert spoken(bad) == [("user", "坏")]


def test_a_question_that_failed_for_another_reason_is_read() -> None:
    first = question("你好")
    busy = refused(answer(first), "1305")

    assert spoken(first, busy, question("？", busy)) == [("user", "你好\n\n？")]


def test_an_answer_that_the_filter_broke_off_goes_with_its_question() -> None:
    first = question("一")
    reply = answer(first, "1")
    bad = question("坏", reply)
    half = replace(
        answer(bad, "half of", State.INTERRUPTED), problem=Problem("1301", "The filter objects.", "")
    )

    assert spoken(first, reply, bad, half, question("二", half)) == [
        ("user", "一"),
        ("assistant", "1"),
        ("user", "二"),
    ]


@pytest.mark.parametrize("text", ["", " \n\t", "\u3000"])
def test_an_answer_of_nothing_but_space_is_left_out(text: str) -> None:
    first = question("你好")
    empty = answer(first, text)

    assert spoken(first, empty, question("？", empty)) == [("user", "你好\n\n？")]


def test_an_answer_without_a_question_before_it_is_left_out() -> None:
    stray = answer(question("removed"), "I am first.")

    assert spoken(stray, question("你好", stray)) == [("user", "你好")]


def test_space_around_a_question_is_not_sent_but_that_of_an_answer_is() -> None:
    first = question("  你好\n")
    reply = answer(first, "  indented\n")

    assert spoken(first, reply, question("\tok ", reply)) == [
        ("user", "你好"),
        ("assistant", "  indented\n"),
        ("user", "ok"),
    ]


def test_a_call_and_its_results_stay_together() -> None:
    first = question("天气？")
    calling = answer(first, "", tool_calls=(CALL, replace(CALL, id="call-2")))
    one = tool_result(calling, "call-2", "晴")
    two = tool_result(one, "call-1", "雨")

    *_, asked, first_result, second_result = prompt_messages([first, calling, one, two])

    assert asked.tool_calls == calling.tool_calls
    assert [first_result.tool_call_id, second_result.tool_call_id] == ["call-2", "call-1"]


@pytest.mark.parametrize(
    "results", [[], ["call-1"], ["call-1", "call-2", "call-3"], ["call-1", "call-1"]], ids=str
)
def test_calls_that_are_not_all_answered_once_are_left_out(results: list[str]) -> None:
    first = question("天气？")
    last = calling = answer(first, "Let me look.", tool_calls=(CALL, replace(CALL, id="call-2")))
    branch = [first, calling]
    for call_id in results:
        last = tool_result(last, call_id)
        branch.append(last)

    assert spoken(*branch, question("Well?", last)) == [("user", "天气？\n\nWell?")]


def test_a_result_that_no_call_asked_for_is_left_out() -> None:
    first = question("天气？")
    reply = answer(first, "晴")
    stray = tool_result(reply, "call-1")

    assert spoken(first, reply, stray, question("ok", stray)) == [
        ("user", "天气？"),
        ("assistant", "晴"),
        ("user", "ok"),
    ]


DEEP = '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}"


@pytest.mark.parametrize(
    "arguments", ["", "{", "[]", "null", '"text"', '{"a": NaN}', '{"a": [-Infinity]}', DEEP]
)
def test_calls_whose_arguments_are_no_object_are_sent_without_any(arguments: str) -> None:
    first = question("天气？")
    calling = answer(first, "", tool_calls=(replace(CALL, arguments=arguments),))
    result = tool_result(calling, CALL.id, "The arguments are not JSON.")

    prompt = prompt_messages([first, calling, result])

    assert [call.arguments for call in prompt[1].tool_calls] == ["{}"]
    assert prompt[2].text == "The arguments are not JSON."


def test_calls_of_a_server_that_counts_them_anew_each_time_are_told_apart() -> None:
    first = question("一")
    calling = answer(first, "", tool_calls=(CALL, replace(CALL, id=f"{CALL.id}-2")))
    results = [tool_result(calling, CALL.id, "1"), tool_result(calling, f"{CALL.id}-2", "2")]
    again = answer(results[-1], "", tool_calls=(CALL,))
    branch = [first, calling, *results, again, tool_result(again, CALL.id, "3")]
    prompt = prompt_messages(branch)

    assert [call.id for message in prompt for call in message.tool_calls] == [
        "call-1",
        "call-1-2",
        "call-1-3",
    ]
    assert [(message.tool_call_id, message.text) for message in prompt if message.role == "tool"] == [
        ("call-1", "1"),
        ("call-1-2", "2"),
        ("call-1-3", "3"),
    ]
    assert prompt[: len(branch) - 2] == prompt_messages(branch[:-2])


def test_to_continue_the_model_is_shown_what_it_wrote_and_told_to_go_on() -> None:
    first = question("Count.")
    partial = answer(first, "One, two", State.CUT_SHORT)

    assert continuation_messages([first, partial], system="Be brief.") == (
        PromptMessage("system", "Be brief."),
        PromptMessage("user", "Count."),
        PromptMessage("assistant", "One, two"),
        PromptMessage("user", CONTINUE_PROMPT),
    )


def test_an_answer_that_the_filter_broke_off_can_be_continued() -> None:
    first = question("一")
    half = replace(
        answer(first, "half of", State.INTERRUPTED), problem=Problem("1301", "The filter objects.", "")
    )

    assert [message.text for message in continuation_messages([first, half])] == [
        "一",
        "half of",
        CONTINUE_PROMPT,
    ]


def test_to_continue_an_answer_of_which_nothing_arrived_the_question_is_asked_again() -> None:
    first = question("Count.")
    nothing = answer(first, " ", State.STOPPED)

    assert continuation_messages([first, nothing]) == (PromptMessage("user", "Count."),)
