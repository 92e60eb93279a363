"""Importing and exporting in the window: what is asked, what is shown, and what is written."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton, QRadioButton

from glmdesk.app.transfers import Transfers
from glmdesk.domain.catalog import Catalog
from glmdesk.ui.dialogs.export import ExportDialog
from glmdesk.ui.dialogs.files import SaveDialog
from glmdesk.ui.dialogs.import_history import ImportDialog
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.text_input import TextInput
from tests.storage.histories import CHATBOX, CHATGPT, leave_room_for, many, written
from tests.support.script import Answer
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.test_window import shown_labels
from tests.ui.waiting import idle, until

Opening: TypeAlias = Callable[..., AbstractAsyncContextManager[OpenWindow]]


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path / "home", catalog, icons)


def transfers(window: OpenWindow) -> Transfers:
    return window.desk._shelf.transfers


def dialog_of(window: OpenWindow, kind: type[QDialog]) -> QDialog:
    (found,) = [one for one in window.window.findChildren(kind) if one.isVisible()]
    return found


def button(dialog: QDialog, name: str) -> QPushButton:
    (found,) = [one for one in dialog.findChildren(QPushButton) if one.text() == name]
    return found


async def previewed(window: OpenWindow, path: Path) -> QDialog:
    transfers(window).import_history(str(path))
    await idle(lambda: window.tasks.is_running("import"))
    return dialog_of(window, ImportDialog)


async def test_what_would_be_added_is_shown_and_added_when_it_is_wanted(
    opened: Opening, tmp_path: Path
) -> None:
    path = written(tmp_path / "conversations.json", CHATGPT)
    async with opened() as window:
        dialog = await previewed(window, path)
        assert "A history of ChatGPT." in shown_labels(dialog)
        assert "1 new conversation\n5 new messages" in shown_labels(dialog)
        (losses,) = dialog.findChildren(TextInput)
        assert losses.toPlainText().splitlines() == [
            "Empty: It has no messages.",
            "conversation 3: It has no messages.",
        ]
        assert window.titles == [], "nothing is added before it is wanted"
        button(dialog, "Import").click()
        await idle(lambda: window.tasks.is_running("import") or window.tasks.is_running("conversations:show"))

        assert not [one for one in window.window.findChildren(ImportDialog) if one.isVisible()]
        assert window.titles == [], "it is archived there, and so it is here"
        assert "5 messages were imported." in shown_labels(window.window.chat.banner)


async def test_an_import_is_listed_and_taken_back_with_one_button(opened: Opening, tmp_path: Path) -> None:
    path = written(tmp_path / "chatbox.json", CHATBOX)
    async with opened() as window:
        dialog = await previewed(window, path)
        button(dialog, "Import").click()
        await until(lambda: set(window.titles) == {"会话", "Older"}, window.conversations.model().modelReset)
        window.press("Undo")
        await until(lambda: window.titles == [], window.conversations.model().modelReset)


async def test_what_is_said_meanwhile_takes_no_way_back_and_what_is_taken_back_is_left(
    opened: Opening, tmp_path: Path
) -> None:
    path = written(tmp_path / "chatbox.json", CHATBOX)
    async with opened() as window:
        button(await previewed(window, path), "Import").click()
        await until(lambda: len(window.titles) == 2, window.conversations.model().modelReset)
        await window.choose("会话")
        target = tmp_path / "out.md"
        transfers(window).write(None, "md", target)
        await idle(lambda: window.tasks.is_running(f"export:{target}"))
        assert window.banner_text == f"Exported to “{target}”."
        window.press("Dismiss")
        assert window.banner_text == "4 messages were imported."
        window.press("Undo")
        await until(lambda: window.titles == [], window.conversations.model().modelReset)

        assert not window.chat.is_stored, "what is gone was still shown"
        assert window.messages == []


async def test_an_import_that_fails_leaves_nothing_and_says_so(opened: Opening, tmp_path: Path) -> None:
    path = many(tmp_path / "conversations.json", 120, "text " * 4_000)
    async with opened() as window:
        dialog = await previewed(window, path)
        await window.database.maintain(lambda connection: leave_room_for(connection, 2_200_000))
        button(dialog, "Import").click()
        await idle(lambda: window.tasks.is_running("import"))
        await idle(lambda: window.tasks.is_running("conversations:show"))

        assert "The disk is full. Nothing was imported. Free some space" in shown_labels(dialog)
        assert window.titles == []
        await window.database.maintain(lambda connection: leave_room_for(connection, 1 << 30))
        dialog.reject()


async def test_what_no_json_is_made_of_ends_the_reading(opened: Opening, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"[" * 100_000)
    async with opened() as window:
        dialog = await previewed(window, path)

        assert f"“{path}” cannot be read" in shown_labels(dialog)
        dialog.reject()


@pytest.mark.logs_errors
async def test_a_fault_of_the_program_ends_the_dialog_and_is_said(
    opened: Opening, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = written(tmp_path / "chatbox.json", CHATBOX)
    async with opened() as window:
        await idle(lambda: any(map(window.tasks.is_running, ("clear-up", "index"))))
        await window.database.close()
        transfers(window).import_history(str(path))
        await idle(lambda: window.tasks.is_running("import"))

        assert not [one for one in window.window.findChildren(ImportDialog) if one.isVisible()]
        assert "A fault of glmdesk" in window.banner_text
        await window.database.open()
    # The traceback holds on to widgets, which are to die here.
    caplog.clear()


async def test_what_is_there_already_cannot_be_added_again(opened: Opening, tmp_path: Path) -> None:
    path = written(tmp_path / "chatbox.json", CHATBOX)
    async with opened() as window:
        button(await previewed(window, path), "Import").click()
        await until(lambda: len(window.titles) == 2, window.conversations.model().modelReset)
        dialog = await previewed(window, path)

        assert not button(dialog, "Import").isEnabled()
        assert "4 messages are there already" in shown_labels(dialog)
        button(dialog, "Cancel").click()
        assert not dialog.isVisible()


async def test_what_is_no_history_is_said_in_the_dialog(opened: Opening, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF")
    async with opened() as window:
        dialog = await previewed(window, path)

        assert "is no history that glmdesk can read" in shown_labels(dialog)
        assert not button(dialog, "Import").isEnabled()
        dialog.reject()


async def test_the_file_is_asked_for(opened: Opening, tmp_path: Path) -> None:
    path = written(tmp_path / "chatbox.json", CHATBOX)
    async with opened() as window:
        transfers(window).ask_what_to_import(is_folder=False)
        (asked,) = [one for one in window.window.findChildren(QFileDialog) if one.isVisible()]
        asked.fileSelected.emit(str(path))
        asked.reject()
        await idle(lambda: window.tasks.is_running("import"))
        dialog_of(window, ImportDialog).reject()


@pytest.mark.parametrize(
    ("name", "form", "beginning"),
    [
        ("Markdown", "md", b"# Count"),
        ("Web page", "html", b"<!DOCTYPE html>"),
        ("PDF", "pdf", b"%PDF-"),
        ("JSONL", "jsonl", b'{"type":"header"'),
    ],
)
async def test_a_conversation_is_written_in_each_form(
    opened: Opening, tmp_path: Path, name: str, form: str, beginning: bytes
) -> None:
    async with opened() as window:
        window.service.script(Answer("One $x^2$, two, three.\n\n```python\nx = 1\n```\n"))
        await window.ask("Count")
        transfers(window).export([window.chat.conversation.id], "Count")
        dialog = dialog_of(window, ExportDialog)
        (choice,) = [one for one in dialog.findChildren(QRadioButton) if one.text() == name]
        choice.setChecked(True)
        button(dialog, "Export…").click()
        save = dialog_of(window, SaveDialog)
        assert isinstance(save, SaveDialog)
        assert save.selectedFiles()[0].endswith(f"Count.{form}")
        path = tmp_path / f"out.{form}"
        save.chosen.emit(path)
        save.reject()
        await idle(lambda: window.tasks.is_running(f"export:{path}"))

        assert path.read_bytes().startswith(beginning)
        assert f"Exported to “{path}”." in shown_labels(window.window.chat.banner)


async def test_several_conversations_are_files_in_a_folder(opened: Opening, tmp_path: Path) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"))
        await window.ask("一")
        window.press("New chat")
        await window.ask("二")
        transfers(window).export(None)
        button(dialog_of(window, ExportDialog), "Export…").click()
        (asked,) = [one for one in window.window.findChildren(QFileDialog) if one.isVisible()]
        folder = tmp_path / "out"
        folder.mkdir()
        asked.fileSelected.emit(str(folder))
        asked.reject()
        await idle(lambda: window.tasks.is_running(f"export:{folder}"))

        (made,) = folder.iterdir()
        assert sorted(file.name for file in made.iterdir()) == ["一.md", "二.md"]


async def test_a_place_that_cannot_be_written_is_named(opened: Opening, tmp_path: Path) -> None:
    async with opened() as window:
        told: list[str] = []
        window.tasks.failed.connect(lambda _name, error: told.append(error.problem.code))
        for form in ("md", "pdf"):
            path = tmp_path / "nowhere" / f"a.{form}"
            transfers(window).write(None, form, path)
            await idle(lambda path=path: window.tasks.is_running(f"export:{path}"))  # type: ignore[misc]

        assert told == 2 * ["file-unwritable"]
