"""Choosing, renaming and deleting in the list of conversations."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QMenu
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


def middle(view: ConversationView, rows: ConversationList, row: int) -> QPoint:
    """Return a point on the title of a row, below its heading."""
    rect = view.visualRect(rows.index(row))
    return QPoint(rect.center().x(), rect.bottom() - 12)


def editor(view: ConversationView) -> LineInput:
    found = view.viewport().findChild(LineInput)
    assert found is not None
    return found


def open_menu(view: ConversationView, rows: ConversationList, row: int) -> dict[str, QMenu]:
    view.customContextMenuRequested.emit(middle(view, rows, row))
    menu = next(iter(view.findChildren(QMenu)))
    return {action.text(): menu for action in menu.actions()}


def test_a_click_chooses(view: ConversationView, rows: ConversationList, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.chosen) as chosen:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle(view, rows, 1))

    assert chosen.args == ["b"]


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
    assert requested.args == ["c"]
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


def test_the_editor_covers_the_title_and_not_the_heading(
    view: ConversationView, rows: ConversationList
) -> None:
    view.edit(rows.index(0))
    row = view.visualRect(rows.index(0))

    assert editor(view).geometry().top() > row.top() + 20
    assert row.contains(editor(view).geometry())


def test_the_menu_renames_and_deletes(view: ConversationView, rows: ConversationList, qtbot: QtBot) -> None:
    menu = open_menu(view, rows, 1)["Delete"]
    with qtbot.waitSignal(view.delete_requested) as requested:
        next(action for action in menu.actions() if action.text() == "Delete").trigger()
    assert requested.args == ["b"]
    next(action for action in menu.actions() if action.text() == "Rename").trigger()
    assert editor(view).text() == "Title b"
    menu.close()


def test_there_is_no_menu_where_there_is_no_row(view: ConversationView) -> None:
    view.customContextMenuRequested.emit(QPoint(20, 390))

    assert view.findChildren(QMenu) == []


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
    right = QPoint(view.viewport().width() - 30, middle(view, rows, 1).y())
    plain = view.viewport().grab().toImage()
    assert theme.LIGHT.accent not in pixels(view, right)
    rows.set_running("b", is_marked=True)
    running = view.viewport().grab().toImage()
    rows.set_running("b", is_marked=False)
    rows.set_unread("b", is_marked=True)
    unread = view.viewport().grab().toImage()

    assert theme.LIGHT.accent in pixels(view, right)
    assert plain != running != unread != plain


def test_headings_take_room_above_the_first_row_of_a_group(
    view: ConversationView, rows: ConversationList
) -> None:
    now = datetime.now(UTC)
    rows.put(Conversation("d", "Title d", now, now - timedelta(days=41), "glm-4-plus"))
    heights = [view.visualRect(rows.index(row)).height() for row in range(rows.rowCount())]

    assert heights[0] > 50
    assert min(heights) < 40 or len({rows.index(row).data(257) for row in range(4)}) == 4


def test_its_colours_follow_the_theme(view: ConversationView) -> None:
    light = view.grab().toImage()
    view.set_theme(theme.DARK)

    assert view.grab().toImage() != light


@pytest.mark.parametrize("size_pt", [9, 24])
def test_rows_are_high_enough_for_their_letters(
    view: ConversationView, rows: ConversationList, size_pt: int
) -> None:
    # They had 34 pixels, and a large heading was cut.
    view.setFont(theme.text_font(size_pt))
    letters = view.fontMetrics().height()
    with_heading = view.visualRect(rows.index(0)).height()
    rows.reset_rows([rows.conversation(0), rows.conversation(0)], has_more=False)

    assert view.visualRect(rows.index(1)).height() >= letters + 10
    assert with_heading - view.visualRect(rows.index(1)).height() >= letters
