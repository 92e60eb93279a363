"""The user's own tools in the window: looked at, used, changed, and called by a model."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QListWidget, QMenu, QPlainTextEdit, QPushButton, QTabBar

from glmdesk.domain.catalog import Catalog
from glmdesk.storage.settings import Settings
from glmdesk.ui.dialogs.own_tools import OwnToolsDialog
from glmdesk.ui.icons import Icons
from tests.support.script import Answer, ToolCall
from tests.ui.approving import approval
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.test_asking import ask_until_asked, choose, tools_menu
from tests.ui.test_window import shown_labels
from tests.ui.waiting import idle

Opening = Callable[..., AbstractAsyncContextManager[OpenWindow]]

ADD = 'def add(a: int, b: int) -> int:\n    """Add two numbers."""\n    print("adding")\n    return a + b\n'


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path, catalog, icons, has_tools=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "data" / "tools").mkdir(parents=True)
    path = tmp_path / "data" / "tools" / "sums.py"
    path.write_text(ADD, encoding="utf-8")
    return path


def make(folder: Path) -> None:
    folder.mkdir(parents=True)


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


async def settled(window: OpenWindow) -> None:
    await idle(lambda: window.tasks.is_running("own-tools"))


async def shown(window: OpenWindow) -> OwnToolsDialog:
    window.toolkit.show_own()
    await settled(window)
    (dialog,) = window.window.findChildren(OwnToolsDialog)
    return dialog


async def press(window: OpenWindow, dialog: OwnToolsDialog, name: str) -> None:
    button(dialog, name).click()
    await settled(window)


def button(dialog: OwnToolsDialog, name: str) -> QPushButton:
    (found,) = [one for one in dialog.findChildren(QPushButton) if one.text() == name]
    return found


def code(dialog: OwnToolsDialog) -> str:
    (found,) = dialog.findChildren(QPlainTextEdit)
    return found.toPlainText()


def rows(dialog: OwnToolsDialog) -> list[str]:
    (found,) = dialog.findChildren(QListWidget)
    return [found.item(row).text() for row in range(found.count())]


def tabs(dialog: OwnToolsDialog) -> list[str]:
    (found,) = dialog.findChildren(QTabBar)
    return [found.tabText(index) for index in range(found.count()) if found.isTabVisible(index)]


async def test_a_new_folder_holds_an_example_whose_code_is_shown(opened: Opening, tmp_path: Path) -> None:
    async with opened() as window:
        dialog = await shown(window)

        assert rows(dialog) == ["dice.py\nNot reviewed"]
        assert code(dialog) == (tmp_path / "data" / "tools" / "dice.py").read_text(encoding="utf-8")
        assert "throw_dice: Throw dice and return what they show." in shown_labels(dialog)
        assert str(tmp_path / "data" / "tools") in shown_labels(dialog)
        assert tabs(dialog) == ["Code"]
        assert not button(dialog, "Stop using it").isEnabled()
        dialog.reject()


async def test_an_open_dialog_takes_another_font_for_code(opened: Opening, file: Path) -> None:
    async with opened() as window:
        dialog = await shown(window)
        (text,) = dialog.findChildren(QPlainTextEdit)
        window.stage.appearance.choose("dark", 22)
        assert text.font().pointSize() == window.stage.appearance.style.code.pointSize()
        window.stage.appearance.choose("light", 0)
        dialog.reject()


async def test_a_file_is_used_on_request_and_off_when_it_changes(opened: Opening, file: Path) -> None:
    async with opened() as window:
        dialog = await shown(window)
        await press(window, dialog, "Use it")
        assert rows(dialog) == ["sums.py\nIn use"]
        assert not button(dialog, "Use it").isEnabled()
        write(file, ADD.replace("a + b", "a - b"))
        await press(window, dialog, "Read the folder again")
        assert rows(dialog) == ["sums.py\nChanged"]
        assert tabs(dialog) == ["Code", "Changes"]
        assert code(dialog).splitlines()[-2:] == ["-    return a + b", "+    return a - b"]
        await press(window, dialog, "Use it")
        assert rows(dialog) == ["sums.py\nIn use"]
        await press(window, dialog, "Stop using it")

        assert rows(dialog) == ["sums.py\nNot reviewed"]
        dialog.reject()


async def test_what_changes_behind_the_dialog_is_not_used(opened: Opening, file: Path) -> None:
    async with opened() as window:
        dialog = await shown(window)
        write(file, ADD.replace("a + b", "a - b"))
        await press(window, dialog, "Use it")

        assert rows(dialog) == ["sums.py\nNot reviewed"]
        assert "return a - b" in code(dialog)
        assert "“sums.py” has changed while it was reviewed." in shown_labels(dialog)
        await press(window, dialog, "Use it")
        assert rows(dialog) == ["sums.py\nIn use"]
        dialog.reject()


async def test_why_a_function_is_no_tool_is_said(opened: Opening, file: Path) -> None:
    write(file, "def add(a, b):\n    return a + b\n")
    async with opened() as window:
        dialog = await shown(window)

        assert rows(dialog) == ["sums.py\nNo tools in it"]
        assert "add is no tool: it has no docstring, which tells the model what it does." in shown_labels(
            dialog
        )
        assert not button(dialog, "Use it").isEnabled()
        dialog.reject()


async def test_an_empty_folder_says_so(opened: Opening, tmp_path: Path) -> None:
    make(tmp_path / "data" / "tools")
    async with opened() as window:
        dialog = await shown(window)

        assert "There is no Python file in the folder." in shown_labels(dialog)
        assert not button(dialog, "Use it").isEnabled()
        dialog.reject()


async def test_a_python_that_is_not_there_is_said(opened: Opening, file: Path) -> None:
    words = "No Python was found that could run them: name one in the settings."
    async with opened() as window:
        dialog = await shown(window)
        assert words not in shown_labels(dialog)
        dialog.reject()
        await window.stage.settings.change(Settings.tools_python, "/nowhere/python")
        dialog = await shown(window)

        assert words in shown_labels(dialog)
        dialog.reject()


async def test_a_model_calls_a_function_after_a_word_of_the_user(opened: Opening, file: Path) -> None:
    async with opened() as window:
        menu = await tools_menu(window)
        assert "sums.py" not in [action.text() for action in menu.actions()]
        dialog = await shown(window)
        await press(window, dialog, "Use it")
        dialog.reject()
        menu = await tools_menu(window)
        (group,) = [part for part in menu.findChildren(QMenu) if part.title() == "sums.py"]
        group.actions()[0].trigger()
        call = ToolCall("add", json.dumps({"a": 40, "b": 2}), "call-1")
        window.service.script(Answer("", tool_calls=(call,)), Answer("It is 42."))
        await ask_until_asked(window, "40 + 2?")
        assert "From sums.py: add" in shown_labels(approval(window))
        window.press("Allow once")
        await window.answered()

        assert window.service.chats[-1].body["messages"][-1]["content"] == "42"
        dialog = await shown(window)
        assert tabs(dialog) == ["Code", "Log"]
        (bar,) = dialog.findChildren(QTabBar)
        bar.setCurrentIndex(2)
        assert code(dialog) == "adding\n"
        dialog.reject()


async def test_a_tool_of_the_program_runs_unasked(opened: Opening, file: Path) -> None:
    async with opened() as window:
        await choose(window, "Calculator", "Date and time")
        call = ToolCall("calculator", '{"expression": "2^64"}', "call-1")
        window.service.script(Answer("", tool_calls=(call,)), Answer("Done."))
        await window.ask("2^64?")

        first, second = window.service.chats
        assert [tool["function"]["name"] for tool in first.body["tools"]] == ["calculator", "date_time"]
        assert second.body["messages"][-1]["content"] == "18446744073709551616"


async def test_the_menu_leads_to_the_dialog(opened: Opening, file: Path) -> None:
    async with opened() as window:
        menu = await tools_menu(window)
        next(action for action in menu.actions() if action.text() == "Your tools…").trigger()
        await settled(window)

        (dialog,) = window.window.findChildren(OwnToolsDialog)
        assert rows(dialog) == ["sums.py\nNot reviewed"]
        dialog.reject()
