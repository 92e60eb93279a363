"""Tables as CSV."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.render import blocks as b
from glmdesk.render.csv_text import csv_text
from glmdesk.render.markdown import parse


def table(*cells: str) -> b.Table:
    """Return a table of one column."""
    header, *rows = (((b.Text(cell),),) for cell in cells)
    return b.Table((None,), header, tuple(rows))


def parsed(text: str) -> b.Table:
    block = parse(text)[0]
    assert isinstance(block, b.Table)
    return block


def test_cells_are_quoted_where_they_have_to_be() -> None:
    made = parsed('| a | b, c |\n| - | - |\n| x "y" | 一<br>二 |\n')

    assert csv_text(made) == 'a,"b, c"\r\n"x ""y""","一\n二"\r\n'


def test_csv_holds_no_marks() -> None:
    made = parsed("| **a** | `b` | [c](https://d) | $x^2$ |\n| - | - | - | - |\n| ~~e~~ | *f* |\n")

    assert csv_text(made) == "a,b,c,$x^2$\r\ne,f,,\r\n"


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1)))
def test_csv_is_read_as_what_was_in_the_cells(cells: list[str]) -> None:
    written = csv_text(table("head", *cells))
    read = [row[0] for row in csv.reader(io.StringIO(written, newline=""))]

    assert [cell.removeprefix("'") for cell in read[1:]] == [cell.removeprefix("'") for cell in cells]


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "=HYPERLINK(A1)", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "＝1", "-1;=2", "- item", "-5-5"],
)
def test_what_a_spreadsheet_would_run_is_a_text(cell: str) -> None:
    assert csv_text(table(cell)).strip('"\r\n').startswith(f"'{cell[0]}")


@pytest.mark.parametrize("cell", ["-5", "+1.5", "-1,234.5 %", "-", "--", "=", "a=1", "1-2", "e@f.org", "—"])
def test_numbers_and_dashes_are_no_formulas(cell: str) -> None:
    assert csv_text(table(cell)).strip('"\r\n') == cell
