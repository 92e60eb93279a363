"""Code and tables in the transcript: their controls, their own scrolling, and where the reader is."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.domain.message import State
from glmdesk.render import highlight
from glmdesk.render.selection import Place
from glmdesk.ui import theme
from glmdesk.ui.widgets.message_view import MessageView
from glmdesk.ui.widgets.panel_controls import CopyButton
from glmdesk.ui.widgets.selection import Spot
from glmdesk.ui.widgets.side_scroll_bar import SideScrollBar
from tests.chat.examples import answer, question
from tests.ui.examples import branch_of
from tests.ui.furnished import style_of
from tests.ui.widgets.reading import HEIGHT, WIDTH, Reading, copied, drag, hover

LINES = "\n".join(f"line_{number} = {number}" for number in range(100))
LONG = f"```python\n{LINES}\n```"
WIDE = "```python\nx = '" + "wide " * 60 + "'\n```"
TABLE = "| a | b |\n| - | -: |\n| **1** | =2 |\n"
WIDE_TABLE = "|".join(["", *(f"internationalization{n}" for n in range(12)), ""]) + f"\n{'|-' * 12}|\n"


def said(reading: Reading, text: str, before: int = 0) -> MessageView:
    """Show an answer after some messages, and return its view."""
    branch = branch_of(before) or [question("?")]
    if branch[-1].role == "assistant":
        branch.append(question("?", branch[-1]))
    branch.append(answer(branch[-1], text))
    reading.show(branch)
    return reading.last


def buttons(view: MessageView) -> dict[str, QAbstractButton]:
    """Return the buttons over the panels of a message that are seen, by what a screen reader says."""
    return {
        button.accessibleName(): button
        for button in view.findChildren(QAbstractButton)
        if button.isVisible() and not view.footer.isAncestorOf(button)
    }


def press(view: MessageView, name: str) -> None:
    buttons(view)[name].click()


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_every_control_says_which_block_it_is_for(reading: Reading) -> None:
    view = said(reading, f"{WIDE}\n\n{TABLE}\n```c++\nx\n```\n\n```\ny\n```\n\n{TABLE}")

    assert list(buttons(view)) == [
        "Wrap the lines of code block 1 (Python)",
        "Save code block 1 (Python) as…",
        "Copy code block 1 (Python)",
        "Copy table 1 as CSV",
        "Copy table 1 as Markdown",
        "Wrap the lines of code block 2 (C++)",
        "Save code block 2 (C++) as…",
        "Copy code block 2 (C++)",
        "Wrap the lines of code block 3",
        "Save code block 3 as…",
        "Copy code block 3",
        "Copy table 2 as CSV",
        "Copy table 2 as Markdown",
    ]


def test_the_code_is_copied_and_the_button_says_so_for_a_moment(reading: Reading, qtbot: QtBot) -> None:
    view = said(reading, LONG)
    button = buttons(view)["Copy code block 1 (Python)"]
    assert isinstance(button, CopyButton)
    button.click()
    assert clipboard() == LINES
    assert (button.text(), button.accessibleDescription()) == ("Copied", "Copied")
    button._timer.setInterval(0)
    button._timer.start()
    qtbot.waitUntil(lambda: button.text() == "Copy")

    assert button.accessibleDescription() == ""


def test_a_table_is_copied_for_spreadsheets_and_for_texts(reading: Reading) -> None:
    view = said(reading, TABLE)
    press(view, "Copy table 1 as CSV")
    assert clipboard() == "a,b\r\n1,'=2\r\n"
    press(view, "Copy table 1 as Markdown")

    assert clipboard() == "| a | b |\n| --- | --: |\n| **1** | =2 |"


def test_code_is_saved_under_a_name_with_all_its_lines(reading: Reading, qtbot: QtBot) -> None:
    view = said(reading, LONG)
    with qtbot.waitSignal(reading.transcript.save_requested) as asked:
        press(view, "Save code block 1 (Python) as…")

    assert asked.args == ["code.py", LINES]


def test_code_that_is_being_written_is_copied_as_far_as_it_is(reading: Reading) -> None:
    branch = branch_of(1)
    growing = replace(answer(branch[-1]), text="```python\nx = 1", state=State.STREAMING)
    reading.show([*branch, growing])
    reading.messages.grow(growing.id, "\ny = 2")
    press(reading.last, "Copy code block 1 (Python)")

    assert clipboard() == "x = 1\ny = 2"


def test_only_panels_in_the_window_have_controls_and_they_are_used_again(reading: Reading) -> None:
    view = said(
        reading, "\n\n".join(f"```python\nblock {n}\n{'x = 1' * 20}\n```\n\ntext" for n in range(200))
    )
    reading.bar.setValue(0)
    assert len(buttons(view)) < 30
    made = set[int]()
    for value in range(0, reading.bar.maximum(), 200):
        reading.bar.setValue(value)
        made.update(id(button) for button in view.findChildren(QAbstractButton))
        names = list(buttons(view))
        assert len(names) == len(set(names)) < 40

    assert len(made) < 80


def test_the_bar_of_a_block_stays_in_the_window_as_long_as_the_block(reading: Reading) -> None:
    view = said(reading, f"{LONG}\n\n" + "after\n\n" * 40)
    reading.bar.setValue(0)
    press(view, "Show all 100 lines of code block 1 (Python)")
    copy = buttons(view)["Copy code block 1 (Python)"]
    places: list[int] = []
    for value in range(0, 2400, 40):
        reading.bar.setValue(value)
        if copy.isVisible():
            places.append(copy.mapTo(reading.transcript.viewport(), QPoint()).y())

    assert places == sorted(places, reverse=True)
    assert places.count(min(p for p in places if p >= 0)) > 30


# Where the reader is.


def top_of(reading: Reading, view: MessageView, place: Place) -> int:
    """Return where the line of a place stands in the window."""
    return view.y() + round(view.line_at(place)[0])


def test_the_rest_of_a_block_is_shown_below_what_was_read(reading: Reading) -> None:
    view = said(reading, f"before\n\n{LONG}\n\nafter", before=4)
    place = Place(1, LINES.index("line_20"))
    before = top_of(reading, view, place)
    press(view, "Show all 100 lines of code block 1 (Python)")

    assert top_of(reading, view, place) == before
    assert not reading.is_at_end
    assert top_of(reading, view, Place(1, LINES.index("line_30"))) > before


def test_what_follows_a_block_stays_when_it_is_collapsed(reading: Reading) -> None:
    view = said(reading, f"before\n\n{LONG}\n\n" + "after\n\n" * 60, before=4)
    reading.transcript.bring_into_view(Spot(reading.row_of(view), Place(1, 3)))
    press(view, "Show all 100 lines of code block 1 (Python)")
    reading.transcript.bring_into_view(Spot(reading.row_of(view), Place(2, 0)))
    before = top_of(reading, view, Place(2, 0))
    press(view, "Show less of code block 1 (Python)")

    assert top_of(reading, view, Place(2, 0)) == pytest.approx(before, abs=1)
    assert "Show all 100 lines of code block 1 (Python)" in buttons(view)


def test_the_line_that_is_read_stays_when_lines_are_broken(reading: Reading) -> None:
    code = "\n".join(f"line {n} " + "wide " * 60 for n in range(28))
    view = said(reading, f"```\n{code}\n```\n\n" + "after\n\n" * 60)
    reading.bar.setValue(250)
    seen = view.first_seen((0, 0), -view.y())
    before = top_of(reading, view, seen)
    press(view, "Wrap the lines of code block 1")
    assert top_of(reading, view, seen) == pytest.approx(before, abs=1)
    press(view, "Wrap the lines of code block 1")

    assert top_of(reading, view, seen) == pytest.approx(before, abs=1)


def test_a_block_is_left_as_the_reader_wanted_it(reading: Reading) -> None:
    branch = branch_of(120)
    branch[1] = replace(branch[1], text=f"{LONG}\n\n{WIDE}")
    reading.show(branch)
    reading.bar.setValue(0)
    view = reading.view_of(branch[1])
    press(view, "Show all 100 lines of code block 1 (Python)")
    reading.transcript.bring_into_view(Spot(1, Place(1, 0)))
    press(view, "Wrap the lines of code block 2 (Python)")
    height = view.full_height
    reading.transcript.set_style(style_of(theme.DARK))
    for value in (reading.bar.maximum(), 0):
        reading.bar.setValue(value)
    reading.transcript.bring_into_view(Spot(1, Place(1, 0)))

    assert reading.view_of(branch[1]).full_height == height
    assert buttons(reading.view_of(branch[1]))["Wrap the lines of code block 2 (Python)"].isChecked()


def test_another_conversation_begins_with_blocks_collapsed(reading: Reading) -> None:
    branch = branch_of(2)
    branch[1] = replace(branch[1], text=LONG)
    reading.show(branch)
    press(reading.last, "Show all 100 lines of code block 1 (Python)")
    reading.show(branch_of(2))
    reading.show(branch)

    assert "Show all 100 lines of code block 1 (Python)" in buttons(reading.last)


def test_a_block_that_was_seen_being_written_is_not_collapsed_at_its_end(
    reading: Reading, qtbot: QtBot
) -> None:
    branch = branch_of(1)
    growing = replace(answer(branch[-1]), text="```python\n", state=State.STREAMING)
    reading.show([*branch, growing])
    for line in LINES.split("\n"):
        reading.messages.grow(growing.id, f"{line}\n")
    height = reading.last.full_height
    reading.messages.grow(growing.id, "```\n\nafter")

    assert reading.last.full_height > height
    assert reading.is_at_end
    qtbot.waitUntil(lambda: "Show less of code block 1 (Python)" in buttons(reading.last))


def test_the_markdown_of_an_answer_is_shown_whole(reading: Reading) -> None:
    branch = branch_of(2)
    branch[1] = replace(branch[1], text="- item\n" * 100)
    reading.show(branch)
    reading.messages.toggle_source(1)
    reading.bar.setValue(reading.bar.maximum())

    assert "Show less of code block 1 (Markdown)" in buttons(reading.last)


# Sideways.


def turn(
    reading: Reading, point: QPoint, x: int, y: int, *, with_shift: bool = False, is_pad: bool = False
) -> None:
    """Turn the wheel at a point, or move two fingers on a touchpad."""
    transcript = reading.transcript
    QTest.wheelEvent(
        transcript.windowHandle(),
        QPointF(transcript.viewport().mapTo(transcript, point)),
        QPoint(x, y) * 8,
        QPoint(x, y) if is_pad else QPoint(),
        Qt.KeyboardModifier.ShiftModifier if with_shift else Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendPostedEvents()


def offset_of(view: MessageView, block: int = 0) -> float:
    panel = view.controls.at((block, 0)).panel
    assert panel is not None
    return panel.offset


@pytest.mark.parametrize("text", [WIDE, WIDE_TABLE])
@pytest.mark.parametrize(
    "act",
    [
        lambda reading, point: turn(reading, point, 0, -15, with_shift=True),
        lambda reading, point: turn(reading, point, -15, 0),
        lambda reading, point: turn(reading, point, -30, -4, is_pad=True),
    ],
    ids=["shift and wheel", "sideways wheel", "touchpad"],
)
def test_a_wide_block_is_moved_sideways(
    reading: Reading, text: str, act: Callable[[Reading, QPoint], None]
) -> None:
    view = said(reading, f"{text}\n\n" + "after\n\n" * 60)
    reading.bar.setValue(0)
    area = view.controls.at((0, 0)).area
    act(reading, view.pos() + area.center())
    assert offset_of(view) > 0
    assert reading.bar.value() == 0
    for _ in range(200):
        act(reading, view.pos() + area.center())

    panel = view.controls.at((0, 0)).panel
    assert panel is not None
    assert offset_of(view) == panel.reach


def test_nothing_in_a_block_keeps_the_wheel_from_the_reader(reading: Reading) -> None:
    view = said(reading, f"{WIDE}\n\n{WIDE_TABLE}\n\n" + "after\n\n" * 60)
    reading.bar.setValue(0)
    for block in (0, 1):
        area = view.controls.at((block, 0)).area
        for y in range(area.top() + 3, area.bottom(), 6):
            for x in (area.left() + 20, area.right() - 20):
                before = reading.bar.value()
                turn(reading, view.pos() + QPoint(x, y), 0, -15)
                assert reading.bar.value() > before
                reading.bar.setValue(before)

    assert offset_of(view) == offset_of(view, 1) == 0


def scroll_bar(view: MessageView) -> SideScrollBar:
    return next(bar for bar in view.findChildren(SideScrollBar) if bar.isVisible())


def grabbed(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def test_the_bar_of_a_block_is_seen_while_the_block_is_pointed_at(reading: Reading) -> None:
    view = said(reading, f"before\n\n{WIDE}")
    bar = scroll_bar(view)
    hover(reading, view.pos() + QPoint(100, 12))
    hidden = grabbed(bar)
    hover(reading, view.pos() + view.controls.at((1, 0)).area.center())
    shown = grabbed(bar)
    hover(reading, view.pos() + QPoint(100, 12))

    assert shown != hidden
    assert grabbed(bar) == hidden


def test_the_bar_moves_the_block_and_follows_it(reading: Reading) -> None:
    view = said(reading, WIDE)
    bar = scroll_bar(view)
    assert bar.accessibleName() == "Scroll code block 1 (Python) sideways"
    bar.setValue(120)
    assert offset_of(view) == 120
    QTest.keyClick(bar, Qt.Key.Key_Right)
    assert offset_of(view) == bar.value() > 120
    turn(reading, view.pos() + view.controls.at((0, 0)).area.center(), 0, -15, with_shift=True)

    assert offset_of(view) == bar.value()


def test_a_block_that_fits_has_no_bar(reading: Reading) -> None:
    view = said(reading, f"```\nshort\n```\n\n{TABLE}")

    assert not any(bar.isVisible() for bar in view.findChildren(SideScrollBar))


def test_a_selection_that_is_drawn_out_of_a_block_moves_it(reading: Reading, qtbot: QtBot) -> None:
    view = said(reading, f"{WIDE}\n\n" + "after\n\n" * 60)
    reading.bar.setValue(0)
    viewport = reading.transcript.viewport()
    area = view.controls.at((0, 0)).area.translated(view.pos())
    line = area.top() + 50
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(area.left() + 60, line))
    QTest.mouseMove(viewport, QPoint(WIDTH - 2, line))
    panel = view.controls.at((0, 0)).panel
    assert panel is not None
    qtbot.waitUntil(lambda: panel.offset == panel.reach)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(WIDTH - 2, line))

    assert copied(reading).endswith("wide '")
    assert reading.bar.value() == 0


def test_a_selection_that_only_passes_a_block_does_not_move_it(reading: Reading, qtbot: QtBot) -> None:
    view = said(reading, f"before\n\n{WIDE}\n\n" + "after\n\n" * 60)
    reading.bar.setValue(0)
    viewport = reading.transcript.viewport()
    area = view.controls.at((1, 0)).area.translated(view.pos())
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(area.left() + 3, area.top() - 20))
    for y in (area.top() + 50, HEIGHT + 200):
        QTest.mouseMove(viewport, QPoint(WIDTH - 2, y))
    qtbot.waitUntil(lambda: reading.is_at_end)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(WIDTH - 2, HEIGHT + 200))
    reading.bar.setValue(0)

    assert offset_of(view, 1) == 0


def test_a_selection_that_is_drawn_out_of_the_window_goes_on(reading: Reading, qtbot: QtBot) -> None:
    said(reading, "text\n\n" * 100)
    reading.bar.setValue(0)
    viewport = reading.transcript.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(100, 300))
    QTest.mouseMove(viewport, QPoint(100, HEIGHT + 200))
    qtbot.waitUntil(lambda: reading.is_at_end)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(100, HEIGHT + 200))

    assert copied(reading).count("text") > 80


def test_a_selection_across_a_collapsed_block_has_all_of_it(reading: Reading) -> None:
    view = said(reading, f"before\n\n{LONG}\n\nafter")
    reading.transcript.resize(WIDTH, 900)
    top = view.y() + round(view.line_at(Place(0, 0))[0])
    drag(reading, QPoint(1, top + 2), QPoint(WIDTH - 30, top + round(view.line_at(Place(2, 0))[0]) - 2))

    assert f"before\n\n{LINES}\n\nafter" in copied(reading)


def test_a_place_in_a_collapsed_block_is_shown(reading: Reading) -> None:
    view = said(reading, f"before\n\n{LONG}\n\n" + "after\n\n" * 60, before=10)
    place = Place(1, LINES.index("line_90"))
    reading.transcript.bring_into_view(Spot(reading.row_of(view), place))

    assert 0 <= top_of(reading, view, place) < HEIGHT
    assert "Show less of code block 1 (Python)" in buttons(view)


def test_a_place_far_to_the_right_is_shown(reading: Reading) -> None:
    view = said(reading, f"{WIDE}\n\nafter")
    length = len(WIDE.split("\n")[1])
    reading.transcript.bring_into_view(Spot(reading.row_of(view), Place(0, length)))

    assert offset_of(view) > 0


# The keyboard.


def stops(reading: Reading) -> list[str]:
    """Return the names of what Tab comes to, from the transcript on."""
    reading.transcript.activateWindow()
    reading.transcript.setFocus()
    found: list[str] = []
    for _ in range(60):
        QTest.keyClick(reading.transcript.windowHandle(), Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        if focus is None or focus is reading.transcript:
            break
        found.append(focus.accessibleName())
    return found


def test_tab_leads_from_the_top_to_the_bottom(reading: Reading) -> None:
    branch = branch_of(12)
    branch[1] = replace(branch[1], text=f"{WIDE}\n\n{TABLE}")
    branch[3] = replace(branch[3], text="```\nx\n```")
    reading.show(branch)
    # The messages above are made after those below.
    reading.bar.setValue(0)
    names = stops(reading)
    first = names.index("Wrap the lines of code block 1 (Python)")

    assert names[first : first + 9] == [
        "Wrap the lines of code block 1 (Python)",
        "Save code block 1 (Python) as…",
        "Copy code block 1 (Python)",
        "Scroll code block 1 (Python) sideways",
        "Copy table 1 as CSV",
        "Copy table 1 as Markdown",
        "Copy",
        "Retry",
        "More",
    ]
    assert names.index("Wrap the lines of code block 1") > first + 9


def test_what_has_the_keyboard_is_scrolled_into_view(reading: Reading) -> None:
    view = said(reading, f"{LONG}\n\n" + "after\n\n" * 60)
    reading.bar.setValue(0)
    reading.transcript.activateWindow()
    fold = buttons(view)["Show all 100 lines of code block 1 (Python)"]
    reading.scroll(fold.mapTo(reading.transcript.viewport(), QPoint()).y() - HEIGHT + 5)
    buttons(view)["Copy code block 1 (Python)"].setFocus()
    QTest.keyClick(reading.transcript.windowHandle(), Qt.Key.Key_Tab)
    place = fold.mapTo(reading.transcript.viewport(), QPoint()).y()

    assert QApplication.focusWidget() is fold
    assert 0 < place < HEIGHT - fold.height()


def test_the_keyboard_stays_with_a_button_that_has_left_the_window(reading: Reading) -> None:
    view = said(reading, f"{LONG}\n\n" + "after\n\n" * 60)
    reading.bar.setValue(0)
    reading.transcript.activateWindow()
    fold = buttons(view)["Show all 100 lines of code block 1 (Python)"]
    fold.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(fold, Qt.Key.Key_Space)
    assert fold.accessibleName() == "Show less of code block 1 (Python)"
    assert QApplication.focusWidget() is fold
    QTest.keyClick(fold, Qt.Key.Key_Space)
    assert fold.accessibleName() == "Show all 100 lines of code block 1 (Python)"
    reading.show(branch_of(80))

    assert QApplication.focusWidget() is reading.transcript


def test_the_buttons_of_a_table_are_seen_where_the_mouse_or_the_keyboard_is(reading: Reading) -> None:
    view = said(reading, f"before\n\n{TABLE}")
    button = buttons(view)["Copy table 1 as CSV"]
    hover(reading, view.pos() + QPoint(100, 12))
    hidden = grabbed(button)
    hover(reading, view.pos() + view.controls.at((1, 0)).area.center())
    assert grabbed(button) != hidden
    hover(reading, view.pos() + QPoint(100, 12))
    assert grabbed(button) == hidden
    reading.transcript.activateWindow()
    buttons(view)["Copy table 1 as Markdown"].setFocus()

    assert grabbed(button) != hidden


# Colours.


def has_colour(view: MessageView, colour: str) -> bool:
    image = grabbed(view)
    wanted = QColor(colour).rgb()
    return any(
        image.pixel(x, y) == wanted for y in range(0, image.height(), 2) for x in range(0, image.width(), 2)
    )


def test_colours_come_after_the_code_when_its_language_is_loaded(reading: Reading, qtbot: QtBot) -> None:
    wanted: list[str] = []
    reading.transcript.language_wanted.connect(wanted.append)
    view = said(reading, '```ada\nX : String := "████";\n```')
    qtbot.waitUntil(lambda: wanted == ["ada"])
    assert not has_colour(view, theme.LIGHT.string)
    highlight.load("ada")
    reading.transcript.colour()
    qtbot.waitUntil(lambda: has_colour(view, theme.LIGHT.string))

    assert not reading.transcript._colourist._timer.isActive()
    assert wanted == ["ada"]


def test_a_long_block_is_coloured_as_far_as_it_is_seen(reading: Reading, qtbot: QtBot) -> None:
    highlight.load("python")
    view = said(reading, "```python\n" + "x = '████'\n" * 2000 + "```")
    qtbot.waitUntil(lambda: not view.has_more)
    reading.bar.setValue(0)
    press(view, "Show all 2000 lines of code block 1 (Python)")
    qtbot.waitUntil(lambda: not reading.transcript._colourist._timer.isActive())
    panel = view.controls.due_code
    assert panel == []
    assert has_colour(view, theme.LIGHT.string)
    reading.bar.setValue(reading.bar.maximum())

    assert len(view.controls.due_code) == 1
    qtbot.waitUntil(lambda: view.controls.due_code == [])


def test_code_that_was_out_of_sight_is_coloured_when_it_is_seen_again(reading: Reading, qtbot: QtBot) -> None:
    highlight.load("python")
    view = said(reading, "```python\nx = '████'\n```\n\n" + "A paragraph.\n\n" * 60)
    for value in (0, 2 * HEIGHT, 0):
        reading.bar.setValue(value)
        reading.transcript.grab()
    qtbot.waitUntil(lambda: has_colour(view, theme.LIGHT.string))
