"""Messages that are taken in bit by bit: what a reader sees meanwhile, and in the end."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from glmdesk.domain.message import Citation, Message, State
from glmdesk.render.markdown import parse
from glmdesk.render.selection import END, Place
from glmdesk.render.shown import LONG
from glmdesk.ui.widgets.message_view import MessageView
from glmdesk.ui.widgets.selection import Spot
from tests.chat.examples import answer, question
from tests.ui.examples import branch_of
from tests.ui.widgets.reading import Reading

PARAGRAPHS = "\n\n".join(f"Paragraph {number} with some words." for number in range(1_000))
CODE = "```python\n" + "value = compute()\n" * 2_000 + "```"


def long_one(text: str, before: int = 0, **parts: object) -> list[Message]:
    branch = branch_of(before) or [question("?")]
    if branch[-1].role == "assistant":
        branch.append(question("?", branch[-1]))
    return [*branch, replace(answer(branch[-1], text), **parts)]  # type: ignore[arg-type]


def wait_for_all(view: MessageView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not view.has_more)


@pytest.mark.parametrize(
    "text",
    [PARAGRAPHS, CODE, "- item\n" * 3_000, "| a | b |\n| - | - |\n" + "| c | d |\n" * 2_000, "x " * 20_000],
)
def test_all_of_it_is_there_in_the_end(reading: Reading, qtbot: QtBot, text: str) -> None:
    reading.show(long_one(text))
    view = reading.last
    assert view.has_more
    wait_for_all(view, qtbot)

    assert tuple(view.blocks) == parse(text)


def test_its_beginning_is_there_at_once(reading: Reading) -> None:
    reading.show(long_one(PARAGRAPHS))

    assert len(reading.last.blocks) > LONG // 50


def test_who_is_at_the_end_stays_there(reading: Reading, qtbot: QtBot) -> None:
    reading.show(long_one(PARAGRAPHS, citations=(Citation("1", "T", "https://a.b"),)))
    wait_for_all(reading.last, qtbot)

    assert reading.is_at_end
    assert reading.last.y() + reading.last.height() == reading.transcript.viewport().height()


def test_who_reads_its_beginning_stays_there(reading: Reading, qtbot: QtBot) -> None:
    reading.show(long_one(PARAGRAPHS))
    reading.bar.setValue(120)
    wait_for_all(reading.last, qtbot)

    assert reading.bar.value() == 120


def test_a_place_that_is_not_there_yet_is_shown_when_it_is(reading: Reading, qtbot: QtBot) -> None:
    branch = long_one(PARAGRAPHS)
    branch.append(question("And then?", branch[-1]))
    reading.show(branch)
    reading.transcript.bring_into_view(Spot(1, Place(900, 0)))
    view = reading.view_of(branch[1])
    wait_for_all(view, qtbot)

    (area,) = view.areas(900, 0, 9)
    assert 0 <= view.y() + area.top() < reading.transcript.viewport().height()


def test_whoever_scrolls_meanwhile_is_left_alone(reading: Reading, qtbot: QtBot) -> None:
    reading.show(long_one(PARAGRAPHS))
    reading.transcript.bring_into_view(Spot(1, Place(900, 0)))
    reading.bar.setValue(50)
    value = reading.bar.value()
    wait_for_all(reading.last, qtbot)

    assert reading.bar.value() == value < 100


def test_code_is_collapsed_before_all_of_it_is_there(reading: Reading, qtbot: QtBot) -> None:
    reading.show(long_one(CODE))
    height = reading.last.full_height
    wait_for_all(reading.last, qtbot)

    assert reading.last.full_height == height


def test_what_is_added_meanwhile_comes_behind_it(reading: Reading, qtbot: QtBot) -> None:
    branch = long_one(PARAGRAPHS, state=State.STREAMING)
    reading.show(branch)
    reading.messages.grow(branch[-1].id, "\n\nThe end.")
    wait_for_all(reading.last, qtbot)

    assert tuple(reading.last.blocks) == parse(PARAGRAPHS + "\n\nThe end.")


def test_another_conversation_is_shown_before_all_of_it_is_there(reading: Reading, qtbot: QtBot) -> None:
    reading.show(long_one(PARAGRAPHS))
    reading.show(branch_of(4))
    reading.show(long_one(PARAGRAPHS))
    wait_for_all(reading.last, qtbot)

    assert tuple(reading.last.blocks) == parse(PARAGRAPHS)


def test_all_of_it_is_selected_before_it_is_there(reading: Reading) -> None:
    reading.show(long_one(PARAGRAPHS))
    reading.transcript._selection.select_all()
    parts = reading.transcript._selection.parts

    assert [part.is_whole for part in parts] == [True, True]
    assert reading.transcript._selection.within(1) == (Place(0, 0), END)
