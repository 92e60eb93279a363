"""Servers of tools in the window: added, looked at, run, and used in a message."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QLabel,
    QListWidget,
    QMenu,
    QMessageBox,
    QPushButton,
    QTabBar,
    QTreeWidget,
    QWidget,
)

from glmdesk.domain.catalog import Catalog
from glmdesk.tools.mcp.config import Program
from glmdesk.ui.dialogs.server_form import PasteDialog, ServerForm
from glmdesk.ui.dialogs.servers import ServersDialog
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.menu_button import MenuButton
from glmdesk.ui.widgets.text_input import LineInput, TextInput
from tests.support.script import Answer, ToolCall
from tests.tools.mcp.run import plain_server, tool
from tests.ui.approving import answerable
from tests.ui.keyboard import ENTER, press
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.waiting import idle, until

Opening = Callable[..., AbstractAsyncContextManager[OpenWindow]]


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path / "home", catalog, icons)


class Shown:
    """The dialog of the servers on the screen."""

    def __init__(self, window: OpenWindow) -> None:
        self.window = window
        window.toolkit.servers.show()
        (self.dialog,) = window.window.findChildren(ServersDialog)
        self.controller = window.toolkit.servers._controlled()

    async def until(self, is_so: Callable[[], object]) -> None:
        await until(is_so, self.controller.changed, self.controller.refused, self.controller.looked_up)

    def button(self, name: str, within: QWidget | None = None) -> QPushButton:
        found = (within or self.dialog).findChildren(QPushButton)
        return next(one for one in found if one.text() == name and one.isVisible())

    def box(self, words: str) -> QCheckBox:
        return next(one for one in self.dialog.findChildren(QCheckBox) if words in one.text())

    @property
    def words(self) -> str:
        """All that is said in labels that can be seen."""
        labels = self.dialog.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())

    @property
    def rows(self) -> list[str]:
        found = next(it for it in self.dialog.findChildren(QListWidget) if it.accessibleName() == "Servers")
        return [found.item(number).text() for number in range(found.count())]

    def shows(self, name: str) -> bool:
        found = self.dialog.findChildren(TextInput)
        return any(it.accessibleName() == name and it.isVisible() for it in found)

    def box_of(self, name: str) -> TextInput:
        found = self.dialog.findChildren(TextInput)
        return next(it for it in found if it.accessibleName() == name and it.isVisible())

    def text(self, name: str) -> str:
        return self.box_of(name).toPlainText()

    def turn_to(self, name: str) -> None:
        (tabs,) = self.dialog.findChildren(QTabBar)
        numbers = range(tabs.count())
        tabs.setCurrentIndex(next(number for number in numbers if tabs.tabText(number).startswith(name)))

    @property
    def tools(self) -> list[list[str]]:
        (found,) = self.dialog.findChildren(QTreeWidget)
        items = [found.topLevelItem(number) for number in range(found.topLevelItemCount())]
        return [[item.text(column) for column in range(3)] for item in items if item is not None]

    def paste(self, program: Program, name: str = "plain") -> None:
        """Paste a server."""
        self.button("Paste JSON…").click()
        (form,) = self.dialog.findChildren(PasteDialog)
        described = {"command": program.command, "args": list(program.args), "env": dict(program.env)}
        (text,) = form.findChildren(TextInput)
        text.setPlainText(json.dumps({"mcpServers": {name: described}}))
        self.button("Add", form).click()

    async def add(self, program: Program, name: str = "plain") -> None:
        """Paste a server, and wait until it can be allowed to run."""
        self.paste(program, name)
        await self.until(lambda: self.button_can("Run this server"))

    def button_can(self, name: str) -> bool:
        found = self.dialog.findChildren(QPushButton)
        return any(one.text() == name and one.isVisible() and one.isEnabled() for one in found)

    async def run(self, program: Program, name: str = "plain") -> None:
        await self.add(program, name)
        self.button("Run this server").click()
        await self.until(lambda: "running" in self.words)


async def test_what_is_pasted_is_shown_and_not_run(opened: Opening, tmp_path: Path) -> None:
    mark = tmp_path / "it-ran"
    async with opened() as window:
        shown = Shown(window)
        assert "Nothing is run before you have reviewed it." in shown.words
        await shown.add(Program("touch", (str(mark), "a b")), "files")

        assert shown.rows == ["files\nnot reviewed"]
        assert shown.text("Command") == f"touch {mark} 'a b'"
        assert "with all your rights" in shown.words
        shown.dialog.reject()
    assert not mark.exists()


@pytest.mark.logs_errors  # there is no keyring for the values of variables
async def test_all_that_decides_what_is_run_was_in_view_before_it_can_be_allowed(
    opened: Opening, tmp_path: Path
) -> None:
    program = tmp_path / "serve"
    program.touch(mode=0o755)
    variables = {"LEVEL": "debug", "API_TOKEN": "s3cr3t", **{f"V{number}": "x" for number in range(20)}}
    async with opened() as window:
        shown = Shown(window)
        shown.paste(Program(str(program), ("--all",), tuple(variables.items())))
        await shown.until(lambda: shown.shows("Variables"))

        assert shown.text("Program") == str(program)
        lines = shown.text("Variables").splitlines()
        assert lines[:2] == ["LEVEL=debug", "API_TOKEN (its value is in the keyring)"]
        assert lines[-1] == "V19=x"
        assert not shown.button_can("Run this server")
        bar = shown.box_of("Variables").verticalScrollBar()
        bar.setValue(bar.maximum() - 1)
        assert not shown.button_can("Run this server")
        bar.setValue(bar.maximum())
        assert shown.button_can("Run this server")
        shown.dialog.reject()


async def test_what_is_no_json_is_said_where_it_was_pasted(opened: Opening) -> None:
    async with opened() as window:
        shown = Shown(window)
        shown.button("Paste JSON…").click()
        (form,) = shown.dialog.findChildren(PasteDialog)
        form.findChildren(TextInput)[0].setPlainText("{")
        shown.button("Add", form).click()

        assert any("This is not JSON" in label.text() for label in form.findChildren(QLabel))
        assert form.isVisible()
        form.reject()
        shown.dialog.reject()


async def test_a_server_is_described_by_hand_and_changed(opened: Opening) -> None:
    async with opened() as window:
        shown = Shown(window)
        shown.button("Add a server…").click()
        (form,) = shown.dialog.findChildren(ServerForm)
        fields = {line.accessibleName(): line for line in form.findChildren(LineInput)}
        shown.button("Add", form).click()
        assert any("has no name" in label.text() for label in form.findChildren(QLabel))
        fields["Name"].setText("mine")
        fields["Command"].setText("serve")
        texts = {box.accessibleName(): box for box in form.findChildren(TextInput)}
        texts["Arguments"].setPlainText("--all\nof it")
        shown.button("Add", form).click()
        await shown.until(lambda: shown.button_can("Run this server"))
        assert shown.text("Command") == "serve --all 'of it'"

        shown.button("Edit…").click()
        await shown.until(lambda: any(it.isVisible() for it in shown.dialog.findChildren(ServerForm)))
        form = next(it for it in shown.dialog.findChildren(ServerForm) if it.isVisible())
        args = next(box for box in form.findChildren(TextInput) if box.accessibleName() == "Arguments")
        assert args.toPlainText() == "--all\nof it"
        args.setPlainText("--none")
        shown.button("Save", form).click()
        await shown.until(lambda: shown.text("Command") == "serve --none")
        shown.dialog.reject()


async def test_why_it_did_not_start_is_said(opened: Opening) -> None:
    async with opened() as window:
        shown = Shown(window)
        await shown.add(Program("no-such-command"))
        shown.button("Run this server").click()
        await shown.until(lambda: "failed" in shown.words)

        assert "The command no-such-command was not found." in shown.words
        shown.turn_to("Log")
        assert "The command no-such-command was not found." in shown.text("Log")
        shown.dialog.reject()


async def test_a_tool_of_a_server_runs_after_a_word(opened: Opening, tmp_path: Path) -> None:
    async with opened() as window:
        shown = Shown(window)
        await shown.run(plain_server(tmp_path, [tool("say", "Says.", title="Say something")]))
        shown.turn_to("Tools")
        assert shown.tools == [["Say something", "when you allow it", ""]]
        shown.dialog.reject()
        call = ToolCall("plain_say", '{"text":"hello"}', "call-1")
        window.service.script(Answer("", tool_calls=(call,)), Answer("It said so."))
        tools = next(it for it in window.named("Tools") if isinstance(it, MenuButton))
        tools.click()
        await idle(lambda: window.tasks.is_running("tools"))
        _trigger(tools.menu_below, "Say something")
        window.type("Say it.")
        press(window.composer.input, ENTER)
        await answerable(window)
        window.press("Allow once")
        await window.answered()

        assert window.messages[-1] == "It said so."
        told = window.service.chats[1].body["messages"][-1]
        assert (told["role"], told["content"]) == ("tool", "said")


async def test_tools_that_are_described_in_another_way_are_shown_and_accepted(
    opened: Opening, tmp_path: Path
) -> None:
    hush = tool("hush")
    before, later = [hush, tool("say", "Says.")], [hush, tool("say", "Says, and reads your mail.")]
    async with opened() as window:
        shown = Shown(window)
        await shown.run(plain_server(tmp_path, before))
        plain_server(tmp_path, later)
        shown.button("Stop").click()
        await shown.until(lambda: "starts when it is used" in shown.words)
        shown.button("Start").click()
        await shown.until(lambda: "running" in shown.words)
        shown.turn_to("Tools")

        assert shown.rows == ["plain\nrunning · its tools have changed"]
        assert shown.tools == [["hush", "when you allow it", ""], ["say", "", "changed: off"]]
        assert "+Says, and reads your mail." in shown.text("What the server says of it")
        shown.button("Mark as reviewed").click()
        await shown.until(lambda: all(tool[1:] == ["when you allow it", ""] for tool in shown.tools))
        assert shown.rows == ["plain\nrunning"]
        shown.dialog.reject()


async def test_what_only_reads_runs_without_a_question_where_that_is_ticked(
    opened: Opening, tmp_path: Path
) -> None:
    looks = tool("look", annotations={"readOnlyHint": True})
    async with opened() as window:
        shown = Shown(window)
        await shown.run(plain_server(tmp_path, [looks]))
        shown.box("only read").click()
        await shown.until(lambda: shown.tools == [["look", "without a question", ""]])
        shown.box("on offer").click()
        await shown.until(lambda: shown.rows == ["plain\noff"])

        assert await window.toolkit.servers.tools() == ()
        shown.dialog.reject()


async def test_resources_and_prompts_go_into_the_message(opened: Opening, tmp_path: Path) -> None:
    async with opened() as window:
        shown = Shown(window)
        await shown.run(plain_server(tmp_path, []))
        shown.turn_to("Resources")
        await until(lambda: shown.button_can("Attach to the message"), shown.controller.resources_found)
        shown.button("Attach to the message").click()
        await until(lambda: window.composer.draft.attachments, window.composer.changed)
        assert [file.name for file in window.composer.draft.attachments] == ["A note"]

        shown = Shown(window)
        await shown.until(lambda: shown.rows == ["plain\nrunning"])
        shown.turn_to("Prompts")
        await until(lambda: "who" in _fields(shown.dialog), shown.controller.prompts_found)
        assert not shown.button_can("Put into the message")
        _fields(shown.dialog)["who"].setText("Li")
        shown.button("Put into the message").click()
        await until(lambda: window.composer.text() == "Greet Li.", window.composer.changed)


async def test_a_server_is_removed_after_a_question(opened: Opening, tmp_path: Path) -> None:
    async with opened() as window:
        shown = Shown(window)
        await shown.run(plain_server(tmp_path, [tool("say")]))
        shown.button("Remove…").click()
        (question,) = shown.dialog.findChildren(QMessageBox)
        assert "plain" in question.text()
        shown.button("Remove", question).click()
        await shown.until(lambda: not shown.rows)

        assert await window.toolkit.servers.tools() == ()
        shown.dialog.reject()


async def test_nothing_of_servers_is_loaded_before_somebody_wants_it(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("Hello."))
        await window.ask("Hello")

        assert window.toolkit.servers._servers is None


def _fields(dialog: QDialog) -> dict[str, LineInput]:
    return {line.accessibleName(): line for line in dialog.findChildren(LineInput) if line.isVisible()}


def _trigger(menu: QMenu, title: str) -> None:
    actions = [*menu.actions(), *(it for one in menu.findChildren(QMenu) for it in one.actions())]
    next(action for action in actions if action.text() == title).trigger()
    menu.hide()
