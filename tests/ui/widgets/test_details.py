"""Lines with details, and long questions: collapsed until the reader asks for the rest."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QAbstractButton

from glmdesk.domain.message import Citation, Message
from glmdesk.domain.tool import ToolCall
from glmdesk.render.find import Hit
from glmdesk.render.selection import Place
from glmdesk.ui.widgets.message_view import MessageView
from glmdesk.ui.widgets.selection import Spot
from tests.chat.examples import answer, question
from tests.ui.examples import branch_of
from tests.ui.widgets.reading import Reading

PASTE = "\n".join(f"line {number}" for number in range(100))
FOUND = Citation("ref_1", "A page", "https://example.org/a", summary="What it says.")
SHOW, HIDE = "Show: Sources (1) · example.org", "Hide: Sources (1) · example.org"


def buttons(view: MessageView) -> dict[str, QAbstractButton]:
    """Return the buttons over what can be collapsed, by what a screen reader says."""
    return {
        button.accessibleName(): button
        for button in view.findChildren(QAbstractButton)
        if button.isVisible() and not view.footer.isAncestorOf(button)
    }


def answered(reading: Reading, **parts: object) -> MessageView:
    asked = question("?")
    reading.show([asked, replace(answer(asked, "Found."), **parts)])  # type: ignore[arg-type]
    return reading.last


def asked(reading: Reading, text: str) -> MessageView:
    reading.show([question(text)])
    return reading.last


def test_sources_are_a_line_until_they_are_asked_for(reading: Reading) -> None:
    view = answered(reading, citations=(FOUND,))
    collapsed = view.full_height
    buttons(view)[SHOW].click()
    expanded = view.full_height
    buttons(view)[HIDE].click()

    assert collapsed < expanded
    assert view.full_height == collapsed


def test_the_line_stays_where_it_is_when_it_is_expanded(reading: Reading) -> None:
    branch = branch_of(30)
    branch[11] = replace(branch[11], citations=(FOUND,) * 20)
    reading.show(branch)
    reading.transcript.bring_into_view(Spot(11, Place(0, 0)))
    view = reading.view_of(branch[11])
    (name,) = buttons(view)
    before = view.y() + buttons(view)[name].y()
    buttons(view)[name].click()
    (name,) = buttons(view)

    assert view.y() + buttons(view)[name].y() == before


def test_links_that_are_not_shown_are_not_reached(reading: Reading) -> None:
    view = answered(reading, citations=(FOUND,))
    assert view.links.all == []
    buttons(view)[SHOW].click()

    (link,) = view.links.all
    (area,) = view.link_areas(link)
    assert view.link_at(area.center()) == link


def test_what_is_found_in_details_expands_them(reading: Reading) -> None:
    view = answered(reading, citations=(FOUND,))
    hit = Hit(1, len("Sources (1) · example.org\n"), len("Sources (1) · example.org\nA page"))
    reading.transcript.bring_into_view(Spot(1, Place(hit.block, hit.first)))

    assert HIDE in buttons(view)
    assert view.areas(*hit)


def test_arguments_of_a_call_are_code_with_its_own_controls(reading: Reading) -> None:
    view = answered(reading, tool_calls=(ToolCall("1", "weather", '{"city":"杭州"}'),))
    assert list(buttons(view)) == ['Show: Tool call: weather · {"city":"杭州"}']
    buttons(view)['Show: Tool call: weather · {"city":"杭州"}'].click()

    assert "Copy code block 1 (JSON)" in buttons(view)
    assert 'Hide: Tool call: weather · {"city":"杭州"}' in buttons(view)


def test_a_call_without_words_is_shown_all_the_same(reading: Reading) -> None:
    first = question("?")
    reading.show([first, replace(answer(first, ""), tool_calls=(ToolCall("1", "weather", "{}"),))])

    assert list(buttons(reading.last)) == ["Show: Tool call: weather"]


def test_what_a_tool_answered_is_a_line(reading: Reading) -> None:
    first = question("?")
    result = replace(answer(first, "sunny"), role="tool", tool_call_id="1")
    reading.show([first, result])

    assert list(buttons(reading.last)) == ["Show: Tool result · sunny"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (PASTE, "Show all 100 lines of your message"),
        ("word " * 1_000, "Show all 5,000 characters of your message"),
        ("很长的一段话" * 1_000, "Show all 6,000 characters of your message"),
    ],
)
def test_a_long_question_shows_its_beginning(reading: Reading, text: str, name: str) -> None:
    view = asked(reading, text)
    collapsed = view.full_height
    assert list(buttons(view)) == [name]
    buttons(view)[name].click()

    assert view.full_height > collapsed
    assert list(buttons(view)) == ["Show less of your message"]


def test_a_question_that_somebody_types_is_shown_whole(reading: Reading) -> None:
    view = asked(reading, "one line\n" * 15)

    assert buttons(view) == {}


def test_all_of_a_long_question_is_selected_and_heard(reading: Reading) -> None:
    view = asked(reading, PASTE)

    assert view.end == Place(0, len(PASTE))
    assert view.spoken_text() == PASTE
    assert view.place_at(QPointF(0, 10_000)) == view.end


def test_what_is_found_in_a_long_question_expands_it(reading: Reading) -> None:
    view = asked(reading, PASTE)
    position = PASTE.index("line 90")
    reading.transcript.bring_into_view(Spot(0, Place(0, position)))

    assert view.areas(0, position, position + 4)
    assert list(buttons(view)) == ["Show less of your message"]


def test_it_stays_expanded_while_the_conversation_is_open(reading: Reading) -> None:
    branch: list[Message] = branch_of(120)
    branch[0] = replace(branch[0], text=PASTE)
    reading.show(branch)
    reading.bar.setValue(0)
    buttons(reading.view_of(branch[0]))["Show all 100 lines of your message"].click()
    for value in (reading.bar.maximum(), 0):
        reading.bar.setValue(value)

    assert list(buttons(reading.view_of(branch[0]))) == ["Show less of your message"]
