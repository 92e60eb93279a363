"""Ctrl+K: chats, messages and commands in one box, by the keyboard alone."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from glmdesk.domain.catalog import Catalog
from glmdesk.ui.dialogs.settings import SettingsDialog
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.found_list import FoundRole
from glmdesk.ui.panes.palette import Palette
from glmdesk.ui.widgets.found_view import FoundView
from tests.storage.examples import question
from tests.support.script import Answer
from tests.ui.keyboard import ENTER, compose, press
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.test_window import shown_labels
from tests.ui.waiting import idle, until

Opening = Callable[..., AbstractAsyncContextManager[OpenWindow]]


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path, catalog, icons)


class Box:
    """The palette of a window, and what is in it."""

    def __init__(self, window: OpenWindow) -> None:
        self._window = window
        window.window.palette_requested.emit()
        (self.palette,) = window.window.findChildren(Palette)
        self.field = self.palette._field
        (self.view,) = self.palette.findChildren(FoundView)

    @property
    def rows(self) -> list[str]:
        model = self.view.model()
        return [model.index(row, 0).data().partition("\n")[0] for row in range(model.rowCount())]

    @property
    def headings(self) -> list[str]:
        model = self.view.model()
        found = (model.index(row, 0).data(FoundRole.HEADING) for row in range(model.rowCount()))
        return [heading for heading in found if heading]

    async def type(self, text: str) -> None:
        self.field.setText(text)
        await idle(lambda: self._window.tasks.is_running("palette"))


async def ask_twice(window: OpenWindow) -> None:
    window.service.script(Answer("The blue whale."), Answer("Seven days."))
    await window.ask("whales")
    window.press("New chat")
    await window.ask("trip to 云南")


async def test_recent_chats_and_commands_are_offered_before_anything_is_written(opened: Opening) -> None:
    async with opened() as window:
        await ask_twice(window)
        box = Box(window)

        assert box.rows[:3] == ["trip to 云南", "whales", "New chat"]
        assert box.headings == ["Titles", "Commands"]
        assert "Backups…" in box.rows
        box.palette.reject()


async def test_a_few_letters_find_commands_chats_and_messages(opened: Opening) -> None:
    async with opened() as window:
        await ask_twice(window)
        box = Box(window)
        await box.type("e")
        assert box.headings == ["Commands", "Titles", "Messages"]
        await box.type("whale")
        assert box.headings == ["Titles", "Messages"]
        await box.type("set")
        assert "Settings" in box.rows
        await box.type("云")
        assert box.rows == ["trip to 云南", "trip to 云南"]
        await box.type("nothing like it")
        assert box.rows == []
        press(box.field, ENTER)

        assert box.palette.isVisible(), "there is nothing to choose"
        box.palette.reject()


async def test_keys_choose_a_chat_from_the_field(opened: Opening) -> None:
    async with opened() as window:
        await ask_twice(window)
        box = Box(window)
        press(box.field, Qt.Key.Key_Down)
        press(box.field, ENTER)
        await until(lambda: "whales" in window.window.windowTitle(), window.chat.conversation_changed)

        assert not window.window.findChildren(Palette) or not box.palette.isVisible()


async def test_a_message_is_led_to(opened: Opening) -> None:
    async with opened() as window:
        await ask_twice(window)
        box = Box(window)
        await box.type("blue")
        told: list[str] = []
        window.chat.message_wanted.connect(told.append)
        press(box.field, ENTER)
        await until(lambda: told, window.chat.message_wanted)

        assert "whales" in window.window.windowTitle()


async def test_commands_that_begin_as_one_writes_come_first(opened: Opening) -> None:
    async with opened() as window:
        box = Box(window)
        await box.type("setting")

        assert box.rows[:2] == ["Settings", "Chat settings"]
        box.palette.reject()


async def test_a_command_is_carried_out(opened: Opening) -> None:
    async with opened() as window:
        box = Box(window)
        await box.type("settings")
        press(box.field, ENTER)
        (dialog,) = [one for one in window.window.findChildren(QDialog) if isinstance(one, SettingsDialog)]

        assert dialog.isVisible()
        dialog.reject()


async def test_what_is_composed_belongs_to_the_input_method(opened: Opening) -> None:
    async with opened() as window:
        box = Box(window)
        compose(box.field, "she")
        press(box.field, ENTER)
        press(box.field, Qt.Key.Key_Down)

        assert box.palette.isVisible()
        assert box.view.currentIndex().row() == 0
        compose(box.field, "")
        press(box.field, Qt.Key.Key_Escape)
        assert not box.palette.isVisible()


async def test_where_nothing_is_found_it_says_so_and_what_is_wrong_with_a_filter(opened: Opening) -> None:
    async with opened() as window:
        box = Box(window)
        await box.type("zzzz")
        assert "Nothing was found." in shown_labels(box.palette)
        await box.type("before:yesterday")
        assert "cannot be understood" in shown_labels(box.palette)
        await box.type("chat")
        assert "Nothing was found." not in shown_labels(box.palette)
        box.palette.reject()


async def test_it_can_be_closed_while_it_looks(opened: Opening) -> None:
    async with opened() as window:
        await ask_twice(window)
        box = Box(window)
        box.field.setText("whale")
        assert window.tasks.is_running("palette")
        box.palette.reject()
        await idle(lambda: window.tasks.is_running("palette"))

        assert window.banner_text == ""


async def test_it_says_that_there_is_more(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("whale"))
        await window.ask("whales")
        of = window.chat.conversation
        await window.chat._store.append(*(question(of, f"whale {number}") for number in range(150)))
        box = Box(window)
        await box.type("whale")
        assert "There is more than is shown here." in shown_labels(box.palette)
        await box.type("whale 149")
        assert "There is more than is shown here." not in shown_labels(box.palette)
        box.palette.reject()
