"""Finding a text in what is shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glmdesk.domain.folding import fold
from glmdesk.render.find import Hit, Needle
from glmdesk.render.markdown import parse
from glmdesk.render.runs import flat_text
from tests.render.samples import ANSWER, markdown


def found(text: str, source: str) -> list[str]:
    """Return what is found, as it is written where it was found."""
    blocks = parse(source)
    return [flat_text(blocks[hit.block])[hit.first : hit.last] for hit in Needle(text).hits(blocks)]


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ("word", "A word, a Word", ["word", "Word"]),
        ("王", "**王**女士与国王", ["王", "王"]),
        ("bold text", "some **bold** text", ["bold text"]),
        ("b", "|a|b|\n|-|-|\n|c|B|", ["b", "B"]),
        ("x = 1", "```py\nx = 1\n```", ["x = 1"]),
        ("abc", "ＡＢＣ and abc", ["ＡＢＣ", "abc"]),
        ("ＡＢＣ", "abc", ["abc"]),
        ("aa", "aaaaa", ["aa", "aa"]),
        ("straße", "STRASSE Straße", ["STRASSE", "Straße"]),
        ("cafe", "Café CAFÉ", ["Café", "CAFÉ"]),
        ("ガ", "ｶﾞｶ", ["ｶﾞ"]),
        ("two words", "two\nwords", ["two\nwords"]),
        ("İ", "İi", ["İ", "i"]),
        ("&", "a &amp; b", ["&"]),
        ("**", "some **bold** text", []),
        ("", "anything", []),
        ("a.c", "abc a.c", ["a.c"]),
    ],
)
def test_a_text_is_found_as_it_is_shown(text: str, source: str, expected: list[str]) -> None:
    assert found(text, source) == expected


def test_hits_say_where_they_are() -> None:
    assert list(Needle("b").hits(parse("ab\n\nb🙂b"))) == [Hit(0, 1, 2), Hit(1, 0, 1), Hit(1, 2, 3)]


def test_an_empty_needle_is_none() -> None:
    assert not Needle("")
    assert not Needle(" ")


@settings(max_examples=500)
@given(st.one_of(markdown(), st.just(ANSWER)), st.data())
def test_what_is_shown_of_a_message_is_found_in_it(source: str, data: st.DataObject) -> None:
    texts = [line for block in parse(source) for line in flat_text(block).split("\n") if line]
    if not texts:
        return
    text = data.draw(st.sampled_from(texts))
    first = data.draw(st.integers(0, len(text) - 1))
    needle = Needle(text[first : data.draw(st.integers(first + 1, len(text)))])

    if needle:
        assert list(needle.hits(parse(source)))
        assert needle.may_be_in(source)


@given(st.text(), st.text())
def test_any_text_can_be_looked_for(text: str, source: str) -> None:
    assert all(fold(text) in fold(place) for place in found(text, source))
