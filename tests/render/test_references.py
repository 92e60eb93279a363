"""Marks that name the sources of a text, as links."""

import pytest

from glmdesk.domain.message import Citation
from glmdesk.render.blocks import Link, Paragraph, Text
from glmdesk.render.link_places import links_in
from glmdesk.render.markdown import parse
from glmdesk.render.references import cited
from glmdesk.render.rich_text import rich_text
from glmdesk.render.runs import flat_blocks
from glmdesk.render.writer import written

FOUND = (
    Citation("ref_1", "A page", "https://example.org/页"),
    Citation("ref_12", "Another", "https://example.com/b"),
    Citation("ref_3", "No link", "javascript:alert(1)"),
    Citation("", "No mark", "https://example.net"),
)
FIRST, SECOND = "https://example.org/%E9%A1%B5", "https://example.com/b"


def hrefs(source: str) -> list[tuple[str, str]]:
    """Return the links of a text, by what they read."""
    blocks = cited(parse(source), FOUND)
    assert flat_blocks(blocks) == flat_blocks(parse(source))
    return [(link.text, link.href) for block in blocks for link in links_in(block)]


def test_a_mark_leads_to_its_source() -> None:
    (paragraph,) = cited(parse("Found[ref_1]."), FOUND)

    link = Link(FIRST, "A page", (Text("[ref_1]"),))
    assert paragraph == Paragraph((Text("Found"), link, Text(".")), span=parse("Found[ref_1].")[0].span)


@pytest.mark.parametrize(
    "source",
    [
        "# Heading [ref_1]",
        "- item\n\n  > **bold [ref_1]**",
        "| a [ref_1] |\n| - |",
        "| a |\n| - |\n| ~~b~~ *[ref_1]* |",
        "note[^a]\n\n[^a]: it is [ref_1]",
    ],
)
def test_it_does_so_wherever_there_is_text(source: str) -> None:
    assert hrefs(source) == [("[ref_1]", FIRST)]


def test_marks_may_stand_beside_each_other_and_in_chinese_brackets() -> None:
    assert hrefs("展览[ref_1][ref_12]，门票［ref_1］【ref_12】。") == [
        ("[ref_1]", FIRST),
        ("[ref_12]", SECOND),
        ("［ref_1］", FIRST),
        ("【ref_12】", SECOND),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "`[ref_1]`",
        "```\n[ref_1]\n```",
        "[ref_2] [ref_3] [] ref_1 (ref_1)",
        "[x [ref_1]](https://example.edu)",
    ],
)
def test_what_is_code_or_no_mark_of_a_source_or_a_link_already_stays(source: str) -> None:
    assert all(href == "https://example.edu" for _text, href in hrefs(source))


def test_blocks_without_marks_are_the_same_ones() -> None:
    blocks = parse("Found [ref_1].\n\n- no *mark*\n\n| a |\n| - |")
    linked = cited(blocks, FOUND)

    assert linked[0] is not blocks[0]
    assert linked[1] is blocks[1]
    assert linked[2] is blocks[2]
    assert cited(blocks, ()) is blocks


def test_a_mark_is_copied_with_its_link() -> None:
    linked = cited(parse("Found[ref_12]."), FOUND)

    assert f'<a href="{SECOND}">[ref_12]</a>' in rich_text(linked)
    assert written(linked) == f"Found[[ref_12]](<{SECOND}>)."
