"""What a model asks for is carried out, and every call ends in words for it."""

import asyncio

import pytest

from glmdesk.chat.calls import MOST_ROUNDS, Calls
from glmdesk.domain.tool import Permission, Scene, ToolCall, ToolResult, ToolSpec, parse_arguments
from tests.tools.kit import Handle, Kit

pytestmark = pytest.mark.anyio

SCENE = Scene("conversation")
CALL = ToolCall("1", "read_note", '{"title": "购物"}')


async def allow(_spec: ToolSpec, _call: ToolCall) -> Permission:
    return Permission(is_given=True)


async def carried_out(calls: Calls, *wanted: ToolCall) -> dict[str, ToolResult]:
    results: dict[str, ToolResult] = {}

    async def done(call: ToolCall, result: ToolResult) -> None:
        results[call.id] = result

    await calls.carry_out(wanted, done)
    return results


@pytest.fixture
def note() -> Handle:
    return Kit().add("read_note", says="茶, 米")


async def test_a_tool_is_given_its_arguments_and_says_what_came_of_it(note: Handle) -> None:
    assert await carried_out(Calls([note], allow, SCENE), CALL) == {"1": ToolResult("茶, 米")}
    assert note.called == [{"title": "购物"}]


async def test_calls_run_at_once_and_end_in_their_own_time() -> None:
    kit, ended = Kit(), list[str]()
    slow, quick = kit.add("slow"), kit.add("quick")
    slow.goes_on = asyncio.Event()

    async def done(call: ToolCall, _result: ToolResult) -> None:
        ended.append(call.name)
        slow.goes_on.set() if slow.goes_on else None

    await Calls([slow, quick], allow, SCENE).carry_out(
        [ToolCall("1", "slow", ""), ToolCall("2", "quick", "")], done
    )

    assert ended == ["quick", "slow"]


async def test_a_tool_that_is_not_there_is_named_with_those_that_are(note: Handle) -> None:
    result = (await carried_out(Calls([note], allow, SCENE), ToolCall("1", "rm", "{}")))["1"]

    assert result.is_error
    assert "'rm'" in result.text
    assert "read_note" in result.text


async def test_arguments_that_are_no_json_are_handed_back_once(note: Handle) -> None:
    calls = Calls([note], allow, SCENE)
    broken = ToolCall("1", "read_note", '{"title": ')
    assert calls.are_due([broken])
    result = (await carried_out(calls, broken))["1"]

    assert result.is_error
    assert "JSON" in result.text
    assert note.called == []
    assert calls.are_due([CALL])
    assert not calls.are_due([broken])


async def test_what_is_not_allowed_is_not_done_and_the_model_hears_why(note: Handle) -> None:
    async def deny(_spec: ToolSpec, _call: ToolCall) -> Permission:
        return Permission(is_given=False, reason="Ask me first.")

    result = (await carried_out(Calls([note], deny, SCENE), CALL))["1"]

    assert note.called == []
    assert result.is_error
    assert result.text.endswith("Ask me first.")


async def test_a_tool_that_does_not_answer_is_ended(note: Handle) -> None:
    note.goes_on = asyncio.Event()
    result = (await carried_out(Calls([note], allow, SCENE, longest_s=0.01), CALL))["1"]

    assert result.is_error
    assert "0.01 seconds" in result.text


async def test_whoever_stops_ends_what_runs(note: Handle) -> None:
    note.goes_on = asyncio.Event()
    running = asyncio.ensure_future(carried_out(Calls([note], allow, SCENE), CALL))
    while not note.called:
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_result_says_something_and_not_too_much(note: Handle) -> None:
    note.says = ToolResult(" \n")
    assert (await carried_out(Calls([note], allow, SCENE), CALL))["1"].text == "(nothing)"
    note.says = ToolResult("x" * 1_000_000)
    text = (await carried_out(Calls([note], allow, SCENE), CALL))["1"].text

    assert len(text) < 61_000
    assert "940000 more characters" in text
    note.says = ToolResult("\ud83d\ude00 \ud83d")
    assert (await carried_out(Calls([note], allow, SCENE), CALL))["1"].text == "😀 \ufffd"


async def test_a_model_that_calls_without_end_is_not_followed(note: Handle) -> None:
    calls, rounds = Calls([note], allow, SCENE), 0
    while calls.are_due([CALL]):
        await carried_out(calls, CALL)
        rounds += 1

    assert rounds == MOST_ROUNDS


@pytest.mark.parametrize("ids", [("1", "1"), ("",)])
def test_calls_that_cannot_be_answered_apart_are_not_due(note: Handle, ids: tuple[str, ...]) -> None:
    assert not Calls([note], allow, SCENE).are_due([ToolCall(id_, "read_note", "{}") for id_ in ids])


def test_without_tools_nothing_is_due() -> None:
    assert not Calls([], allow, SCENE).are_due([CALL])


@pytest.mark.parametrize(
    ("text", "arguments"), [("", {}), ("{}", {}), ("[]", None), ("{", None), ("NaN", None)]
)
def test_arguments(text: str, arguments: dict[str, object] | None) -> None:
    assert parse_arguments(text) == arguments
