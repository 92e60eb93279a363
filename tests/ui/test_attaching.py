"""Files of what is being written: taken, kept with their drafts, sent, and shown with their question."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.draft import Draft
from glmdesk.domain.message import State
from glmdesk.storage.database import Database
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.message_view import MessageView
from tests.storage.examples import LATER_STEPS
from tests.support.script import Answer
from tests.ui.controllers.behind import PAUSED
from tests.ui.keyboard import ENTER, press
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.waiting import idle

Opening = Callable[..., AbstractAsyncContextManager[OpenWindow]]


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path, catalog, icons)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("one.txt", "two.txt"):
        (folder / name).write_text(f"content of {name}")
    return [str(path) for path in sorted(folder.iterdir())]


async def attach(window: OpenWindow, *files: str) -> None:
    window.composer.files_given.emit(list(files))
    await read(window)


async def read(window: OpenWindow) -> None:
    """Wait until all files are there, or refused, wherever they belong."""
    await idle(lambda: window.desk._conversing.binding.writing._expected.total() > 0)


def attached(window: OpenWindow) -> list[str]:
    return [attachment.name for attachment in window.composer.draft.attachments]


def asked(window: OpenWindow) -> list[str]:
    """Return what the model read as the last question of each request."""
    return [chat.body["messages"][-1]["content"] for chat in window.service.chats]


async def test_files_are_sent_with_every_request_of_their_branch(opened: Opening, files: list[str]) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"), Answer("3"))
        await attach(window, *files)
        await window.ask("Compare")
        window.press("Retry")
        await window.answered()
        await window.ask("Go on")

        assert attached(window) == []
        first, again, second = window.service.chats
        assert "content of one.txt" in asked(window)[0]
        assert asked(window)[0].endswith("\n\nCompare")
        assert again.body["messages"] == first.body["messages"]
        assert second.body["messages"][: len(first.body["messages"])] == first.body["messages"]


async def test_an_answer_with_files_is_continued_with_them(opened: Opening, files: list[str]) -> None:
    async with opened() as window:
        window.service.script(PAUSED, Answer("three."))
        await attach(window, files[0])
        window.type("Count")
        press(window.composer.input, ENTER)
        await idle(lambda: not any(text.startswith("One, two,") for text in window.messages))
        window.press("Stop")
        await window.answered()
        window.press("Continue")
        await window.answered()

        assert "content of one.txt" in window.service.chats[1].body["messages"][0]["content"]


async def test_a_folder_and_what_is_no_text_are_refused_and_the_others_are_taken(
    opened: Opening, files: list[str], tmp_path: Path
) -> None:
    (tmp_path / "image.png").write_bytes(b"\x89PNG\0")
    async with opened() as window:
        await attach(window, str(tmp_path), files[0], str(tmp_path / "image.png"), files[0])
        assert attached(window) == ["one.txt"], "and twice is once"
        assert f"Not attached: {tmp_path.name}, image.png. Models read PDF, DOCX" in window.banner_text
        window.window.chat.banner.dismiss()
        await attach(window, str(tmp_path))
        assert f"“{tmp_path}” is a folder." in window.banner_text
        assert len(list((window.stage.paths.data / "attachments").iterdir())) == 1, "no copy of it is left"


async def test_more_files_than_a_message_takes_are_refused(opened: Opening, files: list[str]) -> None:
    async with opened() as window:
        await attach(window, files[0])
        window.composer.files_given.emit(20 * [files[1]])

        assert "A message takes 20 files." in window.banner_text
        assert attached(window) == ["one.txt"]


async def test_files_wait_with_the_text_where_they_were_attached(opened: Opening, files: list[str]) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        window.composer.files_given.emit([files[0]])
        window.press("New chat")
        window.type("elsewhere")
        assert window.composer.button.isEnabled(), "what is read for another chat keeps nobody waiting"
        window.type("")
        await read(window)
        assert attached(window) == []
        await window.choose("一")
        assert attached(window) == ["one.txt"]
    async with opened() as window:
        await window.choose("一")

        assert attached(window) == ["one.txt"]


async def test_a_window_that_closes_waits_for_no_file(opened: Opening, files: list[str]) -> None:
    async with opened() as window:
        window.type("words")
        window.composer.files_given.emit(files)
    async with opened() as window:
        assert window.composer.text() == "words"


async def test_an_edited_question_keeps_its_files_and_takes_others(opened: Opening, files: list[str]) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"))
        await attach(window, files[0])
        await window.ask("Sum?")
        window.composer.recall_requested.emit()
        assert attached(window) == ["one.txt"]
        await attach(window, files[1])
        assert window.composer.text() == "Sum?"
        press(window.composer.input, ENTER)
        await window.answered()

        assert "content of one.txt" in asked(window)[1]
        assert "content of two.txt" in asked(window)[1]
        assert attached(window) == []
        assert window.messages[0] == "one.txt · 18 B\ntwo.txt · 18 B\n\nSum?"
        window.press("Previous variant")
        await idle(lambda: len(window.messages) < 2 or window.messages[1] != "1")
        assert window.messages[0] == "one.txt · 18 B\n\nSum?"


async def test_files_for_an_edit_come_with_its_text_and_not_after_its_end(
    opened: Opening, files: list[str]
) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("Sum?")
        window.composer.recall_requested.emit()
        window.composer.files_given.emit([files[0]])
        window.composer.edit_cancelled.emit()
        await read(window)
        window.composer.recall_requested.emit()
        assert window.composer.draft == Draft("Sum?")

        window.composer.files_given.emit([files[0]])
        window.press("New chat")
        await read(window)
        await window.choose("Sum?")
        assert attached(window) == []
        window.composer.recall_requested.emit()
        assert window.composer.text() == "Sum?"
        assert attached(window) == ["one.txt"]


async def test_a_refused_question_gives_its_files_back(opened: Opening, files: list[str]) -> None:
    async with opened() as window:
        path = window.stage.paths.data / "glmdesk.db"
    async with Database(path, steps=LATER_STEPS):
        pass
    async with opened() as window:
        await attach(window, files[0])
        window.type("Precious")
        press(window.composer.input, ENTER)
        await window.answered()

        assert window.composer.text() == "Precious"
        assert attached(window) == ["one.txt"]


async def test_what_is_shown_of_a_file_leads_to_a_copy_of_it(opened: Opening, files: list[str]) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await attach(window, files[0])
        await window.ask("Sum?")
        assert window.messages[0] == "one.txt · 18 B\n\nSum?"
        view = next(view for view in window.window.findChildren(MessageView) if view.is_card)
        (link,) = view.links.all
        assert link.tip == "Save a copy…"
        view.follow_link(link)
        await idle(lambda: not window.window.findChildren(QFileDialog))
        (dialog,) = window.window.findChildren(QFileDialog)
        dialog.reject()


async def test_a_file_that_is_gone_is_said_to_be(opened: Opening, files: list[str]) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"))
        await attach(window, files[0])
        await window.ask("Sum?")
        for path in (window.stage.paths.data / "attachments").iterdir():
            path.unlink()
        view = next(view for view in window.window.findChildren(MessageView) if view.is_card)
        view.follow_link(view.links.all[0])
        await idle(lambda: not window.banner_text)
        assert "The file “one.txt” is not there any more" in window.banner_text
        await window.ask("And now?")
        assert "content of one.txt" in window.service.chats[1].body["messages"][0]["content"], "it was read"
    async with opened() as window:
        window.service.script(Answer("3"))
        await window.choose("Sum?")
        window.press("Retry")
        await window.answered()

        assert "one.txt: (the text of this file is not available)" in str(
            window.service.chats[0].body["messages"]
        )
        assert window.desk._conversing._messages[1].message.state is State.COMPLETE
