"""Pieces of blocks, cut anywhere."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from glmdesk.render.blocks import Block, Details, Written
from glmdesk.render.markdown import parse
from glmdesk.render.rich_text import rich_text
from glmdesk.render.runs import flat_blocks, flat_text
from glmdesk.render.slices import piece
from glmdesk.render.writer import written
from tests.render.samples import ANSWER, markdown

TABLE = "|a|b|\n|-|-|\n|cc|dd|\n|ee|ff|"


@pytest.mark.parametrize(
    ("source", "first", "last", "expected"),
    [
        ("one **two** three", 2, 6, "e **tw**"),
        ("# one `two`", 2, 6, "# e `tw`"),
        ("[a link](https://b.c)", 2, 4, "[li](<https://b.c>)"),
        ("- one\n- two\n- three", 5, 9, "- wo\n- t"),
        ("- one\n- two", 5, 7, "wo"),
        ("3. one\n4. [x] two\n5. three", 5, 9, "4. [x] wo\n5. t"),
        ("> one\n>\n> two", 1, 2, "n"),
        ("> one\n>\n> two", 1, 6, "> ne\n> \n> tw"),
        ("```py\none\ntwo\n```", 1, 6, "```py\nne\ntw\n```"),
        ("so $x^2$ is", 3, 4, "$x^2$"),
        ("$$\nx^2\n$$", 0, 1, "$$\nx^2\n$$"),
        (TABLE, 4, 6, "cc"),
        (TABLE, 5, 8, "| c | d |\n| --- | --- |"),
        (TABLE, 8, 11, "|  | d |\n| --- | --- |\n| e |  |"),
        ("one", 1, 1, ""),
        ("- one\n- two", 4, 4, ""),
        (TABLE, 4, 4, ""),
    ],
)
def test_a_piece_is_what_was_selected_of_a_block(source: str, first: int, last: int, expected: str) -> None:
    (block,) = parse(source)

    assert written(piece(block, first, last)) == expected


DETAILS = Details("Sources", parse("one **two**\n\n- three"))


@pytest.mark.parametrize(
    ("block", "first", "last", "expected"),
    [
        (Written("one *two*\nthree"), 4, 11, "\\*two\\*\\\nt"),
        (Written("one"), 0, 3, "one"),
        (DETAILS, 3, 13, "rces\n\none **t**"),
        (DETAILS, 16, 18, "th"),
        (DETAILS, 0, 7, "Sources"),
    ],
)
def test_so_is_a_piece_of_what_no_markdown_makes(block: Block, first: int, last: int, expected: str) -> None:
    assert written(piece(block, first, last)) == expected


def ink(text: str) -> str:
    """Return what is to be seen of a text, whatever the delimiters of its formulas are."""
    return "".join(text.replace("$", "").split())


@settings(max_examples=300)
@given(st.one_of(markdown(), st.just(ANSWER)), st.data())
def test_a_piece_says_all_that_stands_between_its_ends_and_no_more_than_whole_atoms(
    source: str, data: st.DataObject
) -> None:
    for block in parse(source):
        text = flat_text(block)
        first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        cut = piece(block, first, last)
        said = ink("".join(map(flat_text, cut)))

        assert ink(text[first:last]) in said
        assert said in ink(text)
        assert rich_text(cut) or not ink(text[first:last])


@settings(max_examples=300)
@given(st.one_of(markdown(), st.just(ANSWER)))
@example("$$\n$\\]")
@example("$$a\\\n$$a")
@example("``` | |-|\n|-|\n")
@example("~~~ ~~~```")
@example("- - |\n\n- ")
def test_markdown_that_was_written_says_the_same(source: str) -> None:
    blocks = parse(source)

    assert ink(flat_blocks(parse(written(blocks)))) == ink(flat_blocks(blocks))
