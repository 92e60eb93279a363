"""Selecting with the mouse and with the keys, within messages and across them."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from glmdesk.render.copying import as_markdown, as_plain_text
from glmdesk.render.find import Needle
from glmdesk.render.parts import Manner
from tests.chat.examples import answer
from tests.ui.examples import branch_of
from tests.ui.keyboard import CONTROL, SHIFT
from tests.ui.widgets.reading import HEIGHT, WIDTH, Reading, copied, drag

TEXT = "One **two** three.\n\n- four\n- five\n\n| six | seven |\n|-|-|\n| eight | nine |"


def test_a_selection_runs_across_messages(reading: Reading) -> None:
    reading.show(branch_of(4, lambda number: f"First {number}\n\nSecond {number}"))
    drag(reading, QPoint(1, 1), QPoint(WIDTH - 30, HEIGHT - 1))

    text = copied(reading)
    assert [line for line in text.split("\n") if line] == [
        f"{part} {number}" for number in range(4) for part in ("First", "Second")
    ]


def test_a_selection_can_go_upwards(reading: Reading) -> None:
    reading.show(branch_of(2))
    drag(reading, QPoint(WIDTH - 30, HEIGHT - 1), QPoint(1, 1))

    assert copied(reading) == "Message 0\n\nMessage 1"


def test_everything_is_selected_also_what_is_not_seen(reading: Reading) -> None:
    reading.show(branch_of(100))
    QTest.keySequence(reading.transcript, QKeySequence(QKeySequence.StandardKey.SelectAll))

    assert copied(reading) == "\n\n".join(f"Message {number}" for number in range(100))


def test_without_a_selection_nothing_is_copied(reading: Reading) -> None:
    reading.show(branch_of(4))

    assert copied(reading) == ""


def test_shift_and_a_click_extend_the_selection(reading: Reading) -> None:
    reading.show(branch_of(2))
    viewport = reading.transcript.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    QTest.mouseClick(
        viewport,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ShiftModifier,
        QPoint(WIDTH - 30, HEIGHT - 1),
    )

    assert copied(reading) == "Message 0\n\nMessage 1"


def test_another_conversation_is_not_selected(reading: Reading) -> None:
    reading.show(branch_of(4))
    QTest.keySequence(reading.transcript, QKeySequence(QKeySequence.StandardKey.SelectAll))
    reading.show(branch_of(2))

    assert copied(reading) == ""


def show_text(reading: Reading, text: str = TEXT) -> None:
    branch = branch_of(1)
    reading.show([*branch, answer(branch[0], text)])


def place_of(reading: Reading, words: str) -> QPoint:
    """Return a point of the viewport within some words of the answer, which stand in one block."""
    view = next(view for view in reading.views if not view.is_card)

    hit = next(Needle(words).hits(view.blocks))
    view.line_at(view.end)
    return view.areas(*hit)[0].center().toPoint() + view.pos()


def click(reading: Reading, words: str, *, times: int = 1) -> None:
    viewport, point = reading.transcript.viewport(), place_of(reading, words)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=point)
    if times > 1:
        QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=point)
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=point)
    if times > 2:
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=point)


def test_a_double_click_takes_a_word_and_a_third_click_the_block(reading: Reading) -> None:
    show_text(reading)
    click(reading, "two", times=2)
    assert copied(reading) == "two"
    click(reading, "two", times=3)
    assert copied(reading) == "One two three."
    click(reading, "three")
    assert copied(reading) == ""


def test_a_drag_that_begins_with_a_double_click_takes_whole_words(reading: Reading) -> None:
    show_text(reading)
    viewport, start, end = reading.transcript.viewport(), place_of(reading, "two"), place_of(reading, "three")
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start)
    click(reading, "nine")
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)

    assert copied(reading) == "two three"


KEY = Qt.Key


@pytest.mark.parametrize(
    ("keys", "selected"),
    [
        ([(KEY.Key_Right, SHIFT)] * 3, "One"),
        ([(KEY.Key_Right, SHIFT)] * 3 + [(KEY.Key_Left, SHIFT)], "On"),
        ([(KEY.Key_Right, SHIFT | CONTROL)] * 2, "One two "),
        ([(KEY.Key_End, SHIFT)], "One two three."),
        ([(KEY.Key_Down, SHIFT), (KEY.Key_End, SHIFT)], "One two three.\n\nfour"),
        ([(KEY.Key_Down, SHIFT)] * 2 + [(KEY.Key_End, SHIFT)], "One two three.\n\n• four\n• five"),
        (
            [(KEY.Key_Down, SHIFT)] * 3 + [(KEY.Key_Up, SHIFT)] * 2 + [(KEY.Key_End, SHIFT)],
            "One two three.\n\nfour",
        ),
        (
            [(KEY.Key_End, SHIFT | CONTROL)],
            "One two three.\n\n• four\n• five\n\nsix\tseven\neight\tnine",
        ),
        ([(KEY.Key_End, SHIFT), (KEY.Key_Home, SHIFT | CONTROL)], "Message 0"),
        ([(KEY.Key_Right, SHIFT), (KEY.Key_Escape, Qt.KeyboardModifier.NoModifier)], ""),
    ],
)
def test_keys_select_from_where_the_last_click_was(
    reading: Reading, keys: list[tuple[Qt.Key, Qt.KeyboardModifier]], selected: str
) -> None:
    show_text(reading)
    view = next(view for view in reading.views if not view.is_card)
    top, height = view.line_at(view.place_at(view.rect().topLeft().toPointF()))
    start = view.pos() + QPoint(view.areas(0, 0, 0)[0].toRect().x(), round(top + height / 2))
    QTest.mouseClick(reading.transcript.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for key, modifiers in keys:
        QTest.keyClick(reading.transcript, key, modifiers)

    assert copied(reading) == selected


def test_without_a_click_the_keys_begin_at_what_is_seen(reading: Reading) -> None:
    reading.show(branch_of(60))
    reading.bar.setValue(0)
    QTest.keyClick(reading.transcript, KEY.Key_End, SHIFT)

    assert copied(reading) == "Message 0"


def test_the_keys_lead_the_reader_along(reading: Reading) -> None:
    reading.show(branch_of(60))
    reading.bar.setValue(0)
    for _ in range(30):
        QTest.keyClick(reading.transcript, KEY.Key_Down, SHIFT)

    assert "Message 29" in reading.seen
    assert copied(reading).count("Message") == 30
    QTest.keyClick(reading.transcript, KEY.Key_PageDown, SHIFT)
    assert copied(reading).count("Message") > 30


def test_a_drag_beyond_the_edge_scrolls_on(reading: Reading, qtbot: QtBot) -> None:
    reading.show(branch_of(60))
    reading.bar.setValue(0)
    viewport = reading.transcript.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    QTest.mouseMove(viewport, QPoint(WIDTH - 30, HEIGHT + 200))
    qtbot.waitUntil(lambda: reading.is_at_end)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(WIDTH - 30, HEIGHT + 200))

    assert copied(reading) == "\n\n".join(f"Message {number}" for number in range(60))


def test_what_the_mouse_selected_is_offered_to_the_middle_button(reading: Reading, qtbot: QtBot) -> None:
    show_text(reading)
    with qtbot.waitSignal(reading.transcript.marked) as marked:
        click(reading, "two", times=2)
    assert marked.args is not None

    assert as_plain_text(marked.args[0]) == "two"


@pytest.mark.parametrize(
    ("name", "manner"),
    [("Copy", Manner.RICH), ("Copy as Markdown", Manner.MARKDOWN), ("Copy as plain text", Manner.PLAIN)],
)
def test_the_menu_of_the_selection_offers_each_manner(
    reading: Reading, qtbot: QtBot, name: str, manner: Manner
) -> None:
    show_text(reading)
    click(reading, "two", times=3)
    actions = {action.text(): action for action in menu_of(reading).actions()}
    with qtbot.waitSignal(reading.transcript.copy_requested) as asked:
        actions[name].trigger()
    assert asked.args is not None

    assert as_markdown(asked.args[0]) == "One **two** three."
    assert asked.args[1] is manner


def test_the_menu_copies_nothing_where_nothing_is_selected(reading: Reading) -> None:
    show_text(reading)
    actions = {action.text(): action for action in menu_of(reading).actions()}
    assert not actions["Copy"].isEnabled()
    actions["Select all"].trigger()

    assert copied(reading).startswith("Message 0")


def menu_of(reading: Reading) -> QMenu:

    point = QPoint(5, 5)
    viewport = reading.transcript.viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, viewport.mapToGlobal(point))
    QApplication.sendEvent(viewport, event)
    menu = reading.transcript.findChildren(QMenu)[-1]
    menu.hide()
    return menu
