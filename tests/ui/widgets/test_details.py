"""Lines with details, and long questions: collapsed until the reader asks for the rest."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QPushButton
from pytestqt.qtbot import QtBot

from glmdesk.domain.message import Citation, Message, State, Timing
from glmdesk.domain.tool import ToolCall
from glmdesk.render.find import Hit
from glmdesk.render.selection import Place
from glmdesk.render.shown import shown_blocks
from glmdesk.ui.widgets.boxes.code_box import CodeBox
from glmdesk.ui.widgets.message_view import MessageView
from glmdesk.ui.widgets.selection import Spot
from tests.chat.examples import answer, question, tool_result
from tests.ui.examples import branch_of
from tests.ui.widgets.reading import HEIGHT, Reading

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
    assert list(buttons(view)) == ['Show: Tool call: weather · not called · { "city": "杭州" }']
    buttons(view)['Show: Tool call: weather · not called · { "city": "杭州" }'].click()

    assert "Copy code block 1 (JSON)" in buttons(view)
    assert 'Hide: Tool call: weather · not called · { "city": "杭州" }' in buttons(view)


def test_a_call_without_words_is_shown_all_the_same(reading: Reading) -> None:
    first = question("?")
    reading.show([first, replace(answer(first, ""), tool_calls=(ToolCall("1", "weather", "{}"),))])

    assert list(buttons(reading.last)) == ["Show: Tool call: weather · not called"]


def calling(arguments: str, text: str = "", state: State = State.STREAMING) -> list[Message]:
    """Return a question, and an answer with a call whose arguments have come so far."""
    asked = question("?")
    call = ToolCall("1", "weather", arguments)
    return [asked, replace(answer(asked, text, state), id="calling", tool_calls=(call,))]


def test_arguments_that_are_being_written_grow_where_they_are(reading: Reading) -> None:
    lines = [f'"line {number}": {number},\n' for number in range(60)]
    branch = [*branch_of(4), *calling("{")]
    reading.show(branch)
    view = reading.last
    (name,) = buttons(view)
    buttons(view)[name].click()
    tops: set[int] = set()
    panels: set[CodeBox] = set()
    for count in range(1, len(lines)):
        reading.messages.put(calling("{" + "".join(lines[:count]))[1])
        tops.add(view.controls.at((0, 0)).area.top())
        panels |= {it.panel for it in view.controls._shown.values() if isinstance(it.panel, CodeBox)}
        assert reading.is_at_end
        assert reading.last is view
    height = view.full_height
    assert len(tops) == len(panels) == 1
    reading.messages.put(calling("{" + "".join(lines) + '"end": 1}', state=State.COMPLETE)[1])

    assert view.full_height > height, "nothing that is read goes away by itself"
    assert "not called" in view.spoken_text()


def test_a_result_that_comes_leaves_the_call_as_the_reader_wanted_it(reading: Reading) -> None:
    asked, asking = calling('{"city":"杭州"}', state=State.COMPLETE)
    reading.show([asked, asking])
    (name,) = buttons(reading.last)
    buttons(reading.last)[name].click()
    height = reading.last.full_height
    reading.show([asked, asking, tool_result(asking, "1", "sunny")])

    assert "Hide: Tool call: weather · done · {" in "".join(buttons(reading.last))
    assert reading.last.full_height > height
    assert reading.last.spoken_text().endswith("Result\n\nsunny")


def test_words_stand_for_an_answer_until_there_is_a_call(reading: Reading) -> None:
    asked, asking = calling("{}")
    reading.show([asked, replace(asking, tool_calls=())])
    assert reading.last.spoken_text() == "…"
    reading.messages.put(asking)

    assert reading.last.spoken_text() == "Tool call: weather\n\n{}"


def test_a_call_that_was_answered_leaves_nothing_to_be_desired(reading: Reading) -> None:
    asked, asking = calling("{}", state=State.COMPLETE)
    reading.show([asked, asking])
    footer = reading.last.footer
    assert "Retry" in {button.text() for button in footer.findChildren(QPushButton) if button.isVisible()}
    reading.show([asked, asking, tool_result(asking, "1")])

    assert [button.text() for button in footer.findChildren(QPushButton) if button.isVisible()] == []


def test_the_line_is_as_high_in_a_narrow_window(reading: Reading) -> None:
    branch = calling('{"text":"%s"}' % ("杭州 and more of it " * 20), state=State.COMPLETE)
    reading.show(branch)
    wide = reading.last.controls.at((0, 0)).area.height()
    reading.transcript.resize(300, HEIGHT)
    narrow = reading.last.controls.at((0, 0)).area

    assert narrow.height() == wide
    end = len(reading.last.blocks[0].summary)  # type: ignore[union-attr]
    assert all(area.right() <= narrow.right() for area in reading.last.areas(0, 0, end))


def test_a_screen_reader_hears_whether_it_is_expanded(reading: Reading) -> None:
    view = answered(reading, citations=(FOUND,))
    line = QAccessible.queryAccessibleInterface(buttons(view)[SHOW])
    assert (line.role(), line.state().expandable, line.state().expanded) == (
        QAccessible.Role.Button,
        True,
        False,
    )
    line.actionInterface().doAction(line.actionInterface().pressAction())

    assert line.text(QAccessible.Text.Name) == HIDE
    assert (line.state().collapsed, line.state().expanded) == (False, True)


def test_sources_stay_expanded_when_the_text_before_them_goes_on(reading: Reading) -> None:
    asked = question("?")
    cut = replace(answer(asked, "Found.", State.CUT_SHORT), citations=(FOUND,))
    reading.show([asked, cut])
    buttons(reading.last)[SHOW].click()
    reading.messages.put(replace(cut, state=State.STREAMING))
    reading.messages.grow(cut.id, "\n\n```\ncode\n```\n\nMore.")
    assert buttons(reading.last).keys() & {SHOW, HIDE} == set()
    reading.messages.put(replace(cut, text="Found.\n\n```\ncode\n```\n\nMore.", state=State.COMPLETE))

    assert HIDE in buttons(reading.last)


def test_marks_of_sources_become_links_when_the_answer_is_complete(reading: Reading) -> None:
    text = "\n\n".join(f"Paragraph {number} [ref_1]: " + "words " * 60 for number in range(20))
    asked = question("?")
    growing = answer(asked, text, State.STREAMING)
    reading.show([asked, growing])
    view = reading.last
    assert view.links.all == []
    reading.bar.setValue(reading.bar.maximum() // 2)
    seen = view.place_at(QPointF(0, -view.y() + 100))
    before = view.y() + view.line_at(seen)[0]
    reading.messages.put(replace(growing, state=State.COMPLETE, citations=(FOUND,)))

    assert len(view.links.all) == 20
    assert view.y() + view.line_at(seen)[0] == pytest.approx(before, abs=1)


def test_so_do_those_of_an_answer_that_is_taken_in_bit_by_bit(reading: Reading, qtbot: QtBot) -> None:
    text = "\n\n".join(f"- Item {number} [ref_1]: " + "words " * 60 for number in range(40))
    asked = question("?")
    reading.show([asked, replace(answer(asked, text), citations=(FOUND,))])
    view = reading.last
    assert view.has_more
    qtbot.waitUntil(lambda: not view.has_more)

    assert len(view.links.all) == 40
    assert view.spoken_text().endswith("1. A page · example.org\n   What it says.")


def test_what_a_tool_answered_without_having_been_called_is_a_line(reading: Reading) -> None:
    first = question("?")
    reading.show([first, tool_result(first, "1", "sunny")])

    assert list(buttons(reading.last)) == ["Show: Tool result · sunny"]
    assert "Edit" not in {
        button.accessibleName() for button in reading.last.footer.stops if button.isVisible()
    }


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


def test_the_card_of_a_long_question_has_room_for_its_button(reading: Reading) -> None:
    view = asked(reading, "\n".join("a" * (number // 20 * 30 + 1) for number in range(25)))
    card = view._card
    (button,) = buttons(view).values()
    assert button.geometry().right() < card.right()
    button.click()
    reading.transcript.resize(reading.transcript.width() + 1, HEIGHT)
    reading.transcript.resize(reading.transcript.width() - 1, HEIGHT)

    assert view._card.width() == card.width()


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


def test_thoughts_stand_above_the_answer_while_it_is_written(reading: Reading) -> None:
    asked = question("?")
    writing = answer(asked, "", State.STREAMING)
    reading.show([asked, writing])
    reading.messages.say(writing.id, "Thinking…")
    reading.messages.put(replace(writing, reasoning="Hm.", timing=Timing(0.1, 3.0, 2.9)))
    pieces = ("First.\n\n", "```\nco", "de\n```\n\n", "| a |\n|--", "-|\n| 1 |\n\n- on", "e\n- two [ref_1]")
    for piece in pieces:
        reading.messages.grow(writing.id, piece)
    line = "Show: Thought for 3 seconds"
    assert line in buttons(reading.last)
    top = reading.last.line_at(Place(1, 0))[0]
    buttons(reading.last)[line].click()
    assert reading.last.line_at(Place(1, 0))[0] > top, "the thoughts are between the line and the answer"
    whole = replace(writing, text="".join(pieces), reasoning="Hm.", timing=Timing(0.1, 3.0, 2.9))
    before = reading.last.blocks[0]
    reading.messages.put(replace(whole, state=State.COMPLETE, citations=(FOUND,)))

    assert tuple(reading.last.blocks) == shown_blocks(
        replace(whole, state=State.COMPLETE, citations=(FOUND,)), is_source=False
    )
    assert reading.last.blocks[0] == before
    assert "Hide: Thought for 3 seconds" in buttons(reading.last)


def test_thoughts_of_a_long_answer_stand_above_it_too(reading: Reading, qtbot: QtBot) -> None:
    text = "\n\n".join(f"Paragraph {number}: " + "words " * 60 for number in range(60))
    asked = question("?")
    told = replace(answer(asked, text), reasoning="Hm.")
    reading.show([asked, told])
    qtbot.waitUntil(lambda: not reading.last.has_more)

    assert tuple(reading.last.blocks) == shown_blocks(told, is_source=False)
