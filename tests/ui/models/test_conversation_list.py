"""The rows of the sidebar: order, headings, marks, and every change announced."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from glmdesk.domain.conversation import Conversation
from glmdesk.domain.listing import Listing, Order
from glmdesk.ui.models.conversation_list import ConversationList, Role
from tests.ui.models.announced_rows import AnnouncedRows

ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Role.ID,
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
    return [row.data(Role.ID) for row in indices(model) if row.data(Role.ID)]


def shown(model: ConversationList) -> list[str]:
    """Return what stands in the rows, headings with a mark."""
    return [row.data() if row.data(Role.ID) else f"# {row.data()}" for row in indices(model)]


def headings(model: ConversationList) -> list[str]:
    return [row.removeprefix("# ") for row in shown(model) if row.startswith("# ")]


def indices(model: ConversationList) -> list[QModelIndex]:
    return [model.index(row) for row in range(model.rowCount())]


def index_of(model: ConversationList, id_: str) -> QModelIndex:
    row = model.row_of(id_)
    assert row is not None
    return model.index(row)


def test_pinned_ones_come_first_then_the_latest() -> None:
    model = listing(
        conversation("old", days=3),
        conversation("new", days=1),
        conversation("pinned-old", days=40, pinned=True),
        conversation("pinned-new", days=20, pinned=True),
    )

    assert ids(model) == ["pinned-new", "pinned-old", "new", "old"]


def test_a_heading_stands_above_its_group() -> None:
    model = listing(
        conversation("pinned", days=3, pinned=True),
        conversation("today", days=0),
        conversation("yesterday-1", days=1),
        conversation("yesterday-2", days=1.2),
        conversation("week", days=5),
        conversation("week-2", days=6),
    )

    assert shown(model) == [
        *("# Pinned", "pinned", "# Today", "today", "# Yesterday", "yesterday-1", "yesterday-2"),
        *("# Previous 7 days", "week", "week-2"),
    ]


def test_older_ones_stand_below_their_month() -> None:
    model = listing(conversation("a", days=100), conversation("b", days=400))
    months = [(datetime.now().astimezone() - timedelta(days=days)).strftime("%Y") for days in (100, 400)]

    assert [heading.split()[-1] for heading in headings(model)] == months


def test_a_moment_in_the_future_is_today() -> None:
    assert headings(listing(conversation("later", days=-2))) == ["Today"]


def test_a_conversation_without_a_title_is_a_new_chat() -> None:
    now = datetime.now(UTC)
    model = listing(Conversation("one", "", now, now, "glm-4-plus"))

    assert shown(model) == ["# Today", "New chat"]


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
    model.append_page([conversation("b", days=2)], has_more=True)
    assert model.canFetchMore(QModelIndex())


def test_a_page_that_could_not_be_read_is_asked_for_again() -> None:
    model = listing(conversation("a"), has_more=True)
    model.fetchMore(QModelIndex())
    model.await_page()

    assert model.canFetchMore(QModelIndex())


def test_marks_stay_with_a_conversation_that_moves() -> None:
    model = listing(conversation("a", days=1), conversation("b", days=2))
    model.set_running("b", is_marked=True)
    model.set_unread("a", is_marked=True)
    model.put(conversation("b", days=0))

    assert [index_of(model, id_).data(Role.IS_RUNNING) for id_ in "ba"] == [True, False]
    assert [index_of(model, id_).data(Role.IS_UNREAD) for id_ in "ba"] == [False, True]


def test_an_unknown_conversation_is_marked_as_running_for_later() -> None:
    model = listing()
    model.set_running("a", is_marked=True)
    model.set_unread("a", is_marked=True)
    model.put(conversation("a"))

    assert index_of(model, "a").data(Role.IS_RUNNING) is True
    assert index_of(model, "a").data(Role.IS_UNREAD) is False


def test_headings_cannot_be_chosen_or_renamed() -> None:
    model = listing(conversation("a"))

    assert model.flags(model.index(0)) == Qt.ItemFlag.NoItemFlags
    assert not model.setData(model.index(0), "b")
    assert model.conversation(0) is None


def test_only_what_the_listing_holds_is_shown() -> None:
    model = ConversationList()
    of_folder = replace(conversation("a"), folder="Work")
    model.reset_rows([of_folder], has_more=False, listing=Listing(folder="Work"))
    model.put(conversation("b"))
    assert ids(model) == ["a"]
    model.put(replace(of_folder, archived=True))
    assert shown(model) == []
    model.put(of_folder)
    model.put(replace(of_folder, folder=""))

    assert shown(model) == []


def test_the_order_is_that_of_the_listing() -> None:
    model = ConversationList()
    first = conversation("first", days=1)
    later = replace(conversation("later", days=3), updated_at=datetime.now(UTC))
    model.reset_rows([first, later], has_more=False, listing=Listing(order=Order.CREATED))

    assert shown(model) == ["# Yesterday", "first", "# Previous 7 days", "later"]


def test_what_belongs_to_a_page_that_is_not_loaded_comes_with_that() -> None:
    model = listing(conversation("p", days=9, pinned=True), conversation("a", days=1), has_more=True)
    model.put(conversation("old", days=50))
    model.put(conversation("p", days=9))
    assert shown(model) == ["# Yesterday", "a"]
    assert model.end == conversation("a", days=1)
    model.append_page([conversation("p", days=9), conversation("old", days=50)], has_more=False)

    assert ids(model) == ["a", "p", "old"]
    assert model.end is None


def test_on_a_new_day_headings_change_and_rows_stay() -> None:
    model = listing(conversation("a", days=0), conversation("b", days=1))
    mirror = AnnouncedRows(model, ROLES)
    mark = QPersistentModelIndex(index_of(model, "b"))
    model.regroup((datetime.now().astimezone() + timedelta(days=1)).date())
    mirror.check()

    assert shown(model) == ["# Yesterday", "a", "# Previous 7 days", "b"]
    assert mark.data() == "b"


def test_a_title_edited_in_the_list_is_told(qtbot: QtBot) -> None:
    model = listing(conversation("a"))
    with qtbot.waitSignal(model.renamed) as renamed:
        assert model.setData(model.index(1), "  New name ")

    assert renamed.args == ["a", "New name"]
    assert model.flags(model.index(1)) & Qt.ItemFlag.ItemIsEditable


@pytest.mark.parametrize("title", ["", "  ", "\n"])
def test_an_empty_title_is_refused(title: str) -> None:
    model = listing(conversation("a"))

    assert not model.setData(model.index(1), title)


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
    """Add a page as the database gives it: after the end of the last one, and in order."""
    if model.end is not None:
        end = in_order(model.end)
        rows = sorted((row for row in page if in_order(row) > end), key=in_order)
        model.append_page(rows, has_more=True)


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
    | st.builds(lambda page: lambda model: model.reset_rows(sorted(page, key=in_order), has_more=True), pages)
    | st.just(lambda model: model.regroup(datetime.now().astimezone().date()))
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
        conversations = [row for row in rows if row is not None]
        assert conversations == sorted(conversations, key=in_order)
        assert set(conversations) == set(model.conversations)
        assert [model.row_of(row.id) for row in conversations] == [
            number for number, row in enumerate(rows) if row is not None
        ]
        assert shown(model) == shown(listing(*conversations))
    del tester
