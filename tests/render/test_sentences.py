"""Where sentences end while they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.render.sentences import end_of_sentences


@pytest.mark.parametrize(
    ("text", "finished"),
    [
        ("One. Two", "One."),
        ("One.", ""),
        ("1.5 of it", ""),
        ("他说：“好。”然后", "他说：“好。”"),
        ("好！好？好", "好！好？"),
        ('He said "yes." Then', 'He said "yes."'),
        ("- a\n- b", "- a\n"),
        ("nothing yet", ""),
    ],
)
def test_a_sentence_has_ended_when_nothing_can_be_added_to_it(text: str, finished: str) -> None:
    assert text[: end_of_sentences(text, 0)] == finished


@given(st.text("a.。\n "), st.integers(0, 20))
def test_what_has_ended_stays_ended(text: str, start: int) -> None:
    start = min(start, len(text))
    end = end_of_sentences(text, start)

    assert start <= end <= len(text)
    assert end_of_sentences(text + " b", start) >= end
