"""What is read from the text of a file: functions that are tools, and in words why others are none."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glmdesk.tools.own.kinds import Kind, Mismatch, fitting
from glmdesk.tools.own.reading import Function, read_source

ALL = '''
from enum import Enum
from typing import Annotated, Literal, Optional
import typing as t

class Colour(Enum):
    RED = "r"
    BLUE = "b"

async def mix(
    name: str, count: int = 2, share: float = 0.5, *, deep: "bool" = False,
    colour: Colour = Colour.RED, size: Literal[1, "two", None] = 1, tags: list[str] = [],
    extra: t.Dict[str, int] | None = None, rest: Optional[list] = None, grid: list[list[float]] = (),
) -> str:
    """Mix paint.

    At some length.

    Args:
        name: Whom
            it is for.
        count: How much.
    """

def _hidden() -> None:
    """No tool."""

class Thing:
    def method(self) -> None:
        """No tool either."""
'''


def only(text: str) -> Function:
    source = read_source(text)
    assert source.problems == ()
    (function,) = source.functions
    return function


def test_a_function_is_told_by_its_hints_and_its_docstring() -> None:
    function = only(ALL)

    assert function.name == "mix"
    assert function.description == "Mix paint.\n\nAt some length."
    assert json.loads(function.schema) == {
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "Whom it is for."},
            "count": {"type": "integer", "description": "How much.", "default": 2},
            "share": {"type": "number", "default": 0.5},
            "colour": {"enum": ["r", "b"]},
            "deep": {"type": "boolean", "default": False},
            "size": {"enum": [1, "two", None], "default": 1},
            "tags": {"type": "array", "items": {"type": "string"}},
            "extra": {
                "anyOf": [{"type": "object", "additionalProperties": {"type": "integer"}}, {"type": "null"}]
            },
            "rest": {"anyOf": [{"type": "array", "items": {}}, {"type": "null"}]},
            "grid": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
        },
        "required": ["name"],
    }
    assert dict(function.enumerations) == {"colour": "Colour"}
    assert function.schema == only(ALL + "\n").schema, "the same bytes each time"


def test_other_styles_of_docstrings_are_read() -> None:
    text = 'def f(a: int, b: int) -> int:\n    """Add.\n\n    :param a: One.\n    :param b: Other.\n    """'

    described = json.loads(only(text).schema)["properties"]
    assert [described[name]["description"] for name in "ab"] == ["One.", "Other."]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def f(a) -> int:\n    'doc'", "f is no tool: a has no type hint."),
        ("def f(a: int) -> int:\n    pass", "no docstring"),
        ("def f(a: int):\n    'doc'", "does not say what it returns"),
        ("def f(*a: int) -> int:\n    'doc'", "plain ones"),
        ("def f(a: int, /) -> int:\n    'doc'", "plain ones"),
        ("def f(**a: int) -> int:\n    'doc'", "plain ones"),
        ("def f(a: bytes) -> int:\n    'doc'", "the type hint of a cannot be told to a model: bytes"),
        ("def f(a: int | str) -> int:\n    'doc'", "int | str"),
        ("def f(a: dict[int, str]) -> int:\n    'doc'", "dict[int, str]"),
        ("def f(a: Literal[b'x']) -> int:\n    'doc'", "b'x'"),
        ("def f(a: 'not a hint') -> int:\n    'doc'", "not a hint"),
        ("def größe(a: int) -> int:\n    'doc'", "letters a to z"),
        ("x = 1", "no public function"),
        ("def f(:\n", "Line 1 is no Python"),
        ("def f() -> int:\n    'doc'\n    # \u202e evil", "Line 3 has a character that is not seen (U+202E)"),
        ("a = 1\0", "U+0000"),
        ("a = \u200b1", "U+200B"),
        ("".join(f"def f{n}() -> int:\n    'doc'\n" for n in range(21)), "at most 20"),
        ("(" * 5000, "no Python"),
        ("-" * 100_000 + "1", "no Python"),
    ],
)
def test_what_is_no_tool_says_why(text: str, words: str) -> None:
    source = read_source(text)

    assert source.functions == ()
    assert any(words in problem for problem in source.problems), source.problems


PIECES = ["def f(", "a", ": ", "int", "[", "]", ")", " -> ", "'d'", "\n", "    ", "class C(Enum):", "\0"]


@settings(max_examples=200)
@given(st.text(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_is_read(text: str) -> None:
    source = read_source(text)

    assert source.functions or source.problems


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("name", "x", "x"),
        ("count", 3.0, 3),
        ("share", 1, 1),
        ("size", None, None),
        ("extra", None, None),
        ("extra", {"a": 1}, {"a": 1}),
        ("rest", [1, "x"], [1, "x"]),
        ("grid", [[1.5]], [[1.5]]),
    ],
)
def test_values_that_fit_are_taken(name: str, value: object, expected: object) -> None:
    (parameter,) = (it for it in only(ALL).parameters if it.name == name)

    assert fitting(value, parameter.kind) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", 1),
        ("count", "3"),
        ("count", True),
        ("count", 1.5),
        ("share", "0.5"),
        ("share", False),
        ("deep", 1),
        ("size", True),
        ("size", 2),
        ("colour", "RED"),
        ("tags", "a"),
        ("tags", [1]),
        ("extra", {"a": "1"}),
        ("grid", [[None]]),
    ],
)
def test_values_that_do_not_fit_are_refused(name: str, value: object) -> None:
    (parameter,) = (it for it in only(ALL).parameters if it.name == name)

    with pytest.raises(Mismatch):
        fitting(value, parameter.kind)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([it.kind for it in only(ALL).parameters]), JSON)
def test_any_value_fits_or_does_not(kind: Kind, value: object) -> None:
    try:
        taken = fitting(value, kind)
    except Mismatch:
        return
    assert taken == value
