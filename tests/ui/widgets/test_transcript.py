"""Scrolling through messages: few widgets, a place that is kept, and an end that is followed on request."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QImage, QKeySequence, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.domain.catalog import Offer
from glmdesk.domain.conversation import MessageTree
from glmdesk.domain.errors import Action, Problem
from glmdesk.domain.message import Message, State
from glmdesk.render import highlight
from glmdesk.render.find import Hit
from glmdesk.render.parts import Manner, Part
from glmdesk.typed import override
from glmdesk.ui import theme
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.focus_ring import FocusRing
from glmdesk.ui.widgets.message_view import MessageView
from tests.chat.examples import answer, question
from tests.ui.examples import branch_of
from tests.ui.furnished import style_of
from tests.ui.widgets.reading import HEIGHT, Reading, drag, hover


def uneven(number: int) -> str:
    """Return a text whose height is not easily guessed from its length."""
    shapes: tuple[Callable[[int], str], ...] = (
        lambda n: f"Message {n}",
        lambda n: f"# Heading {n}\n\n" + "\n\n".join("x" for _ in range(12)),
        lambda n: f"{n}:\n\n| a | b |\n| - | - |\n" + "| 1 | 2 |\n" * 9,
        lambda n: f"{n} " + "很长的一句话，" * 40,
        lambda n: f"{n}\n\n```python\n" + "a = 1\n" * 25 + "```",
        lambda n: f"{n} [" + "x" * 300 + "](https://example.org)",
    )
    return shapes[number % len(shapes)](number)


def test_two_thousand_messages_need_a_few_dozen_widgets(reading: Reading) -> None:
    reading.show(branch_of(2000))
    assert len(reading.views) < 20
    for value in range(0, reading.bar.maximum(), reading.bar.maximum() // 25):
        reading.bar.setValue(value)
        assert len(reading.views) < 40
        assert reading.seen


def test_a_view_that_was_left_behind_serves_another_message_as_a_new_one_would(
    reading: Reading, qtbot: QtBot, offer: Offer, icons: Icons
) -> None:
    highlight.load("python")
    problem = Problem("1", "It broke off. " * 10, "Try again.", Action.RETRY)
    for count in (40, 90, 130):
        branch = branch_of(count, uneven)
        branch[-1] = replace(branch[-1], text="", state=State.FAILED, problem=problem)
        reading.show(branch)
        reading.transcript.show_hits({row: [Hit(0, 0, 5)] for row in range(count)}, None)
        QTest.keySequence(reading.transcript, QKeySequence(QKeySequence.StandardKey.SelectAll))
        for value in range(0, reading.bar.maximum() + HEIGHT, HEIGHT):
            reading.bar.setValue(value)
    before = reading.views
    reading.show(branch_of(90, uneven))
    reading.transcript.show_hits({}, None)
    fresh = Reading(qtbot, offer, icons)
    fresh.show(branch_of(90, uneven))

    assert set(reading.views) == set(before)
    for _page in range(10):
        for shown in (reading, fresh):
            shown.scroll(-HEIGHT)
            # Wherever the mouse was: a button that it points at looks different.
            hover(shown, QPoint(2, HEIGHT // 2))
            for view in shown.views:
                view.footer.reveal(is_visible=True)
            qtbot.waitUntil(lambda: not shown.transcript._colourist._timer.isActive())  # noqa: B023
        # Rows of buttons are laid out with the next event.
        QApplication.processEvents()
        assert reading.transcript.grab().toImage() == fresh.transcript.grab().toImage()


def test_messages_are_heard_in_their_order_whatever_was_on_the_screen_before(reading: Reading) -> None:
    def heard() -> list[int]:
        list_ = QAccessible.queryAccessibleInterface(reading.transcript.viewport())
        items = (list_.child(number) for number in range(list_.childCount()))
        shown = (item for item in items if not item.state().invisible)
        return [int(item.text(QAccessible.Text.Value).split()[1]) for item in shown]

    for count in (3, 8, 5, 60):
        reading.show(branch_of(count))
        assert heard() == sorted(heard())
    for step in (-HEIGHT, -50, -HEIGHT, 100, -3 * HEIGHT, HEIGHT):
        reading.scroll(step)
        assert len(heard()) > 3
        assert heard() == sorted(heard())


def test_the_actions_of_a_view_are_on_the_message_it_serves_now(reading: Reading, qtbot: QtBot) -> None:
    reading.show(branch_of(200))
    for value in range(reading.bar.maximum(), 0, -HEIGHT):
        reading.bar.setValue(value)
    reading.bar.setValue(0)
    for row in (1, 3):
        with qtbot.waitSignal(reading.transcript.copy_requested) as told:
            reading.view(f"Message {row}").footer._copy.click()
        assert told.args is not None
        assert told.args[0][0].message.text == f"Message {row}"


def test_a_conversation_opens_at_its_end(reading: Reading) -> None:
    reading.show(branch_of(100, uneven))

    last = max(view.y() + view.height() for view in reading.views if view.isVisible())
    assert reading.is_at_end
    assert last == reading.transcript.viewport().height()


def test_few_messages_begin_at_the_top(reading: Reading) -> None:
    reading.show(branch_of(2))

    assert list(reading.seen) == ["Message 0", "Message 1"]
    assert reading.bar.maximum() == 0
    assert reading.seen["Message 0"] == 0


def test_messages_follow_one_another_without_gaps(reading: Reading) -> None:
    reading.show(branch_of(60, uneven))
    for value in (0, 100, 777, reading.bar.maximum() // 2, reading.bar.maximum()):
        reading.bar.setValue(value)
        views = sorted((view for view in reading.views if view.isVisible()), key=MessageView.y)
        for above, below in pairwise(views):
            assert above.y() + above.height() == below.y()
        assert views[0].y() <= 0
        assert views[-1].y() + views[-1].height() >= reading.transcript.viewport().height()


def streaming(reading: Reading, count: int = 40) -> Message:
    """Show messages of which the last is being written."""
    branch = branch_of(count)
    branch[-1] = replace(branch[-1], text="Beginning. ", state=State.STREAMING)
    reading.show(branch)
    return branch[-1]


def test_the_end_is_followed_while_the_reader_is_there(reading: Reading) -> None:
    last = streaming(reading)
    for _ in range(30):
        reading.messages.grow(last.id, "More text.\n\n")
        assert reading.is_at_end

    assert not reading.pill.isVisible()


def test_the_end_is_followed_when_an_answer_ends(reading: Reading) -> None:
    last = streaming(reading)
    problem = Problem("1", "It broke off. " * 10, "Try again.", Action.RETRY)
    reading.messages.put(replace(last, state=State.INTERRUPTED, problem=problem))

    assert reading.is_at_end


class Painted(QObject):
    """The heights of what a widget paints."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.heights: list[int] = []
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.heights.append(event.rect().height())
        return False


def test_a_line_more_paints_only_what_is_new_and_the_rest_moves(reading: Reading) -> None:
    last = streaming(reading)
    reading.messages.grow(last.id, "More text.\n\n" * 30)
    QApplication.processEvents()
    painted = Painted(next(view for view in reading.views if view.isVisible()))
    for _ in range(10):
        reading.messages.grow(last.id, "More text.\n\n")
        QApplication.processEvents()
    assert painted.heights
    assert max(painted.heights) < HEIGHT / 3
    moved = on_screen(reading)
    reading.transcript.viewport().repaint()

    assert moved.size() == reading.transcript.size()
    assert moved == on_screen(reading)


def on_screen(reading: Reading) -> QImage:
    """Return what the window system shows of the transcript."""
    return reading.transcript.screen().grabWindow(reading.transcript.winId()).toImage()


@pytest.mark.parametrize("back", [10, 48, 300, 1500])
def test_what_is_read_stays_while_text_streams(reading: Reading, back: int) -> None:
    last = streaming(reading)
    for _ in range(10):
        reading.messages.grow(last.id, "More text.\n\n")
    reading.scroll(-back)
    before = reading.seen
    first = next(iter(before))
    for _ in range(30):
        reading.messages.grow(last.id, "More text.\n\n")

    assert min(view.y() for view in reading.views if view.isVisible()) == before[first]
    assert not reading.is_at_end
    assert reading.pill.isVisible()


def test_a_wheel_step_back_is_enough_to_stop_following(reading: Reading) -> None:
    last = streaming(reading)
    reading.wheel(15)
    value = reading.bar.value()
    reading.messages.grow(last.id, "More text.\n\n" * 5)

    assert reading.bar.value() == value


def test_scrolling_back_to_the_end_follows_again(reading: Reading) -> None:
    last = streaming(reading)
    reading.scroll(-500)
    reading.messages.grow(last.id, "More text.\n\n" * 5)
    reading.bar.setValue(reading.bar.maximum())
    assert not reading.pill.isVisible()
    reading.messages.grow(last.id, "More text.\n\n" * 5)

    assert reading.is_at_end


def test_the_pill_leads_to_the_end_and_goes(reading: Reading, qtbot: QtBot) -> None:
    last = streaming(reading)
    reading.scroll(-500)
    reading.messages.grow(last.id, "More text.\n\n" * 5)
    qtbot.mouseClick(reading.pill, Qt.MouseButton.LeftButton)

    assert reading.is_at_end
    assert not reading.pill.isVisible()


def test_ones_own_question_is_shown_wherever_one_was(reading: Reading) -> None:
    branch = branch_of(40)
    reading.show(branch)
    reading.bar.setValue(0)
    asked = question("A new question", branch[-1])
    reading.show([*branch, asked])

    assert reading.is_at_end
    assert "A new question" in reading.seen


def test_an_answer_that_begins_elsewhere_does_not_move_the_reader(reading: Reading) -> None:
    branch = branch_of(41)
    reading.show(branch)
    reading.bar.setValue(0)
    reading.show([*branch, answer(branch[-1], "An answer")])

    assert reading.bar.value() == 0


@pytest.mark.parametrize("step", [7, 48, 111, 500])
def test_scrolling_up_moves_what_is_seen_by_just_as_much(reading: Reading, step: int) -> None:
    reading.show(branch_of(60, uneven))
    while reading.bar.value() > step:
        # What comes into view above may be higher than it was thought to be; what was seen does not mind.
        before = reading.ends
        reading.scroll(-step)
        after = reading.ends
        kept = before.keys() & after.keys()
        assert kept
        moved = {after[text] - before[text] for text in kept}
        assert moved == {step} or (len(moved) == 1 and reading.bar.value() == 0)


def test_a_page_up_ends_where_what_was_seen_began(reading: Reading) -> None:
    # It showed what it had been thought to be that far up, and left out what lay between.
    reading.show(branch_of(60, uneven))
    while reading.bar.value() > HEIGHT:
        spot = reading.transcript.spot_at(QPointF(0, 0))
        assert spot is not None
        before = reading.transcript.cursor_at(spot).y()
        reading.scroll(-HEIGHT)

        assert reading.transcript.cursor_at(spot).y() == before + HEIGHT or reading.bar.value() == 0


def test_scrolling_down_moves_what_is_seen_by_just_as_much(reading: Reading) -> None:
    reading.show(branch_of(60, uneven))
    reading.bar.setValue(0)
    while not reading.is_at_end:
        before = reading.seen
        reading.scroll(100)
        after = reading.seen
        kept = before.keys() & after.keys()
        assert kept
        moved = {before[text] - after[text] for text in kept}
        assert len(moved) == 1
        assert moved == {100} or reading.is_at_end


@pytest.mark.parametrize("width", [420, 600, 1200])
@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_the_line_that_is_read_stays_when_the_width_changes(
    reading: Reading, width: int, share: float
) -> None:
    reading.show(branch_of(60, uneven))
    reading.bar.setValue(round(reading.bar.maximum() * share))
    spot = reading.transcript.spot_at(QPointF(0, 0))
    assert spot is not None
    top = reading.transcript.cursor_at(spot).top()
    reading.transcript.resize(width, HEIGHT)

    assert reading.transcript.cursor_at(spot).top() == pytest.approx(top, abs=2)


def test_the_end_stays_the_end_when_the_size_changes(reading: Reading) -> None:
    reading.show(branch_of(60, uneven))
    for size in ((420, 700), (1200, 300), (800, 900)):
        reading.transcript.resize(*size)
        assert reading.is_at_end


def test_the_message_that_is_read_stays_when_the_theme_changes(reading: Reading) -> None:
    reading.show(branch_of(60, uneven))
    reading.bar.setValue(reading.bar.maximum() // 2)
    before = reading.seen
    reading.transcript.set_style(style_of(theme.DARK))

    assert reading.seen == before


def test_another_conversation_opens_at_its_end(reading: Reading) -> None:
    reading.show(branch_of(60, uneven))
    reading.bar.setValue(0)
    reading.show(branch_of(30))

    assert reading.is_at_end
    assert "Message 29" in reading.seen
    reading.show([])
    assert reading.seen == {}


def test_choosing_among_long_branches_keeps_the_place(reading: Reading) -> None:
    branch = branch_of(40)
    tree = MessageTree(branch)
    other = answer(branch[10], "Another answer")
    tree.put(other)
    last = other
    for number in range(30):
        last = question(f"Other {number}", last)
        tree.put(last)
    reading.messages.show_branch(tree, branch[-1].id)
    reading.bar.setValue(0)
    while "Message 12" not in reading.seen:
        reading.scroll(50)
    before = reading.seen["Message 10"]
    reading.messages.show_branch(tree, last.id)

    assert reading.seen["Message 10"] == before
    assert "Another answer" in reading.seen


def test_retrying_the_last_answer_stays_at_the_end(reading: Reading) -> None:
    branch = branch_of(40, uneven)
    tree = MessageTree(branch)
    retried = answer(branch[-2], "", State.STREAMING)
    reading.messages.show_branch(tree, branch[-1].id)
    tree.put(retried)
    reading.messages.show_branch(tree, retried.id)
    assert reading.is_at_end
    reading.messages.grow(retried.id, "New text.\n\n" * 30)

    assert reading.is_at_end


def test_keys_lead_to_the_top_to_the_end_and_on(reading: Reading) -> None:
    reading.show(branch_of(60, uneven))
    QTest.keyClick(reading.transcript, Qt.Key.Key_Home)
    assert reading.bar.value() == 0
    QTest.keyClick(reading.transcript, Qt.Key.Key_Space)
    assert reading.bar.value() >= HEIGHT * 0.7
    QTest.keyClick(reading.transcript, Qt.Key.Key_End)
    assert reading.is_at_end


def test_the_reader_is_led_from_message_to_message(reading: Reading) -> None:
    reading.show(branch_of(20, lambda number: f"Message {number}" + " and more words" * 300))
    reading.transcript.go_to_message(1)
    assert reading.bar.value() == reading.bar.maximum(), "there is none after the last one"
    tops: list[str] = []
    for _step in range(3):
        reading.transcript.go_to_message(-1)
        tops += [text.partition(" and")[0] for text, top in reading.seen.items() if top == 0]
    assert tops == ["Message 19", "Message 18", "Message 17"]
    reading.transcript.go_to_message(1)
    assert [text[:10] for text, top in reading.seen.items() if top == 0] == ["Message 18"]
    reading.bar.setValue(0)
    reading.transcript.go_to_message(-1)

    assert reading.bar.value() == 0


def test_the_reader_is_led_through_messages_that_were_never_measured(reading: Reading) -> None:
    reading.show(branch_of(60, lambda number: f"Message {number}" + "\n\n- word" * (number % 7 * 5)))
    for number in range(59, 40, -1):
        reading.transcript.go_to_message(-1)
        if reading.bar.value() < reading.bar.maximum():
            assert any(top == 0 for top in reading.seen.values()), number


def test_there_is_nowhere_to_be_led_without_messages(reading: Reading) -> None:
    reading.transcript.go_to_message(-1)

    assert reading.bar.value() == 0


def point_of(reading: Reading, text: str, found: Callable[[MessageView, QPointF], object]) -> QPoint:
    """Return a point of the viewport at which a message has something."""
    view = reading.view(text)
    for y in range(0, view.height(), 3):
        for x in range(0, view.width(), 6):
            if found(view, QPointF(x, y)):
                return view.pos() + QPoint(x, y)
    raise AssertionError(f"nothing of the kind in {text!r}")


def test_a_click_on_a_link_tells_its_target(reading: Reading, qtbot: QtBot) -> None:
    branch = branch_of(1)
    branch.append(answer(branch[-1], "See [the page](https://example.org/页) there."))
    reading.show(branch)
    point = point_of(reading, "See the page there.", lambda view, at: view.link_at(at))
    with qtbot.waitSignal(reading.transcript.link_activated) as activated:
        QTest.mouseClick(reading.transcript.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert activated.args == ["https://example.org/%E9%A1%B5", "the page"]
    with qtbot.assertNotEmitted(reading.transcript.link_activated):
        drag(reading, point, point + QPoint(60, 0))
        QTest.mouseClick(reading.transcript.viewport(), Qt.MouseButton.RightButton, pos=point)
        QTest.mouseClick(reading.transcript.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))


def test_the_mouse_changes_its_shape_over_a_link(reading: Reading) -> None:
    branch = branch_of(1)
    branch.append(answer(branch[-1], "[example.com](https://example.org/)"))
    reading.show(branch)
    viewport = reading.transcript.viewport()
    hover(reading, point_of(reading, "example.com", lambda view, at: view.link_at(at)))
    assert viewport.cursor().shape() == Qt.CursorShape.PointingHandCursor
    hover(reading, QPoint(2, 2))

    assert viewport.cursor().shape() == Qt.CursorShape.IBeamCursor


@pytest.mark.parametrize(
    ("name", "signal", "row"),
    [("Retry", "retry_requested", 1), ("Edit", "edit_requested", 0)],
)
def test_the_actions_of_a_message_tell_its_row(
    reading: Reading, name: str, signal: str, row: int, qtbot: QtBot
) -> None:
    reading.show(branch_of(2))
    view = reading.view(f"Message {row}")
    button = next(
        child for child in view.footer.findChildren(type(view.footer._copy)) if child.accessibleName() == name
    )
    with qtbot.waitSignal(getattr(reading.transcript, signal)) as told:
        button.click()

    assert told.args == [row]


@pytest.mark.parametrize(
    ("name", "manner"),
    [
        ("Copy", Manner.MARKDOWN),
        ("Copy as rich text", Manner.RICH),
        ("Copy as plain text", Manner.PLAIN),
    ],
)
def test_a_whole_message_can_be_copied_in_each_manner(
    reading: Reading, name: str, manner: Manner, qtbot: QtBot
) -> None:
    branch = branch_of(2)
    reading.show(branch)
    footer = reading.view("Message 1").footer
    actions = {action.text(): action for action in footer._more.menu_below.actions()}
    with qtbot.waitSignal(reading.transcript.copy_requested) as asked:
        (footer._copy.click if name == "Copy" else actions[name].trigger)()

    assert asked.args == [[Part(branch[1])], manner]


@pytest.mark.parametrize(
    ("name", "signal", "values"),
    [
        ("Branch", "branch_requested", [1]),
        ("Show Markdown", "source_toggled", [1]),
        ("Show as code", "code_requested", [1]),
        ("Delete", "delete_requested", [1]),
        ("GLM-4-AirX", "retry_with_requested", [1, "glm-4-airx"]),
    ],
)
def test_the_rarer_actions_of_a_message_tell_its_row(
    reading: Reading, name: str, signal: str, values: list[object], qtbot: QtBot
) -> None:
    reading.show(branch_of(2))
    menu = reading.view("Message 1").footer._more.menu_below
    actions = [action for part in (menu, *menu.findChildren(QMenu)) for action in part.actions()]
    with qtbot.waitSignal(getattr(reading.transcript, signal)) as told:
        next(action for action in actions if action.text() == name).trigger()

    assert told.args == values


def shows_actions(view: MessageView) -> bool:
    return not view.footer._veil.isEnabled()


def test_the_actions_of_the_last_message_are_always_seen(reading: Reading) -> None:
    branch = branch_of(4)
    reading.show(branch)
    hover(reading, QPoint(2, HEIGHT - 5))
    assert [view.spoken_text() for view in reading.views if shows_actions(view)] == ["Message 3"]
    reading.show([*branch, question("Message 4", branch[-1])])

    assert [view.spoken_text() for view in reading.views if shows_actions(view)] == ["Message 4"]


def test_the_actions_of_a_message_are_seen_while_it_is_pointed_at(reading: Reading) -> None:
    reading.show(branch_of(4))
    view = reading.view("Message 1")
    hover(reading, view.geometry().center())
    assert shows_actions(view)
    hover(reading, reading.view("Message 2").geometry().center())

    assert not shows_actions(view)
    assert shows_actions(reading.view("Message 2"))


def test_a_ring_is_seen_while_the_transcript_has_the_keyboard_and_not_for_the_mouse(
    reading: Reading,
) -> None:
    reading.show(branch_of(3))
    pane = reading.transcript

    def rings() -> int:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return len(pane.findChildren(FocusRing))

    pane.setFocus(Qt.FocusReason.MouseFocusReason)
    assert rings() == 0
    pane.clearFocus()
    pane.setFocus(Qt.FocusReason.TabFocusReason)
    assert rings() == 1
    pane.resize(500, 400)
    (ring,) = pane.findChildren(FocusRing)
    assert ring.geometry() == pane.rect()
    pane.clearFocus()
    assert rings() == 0
