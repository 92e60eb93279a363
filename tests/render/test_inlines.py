import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glmdesk.render.blocks import Emphasis, LineBreak, Link, Strong, Text
from glmdesk.render.inlines import Memo, parse_inlines
from tests.render.samples import PIECES

SENTENCE = "This is **one** sentence of [some](https://a.b) length. 这是一句话。"


def test_neighbouring_texts_are_one() -> None:
    assert parse_inlines("a * b _ c &lt; d \\! e") == (Text("a * b _ c < d ! e"),)


def test_emphasis_nests() -> None:
    assert parse_inlines("***a** b*") == (Emphasis((Strong((Text("a"),)), Text(" b"))),)


def test_a_long_text_is_parsed_as_if_it_were_short() -> None:
    inlines = parse_inlines(SENTENCE * 200)

    assert inlines.count(Strong((Text("one"),))) == 200
    assert inlines.count(Link("https://a.b", "", (Text("some"),))) == 200
    assert inlines.count(Text(" length. 这是一句话。This is ")) == 199
    assert len(inlines) == 801


@pytest.mark.parametrize(
    "long",
    [
        "**" + "a word " * 300 + "b**",
        "[" + "a word " * 300 + "](https://a.b)",
        "`" + "a word " * 300 + "`",
        "*" + "一句话。" * 300 + "*",
    ],
)
def test_a_mark_that_is_open_puts_off_the_end_of_a_piece(long: str) -> None:
    (inline,) = parse_inlines(long)
    assert not isinstance(inline, Text)


def test_a_mark_that_stays_open_does_so_only_for_a_while() -> None:
    inlines = parse_inlines("**" + "a " * 5_000 + "**b**")
    assert inlines[-1] == Strong((Text("b"),))


def test_line_breaks_survive_the_end_of_a_piece() -> None:
    lines = ["a line of text"] * 500
    assert parse_inlines("\n".join(lines)).count(LineBreak()) == 499
    assert parse_inlines("  \n".join(lines)).count(LineBreak(hard=True)) == 499


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from([*PIECES, SENTENCE * 20]), max_size=12), st.data())
def test_a_memo_changes_nothing(pieces: list[str], data: st.DataObject) -> None:
    source = "".join(pieces)
    memo = Memo()
    for end in sorted(data.draw(st.lists(st.integers(0, len(source)), max_size=6))):
        assert parse_inlines(source[:end], memo=memo) == parse_inlines(source[:end])


def test_a_memo_of_another_text_is_not_used() -> None:
    memo = Memo()
    parse_inlines(SENTENCE * 50, memo=memo)
    assert parse_inlines("b" + SENTENCE * 50, memo=memo) == parse_inlines("b" + SENTENCE * 50)
