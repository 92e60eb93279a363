"""Servers that the service asks, through the whole window: described, chosen for a chat, sent, and shown."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QRadioButton, QTabBar

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.connector import Connector
from glmdesk.domain.errors import Action
from glmdesk.domain.message import State
from glmdesk.domain.options import Options
from glmdesk.tools.mcp.config import ServerConfig
from glmdesk.ui.dialogs.server_form import ServerForm
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.menu_button import MenuButton
from glmdesk.ui.widgets.text_input import LineInput, TextInput
from glmdesk.ui.widgets.ways_bar import WaysBar
from tests.support.script import Answer, ServiceCall
from tests.tools.kit import Kit
from tests.ui.keyboard import ENTER, press
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.test_comparing import AIR, FLASH, PLUS, ask, button
from tests.ui.test_request_code import show_code
from tests.ui.test_servers import Shown
from tests.ui.waiting import idle, until

# Without a keyring the values of headers are kept in memory, which the log tells.
pytestmark = pytest.mark.logs_errors

Opening = Callable[..., AbstractAsyncContextManager[OpenWindow]]

SECRET = "Bearer s3cr3t-of-a-server"
NOTES = Connector("notes", "https://example.org/mcp", "sse", ("find",), (("Authorization", SECRET),))
SENT = {
    "type": "mcp",
    "mcp": {
        "server_label": "notes",
        "server_url": "https://example.org/mcp",
        "transport_type": "sse",
        "allowed_tools": ["find"],
        "headers": {"Authorization": SECRET},
    },
}
FOUND = ServiceCall("notes", "find", '{"q":"茶"}', "![x](https://evil.example/x.png)")


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path, catalog, icons)


async def allow(window: OpenWindow, connector: Connector = NOTES, name: str = "My notes") -> str:
    """Add a server and let the service ask it, as who has looked at it; return its id."""
    await window.toolkit.servers.connectors()
    servers = window.toolkit.servers._loaded()
    server_id = await servers.add(ServerConfig(name, connector))
    await servers.allow(server_id, (await servers.review(server_id)).digest)
    return server_id


def choose(window: OpenWindow, *connector_ids: str, tools: tuple[str, ...] = ()) -> None:
    window.chat.choose_options("", Options(connectors=connector_ids, tools=tools))


async def open_tools(window: OpenWindow) -> list[QAction]:
    """Open the menu of the tools and return its lines, with those of the menus beside it."""
    tools = next(it for it in window.named("Tools") if isinstance(it, MenuButton))
    tools.click()
    await idle(lambda: window.tasks.is_running("tools"))
    menu = tools.menu_below
    lines = [action for part in (menu, *menu.findChildren(QMenu)) for action in part.actions()]
    menu.hide()
    return lines


def ways(window: OpenWindow) -> WaysBar:
    (bar,) = window.window.findChildren(WaysBar)
    return bar


async def test_one_is_described_by_hand_looked_at_and_allowed(opened: Opening) -> None:
    async with opened() as window:
        shown = Shown(window)
        shown.button("Add a server…").click()
        (form,) = shown.dialog.findChildren(ServerForm)
        kinds = {it.text(): it for it in form.findChildren(QRadioButton)}
        kinds["Asked by the service"].setChecked(True)
        lines = {it.accessibleName(): it for it in form.findChildren(LineInput) if it.isVisible()}
        boxes = {it.accessibleName(): it for it in form.findChildren(TextInput) if it.isVisible()}
        assert [*lines] == ["Name", "Label", "Address"]
        assert [*boxes] == ["Allowed tools", "Headers"]
        lines["Name"].setText("我的笔记")
        lines["Address"].setText("http://example.org/mcp")
        boxes["Headers"].setPlainText(f"Authorization: {SECRET}")
        for wanted, words in ((lines["Label"], "letters from a to z"), (lines["Address"], "not encrypted")):
            shown.button("Add", form).click()
            assert any(words in label.text() for label in form.findChildren(QLabel) if label.isVisible())
            wanted.setText("notes" if wanted is lines["Label"] else "https://example.org/mcp")
        boxes["Allowed tools"].setPlainText("find")
        shown.button("Add", form).click()
        await shown.until(lambda: shown.button_can("Let the service ask it"))

        assert shown.rows == ["我的笔记\nnot reviewed"]
        assert shown.text("Address") == "https://example.org/mcp"
        assert "are not asked before" in shown.words
        assert "s3cr3t" not in shown.words
        (tabs,) = shown.dialog.findChildren(QTabBar)
        assert [tabs.isTabVisible(number) for number in range(tabs.count())] == [True, *[False] * 4]
        assert await window.toolkit.servers.connectors() == ()
        shown.button("Let the service ask it").click()
        await shown.until(lambda: shown.rows == ["我的笔记\nasked by the service"])
        (offered,) = await window.toolkit.servers.connectors()
        expected = Connector("notes", "https://example.org/mcp", "streamable-http", ("find",), NOTES.headers)
        assert await window.toolkit.servers.connector(offered.id) == expected
        shown.dialog.reject()


async def test_it_is_asked_in_the_chats_that_want_it(opened: Opening) -> None:
    async with opened() as window:
        await allow(window)
        window.service.always(Answer("Two."))
        await window.ask("One?")
        next(line for line in await open_tools(window) if line.text() == "My notes").trigger()
        assert ways(window)._tools.text() == "1 server"
        await window.ask("Two?")
        window.press("New chat")
        assert ways(window)._tools.text() == ""
        await window.ask("Three?")

        assert [chat.body.get("tools") for chat in window.service.chats] == [None, [SENT], None]


async def test_a_model_for_which_the_service_asks_none_is_sent_none_and_that_is_said(opened: Opening) -> None:
    async with opened(host="open.bigmodel.cn") as window:
        choose(window, await allow(window))
        window.chat.choose_model("glm-4.7")
        words = "With GLM-4.7 the service asks no servers."
        assert words in ways(window)._tools.toolTip()
        assert words in ways(window)._tools.accessibleDescription()
        assert not ways(window)._tools.isChecked()
        lines = await open_tools(window)
        assert [line.isEnabled() for line in lines if line.text() == words] == [False]
        window.service.script(Answer("Two."))
        await window.ask("Two?")

        assert "tools" not in window.service.chats[0].body
        window.chat.choose_model(PLUS)
        assert ways(window)._tools.text() == "1 server"


@pytest.mark.parametrize("in_pieces", [False, True])
async def test_what_the_service_had_done_is_shown_as_data_and_survives_a_new_start(
    opened: Opening, in_pieces: bool
) -> None:
    calls = (ServiceCall("notes", output=[{"name": "find"}]), FOUND)
    answer = Answer("**Two.**", service_calls=calls, service_calls_in_pieces=in_pieces)
    async with opened() as window:
        choose(window, await allow(window))
        window.service.script(answer)
        await window.ask("Two?")
        said = window.messages[-1]
        assert len(window.service.chats) == 1, "nothing was carried out here, and nothing handed back"
        title = window.titles[0]
    async with opened() as window:
        await window.choose(title)

        assert window.messages[-1] == said
        assert "Tools of notes · by the service · done" in said
        assert 'notes: find · by the service · done · { "q": "茶" }' in said
        assert said.endswith("Two.")
        (answered,) = [message for message in window.chat.path if message.role == "assistant"]
        assert [call.name for call in answered.service_calls] == ["", "find"]
        assert answered.service_calls[1].output == FOUND.output


async def test_calls_are_shown_while_the_answer_is_still_written(opened: Opening) -> None:
    async with opened() as window:
        choose(window, await allow(window))
        window.service.script(
            Answer("One, two, three.", service_calls=(FOUND,), pause_after=2, flush_each=True)
        )
        window.type("Two?")
        press(window.composer.input, ENTER)
        await until(lambda: "One" in "".join(window.messages), window.engine.answers.grew)
        assert "notes: find · by the service · done" in window.messages[-1]
        window.service.release(window.service.chats[0])
        await window.answered()

        assert window.messages[-1].endswith("One, two, three.")


async def test_where_its_secrets_are_lost_nothing_is_asked_and_the_answer_says_why(opened: Opening) -> None:
    async with opened() as window:
        server_id = await allow(window)
        choose(window, server_id)
        await window.secrets.delete(f"mcp-server:{server_id}")
        await window.ask("Two?")

        assert window.service.chats == []
        (answer,) = [message for message in window.chat.path if message.role == "assistant"]
        assert answer.problem is not None
        assert (answer.state, answer.problem.action) == (State.FAILED, Action.RETRY)
        assert "keyring" in answer.problem.headline
        assert not window.is_answering


async def test_one_that_is_gone_or_off_is_left_out(opened: Opening) -> None:
    async with opened() as window:
        gone, off = await allow(window), await allow(window, Connector("sogou"), "Baike")
        choose(window, gone, off)
        servers = window.toolkit.servers._loaded()
        await servers.remove(gone)
        await servers.switch(off, is_on=False)
        window.service.script(Answer("Two."))
        await window.ask("Two?")

        assert "tools" not in window.service.chats[0].body


async def test_the_code_of_a_request_has_a_place_for_each_secret(opened: Opening) -> None:
    async with opened() as window:
        choose(window, await allow(window))
        window.service.script(Answer("Two."))
        await window.ask("Two?")
        shown = await show_code(window)

        for language in shown.languages:
            text = await shown.text(language)
            assert "YOUR_HEADER_VALUE" in text
            assert "s3cr3t" not in text
        hints = [label.text() for label in shown.dialog.findChildren(QLabel)]
        assert any("YOUR_API_KEY" in hint and "YOUR_HEADER_VALUE" in hint for hint in hints)
        shown.dialog.reject()


async def test_answers_that_are_compared_are_asked_for_without_and_their_code_says_so(
    tmp_path: Path, catalog: Catalog, icons: Icons
) -> None:
    kit = Kit()
    kit.add("read_note", says="tea")
    async with open_window(tmp_path, catalog, icons, tool_sources=[kit]) as window:
        choose(window, await allow(window, Connector("sogou")), tools=("read_note",))
        window.service.script(Answer("From Plus."), Answer("From Air."), Answer("From Flash."))
        compare = await ask(window, "Who are you?", PLUS, AIR)
        await window.answered()
        button(compare, "Keep GLM-4-Plus").click()
        shown = await show_code(window)
        assert "read_note" not in await shown.text("cURL")
        assert "mcp" not in await shown.text("cURL")
        shown.dialog.reject()
        title = window.titles[0]
    async with open_window(tmp_path, catalog, icons, tool_sources=[kit]) as window:
        await window.choose(title)
        shown = await show_code(window)
        assert "read_note" not in await shown.text("cURL"), "it is known after a new start too"
        shown.dialog.reject()
        window.chat.choose_model(FLASH)
        window.service.script(Answer("Again."))
        await window.ask("And now?")
        assert [tool["type"] for tool in window.service.chats[-1].body["tools"]] == ["function", "mcp"]
        shown = await show_code(window)
        assert "read_note" in await shown.text("cURL"), "this one was asked for with tools"
        shown.dialog.reject()
