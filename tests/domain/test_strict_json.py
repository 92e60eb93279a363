"""JSON as it has to be: nothing guessed, rounded or left out."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.strict_json import Json, NotJson, path_text, read_json, unfenced, written

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=3)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 2]))
def test_what_is_written_reads_as_the_same(value: Json, indent: int | None) -> None:
    assert read_json(written(value, indent=indent)) == value


@given(st.text(max_size=30) | VALUES.map(written))
def test_what_is_read_is_json_for_everybody(text: str) -> None:
    try:
        value = read_json(text)
    except NotJson:
        return
    assert json.loads(written(value)) == json.loads(text)


def test_digits_stay_as_they_are_written() -> None:
    assert written(read_json("[1.10, 12345678901234567890123, 1e2]")) == "[1.10,12345678901234567890123,1E+2]"
    assert read_json("0.10") == Decimal("0.10")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing"),
        ("[1,]", "line 1, column 4"),
        ('{"a":1,\n"a":2}', "“a” comes twice"),
        ("[NaN]", "NaN"),
        ("[-Infinity]", "-Infinity"),
        ("[1e999]", "1e999"),
        ('["\\ud83d"]', "half of a character"),
        ("[" * 300 + "]" * 300, "too deeply"),
        ("[" * 100_000, "too deeply"),
        ("9" * 5_000, "too long"),
        ("{} {}", "more behind"),
        ("{'a': 1}", "double quotation marks"),
    ],
)
def test_what_is_no_json_says_why(text: str, words: str) -> None:
    with pytest.raises(NotJson) as raised:
        read_json(text)

    assert words in raised.value.fault.words
    assert words in raised.value.fault.english


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("```json\n{}\n```", "{}"),
        ("\n```\n{}\n```\n", "{}"),
        (" {} ", "{}"),
        ("Here:\n```json\n{}\n```", "Here:\n```json\n{}\n```"),
        ("```json\n{}\n```\nand\n```json\n[]\n```", "```json\n{}\n```\nand\n```json\n[]\n```"),
    ],
)
def test_one_fence_is_taken_off_and_nothing_else(text: str, inside: str) -> None:
    assert unfenced(text) == inside


def test_a_path_is_written_as_programs_do() -> None:
    assert path_text(["items", 3, "名称", "a b"]) == 'items[3].名称["a b"]'
    assert path_text([]) == ""
