"""Where an answer was found, as notes below it."""

from glmdesk.domain.message import Citation
from glmdesk.render.blocks import Footnote, Link, Paragraph, Text
from glmdesk.render.clipboard import plain_text
from glmdesk.render.sources import source_blocks


def test_every_source_is_a_note_with_the_label_the_text_has_for_it() -> None:
    found = (
        Citation("ref_1", "展讯", "https://example.org/页", "示例", "2026-11-20"),
        Citation("ref_2", "", "https://example.com/b"),
    )

    _headline, first, second = source_blocks(found)

    link = Link("https://example.org/%E9%A1%B5", "", (Text("展讯"),))
    assert first == Footnote("ref_1", (Paragraph((link, Text(" · 示例 · 2026-11-20"))),))
    assert plain_text((second,)) == "[ref_2] https://example.com/b"


def test_a_link_that_is_not_of_the_web_is_text() -> None:
    for target in ("javascript:alert(1)", "file:///etc/passwd", ""):
        _headline, note = source_blocks((Citation("", "A title", target),))

        assert note == Footnote("1", (Paragraph((Text("A title"),)),))


def test_an_answer_without_sources_has_no_headline() -> None:
    assert source_blocks(()) == ()
