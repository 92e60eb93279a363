"""Folders, pins and the archive: what the menus of the sidebar offer, and what follows."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.listing import Listing, Order
from glmdesk.ui.dialogs.name import NameDialog
from glmdesk.ui.panes.arranging import Arranging
from glmdesk.ui.widgets.conversation_view import ConversationView
from glmdesk.ui.widgets.text_input import LineInput
from tests.storage.examples import conversation
from tests.ui.controllers.behind import Behind, behind
from tests.ui.keyboard import ENTER, press
from tests.ui.waiting import idle


class Sidebar:
    """The list and its menus, without the rest of the window."""

    def __init__(self, desk: Behind) -> None:
        self.desk = desk
        self.holder = QWidget()
        self.view = ConversationView(desk.rows)
        self.view.setParent(self.holder)
        self.view.resize(260, 600)
        self.arranging = Arranging(self.view, desk.rows, desk.conversations)
        self.arranging.choice.setParent(self.holder)
        self.arranging.name_requested.connect(self._ask_for_name)
        self.holder.show()

    def _ask_for_name(self, question: str, name: str, take: Callable[[str], None]) -> None:
        dialog = NameDialog(question, name, self.holder)
        dialog.named.connect(take)
        dialog.open()

    @property
    def titles(self) -> list[str]:
        return [
            row.title for row in map(self.desk.rows.conversation, range(self.desk.rows.rowCount())) if row
        ]

    @property
    def shown(self) -> str:
        return self.arranging.choice.accessibleDescription()

    def mark(self, *titles: str) -> None:
        self.view.clearSelection()
        self.view.setFocus()
        for one in self.desk.rows.conversations:
            row = self.desk.rows.row_of(one.id)
            if one.title in titles and row is not None:
                self.view.selectionModel().select(
                    self.desk.rows.index(row), self.view.selectionModel().SelectionFlag.Select
                )

    @property
    def menu(self) -> dict[str, QAction]:
        """What can be done with those that are marked."""
        self.view.menu_requested.emit(QPoint())
        (*_others, menu) = [menu for menu in self.view.findChildren(QMenu) if menu.isVisible()]
        return lines(menu)

    @property
    def choice(self) -> dict[str, QAction]:
        return lines(self.arranging.choice.menu_below)

    async def choose(self, action: QAction) -> None:
        action.trigger()
        await idle(lambda: bool(self.desk.tasks._tasks))

    async def name(self, name: str) -> None:
        (dialog,) = [one for one in self.holder.findChildren(NameDialog) if one.isVisible()]
        (field,) = dialog.findChildren(LineInput)
        field.setText(name)
        press(field, ENTER)
        await idle(lambda: bool(self.desk.tasks._tasks))


def lines(menu: QMenu) -> dict[str, QAction]:
    """Return the lines of a menu and of those beside it, by what stands in them."""
    found: dict[str, QAction] = {}
    for action in menu.actions():
        if action.menu() is not None:
            found |= {f"{action.text()}: {name}": inner for name, inner in lines(action.menu()).items()}  # type: ignore[arg-type]
        elif action.text():
            found[action.text()] = action
    return found


@asynccontextmanager
async def sidebar(tmp_path: Path, catalog: Catalog) -> AsyncIterator[Sidebar]:
    async with behind(tmp_path, catalog) as desk:
        for minutes, title in enumerate("cba"):
            await desk.store.create(conversation(title, minutes=minutes))
        opened = Sidebar(desk)
        await desk.conversations.load()
        yield opened
        opened.holder.close()
        opened.holder.deleteLater()


async def test_several_are_pinned_and_unpinned_together(tmp_path: Path, catalog: Catalog) -> None:
    async with sidebar(tmp_path, catalog) as it:
        it.mark("b", "c")
        await it.choose(it.menu["Pin"])
        assert it.titles == ["b", "c", "a"]
        it.mark("a", "b")
        assert "Pin" in it.menu, "not all of them are pinned"
        it.mark("b")
        await it.choose(it.menu["Unpin"])

        assert it.titles == ["c", "a", "b"]
        assert [one.title for one in await it.desk.store.page()] == it.titles


async def test_what_is_archived_is_in_a_list_of_its_own(tmp_path: Path, catalog: Catalog) -> None:
    async with sidebar(tmp_path, catalog) as it:
        told: list[str] = []
        it.desk.conversations.archived.connect(lambda _id, title: told.append(title))
        it.mark("a", "b")
        await it.choose(it.menu["Archive"])
        assert it.titles == ["c"]
        assert sorted(told) == ["a", "b"]
        await it.choose(it.choice["Archive"])
        assert it.titles == ["a", "b"]
        assert it.shown == "Archive"
        it.mark("b")
        await it.choose(it.menu["Take out of the archive"])
        await it.choose(it.choice["All conversations"])

        assert it.titles == ["b", "c"]


async def test_a_folder_is_made_filled_renamed_and_dissolved(tmp_path: Path, catalog: Catalog) -> None:
    async with sidebar(tmp_path, catalog) as it:
        it.mark("a", "b")
        await it.choose(it.menu["Folder: New folder…"])
        await it.name("  R&D ")
        await it.choose(it.choice["R&&D (2)"])
        assert (it.titles, it.shown) == (["a", "b"], "R&D")
        assert it.desk.chat._blank().conversation.folder == "R&D", "a new chat begins where one is"
        await it.choose(it.choice["Rename the folder…"])
        await it.name("Work")
        assert (it.titles, it.shown) == (["a", "b"], "Work")
        it.mark("b")
        assert it.menu["Folder: Work"].isChecked()
        await it.choose(it.menu["Folder: None"])
        assert it.titles == ["a"]
        await it.choose(it.choice["Dissolve the folder"])

        assert (it.titles, it.shown) == (["a", "b", "c"], "All conversations")
        assert await it.desk.store.folders() == {}


async def test_the_list_of_a_folder_that_is_empty_gives_way_to_all(tmp_path: Path, catalog: Catalog) -> None:
    async with sidebar(tmp_path, catalog) as it:
        it.mark("a")
        await it.choose(it.menu["Folder: New folder…"])
        await it.name("Work")
        await it.choose(it.choice["Work (1)"])
        it.mark("a")
        await it.choose(it.menu["Folder: None"])

        assert (it.titles, it.shown) == (["a", "b", "c"], "All conversations")


async def test_the_order_is_chosen_and_kept(tmp_path: Path, catalog: Catalog) -> None:
    async with sidebar(tmp_path, catalog) as it:
        await it.choose(it.choice["Last created first"])
        assert it.choice["Last created first"].isChecked()
        await it.choose(it.choice["Archive"])

        assert it.desk.rows.listing == Listing(is_archive=True, order=Order.CREATED)


async def test_only_one_can_be_renamed(tmp_path: Path, catalog: Catalog) -> None:
    async with sidebar(tmp_path, catalog) as it:
        it.mark("a", "b")
        assert "Rename" not in it.menu
        it.view.select("nobody")
        (first, *_others) = it.desk.rows.conversations
        it.view.select(first.id)
        it.menu["Rename"].trigger()

        assert it.view.viewport().findChild(LineInput) is not None


async def test_deleting_is_asked_for_all_of_them(tmp_path: Path, catalog: Catalog) -> None:
    async with sidebar(tmp_path, catalog) as it:
        told: list[list[str]] = []
        it.arranging.delete_requested.connect(told.append)
        it.mark("a", "c")
        it.menu["Delete"].trigger()

        assert told == [it.view.selected_ids]
        assert len(told[0]) == 2


async def test_a_name_of_nothing_but_spaces_is_none(tmp_path: Path, catalog: Catalog) -> None:
    async with sidebar(tmp_path, catalog) as it:
        it.mark("a")
        await it.choose(it.menu["Folder: New folder…"])
        await it.name("   ")
        (dialog,) = [one for one in it.holder.findChildren(NameDialog) if one.isVisible()]
        dialog.reject()

        assert await it.desk.store.folders() == {}
