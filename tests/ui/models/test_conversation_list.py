"""The rows of the sidebar: order, headings, marks, and every change announced."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from glmdesk.domain.conversation import Conversation
from glmdesk.ui.models.conversation_list import ConversationList, Role
from tests.ui.models.announced_rows import AnnouncedRows

ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Role.ID,
    Role.GROUP,
    Role.IS_RUNNING,
    Role.IS_UNREAD,
)


def conversation(id_: str, *, days: float = 0, title: str = "", pinned: bool = False) -> Conversation:
    """Return a conversation that was last touched some days ago, at noon or so."""
    noon = datetime.now().astimezone().replace(hour=12, minute=0, second=0, microsecond=0)
    moment = (noon - timedelta(days=days)).astimezone(UTC)
    return Conversation(id_, title or id_, moment, moment, "glm-4-plus", pinned=pinned)


def listing(*rows: Conversation, has_more: bool = False) -> ConversationList:
    model = ConversationList()
    model.reset_rows(rows, has_more=has_more)
    return model


def ids(model: ConversationList) -> list[str]:
    return [model.index(row).data(Role.ID) for row in range(model.rowCount())]


def headings(model: ConversationList) -> list[str]:
    return [model.index(row).data(Role.GROUP) for row in range(model.rowCount())]


def test_pinned_ones_come_first_then_the_latest() -> None:
    model = listing(
        conversation("old", days=3),
        conversation("new", days=1),
        conversation("pinned-old", days=40, pinned=True),
        conversation("pinned-new", days=20, pinned=True),
    )

    assert ids(model) == ["pinned-new", "pinned-old", "new", "old"]


def test_a_heading_stands_above_the_first_row_of_its_group_only() -> None:
    model = listing(
        conversation("pinned", days=3, pinned=True),
        conversation("today", days=0),
        conversation("yesterday-1", days=1),
        conversation("yesterday-2", days=1.2),
        conversation("week", days=5),
        conversation("week-2", days=6),
    )

    assert headings(model) == ["Pinned", "Today", "Yesterday", "", "Previous 7 days", ""]


def test_older_ones_stand_below_their_month() -> None:
    model = listing(conversation("a", days=100), conversation("b", days=400))
    months = [(datetime.now().astimezone() - timedelta(days=days)).strftime("%Y") for days in (100, 400)]

    assert [heading.split()[-1] for heading in headings(model)] == months


def test_a_moment_in_the_future_is_today() -> None:
    assert headings(listing(conversation("later", days=-2))) == ["Today"]


def test_a_conversation_without_a_title_is_a_new_chat() -> None:
    now = datetime.now(UTC)
    model = listing(Conversation("one", "", now, now, "glm-4-plus"))

    assert model.index(0).data() == "New chat"


def test_a_changed_conversation_moves_to_where_it_belongs() -> None:
    model = listing(conversation("a", days=1), conversation("b", days=2))
    model.put(conversation("b", days=0))

    assert ids(model) == ["b", "a"]
    assert headings(model) == ["Today", "Yesterday"]


def test_the_next_page_is_added_once() -> None:
    first = [conversation("a", days=1), conversation("b", days=2)]
    model = listing(*first, has_more=True)
    model.append_page([first[1], conversation("c", days=3)], has_more=False)

    assert ids(model) == ["a", "b", "c"]
    assert not model.canFetchMore(QModelIndex())


def test_reaching_the_end_asks_for_more_once(qtbot: QtBot) -> None:
    model = listing(conversation("a"), has_more=True)
    assert model.canFetchMore(QModelIndex())
    with qtbot.waitSignal(model.more_wanted):
        model.fetchMore(QModelIndex())

    assert not model.canFetchMore(QModelIndex())
    model.append_page([], has_more=True)
    assert model.canFetchMore(QModelIndex())


def test_marks_stay_with_a_conversation_that_moves() -> None:
    model = listing(conversation("a", days=1), conversation("b", days=2))
    model.set_running("b", is_marked=True)
    model.set_unread("a", is_marked=True)
    model.put(conversation("b", days=0))

    assert [model.index(row).data(Role.IS_RUNNING) for row in (0, 1)] == [True, False]
    assert [model.index(row).data(Role.IS_UNREAD) for row in (0, 1)] == [False, True]


def test_an_unknown_conversation_is_marked_for_later() -> None:
    model = listing()
    model.set_unread("a", is_marked=True)
    model.put(conversation("a"))

    assert model.index(0).data(Role.IS_UNREAD) is True


def test_a_title_edited_in_the_list_is_told(qtbot: QtBot) -> None:
    model = listing(conversation("a"))
    with qtbot.waitSignal(model.renamed) as renamed:
        assert model.setData(model.index(0), "  New name ")

    assert renamed.args == ["a", "New name"]
    assert model.flags(model.index(0)) & Qt.ItemFlag.ItemIsEditable


@pytest.mark.parametrize("title", ["", "  ", "\n"])
def test_an_empty_title_is_refused(title: str) -> None:
    assert not listing(conversation("a")).setData(listing(conversation("a")).index(0), title)


def test_a_list_has_no_children() -> None:
    model = listing(conversation("a"))

    assert model.rowCount(model.index(0)) == 0
    assert not model.canFetchMore(model.index(0))
    assert model.data(QModelIndex()) is None


Operation: TypeAlias = Callable[[ConversationList], None]

names = st.sampled_from("abcdefgh")
conversations = st.builds(
    conversation,
    names,
    days=st.sampled_from([0, 0.1, 1, 1.1, 3, 6, 7, 40, 41, 400]),
    title=st.sampled_from(["", "One", "Two"]),
    pinned=st.booleans(),
)
pages = st.lists(conversations, max_size=6, unique_by=lambda row: row.id)


def in_order(row: Conversation) -> tuple[bool, float, str]:
    return (not row.pinned, -row.updated_at.timestamp(), row.id)


def append_older(model: ConversationList, page: list[Conversation]) -> None:
    """Add a page as the database gives it: older than the last row, and in order."""
    oldest = model.rowCount() and not model.conversation(model.rowCount() - 1).pinned
    limit = model.conversation(model.rowCount() - 1).updated_at if oldest else datetime.now(UTC)
    rows = [row for row in page if row.updated_at < limit and not row.pinned]
    model.append_page(sorted(rows, key=in_order), has_more=True)


operations: st.SearchStrategy[list[Operation]] = st.lists(
    st.builds(lambda row: lambda model: model.put(row), conversations)
    | st.builds(lambda row: lambda model: model.put(row), conversations)
    | st.builds(lambda name: lambda model: model.remove(name), names)
    | st.builds(
        lambda name, is_on: lambda model: model.set_running(name, is_marked=is_on), names, st.booleans()
    )
    | st.builds(
        lambda name, is_on: lambda model: model.set_unread(name, is_marked=is_on), names, st.booleans()
    )
    | st.builds(lambda page: lambda model: append_older(model, page), pages)
    | st.builds(lambda page: lambda model: model.reset_rows(page, has_more=True), pages)
    | st.just(lambda model: model.regroup())
    | st.just(lambda model: model.fetchMore(QModelIndex())),
    max_size=25,
)


@given(operations)
def test_every_change_is_announced(operations: list[Operation]) -> None:
    model = ConversationList()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    mirror = AnnouncedRows(model, ROLES)
    for operate in operations:
        operate(model)
        mirror.check()
        rows = [model.conversation(row) for row in range(model.rowCount())]
        assert rows == sorted(rows, key=in_order)
        assert [model.row_of(row.id) for row in rows] == list(range(len(rows)))
    del tester
