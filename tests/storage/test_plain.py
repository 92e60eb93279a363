"""What a newer version, or a damaged page, may have put into the columns."""

import pytest

from glmdesk.domain.errors import Action, Problem
from glmdesk.domain.message import Citation
from glmdesk.domain.tool import ToolCall
from glmdesk.storage.plain import citations_in, plain_problem, problem_in, read, tool_calls_in


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", '{"code": 7}', '{"what": "a"}'])
def test_what_is_no_problem_is_none(text: str) -> None:
    assert problem_in(read(text)) is None


def test_a_problem_is_read_as_far_as_it_is_known() -> None:
    text = '{"code": "1301", "action": "fly", "details": {"a": "b", "c": 7}, "colour": "red"}'

    assert problem_in(read(text)) == Problem("1301", "", "", None, {"a": "b"})
    assert problem_in(read('{"code": "1113", "action": "open-billing"}')) == Problem(
        "1113", "", "", Action.OPEN_BILLING
    )


def test_a_problem_is_written_with_all_that_it_offers() -> None:
    problem = Problem(
        "1113", "No.", "Pay.", Action.OPEN_BILLING, {"free": "A"}, alternative=Action.GO_ON_FREE
    )

    assert problem_in(plain_problem(problem)) == problem


@pytest.mark.parametrize("text", ["", "[", "{}", "null", "[7, null, {}]"])
def test_what_is_no_list_of_parts_is_empty(text: str) -> None:
    assert citations_in(read(text)) == ()
    assert tool_calls_in(read(text)) == ()


def test_parts_that_are_known_are_read_beside_others() -> None:
    assert citations_in(read('[{"ref": "1", "title": "a"}, {"title": "b"}, 7]')) == (Citation("1", "a"),)
    assert tool_calls_in(read('[{"id": "1", "name": "a", "arguments": "{"}]')) == (ToolCall("1", "a", "{"),)
