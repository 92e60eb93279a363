"""Searching all conversations from the sidebar: while one types, by keys, and to the place that was found."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.message import State
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.found_list import FoundRole
from glmdesk.ui.widgets.find_bar import FindBar
from glmdesk.ui.widgets.found_view import FoundView
from glmdesk.ui.widgets.message_view import MessageView
from glmdesk.ui.widgets.search_field import SearchField
from tests.storage.examples import answer, conversation, question
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.waiting import until

pytestmark = pytest.mark.anyio

Opening = Callable[..., AbstractAsyncContextManager[OpenWindow]]


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path, catalog, icons)


async def fill(database: Database) -> None:
    """Store a conversation about whales with three hundred messages, and one about plans."""
    store = Conversations(database)
    whales = conversation("About whales")
    chain = [question(whales, "What is a whale?")]
    for number in range(300):
        text = "The **blue** whale 蓝鲸 is the largest." if number == 40 else f"Fact {number}."
        chain.append(answer(chain[-1], text, state=State.COMPLETE))
    await store.create(whales, *chain)
    plans = conversation("风险 Plan", minutes=5)
    asked = question(plans, "A plan for the week?")
    first, second = (
        answer(asked, text, state=State.COMPLETE) for text in ("Old plan: walk.", "New one: run.")
    )
    await store.create(plans, asked, first, second)


class Search:
    """The field, and what is found."""

    def __init__(self, window: OpenWindow) -> None:
        self._window = window
        (self.field,) = window.window.findChildren(SearchField)

    @property
    def view(self) -> FoundView:
        (view,) = self._window.window.findChildren(FoundView)
        return view

    @property
    def rows(self) -> list[str]:
        model = self.view.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    @property
    def headings(self) -> list[str]:
        model = self.view.model()
        return [model.index(row, 0).data(FoundRole.HEADING) for row in range(model.rowCount())]

    async def type(self, text: str) -> None:
        self.field.setText(text)
        await self._window.tasks.ended("search")

    @property
    def note(self) -> str:
        note = self._window.desk._searching._note
        return note.text() if note.isVisible() else ""


async def test_what_is_typed_is_found_in_titles_and_messages(opened: Opening) -> None:
    async with opened() as window:
        await fill(window.database)
        search = Search(window)
        await search.type("plan")

        assert search.view.isVisible()
        assert not window.conversations.isVisible()
        assert search.headings == ["Titles", "Messages", ""]
        assert search.rows[0] == "风险 Plan"
        assert sorted(search.rows[1:]) == ["风险 Plan\nA plan for the week?", "风险 Plan\nOld plan: walk."]
        await search.type("险")
        assert search.rows == ["风险 Plan"]
        await search.type("zebra")
        assert (search.rows, search.note) == ([], "Nothing was found.")
        await search.type("")
        assert window.conversations.isVisible()
        assert not search.view.isVisible()
        assert search.note == ""


async def test_a_filter_that_means_nothing_is_named(opened: Opening) -> None:
    async with opened() as window:
        search = Search(window)
        await search.type("plan before:soon")

        assert "“before:soon” cannot be understood." in search.note


async def test_a_hit_is_shown_at_its_place_with_the_words_marked(opened: Opening) -> None:
    async with opened() as window:
        await fill(window.database)
        search = Search(window)
        await search.type("blue whale")
        QTest.keyClick(search.field, Qt.Key.Key_Return)
        await until(
            lambda: window.window.windowTitle().startswith("About whales"), window.chat.message_wanted
        )
        await window.tasks.ended("find")
        (bar,) = window.window.findChildren(FindBar)
        views = [view for view in window.window.findChildren(MessageView) if view.isVisible()]
        (shown,) = [view for view in views if "largest" in view.spoken_text()]

        assert bar.isVisible()
        assert bar.field.text() == "whale"
        assert 0 <= shown.y() < window.window.height()
        assert shown._hits
        # What was found stays there for the next one.
        assert search.field.text() == "blue whale"


async def test_a_hit_in_another_branch_shows_that_branch(opened: Opening) -> None:
    async with opened() as window:
        await fill(window.database)
        search = Search(window)
        await search.type("walk")
        QTest.keyClick(search.field, Qt.Key.Key_Return)
        await until(lambda: "Old plan: walk." in window.messages, window.chat.message_wanted)
        await search.type("run")
        QTest.keyClick(search.field, Qt.Key.Key_Return)
        await until(lambda: "New one: run." in window.messages, window.chat.message_wanted)


async def test_keys_lead_to_what_was_found_and_back(opened: Opening) -> None:
    async with opened() as window:
        await fill(window.database)
        search = Search(window)
        window.window.activateWindow()
        window.window.search_requested.emit()
        assert search.field.hasFocus()
        await search.type("plan")
        QTest.keyClick(search.field, Qt.Key.Key_Down)
        assert search.view.hasFocus()
        assert search.view.currentIndex().row() == 0
        QTest.keyClick(search.view, Qt.Key.Key_Down)
        QTest.keyClick(search.view, Qt.Key.Key_Up)
        assert search.view.hasFocus()
        QTest.keyClick(search.view, Qt.Key.Key_Up)
        assert search.field.hasFocus()
        QTest.keyClick(search.field, Qt.Key.Key_Escape)

        assert search.field.text() == ""
        assert window.conversations.isVisible()


async def test_only_the_last_line_is_looked_for(opened: Opening) -> None:
    async with opened() as window:
        await fill(window.database)
        search = Search(window)
        for text in ("w", "wh", "wha", "whal"):
            search.field.setText(text)
        await search.type("plan")

        assert all("lan" in row for row in search.rows)


async def test_what_is_written_can_be_found(opened: Opening) -> None:
    async with opened() as window:
        await window.ask("一个特别的问题")
        search = Search(window)
        await search.type("特别")

        assert search.rows
