"""What differs between two values of JSON."""

from hypothesis import given

from glmdesk.domain.json_diff import Kind, differences
from glmdesk.domain.strict_json import Json, read_json
from tests.domain.test_strict_json import VALUES


def compared(first: str, second: str) -> list[tuple[str, Kind]]:
    return [(cell.path, cell.kind) for cell in differences(read_json(first), read_json(second))]


def test_each_cell_says_how_it_stands() -> None:
    cells = differences(
        read_json('{"a":1,"b":[1,2],"c":"x"}'), read_json('{"a":1.0,"b":[1,3],"d":{"e":null}}')
    )

    assert [(cell.path, cell.kind, cell.first, cell.second) for cell in cells] == [
        ("a", Kind.SAME, "1", "1.0"),
        ("b[0]", Kind.SAME, "1", "1"),
        ("b[1]", Kind.CHANGED, "2", "3"),
        ("c", Kind.MISSING, "x", None),
        ("d.e", Kind.ADDED, None, "null"),
    ]


def test_a_row_that_was_left_out_does_not_move_those_after_it() -> None:
    first = '[{"name":"a","n":1},{"name":"b","n":2},{"name":"c","n":3}]'
    second = '[{"name":"b","n":2},{"name":"c","n":4}]'

    assert compared(first, second) == [
        ("[0].name", Kind.MISSING),
        ("[0].n", Kind.MISSING),
        ("[1].name", Kind.SAME),
        ("[1].n", Kind.SAME),
        ("[2].name", Kind.SAME),
        ("[2].n", Kind.CHANGED),
    ]


def test_true_is_not_one_and_a_text_is_no_number() -> None:
    assert compared('[true,"1"]', "[1,1]") == [("[0]", Kind.CHANGED), ("[1]", Kind.CHANGED)]


@given(VALUES)
def test_a_value_is_the_same_as_itself(value: Json) -> None:
    assert {cell.kind for cell in differences(value, value)} <= {Kind.SAME}


@given(VALUES, VALUES)
def test_what_is_missing_one_way_is_added_the_other(first: Json, second: Json) -> None:
    there, back = differences(first, second), differences(second, first)
    turned = {Kind.MISSING: Kind.ADDED, Kind.ADDED: Kind.MISSING}

    assert (Kind.SAME in {cell.kind for cell in there} or len(there) > 0) == (len(back) > 0)
    if all(cell.kind is Kind.SAME for cell in there):
        assert all(turned.get(cell.kind, cell.kind) is Kind.SAME for cell in back)


def test_a_long_list_is_compared_place_by_place() -> None:
    first: Json = [{"n": number} for number in range(6_000)]
    assert isinstance(first, list)
    cells = differences(first, first[:-1])

    assert [cell.kind for cell in cells].count(Kind.SAME) == 5_999
    assert cells[-1].kind is Kind.MISSING
