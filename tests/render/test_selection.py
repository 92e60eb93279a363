"""What is copied of blocks: text and HTML of the same piece."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.render import blocks as b
from glmdesk.render.cutting import cut
from glmdesk.render.markdown import parse
from glmdesk.render.runs import flat_text
from glmdesk.render.selection import as_html, end_of, selected_blocks, selected_text
from tests.render.samples import ANSWER

TEXT = (
    "One **bold $x^2$ word** and `code`.\n\n- first\n- second\n\n| a | b |\n|-|-|\n| 1 | $y$ |\n\n$$\nz\n$$"
)


def html(text: str, first: tuple[int, int], last: tuple[int, int]) -> str:
    return as_html(selected_blocks(parse(text), first, last))


def test_everything_is_all_of_it() -> None:
    blocks = parse(TEXT)

    assert selected_text(blocks, (0, 0), end_of(blocks)).startswith(
        "One bold $x^2$ word and code.\n\n• first"
    )
    written = as_html(selected_blocks(blocks, (0, 0), end_of(blocks)))
    assert written.count("<math ") == 3
    assert written.count("<li>") == 2


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        ((0, 0), (0, 3), "One"),
        ((0, 4), (0, 8), "<strong>bold</strong>"),
        ((0, 4), (0, 4), ""),
        ((0, 27), (0, 29), "<code style=\"font-family:Consolas,Menlo,'DejaVu Sans Mono',monospace;"),
        ((1, 0), (1, 3), "<ul><li>fir</li></ul>"),
        ((1, 8), (1, 12), "<ul><li>cond</li></ul>"),
        ((1, 3), (1, 9), "<ul><li>st</li><li>sec</li></ul>"),
        ((1, 5), (1, 9), "<ul><li>sec</li></ul>"),
        ((2, 4), (2, 5), "1"),
    ],
)
def test_a_piece_is_what_lies_between_two_places(
    first: tuple[int, int], last: tuple[int, int], written: str
) -> None:
    found = html(TEXT, first, last).replace("&#x27;", "'")

    assert found.startswith(written) if written.endswith(";") else found == written


def test_a_formula_is_mathml_however_much_of_it_is_selected() -> None:
    assert html("a $x$ b", (0, 2), (0, 5)).startswith("<math ")
    assert html("a $x$ b", (0, 0), (0, 3)).startswith("a <math ")
    assert html("$$\nx\n$$\n\ny", (0, 0), (1, 1)).count("<math ") == 1


def test_rows_of_a_table_stay_a_table() -> None:
    table = "| a | b |\n|-|-|\n| 1 | 2 |\n| 3 | 4 |"
    written = html(table, (0, 6), (0, 11))

    assert written.count("<tr>") == 2
    assert ">2<" in written
    assert ">3<" in written
    assert ">1<" not in written


def test_the_items_of_a_numbered_list_keep_their_numbers() -> None:
    assert '<ol start="4">' in html("3. a\n4. b\n5. c", (0, 2), (0, 5))


def test_a_lone_piece_of_a_paragraph_is_no_paragraph() -> None:
    assert html("one two\n\nthree", (0, 4), (0, 7)) == "two"
    assert html("one two\n\nthree", (0, 4), (1, 2)) == "<p>two</p>\n<p>th</p>"


BLOCKS = [block for block in parse(ANSWER + "\n\n" + TEXT) if not isinstance(block, b.Rule)]


@given(st.sampled_from(BLOCKS), st.data())
def test_what_is_cut_says_what_lies_between(block: b.Block, data: st.DataObject) -> None:
    flat = flat_text(block)
    start = data.draw(st.integers(0, len(flat)))
    end = data.draw(st.integers(start, len(flat)))
    said = flat_text(cut(block, start, end))

    # What is not cut, formulas and the like, is whole; cells keep their columns.
    wanted = flat[start:end].strip("\n\t")
    assert wanted in said or "$" in flat or "[" in flat
    assert len(said) <= len(flat)


@given(st.sampled_from(BLOCKS))
def test_all_of_a_block_is_the_block(block: b.Block) -> None:
    assert cut(block, 0, len(flat_text(block))) == block
