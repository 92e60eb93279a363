"""What a column is, and what of it is told."""

import pytest

from glmdesk.tools.tabular.columns import Column, Reading


def read(*cells: str) -> Reading:
    column = Column(".")
    for cell in cells:
        column.take(cell)
    return column.reading()


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (["1", " 2 ", ""], "INTEGER", [1, 2, None]),
        (["1.5", "2"], "REAL", [1.5, 2]),
        (["a", "1"], "TEXT", ["a", "1"]),
        (["100000", "010000"], "TEXT", ["100000", "010000"]),
        (["13800138000", "13900139000"], "TEXT", ["13800138000", "13900139000"]),
        (["13800138000", "5"], "INTEGER", [13800138000, 5]),
        (["110101199003070000", "11010119900307002X"], "TEXT", ["110101199003070000", "11010119900307002X"]),
        (["9007199254740993", "7", "8"], "TEXT", ["9007199254740993", "7", "8"]),
        (["", " "], "TEXT", [None, None]),
        (["-", "n/a"], "TEXT", ["-", "n/a"]),
        (["2026-01-05", "2026-02-01"], "TEXT", ["2026-01-05", "2026-02-01"]),
    ],
)
def test_plain_columns_are_read_without_a_word(
    cells: list[str], kind: str, values: list[str | float | None]
) -> None:
    reading = read(*cells)

    assert (reading.kind, reading.told, reading.beside) == (kind, "", None)
    assert [reading.value_of(cell) for cell in cells] == values


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1,000", "5", "-"], [1000, 5, None]),
        (["12%", "0", "0.5%"], [0.12, 0, 0.005]),
        (["¥5", "6元", "7"], [5, 6, 7]),
        (["9800", "1.2万"], [9800, 12000]),
        (["(5)", "6"], [-5, 6]),
    ],
)
def test_formatted_numbers_are_numbers_beside_their_text(
    cells: list[str], values: list[float | None]
) -> None:
    reading = read(*cells)

    assert [reading.value_of(cell) for cell in cells] == values
    assert reading.beside is not None
    assert reading.beside.ending == "_text"
    assert [reading.beside.value_of(cell) for cell in cells] == cells


@pytest.mark.parametrize(
    ("cells", "reason", "numbers"),
    [
        (["1", "2", "多"], '1 of 3 values are no numbers, such as "多"', [1, 2, None]),
        (["1", "2", "2026-01-05"], "1 of 3 values are no numbers", [1, 2, None]),
        (["¥5", "$3"], "the units differ ($, ¥)", [5, 3]),
        (["12%", "0.5"], "some are percents and some are not", [0.12, 0.5]),
        (["(1)", "(2)"], "all are in parentheses, which may mean below zero", [-1, -2]),
    ],
)
def test_what_must_not_be_added_stays_text_beside_its_numbers(
    cells: list[str], reason: str, numbers: list[float | None]
) -> None:
    reading = read(*cells)

    assert reading.kind == "TEXT"
    assert reading.told.startswith(f"is text, because {reason}; {{beside}} has its numbers")
    assert [reading.value_of(cell) for cell in cells] == cells
    assert reading.beside is not None
    assert [reading.beside.value_of(cell) for cell in cells] == numbers


def test_days_are_written_so_that_they_can_be_compared() -> None:
    cells = ["2026/1/5", "2026年10月1日", "2026-02-01", "-"]
    reading = read(*cells)

    assert [reading.value_of(cell) for cell in cells] == ["2026-01-05", "2026-10-01", "2026-02-01", None]
    assert reading.told == (
        'was read as days as ISO 8601 says: "2026/1/5" is 2026-01-05; "-" is NULL. As written: {beside}'
    )
