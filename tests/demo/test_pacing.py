from hypothesis import given
from hypothesis import strategies as st

from glmdesk.demo.pacing import estimated_tokens, pieces
from tests.demo.asking import LIBRARY


@given(st.text())
def test_the_pieces_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_a_piece_has_one_to_four_ideographs(text: str) -> None:
    assert {len(piece) for piece in pieces(text)} <= {1, 2, 3, 4}


def test_an_english_piece_is_a_word_with_the_space_before_it() -> None:
    assert list(pieces("Stop **now**, please.")) == ["Stop", " ", "**", "now", "**", ",", " please", "."]


def test_the_estimate_is_close_to_the_number_of_pieces() -> None:
    for phrases in LIBRARY.values():
        for answer in phrases.answers.values():
            assert 0.6 < estimated_tokens(answer) / len(list(pieces(answer))) < 1.4
