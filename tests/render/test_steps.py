"""Steps from place to place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.render.markdown import parse
from glmdesk.render.runs import flat_text
from glmdesk.render.selection import START, Place, end_of
from glmdesk.render.steps import Unit, stepped, word_around
from tests.render.samples import markdown

FAMILY = "👨‍👩‍👧"


def walked(text: str, unit: Unit, *, forward: bool) -> list[str]:
    """Return the pieces that a walk from end to end goes over."""
    blocks = parse(text)
    at = START if forward else end_of(blocks)
    pieces: list[str] = []
    while (to := stepped(blocks, at, unit, forward=forward)) is not None:
        first, last = sorted((at, to))
        pieces.append(
            flat_text(blocks[first.block])[first.position : last.position] if first[0] == last[0] else "¶"
        )
        at = to
    return pieces


@pytest.mark.parametrize(
    ("text", "unit", "pieces"),
    [
        ("aé🙂", Unit.LETTER, ["a", "é", "🙂"]),
        (f"{FAMILY}👍🏽e\u0301", Unit.LETTER, [FAMILY, "👍🏽", "e\u0301"]),
        ("**two** words, 中文", Unit.WORD, ["two ", "words, ", "中文"]),
        ("a\n\nb c", Unit.WORD, ["a", "¶", "b ", "c"]),
        ("one two\n\nthree", Unit.BLOCK, ["one two", "¶"]),
        ("", Unit.WORD, []),
    ],
)
def test_a_step_goes_over_what_belongs_together(text: str, unit: Unit, pieces: list[str]) -> None:
    assert walked(text, unit, forward=True) == pieces


def test_steps_back_go_over_the_same() -> None:
    assert walked(f"{FAMILY}👍🏽", Unit.LETTER, forward=False) == ["👍🏽", FAMILY]
    assert walked("two words", Unit.WORD, forward=False) == ["words", "two "]
    assert walked("one\n\ntwo", Unit.BLOCK, forward=False) == ["two", "¶"]


@given(markdown(), st.sampled_from(Unit), st.booleans())
def test_steps_lead_to_the_end(source: str, unit: Unit, forward: bool) -> None:
    blocks = parse(source)
    at: Place | None = START if forward else end_of(blocks)
    seen: list[Place] = []
    while at is not None:
        assert 0 <= at.position <= (len(flat_text(blocks[at.block])) if blocks else 0)
        seen.append(at)
        at = stepped(blocks, at, unit, forward=forward)

    assert seen == sorted(set(seen), reverse=not forward)


@pytest.mark.parametrize(
    ("text", "position", "word"),
    [
        ("one two", 5, "two"),
        ("one two", 3, "one"),
        ("one -- two", 5, " -- "),
        ("中文，英文", 1, "中文"),
        ("a_b1", 0, "a_b1"),
        ("", 0, ""),
        ("end", 3, "end"),
    ],
)
def test_a_word_is_taken_whole(text: str, position: int, word: str) -> None:
    first, last = word_around(text, position)

    assert text[first:last] == word
