"""JSON in lines, with everything in it as it was written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.render.json_text import in_lines

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_it_has_the_lines_that_python_gives_it(value: object, is_ascii: bool) -> None:
    shown = in_lines(json.dumps(value, ensure_ascii=is_ascii))

    assert shown is not None
    assert json.dumps(json.loads(shown), indent=2) == json.dumps(value, indent=2)
    assert shown.count("\n") == json.dumps(value, indent=2).count("\n")


def test_each_member_has_a_line() -> None:
    shown = in_lines(' {"city":"杭州", "days" : [1,2], "none": {}, "empty": [ ]} ')

    assert shown == '{\n  "city": "杭州",\n  "days": [\n    1,\n    2\n  ],\n  "none": {},\n  "empty": []\n}'


@pytest.mark.parametrize(
    "value", ["1.10", "12345678901234567890.0", "1e400", "-0", r'"a\/b\"[\\"', r'"line\nline\ttab"']
)
def test_a_value_stays_as_it_was_written(value: str) -> None:
    assert in_lines(value) == value


def test_a_name_that_comes_twice_is_shown_twice() -> None:
    assert in_lines('{"path":"/tmp","path":"/"}') == '{\n  "path": "/tmp",\n  "path": "/"\n}'


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r'"\u676d\u5dde"', '"杭州"'),
        (r'"\ud83d\ude00"', '"😀"'),
        # A quotation mark would end the text, and a backslash begin something else.
        (r'"\u0022\u005c"', r'"\u0022\u005c"'),
        (r'"\\u676d"', r'"\\u676d"'),
        # Half a letter cannot be shown, and what turns the direction of the text is not seen.
        (r'"\ud83d"', r'"\ud83d"'),
        (r'"\u202e\u200b\u0007"', r'"\u202e\u200b\u0007"'),
    ],
)
def test_letters_that_can_be_seen_are_shown(written: str, shown: str) -> None:
    assert in_lines(written) == shown


@pytest.mark.parametrize("text", ["", "{", '{"city": "杭', "sunny", "[" * 100_000, "1" * 5_000])
def test_what_is_no_json_has_no_lines(text: str) -> None:
    assert in_lines(text) is None


def test_lines_do_not_grow_with_what_is_nested_deeply() -> None:
    shown = in_lines("[" * 500 + "]" * 500)

    assert shown is not None
    assert max(map(len, shown.split("\n"))) < 50


@pytest.mark.parametrize("value", [["x" * 200_000], [0] * 4_000])
def test_what_there_is_very_much_of_stays_as_it_is(value: object) -> None:
    assert in_lines(json.dumps(value)) is None
