"""Choosing, renaming and deleting in the list of conversations."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from glmdesk.domain.conversation import Conversation
from glmdesk.ui import theme
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.widgets.conversation_view import ConversationView
from glmdesk.ui.widgets.text_input import LineInput
from tests.ui.keyboard import ENTER, press


@pytest.fixture
def rows() -> ConversationList:
    now = datetime.now(UTC)
    rows = ConversationList()
    rows.reset_rows(
        [
            Conversation(name, f"Title {name}", now, now - timedelta(days=40 * number), "glm-4-plus")
            for number, name in enumerate("abc")
        ],
        has_more=False,
    )
    return rows


@pytest.fixture
def view(qtbot: QtBot, rows: ConversationList) -> ConversationView:
    view = ConversationView(rows)
    qtbot.addWidget(view)
    view.set_theme(theme.LIGHT)
    view.resize(260, 400)
    view.show()
    return view


def index_of(rows: ConversationList, name: str) -> QModelIndex:
    row = rows.row_of(name)
    assert row is not None
    return rows.index(row)


def middle(view: ConversationView, rows: ConversationList, name: str) -> QPoint:
    """Return a point on the title of a conversation."""
    return view.visualRect(index_of(rows, name)).center()


def click(
    view: ConversationView,
    rows: ConversationList,
    name: str,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, middle(view, rows, name))


def editor(view: ConversationView) -> LineInput:
    found = view.viewport().findChild(LineInput)
    assert found is not None
    return found


def test_a_click_chooses(view: ConversationView, rows: ConversationList, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.chosen) as chosen:
        click(view, rows, "b")

    assert chosen.args == ["b"]


def test_a_click_on_a_heading_chooses_nothing(
    view: ConversationView, rows: ConversationList, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(view.chosen), qtbot.assertNotEmitted(view.menu_requested):
        point = view.visualRect(rows.index(0)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
        view.customContextMenuRequested.emit(point)

    assert view.selected_ids == []


def test_several_are_marked_with_keys_held_down_and_none_is_opened(
    view: ConversationView, rows: ConversationList, qtbot: QtBot
) -> None:
    click(view, rows, "a")
    with qtbot.assertNotEmitted(view.chosen):
        click(view, rows, "c", Qt.KeyboardModifier.ControlModifier)
        assert view.selected_ids == ["a", "c"]
        click(view, rows, "a", Qt.KeyboardModifier.ControlModifier)
        click(view, rows, "c", Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_ids == ["a", "b", "c"]
    view.select("b")
    assert view.selected_ids == ["a", "b", "c"], "an answer that ends takes no marks away"
    view.select("nobody")

    assert view.selected_ids == []


def test_the_menu_is_asked_for_with_the_row_it_is_opened_on(
    view: ConversationView, rows: ConversationList, qtbot: QtBot
) -> None:
    point = middle(view, rows, "b")
    with qtbot.waitSignal(view.menu_requested) as requested:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=point)
        view.customContextMenuRequested.emit(point)

    assert requested.args == [view.viewport().mapToGlobal(point)]
    assert view.selected_ids == ["b"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_arrows_move_and_enter_chooses(view: ConversationView, key: Qt.Key, qtbot: QtBot) -> None:
    view.select("a")
    press(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.chosen) as chosen:
        press(view, key)

    assert chosen.args == ["b"]


def test_delete_asks_for_the_row_it_is_on(
    view: ConversationView, rows: ConversationList, qtbot: QtBot
) -> None:
    view.select("c")
    with qtbot.waitSignal(view.delete_requested) as requested:
        press(view, Qt.Key.Key_Delete)
    assert requested.args == [["c"]]
    rows.reset_rows([], has_more=False)
    with qtbot.assertNotEmitted(view.delete_requested), qtbot.assertNotEmitted(view.chosen):
        press(view, Qt.Key.Key_Delete)
        press(view, ENTER)


def test_a_title_is_edited_in_place(view: ConversationView, rows: ConversationList, qtbot: QtBot) -> None:
    view.select("b")
    press(view, Qt.Key.Key_F2)
    assert editor(view).text() == "Title b"
    assert editor(view).accessibleName() == "Conversation title"
    editor(view).setText("New")
    with qtbot.waitSignal(rows.renamed) as renamed:
        press(editor(view), ENTER)

    assert renamed.args == ["b", "New"]


def test_escape_gives_up_an_edit(view: ConversationView, rows: ConversationList, qtbot: QtBot) -> None:
    view.select("b")
    press(view, Qt.Key.Key_F2)
    editor(view).setText("New")
    with qtbot.assertNotEmitted(rows.renamed):
        press(editor(view), Qt.Key.Key_Escape)
    QApplication.sendPostedEvents(None, 0)

    assert not [line for line in view.viewport().findChildren(LineInput) if line.isVisible()]


def test_the_editor_covers_the_title(view: ConversationView, rows: ConversationList) -> None:
    view.select("a")
    view.rename_current()

    assert view.visualRect(index_of(rows, "a")).contains(editor(view).geometry())


def test_there_is_no_menu_where_there_is_no_row(view: ConversationView, qtbot: QtBot) -> None:
    view.select("a")
    with qtbot.assertNotEmitted(view.menu_requested):
        view.customContextMenuRequested.emit(QPoint(20, 390))


def test_the_shown_conversation_is_marked(view: ConversationView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(view.chosen):
        view.select("b")
        assert view.currentIndex().data() == "Title b"
        view.select("nobody")

    assert not view.currentIndex().isValid()
    assert view.selectedIndexes() == []


def pixels(view: ConversationView, point: QPoint, size: int = 30) -> set[str]:
    image: QImage = view.viewport().grab().toImage()
    return {
        QColor(image.pixel(x, y)).name()
        for x in range(point.x(), min(point.x() + size, image.width()))
        for y in range(point.y() - size // 2, point.y() + size // 2)
    }


def test_a_running_and_an_unread_answer_are_marked_differently(
    view: ConversationView, rows: ConversationList
) -> None:
    right = QPoint(view.viewport().width() - 30, middle(view, rows, "b").y())
    plain = view.viewport().grab().toImage()
    assert theme.LIGHT.accent not in pixels(view, right)
    rows.set_running("b", is_marked=True)
    running = view.viewport().grab().toImage()
    rows.set_running("b", is_marked=False)
    rows.set_unread("b", is_marked=True)
    unread = view.viewport().grab().toImage()

    assert theme.LIGHT.accent in pixels(view, right)
    assert plain != running != unread != plain


def test_keys_pass_over_headings(view: ConversationView) -> None:
    view.select("a")
    press(view, Qt.Key.Key_Down)
    press(view, Qt.Key.Key_Down)
    assert view.selected_ids == ["c"]
    press(view, Qt.Key.Key_Home)

    assert view.selected_ids in (["a"], ["c"])


def test_its_colours_follow_the_theme(view: ConversationView) -> None:
    light = view.grab().toImage()
    view.set_theme(theme.DARK)

    assert view.grab().toImage() != light


@pytest.mark.parametrize("size_pt", [9, 24])
def test_rows_are_high_enough_for_their_letters(
    view: ConversationView, rows: ConversationList, size_pt: int
) -> None:
    view.setFont(theme.text_font(size_pt))
    heights = {view.visualRect(rows.index(row)).height() for row in range(rows.rowCount())}

    assert len(heights) == 1
    assert heights.pop() >= view.fontMetrics().height() + 10
