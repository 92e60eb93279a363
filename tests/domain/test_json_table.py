"""JSON as a table."""

import pytest

from glmdesk.domain.json_table import JsonTable, sort_key, table_in
from glmdesk.domain.strict_json import read_json


def table(text: str) -> JsonTable | None:
    return table_in(read_json(text))


def test_objects_in_a_list_are_rows_and_all_their_names_columns() -> None:
    found = table('[{"a": 1, "b": null}, {"b": [1.50], "c": "x"}]')

    assert found is not None
    assert (found.name, found.columns) == ("", ("a", "b", "c"))
    assert [[found.text(row, column) for column in range(3)] for row in range(2)] == [
        ["1", "", ""],
        ["", "[1.50]", "x"],
    ]


def test_the_one_list_of_objects_in_an_object_is_the_table() -> None:
    found = table('{"count": 2, "items": [{"a": 1}]}')

    assert found is not None
    assert (found.name, found.columns) == ("items", ("a",))


@pytest.mark.parametrize(
    "text", ["[]", "[1]", "[{}]", '[{"a":1},2]', '{"x":[{"a":1}],"y":[{"a":1}]}', "null", '"a"', "{}"]
)
def test_everything_else_is_no_table(text: str) -> None:
    assert table(text) is None


def test_numbers_are_sorted_as_numbers_and_nothing_comes_last() -> None:
    values = read_json('["b", 10, null, 9.5, "A", true, -1]')
    assert isinstance(values, list)

    assert sorted(values, key=sort_key) == read_json('[-1, 9.5, 10, true, "A", "b", null]')
