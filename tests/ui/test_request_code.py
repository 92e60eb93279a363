"""A request as code: the window of an answer, of a question, and of what failed says what is really sent."""

import ast
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QTabBar

from glmdesk.chat.connection import Connection
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import Problem
from glmdesk.domain.options import Options
from glmdesk.domain.request import ChatRequest
from glmdesk.render.highlight import Kind
from glmdesk.ui.dialogs.files import SaveDialog
from glmdesk.ui.dialogs.request_code import RequestCodeDialog, coloured
from glmdesk.ui.icons import Icons
from glmdesk.ui.theme import DARK
from glmdesk.ui.widgets.code_view import CodeView
from glmdesk.ui.widgets.message_footer import MessageFooter
from glmdesk.ui.widgets.message_view import MessageView
from tests.chat.requests import EVERYTHING, QUESTION, words
from tests.support.script import Answer, Refuse, ToolCall
from tests.tools.kit import Kit
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.waiting import idle

SOMEWHERE = Endpoint.parse("http://127.0.0.1:1/v4")
Opening = Callable[..., AbstractAsyncContextManager[OpenWindow]]


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path, catalog, icons)


class Shown:
    """The dialog that is open."""

    def __init__(self, window: OpenWindow) -> None:
        (self.dialog,) = window.window.findChildren(RequestCodeDialog)
        (self.tabs,) = self.dialog.findChildren(QTabBar)
        (self.view,) = self.dialog.findChildren(CodeView)

    @property
    def languages(self) -> list[str]:
        return [self.tabs.tabText(index) for index in range(self.tabs.count())]

    async def text(self, language: str) -> str:
        self.tabs.setCurrentIndex(self.languages.index(language))
        await idle(lambda: not self.view.is_complete)
        self.view.selectAll()
        self.view.copy()
        return QGuiApplication.clipboard().text()

    def press(self, name: str) -> None:
        (button,) = (it for it in self.dialog.findChildren(QPushButton) if it.accessibleName() == name)
        button.click()


async def show_code(window: OpenWindow, footer: MessageFooter | None = None) -> Shown:
    """Ask for the code of a message; that of the last one, if none is named."""
    if footer is None:
        window.choose_action("Show as code")
    else:
        footer.code_requested.emit()
    await idle(lambda: not window.window.findChildren(RequestCodeDialog))
    return Shown(window)


def asked_in(program: str) -> dict[str, Any]:
    """Return what a program in Python asks for."""
    *_, call = (
        node
        for node in ast.walk(ast.parse(program))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "create"
    )
    return {it.arg or "": ast.literal_eval(it.value) for it in call.keywords}


def sent(window: OpenWindow, number: int = -1) -> dict[str, Any]:
    """Return what the program has sent, without the id that each request has."""
    body = window.service.chats[number].body
    return {name: value for name, value in body.items() if name != "request_id"}


def footer_of(window: OpenWindow, text: str) -> MessageFooter:
    (view,) = (it for it in window.window.findChildren(MessageView) if it.spoken_text() == text)
    return view.footer


async def test_the_request_of_an_answer_is_shown_in_four_languages(opened: Opening) -> None:
    async with opened() as window:
        window.service.always(Answer("1"))
        window.chat.choose_options("Be brief.", Options(temperature=0.3, stop="。"))
        await window.ask("It's “一”\n😀")
        await window.ask("二")
        shown = await show_code(window)

        assert shown.languages == ["cURL", "Python", "Python (legacy)", "Java"]
        for language in ("Python", "Python (legacy)"):
            assert asked_in(await shown.text(language)) == sent(window)
        assert window.service.base_url in await shown.text("cURL")
        assert '.content("二")' in await shown.text("Java")
        shown.dialog.reject()


@pytest.mark.parametrize("asked", [QUESTION, EVERYTHING])
def test_the_colours_are_those_of_the_whole_text(asked: ChatRequest) -> None:
    for code, lines in coloured(asked, SOMEWHERE):
        assert lines is not None
        assert "".join("".join(run.text for run in line) + "\n" for line in lines) == code.text
        assert {Kind.STRING, Kind.KEYWORD} <= {run.kind for line in lines for run in line}


def test_what_is_long_has_no_colours_and_is_there_all_the_same() -> None:
    for code, lines in coloured(replace(QUESTION, stop=words(5_000)), SOMEWHERE):
        assert lines is None
        assert "line 4999" in code.text


async def test_an_earlier_answer_shows_what_was_asked_before_it(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("first"), Answer("second"))
        await window.ask("一")
        await window.ask("二")
        shown = await show_code(window, footer_of(window, "first"))

        assert asked_in(await shown.text("Python")) == sent(window, 0)
        shown.dialog.reject()


async def test_an_answer_of_another_model_names_that_one(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"))
        await window.ask("一")
        window.choose_action("GLM-4-Plus")
        await window.answered()
        shown = await show_code(window)

        assert asked_in(await shown.text("Python")) == sent(window)
        assert sent(window)["model"] == "glm-4-plus"
        shown.dialog.reject()


async def test_a_question_shows_the_request_it_makes(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        shown = await show_code(window, footer_of(window, "一"))

        assert asked_in(await shown.text("Python")) == sent(window)
        shown.dialog.reject()


async def test_a_request_that_failed_is_shown_too(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Refuse("1113"))
        await window.ask("一")
        shown = await show_code(window)

        assert asked_in(await shown.text("Python")) == sent(window)
        shown.dialog.reject()


async def test_what_tools_have_answered_is_in_it(opened: Opening) -> None:
    kit = Kit()
    kit.add("read_note", says="tea")
    async with opened(tool_sources=[kit]) as window:
        window.service.script(
            Answer("", tool_calls=(ToolCall("read_note", '{"title": "购物"}'),)), Answer("Tea.")
        )
        window.chat.choose_options("", Options(tools=("read_note",)))
        await window.ask("What do I need?")
        shown = await show_code(window)

        assert asked_in(await shown.text("Python")) == sent(window)
        assert [it["role"] for it in sent(window)["messages"]] == ["user", "assistant", "tool"]
        shown.dialog.reject()


async def test_without_an_address_that_can_be_used_it_says_why(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        nowhere = Problem("base-url", "No address.", "Mend it.")
        window.engine.follow(Connection(nowhere, window.secrets, lambda _endpoint: pytest.fail("used")))
        await idle(lambda: window.tasks.is_running("reconnect"))
        window.choose_action("Show as code")
        await idle(lambda: not window.banner_text)

        assert "No address." in window.banner_text
        assert not window.window.findChildren(RequestCodeDialog)


async def test_files_are_in_it_as_the_model_reads_them(opened: Opening, tmp_path: Path) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        file = tmp_path / "long.txt"
        file.write_text("它's “long”, and goes on and on.\n" * 4_000, encoding="utf-8")
        window.composer.files_given.emit([str(file)])
        await idle(lambda: window.desk._conversing.binding.writing._expected.total() > 0)
        await window.ask("Sum up.")
        shown = await show_code(window)

        assert asked_in(await shown.text("Python")) == sent(window)
        command = await shown.text("cURL")
        body = command[command.index("\n{") : command.rindex("\nJSON")]
        assert json.loads(body) == sent(window)
        shown.dialog.reject()


async def test_copy_takes_the_whole_text_and_says_so(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("x" * 5_000)
        shown = await show_code(window)
        shown.tabs.setCurrentIndex(1)
        shown.press("Copy")

        copied = QGuiApplication.clipboard().text()
        assert asked_in(copied) == sent(window)
        assert copied.endswith("flush=True)\n")
        (button,) = (it for it in shown.dialog.findChildren(QPushButton) if it.text() == "Copied")
        assert (button.accessibleName(), button.accessibleDescription()) == ("Copy", "Copied")
        shown.tabs.setCurrentIndex(2)
        assert button.text() == "Copy", "this one was not copied"
        shown.dialog.reject()


async def test_it_is_saved_under_a_name_that_goes_with_its_language(opened: Opening, tmp_path: Path) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        shown = await show_code(window)
        shown.tabs.setCurrentIndex(3)
        shown.press("Save as…")
        (save,) = shown.dialog.findChildren(SaveDialog)
        assert [Path(file).name for file in save.selectedFiles()] == ["Streaming.java"]
        save.chosen.emit(tmp_path / "Streaming.java")
        save.reject()
        await idle(lambda: window.tasks.is_running(f"save:{tmp_path / 'Streaming.java'}"))

        assert (tmp_path / "Streaming.java").read_text(encoding="utf-8") == shown.dialog.code.text
        shown.dialog.reject()


async def test_open_code_follows_the_theme(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("Hello."))
        await window.ask("Hi")
        shown = await show_code(window)
        await shown.text("Python")
        window.stage.appearance.choose("dark", 0)
        await idle(lambda: not shown.view.is_complete)
        block = shown.view.document().begin()

        assert block.text() == "# pip install zai-sdk"
        assert block.begin().fragment().charFormat().foreground().color().name() == DARK.comment
        shown.dialog.reject()
        await idle(lambda: bool(window.window.findChildren(RequestCodeDialog)))
        window.stage.appearance.choose("light", 0)
