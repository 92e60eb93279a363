from hypothesis import given
from hypothesis import strategies as st

from glmdesk.render.source import Normalizer, normalize


def test_every_line_end_becomes_a_line_feed() -> None:
    assert normalize("a\r\nb\rc\nd\r\r\n") == "a\nb\nc\nd\n\n"


def test_what_cannot_be_shown_becomes_a_replacement_character() -> None:
    assert normalize("\0\x1b[31m\x7f\x9b\ud800") == "\ufffd\ufffd[31m\ufffd\ufffd\ufffd"


def test_tabs_and_unusual_but_visible_characters_stay() -> None:
    text = "a\tb\u2028c\u3000\u202e🧑‍🚀\U00020000"
    assert normalize(text) == text


@given(st.lists(st.text(st.sampled_from("ab\r\n\0"))))
def test_cutting_a_text_anywhere_changes_nothing(deltas: list[str]) -> None:
    normalizer = Normalizer()
    assert "".join(map(normalizer.feed, deltas)) == normalize("".join(deltas))
