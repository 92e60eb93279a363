"""What a screen reader finds in the list of conversations, and what it can do there."""

from datetime import UTC, datetime

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from pytestqt.qtbot import QtBot

from glmdesk.domain.conversation import Conversation
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.widgets.conversation_view import ConversationView


@pytest.fixture
def rows() -> ConversationList:
    now = datetime.now(UTC)
    rows = ConversationList()
    rows.reset_rows(
        [Conversation(name, f"Title {name}", now, now, "glm-4-plus") for name in "abc"], has_more=False
    )
    return rows


@pytest.fixture
def view(qtbot: QtBot, rows: ConversationList) -> ConversationView:
    view = ConversationView(rows)
    qtbot.addWidget(view)
    view.resize(260, 400)
    view.show()
    view.activateWindow()
    return view


def heard(view: ConversationView, row: int | None = None) -> QAccessibleInterface:
    the_list = QAccessible.queryAccessibleInterface(view)
    return the_list if row is None else the_list.child(row)


def do(item: QAccessibleInterface, *, focus: bool = False) -> None:
    actions = item.actionInterface()
    assert actions is not None
    actions.doAction(actions.setFocusAction() if focus else actions.pressAction())


def test_every_row_has_a_name_a_place_and_an_action_that_opens_it(
    view: ConversationView, qtbot: QtBot
) -> None:
    assert heard(view).role() == QAccessible.Role.List
    assert heard(view).text(QAccessible.Text.Name) == "Conversations"
    items = [heard(view, row) for row in range(heard(view).childCount())]
    assert [item.text(QAccessible.Text.Name) for item in items] == ["Today", "Title a", "Title b", "Title c"]
    roles = QAccessible.Role
    assert [item.role() for item in items] == [roles.Heading, *3 * [roles.ListItem]]
    assert [heard(view).indexOfChild(item) for item in items] == [0, 1, 2, 3]
    centre = items[2].rect().center()
    assert heard(view).childAt(centre.x(), centre.y()).text(QAccessible.Text.Name) == "Title b"
    assert all(item.state().extSelectable for item in items[1:])
    assert not items[0].state().selectable
    with qtbot.assertNotEmitted(view.chosen):
        do(items[0])
    with qtbot.waitSignal(view.chosen) as chosen:
        do(items[2])

    assert chosen.args == ["b"]


def test_the_row_with_the_keyboard_and_the_chosen_one_are_told(view: ConversationView) -> None:
    view.select("a")
    view.clearFocus()
    assert heard(view, 1).state().selected
    assert not heard(view, 1).state().focused, "nobody is in the list"
    do(heard(view, 3), focus=True)

    assert view.hasFocus()
    assert heard(view, 3).state().focused
    assert heard(view).focusChild() is heard(view, 3)
    assert not heard(view, 1).state().selected


def test_a_row_that_is_gone_is_no_longer_valid(view: ConversationView, rows: ConversationList) -> None:
    last = heard(view, 3)
    rows.remove("a")

    assert not last.isValid()
    assert last.state().invalid
    assert heard(view).childCount() == 3
    assert heard(view, 1).text(QAccessible.Text.Name) == "Title b"
    assert heard(view).child(3) is None


def test_a_row_above_what_is_seen_says_so(view: ConversationView) -> None:
    view.resize(260, 40)
    view.scrollToBottom()

    assert heard(view, 1).state().offscreen
    assert not heard(view, 3).state().offscreen
