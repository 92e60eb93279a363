"""What is copied, in each manner."""

from dataclasses import replace

import pytest

from glmdesk.domain.message import Citation
from glmdesk.domain.tool import ToolCall
from glmdesk.render.copying import as_html, as_markdown, as_plain_text
from glmdesk.render.parts import Part
from glmdesk.render.selection import Place
from tests.chat.examples import answer, question, tool_result

ASKED = question("What *is* it?")
SAID = answer(ASKED, "It **is**:\n\n1. one\n2. two\n\n```py\nx = 1\n```")
WHOLE = (Part(ASKED), Part(SAID))


def test_whole_messages_are_copied_as_they_are_shown() -> None:
    assert as_plain_text(WHOLE) == "What *is* it?\n\nIt is:\n\n1. one\n2. two\n\nx = 1"


def test_the_markdown_of_whole_messages_is_their_source() -> None:
    assert as_markdown(WHOLE) == f"{ASKED.text}\n\n{SAID.text}"


def test_a_part_is_copied_with_its_marks() -> None:
    parts = (Part(ASKED, first=Place(0, 5)), Part(SAID, last=Place(1, 7)))

    assert as_plain_text(parts) == "*is* it?\n\nIt is:\n\n1. one\n2. two"
    assert as_markdown(parts) == "*is* it?\n\nIt **is**:\n\n1. one\n2. two"
    assert "<strong>is</strong>:" in as_html(parts)
    assert "<em>" not in as_html(parts), "a question is no Markdown"


def test_words_of_one_paragraph_are_no_paragraph() -> None:
    said = answer(ASKED, "one **two**\n\nthree")

    assert as_html([Part(said, first=Place(0, 4), last=Place(0, 7))]) == "<strong>two</strong>"
    assert as_html([Part(said, first=Place(0, 4), last=Place(1, 2))]).count("<p>") == 2


def test_a_formula_is_copied_whole_however_much_of_it_is_selected() -> None:
    part = Part(answer(ASKED, "a $x$ b"), first=Place(0, 0), last=Place(0, 3))

    assert as_html([part]).startswith("a <math ")
    assert as_markdown([part]) == as_plain_text([part]) == "a $x$"


@pytest.mark.parametrize("first", [None, Place(0, 0)])
def test_all_of_a_message_is_whole(first: Place | None) -> None:
    assert Part(SAID, first=first).is_whole
    assert not Part(SAID, last=Place(0, 1)).is_whole


def test_what_is_shown_as_source_is_copied_as_source() -> None:
    part = Part(SAID, is_source=True, first=Place(0, 3), last=Place(0, 10))

    assert as_markdown([part]) == as_plain_text([part]) == "**is**:"


def test_the_sources_of_an_answer_are_copied_with_it_and_its_marks_name_them() -> None:
    found = (Citation("ref_1", "A page", "https://example.org/a"), Citation("ref_2", site="A paper"))
    part = Part(replace(answer(ASKED, "*Rain*[ref_1], __sun__[ref_2]."), citations=found))

    assert as_plain_text([part]) == (
        "Rain[1], sun[2].\n\nSources (2) · example.org · A paper\n\n1. A page · example.org\n2. A paper"
    )
    assert as_markdown([part]) == (
        "*Rain*[[1]](<https://example.org/a>), __sun__[2].\n\nSources (2) · example.org · A paper\n\n"
        "1. [A page](<https://example.org/a>) · example.org\n2. A paper"
    )
    assert (
        '<sup><a href="https://example.org/a">[1]</a></sup>, <strong>sun</strong><sup>[2]</sup>'
        in as_html([part])
    )


def test_what_tools_did_is_copied_with_their_calls() -> None:
    asking = answer(ASKED, tool_calls=(ToolCall("1", "get_weather", '{"city":"杭州"}'),))
    part = Part(asking, results=(tool_result(asking, "1", "sunny"),))

    assert as_plain_text([part]).endswith('{\n  "city": "杭州"\n}\n\nResult\n\nsunny')
    assert "sunny</code>" in as_html([part])
    assert as_markdown([part]).endswith('```json\n{\n  "city": "杭州"\n}\n```\n\nResult\n\n```\nsunny\n```')
