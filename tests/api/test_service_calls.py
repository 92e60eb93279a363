"""What the service had done by servers of tools, in whatever shape that is streamed."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.api.answer import AnswerReader
from glmdesk.domain.connector import ServiceCall
from glmdesk.domain.events import Event, Finished, ServiceCalls, TextDelta, ToolCalls
from tests.api.reading import read
from tests.api.streams import calls, chunk, end, piece, record, text

ARGUMENTS = '{"q":"茶 “tea”"}'
LISTED = {"id": "m0", "type": "mcp_list_tools", "server_label": "notes", "tools": [{"name": "find"}]}
FOUND = {
    "id": "m1",
    "type": "mcp_call",
    "server_label": "notes",
    "name": "find",
    "arguments": ARGUMENTS,
    "output": {"hits": 2},
    "error": None,
}
CALL = ServiceCall("call-1", "notes", "find", ARGUMENTS, '{"hits":2}')


def entry(
    mcp: Mapping[str, object], call_id: str | None = "call-1", index: int | None = 0
) -> dict[str, object]:
    """Return an entry among the calls of an answer; what is None is left out."""
    more = {"id": call_id, "index": index}
    return {**{name: value for name, value in more.items() if value is not None}, "type": "mcp", "mcp": mcp}


def made(*records: bytes) -> tuple[ServiceCall, ...]:
    """Return what an answer says that was done, at last."""
    found = [event.calls for event in read(*records, end()) if isinstance(event, ServiceCalls)]
    return found[-1] if found else ()


def test_a_whole_entry_is_read_with_what_came_back() -> None:
    assert made(calls(entry(FOUND))) == (CALL,)


def test_the_tools_of_a_server_are_what_came_back_of_asking_for_them() -> None:
    (listed,) = made(calls(entry(LISTED)))

    assert listed == ServiceCall("call-1", "notes", "", "", '[{"name":"find"}]')


@pytest.mark.parametrize("arguments", [ARGUMENTS, json.loads(ARGUMENTS)])
def test_arguments_come_as_text_or_as_an_object(arguments: object) -> None:
    (call,) = made(calls(entry({**FOUND, "arguments": arguments})))

    assert json.loads(call.arguments) == json.loads(ARGUMENTS)


@pytest.mark.parametrize(
    ("said", "read_as"),
    [("plain", "plain"), ({"a": 1}, '{"a":1}'), ([1], "[1]"), (None, ""), (True, "true"), (1.50, "1.5")],
)
def test_any_output_and_any_error_is_taken_as_it_is(said: object, read_as: str) -> None:
    (call,) = made(calls(entry({**FOUND, "output": said, "error": said})))

    assert (call.output, call.error) == (read_as, read_as)


def test_what_is_not_known_is_passed_over() -> None:
    strange: dict[str, object] = {**FOUND, "approval": {"x": []}, "annotations": None}
    assert made(calls({**entry(strange), "code_interpreter": None, "drawing_tool": None})) == (CALL,)


def test_they_stand_in_an_answer_that_is_not_streamed_too() -> None:
    message = {"role": "assistant", "content": "Two.", "tool_calls": [entry(LISTED, "c0"), entry(FOUND)]}
    whole = {"id": "1", "choices": [{"index": 0, "finish_reason": "stop", "message": message}]}
    events = read(record(whole))

    assert [event.text for event in events if isinstance(event, TextDelta)] == ["Two."]
    assert [len(event.calls) for event in events if isinstance(event, ServiceCalls)] == [2]


def test_none_of_them_is_handed_on_as_a_call_to_be_carried_out() -> None:
    asked = piece("f1", 1, "read_note", "{}")
    events = read(
        calls(entry(FOUND), asked), calls({"index": 0, "mcp": {"output": "more"}}), end("tool_calls")
    )

    (carried_out,) = [event for event in events if isinstance(event, ToolCalls)]
    assert [call.name for call in carried_out.calls] == ["read_note"]


def test_an_answer_that_only_the_service_called_something_for_ends_with_no_call() -> None:
    events = read(calls(entry(FOUND)), end("tool_calls"))

    assert not [event for event in events if isinstance(event, ToolCalls)]
    assert isinstance(events[-1], Finished)


def in_pieces(inner: Mapping[str, object] = MappingProxyType({}), **outer: object) -> list[dict[str, object]]:
    """Return the arguments letter by letter, each with what says where it belongs."""
    return [{**outer, "mcp": {**inner, "arguments": letter}} for letter in ARGUMENTS]


SHAPES: dict[str, Sequence[dict[str, object]]] = {
    "whole": [entry(FOUND)],
    "without an id of its own": [entry({name: it for name, it in FOUND.items() if name != "id"})],
    "by the inner id alone": [entry(FOUND, None, None)],
    "said again when more is known": [
        entry({**FOUND, "arguments": "", "output": None}),
        entry({**FOUND, "output": None}),
        entry(FOUND),
    ],
    "arguments in pieces": [
        entry({**FOUND, "arguments": "", "output": None}),
        *in_pieces(index=0),
        {"index": 0, "mcp": {"output": FOUND["output"]}},
    ],
    "pieces that repeat who they are": [
        *(entry({**FOUND, "arguments": letter, "output": None}) for letter in ARGUMENTS),
        entry({**FOUND, "arguments": ""}),
    ],
    "pieces with the inner id": [
        entry({**FOUND, "arguments": "", "output": None}),
        *in_pieces({"id": "m1"}),
        {"mcp": {"id": "m1", "output": FOUND["output"]}},
    ],
    "pieces without an index": [
        entry({**FOUND, "arguments": "", "output": None}, index=None),
        *in_pieces(type="mcp"),
        {"type": "mcp", "mcp": {"output": FOUND["output"]}},
    ],
    "an index that is none": [
        entry({**FOUND, "arguments": "", "output": None}, index=-1),
        {"index": -1, "mcp": {"arguments": ARGUMENTS}},
        {"index": -1, "mcp": {"output": FOUND["output"]}},
    ],
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_every_shape_comes_to_the_same(shape: Sequence[dict[str, object]]) -> None:
    (call,) = made(*(calls(one) for one in shape))

    assert (call.server, call.name, call.arguments, call.output, call.error) == (
        CALL.server,
        CALL.name,
        CALL.arguments,
        CALL.output,
        "",
    )


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_a_list_of_tools_before_it_is_an_entry_of_its_own(shape: Sequence[dict[str, object]]) -> None:
    listed, found = made(calls(entry(LISTED, None, None)), *(calls(one) for one in shape))

    assert (listed.name, listed.output) == ("", '[{"name":"find"}]')
    assert (found.name, found.arguments, found.output) == ("find", ARGUMENTS, '{"hits":2}')


def test_two_calls_without_ids_are_two() -> None:
    first, second = ({"type": "mcp_call", "server_label": "a", "name": "f", "output": it} for it in "xy")

    assert [it.output for it in made(calls(entry(first, None, None), entry(second, None, None)))] == [
        "x",
        "y",
    ]
    assert [it.output for it in made(calls(entry(first, None, 0), entry(second, None, 1)))] == ["x", "y"]


def test_output_in_pieces_is_joined() -> None:
    parts = [entry({**FOUND, "output": "one "}), {"index": 0, "mcp": {"output": "two"}}]

    assert made(*(calls(part) for part in parts))[0].output == "one two"


def test_calls_are_told_as_they_come_and_the_text_in_between() -> None:
    events = read(
        calls(entry(LISTED, "c0")), text("I look."), calls(entry(FOUND, index=1)), text("Two."), end()
    )

    kinds = [type(event) for event in events if isinstance(event, (ServiceCalls, TextDelta))]
    assert kinds == [ServiceCalls, TextDelta, ServiceCalls, TextDelta]
    assert [len(event.calls) for event in events if isinstance(event, ServiceCalls)] == [1, 2]


def test_a_secret_that_a_server_repeats_is_not_told() -> None:
    reader = AnswerReader(["Bearer s3cr3t", "no"])
    echo = {**FOUND, "output": {"headers": {"Authorization": "Bearer s3cr3t"}}, "error": "no: Bearer s3cr3t"}
    events: list[Event] = [*reader.feed(calls(entry(echo)) + end()), *reader.finish()]

    (told,) = [event.calls[0] for event in events if isinstance(event, ServiceCalls)]
    assert told.output == '{"headers":{"Authorization":"…"}}'
    assert told.error == "no: …"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*FOUND]), inner, max_size=3),
    max_leaves=6,
)
TEXT = st.none() | st.text("ab", max_size=2)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"mcp": st.fixed_dictionaries({"arguments": JSON, "output": JSON, "error": JSON, "tools": JSON})},
            optional={"id": TEXT, "index": st.none() | st.integers(-1, 2), "type": st.just("mcp")},
        ),
        max_size=5,
    )
)
def test_whatever_comes_there_is_an_answer_and_nothing_to_carry_out(pieces: list[dict[str, object]]) -> None:
    events = read(*(record(chunk({"tool_calls": [one]})) for one in pieces), text("So."), end())

    assert isinstance(events[-1], Finished)
    assert not [event for event in events if isinstance(event, ToolCalls)]
