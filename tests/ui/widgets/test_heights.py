"""Fast sums of heights agree with slow ones."""

from collections.abc import Callable
from itertools import accumulate
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.ui.widgets.heights import Heights

sizes = st.integers(min_value=0, max_value=500)


class Plain:
    """The same, as a list."""

    def __init__(self, heights: list[int]) -> None:
        self.heights = heights

    def top(self, row: int) -> int:
        return sum(self.heights[:row])

    def row_at(self, y: int) -> int:
        """Return the last row that begins at `y` or above it."""
        tops = [0, *accumulate(self.heights)][: len(self.heights)]
        return max((row for row, top in enumerate(tops) if top <= y), default=0)


Operation: TypeAlias = Callable[[Heights, Plain], None]


def put(pick: int, height: int) -> Operation:
    def operate(heights: Heights, plain: Plain) -> None:
        if plain.heights:
            heights[pick % len(plain.heights)] = height
            plain.heights[pick % len(plain.heights)] = height

    return operate


def append(height: int) -> Operation:
    def operate(heights: Heights, plain: Plain) -> None:
        heights.append(height)
        plain.heights.append(height)

    return operate


operations = st.lists(
    st.builds(put, st.integers(min_value=0, max_value=100), sizes) | st.builds(append, sizes), max_size=40
)


@given(st.lists(sizes, max_size=40), operations)
def test_rows_tops_and_the_total_are_those_of_a_plain_list(
    start: list[int], operations: list[Operation]
) -> None:
    heights, plain = Heights(start), Plain(list(start))
    for operate in operations:
        operate(heights, plain)

    assert len(heights) == len(plain.heights)
    assert heights.total == sum(plain.heights)
    for row, height in enumerate(plain.heights):
        assert heights[row] == height
        assert heights.top(row) == plain.top(row)
    assert heights.top(len(heights)) == heights.total


@given(st.lists(sizes, min_size=1, max_size=40), st.integers(min_value=-100, max_value=20_000))
def test_a_place_is_found_in_its_row(start: list[int], y: int) -> None:
    assert Heights(start).row_at(y) == Plain(start).row_at(y)


@pytest.mark.parametrize(("y", "row"), [(-1, 0), (0, 0), (9, 0), (10, 1), (29, 1), (30, 2), (10_000, 2)])
def test_places_outside_belong_to_the_first_and_the_last_row(y: int, row: int) -> None:
    assert Heights([10, 20, 30]).row_at(y) == row
