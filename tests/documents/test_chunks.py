"""Long texts in parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.documents.chunks import Mark, chunks
from glmdesk.domain.tokens import estimate_tokens

PIECES = ["\n", "\n\n", "word ", "字", "句子。", "[page 7]\n\n", "# Title\n", "a.b.c. "]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.integers(1, 30))
def test_parts_are_the_whole_text_and_none_is_too_long(text: str, most: int) -> None:
    parts = chunks(text, most)

    assert "".join(part.text for part in parts) == text
    assert all(part.text for part in parts)
    assert all(part.tokens <= most or len(part.text) == 1 for part in parts)
    assert all(estimate_tokens(part.text) <= part.tokens for part in parts)


def test_parts_end_between_paragraphs() -> None:
    paragraphs = [f"{number} " + "word " * 20 + "\n\n" for number in range(9)]
    parts = chunks("".join(paragraphs), estimate_tokens(paragraphs[0]) * 2)

    assert [part.text for part in parts] == ["".join(paragraphs[at : at + 2]) for at in range(0, 9, 2)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("one\ntwo\nthree\n", ["one\n", "two\n", "three\n"]),
        ("甲乙。丙丁！戊", ["甲乙。", "丙丁！", "戊"]),
        ("甲乙丙丁", ["甲乙", "丙丁"]),
    ],
)
def test_a_paragraph_that_is_too_long_is_cut_where_it_hurts_least(text: str, pieces: list[str]) -> None:
    most = max(map(estimate_tokens, pieces))

    assert [part.text for part in chunks(text, most)] == pieces


def test_parts_say_where_they_are() -> None:
    text = "\n\n".join(f"[page {number}]\n\n{'word ' * 40}" for number in range(1, 7))
    parts = chunks(text, 2 * estimate_tokens("[page 1]\n\n" + "word " * 40 + "\n\n"))

    assert [(part.first, part.last) for part in parts] == [
        (Mark("page", first), Mark("page", last)) for first, last in (("1", "2"), ("3", "4"), ("5", "6"))
    ]


def test_a_part_below_no_mark_has_none_and_one_in_a_long_page_that_of_the_page() -> None:
    first, second, third = chunks("word " * 40 + "\n\n## Sales\n\n" + "word " * 40 + "\n" + "more " * 40, 60)

    assert first.first is None
    assert (second.first, third.first) == (Mark("heading", "Sales"),) * 2
