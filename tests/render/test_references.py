"""Marks that name the sources of a text: as numbers, and as links."""

import pytest

from glmdesk.domain.message import Citation
from glmdesk.render import blocks as b
from glmdesk.render.link_places import links_in
from glmdesk.render.markdown import parse
from glmdesk.render.plain_text import plain_text
from glmdesk.render.references import cited, cited_early, without_begun_mark
from glmdesk.render.rich_text import rich_text
from glmdesk.render.runs import flat_blocks, flat_text
from glmdesk.render.slices import piece
from glmdesk.render.writer import written

FOUND = (
    Citation("ref_7"),
    Citation("ref_1", "A page", "https://example.org/页"),
    Citation("ref_12", "Another", "https://example.com/b"),
    Citation("ref_3", "No link", "javascript:alert(1)"),
    Citation("", "No mark", "https://example.net"),
)
FIRST, SECOND = "https://example.org/%E9%A1%B5", "https://example.com/b"


def shown(source: str) -> str:
    return flat_blocks(cited(parse(source), FOUND))


def hrefs(source: str) -> list[tuple[str, str]]:
    """Return the links of a text, by what they read."""
    return [(link.text, link.href) for block in cited(parse(source), FOUND) for link in links_in(block)]


def test_a_mark_is_the_number_that_its_source_has_in_the_list_and_leads_there() -> None:
    (paragraph,) = cited(parse("Found[ref_1]."), FOUND)

    mark = b.SourceRef(1, FIRST, "A page")
    span = parse("Found[ref_1].")[0].span
    assert paragraph == b.Paragraph((b.Text("Found"), mark, b.Text(".")), span=span)
    assert flat_text(paragraph) == "Found[1]."
    (link,) = links_in(paragraph)
    assert (link.start, link.end, link.text, link.title) == (5, 8, "[1]", "A page")


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
    assert hrefs(source) == [("[1]", FIRST)]


def test_marks_may_stand_beside_each_other_and_in_chinese_brackets() -> None:
    source = "展览[ref_1][ref_12]，门票［ref_1］【ref_12】。"

    assert shown(source) == "展览[1][2]，门票[1][2]。"
    assert hrefs(source) == [("[1]", FIRST), ("[2]", SECOND), ("[1]", FIRST), ("[2]", SECOND)]


@pytest.mark.parametrize(
    "source",
    ["`[ref_1]`", "```\n[ref_1]\n```", "[ref_2] [ref_7] [] ref_1 (ref_1)", "[x [ref_1]](https://a.b)"],
)
def test_what_is_code_or_no_mark_of_a_source_or_a_link_already_stays(source: str) -> None:
    assert cited(parse(source), FOUND) == parse(source)


def test_the_mark_of_a_source_without_a_link_is_its_number() -> None:
    assert shown("So it is[ref_3].") == "So it is[3]."
    assert hrefs("So it is[ref_3].") == []


def test_blocks_without_marks_are_the_same_ones() -> None:
    blocks = parse("Found [ref_1].\n\n- no *mark*\n\n| a |\n| - |")
    linked = cited(blocks, FOUND)

    assert linked[0] is not blocks[0]
    assert linked[1] is blocks[1]
    assert linked[2] is blocks[2]
    assert cited(blocks, ()) is blocks


def test_while_a_text_is_written_its_marks_are_numbers_that_lead_nowhere_yet() -> None:
    early = cited_early(parse("展览[ref_1]【ref_12】，`[ref_1]`，[ref_x]。"))

    assert flat_blocks(early) == "展览[1][12]，[ref_1]，[ref_x]。"
    assert not list(links_in(early[0]))


@pytest.mark.parametrize("half", ["[", "[r", "[re", "[ref", "[ref_", "[ref_1", "［ref_", "【ref_12"])
def test_half_a_mark_is_not_shown_at_the_end_of_what_is_written(half: str) -> None:
    assert without_begun_mark(f"Found{half}") == "Found"
    assert without_begun_mark(f"Found{half} it") == f"Found{half} it"


@pytest.mark.parametrize("text", ["", "Found", "x[ref_1]", "x[0", "x[ref_1\n", "x[ref_1234"])
def test_what_can_become_no_mark_is_shown(text: str) -> None:
    assert without_begun_mark(text) == text


def test_a_mark_is_copied_with_its_link() -> None:
    linked = cited(parse("Found[ref_12]."), FOUND)

    assert f'<sup><a href="{SECOND}">[2]</a></sup>' in rich_text(linked)
    assert written(linked) == f"Found[[2]](<{SECOND}>)."
    assert plain_text(linked) == "Found[2]."
    assert plain_text(piece(linked[0], 6, 7)) == "[2]", "a mark is copied whole"
