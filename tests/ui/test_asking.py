"""What questions are asked with, in the composer, and the word on what models want to run."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QPushButton, QToolButton

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.tool import Risk
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.menu_button import MenuButton
from tests.support.script import Answer, ToolCall
from tests.tools.kit import Kit
from tests.ui.approving import answerable, approval
from tests.ui.keyboard import ENTER, press
from tests.ui.open_window import OpenWindow, open_window, visible_buttons
from tests.ui.waiting import idle, until

Opening = Callable[..., AbstractAsyncContextManager[OpenWindow]]
SEND = ToolCall("send_note", '{"title":"购物","to":["a@example.org"]}', "call-1")


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path, catalog, icons)


@pytest.fixture
def kit() -> Kit:
    return Kit()


def button(window: OpenWindow, name: str) -> QToolButton:
    (found,) = window.named(name)
    assert isinstance(found, QToolButton)
    return found


async def tools_menu(window: OpenWindow) -> QMenu:
    tools = button(window, "Tools")
    assert isinstance(tools, MenuButton)
    tools.click()
    await idle(lambda: window.tasks.is_running("tools"))
    return tools.menu_below


async def choose(window: OpenWindow, *titles: str) -> None:
    for title in titles:
        menu = await tools_menu(window)
        next(action for action in menu.actions() if action.text() == title).trigger()


async def ask_until_asked(window: OpenWindow, text: str) -> None:
    window.type(text)
    press(window.composer.input, ENTER)
    await answerable(window)


async def test_the_web_is_searched_while_its_button_is_on(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("Rain."), Answer("Sun."))
        web = button(window, "Web search")
        web.click()
        assert web.isChecked()
        assert web.text() == "Web search", "a chip while it is on"
        await window.ask("Weather?")
        web.click()
        await window.ask("And tomorrow?")
        first, second = window.service.chats

        assert first.body["tools"][0]["type"] == "web_search"
        assert "tools" not in second.body
        assert not web.isChecked()


async def test_the_web_cannot_be_searched_for_a_model_that_does_not_and_the_reason_is_said(
    opened: Opening,
) -> None:
    async with opened() as window:
        window.service.always(Answer("Yes."))
        web = button(window, "Web search")
        web.click()
        window.chat.choose_model("glm-4-long")
        assert not web.isEnabled()
        assert not web.isChecked()
        assert web.toolTip().startswith("GLM-4-Long does not search the web.")
        assert web.accessibleDescription() == web.toolTip()
        await window.ask("Weather?")
        assert "tools" not in window.service.chats[-1].body

        window.chat.choose_model("glm-4-plus")
        assert web.isEnabled()
        assert web.isChecked(), "this chat has it on"
        assert web.accessibleDescription() == ""


async def test_each_chat_has_its_own_ways(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("Rain."))
        button(window, "Web search").click()
        await window.ask("Weather?")
        window.press("New chat")
        assert not button(window, "Web search").isChecked()
        await window.choose("Weather?")
        assert button(window, "Web search").isChecked()


async def test_tools_are_chosen_in_their_menu(opened: Opening, kit: Kit) -> None:
    kit.add("read_note")
    kit.add("calculate")
    async with opened(tool_sources=[kit]) as window:
        window.service.script(Answer("Hello."))
        await choose(window, "Calculate", "Read Note", "Calculate")
        menu = await tools_menu(window)
        marked = [action.text() for action in menu.actions() if action.isChecked()]
        menu.hide()
        assert marked == ["Read Note"]
        assert button(window, "Tools").text() == "1 tool"
        assert button(window, "Tools").isChecked()
        await window.ask("Hello")

        names = [tool["function"]["name"] for tool in window.service.chats[0].body["tools"]]
        assert names == ["read_note"]


async def test_what_a_tool_is_called_with_is_in_view_before_it_runs(opened: Opening, kit: Kit) -> None:
    send = kit.add("send_note", Risk.ACTS)
    async with opened(tool_sources=[kit]) as window:
        window.service.script(Answer("", tool_calls=(SEND,)), Answer("Sent."))
        await choose(window, "Send Note")
        await ask_until_asked(window, "Send it.")
        panel = approval(window)
        assert panel.isVisible()
        arguments = panel.findChild(QPlainTextEdit)
        assert arguments is not None
        assert '"a@example.org"' in arguments.toPlainText()
        assert send.called == []
        assert "Tool call: send_note · waits for your word" in window.messages[-1]
        assert "Retry" not in [button.text() for button in visible_buttons(window.window)]
        window.press("Allow once")
        await window.answered()

        assert "Tool call: send_note · done" in window.messages[-2]
        assert len(send.called) == 1
        assert not panel.isVisible()
        assert window.messages[-1] == "Sent."


async def test_a_denied_call_tells_the_model_why(opened: Opening, kit: Kit) -> None:
    send = kit.add("send_note", Risk.ACTS)
    async with opened(tool_sources=[kit]) as window:
        window.service.script(Answer("", tool_calls=(SEND,)), Answer("As you wish."))
        await choose(window, "Send Note")
        await ask_until_asked(window, "Send it.")
        (reason,) = window.named("Reason")
        reason.setText("Not now.")  # type: ignore[attr-defined]
        press(reason, ENTER)
        await window.answered()

        assert send.called == []
        assert "Not now." in window.service.chats[1].body["messages"][-1]["content"]


async def test_a_question_of_another_chat_says_which(opened: Opening, kit: Kit) -> None:
    kit.add("send_note", Risk.ACTS)
    async with opened(tool_sources=[kit]) as window:
        window.service.script(Answer("", tool_calls=(SEND,)), Answer("Sent."))
        await choose(window, "Send Note")
        await ask_until_asked(window, "Send it.")
        window.press("New chat")
        headline = approval(window)._headline.text()
        assert "In the chat “Send it.”" in headline
        window.press("Allow once")
        (row,) = window.rows.conversations
        await idle(lambda: window.tasks.is_running(f"turn:{row.id}"))
        assert not approval(window).isVisible()


async def test_a_press_that_was_meant_for_what_stood_there_before_answers_nothing(
    opened: Opening, kit: Kit
) -> None:
    send = kit.add("send_note", Risk.ACTS)
    async with opened(tool_sources=[kit]) as window:
        window.service.script(
            Answer("", tool_calls=(SEND, structs.replace(SEND, id="call-2"))), Answer("Sent.")
        )
        await choose(window, "Send Note")
        await ask_until_asked(window, "Send it twice.")
        panel = approval(window)
        allow, chat, always, deny = panel.findChildren(QPushButton)
        assert "1 more after this." in panel._headline.text()
        allow.setFocus()
        QTest.mouseClick(allow, Qt.MouseButton.LeftButton)
        await until(lambda: "1 more" not in panel._headline.text(), window.engine.tools.settled)

        # The second question is there, at the same place and with the same words.
        assert panel.isVisible()
        assert not allow.hasFocus()
        assert panel.isAncestorOf(panel.focusWidget())
        for one in (allow, chat, always, deny):
            QTest.mouseClick(one, Qt.MouseButton.LeftButton)
            QTest.keyClick(one, Qt.Key.Key_Space)
        QTest.keyClick(panel.focusWidget(), Qt.Key.Key_Return)
        (reason,) = window.named("Reason")
        press(reason, ENTER)
        await until(lambda: len(send.called) == 1, window.engine.tools.settled)
        assert panel.isVisible()

        await answerable(window)
        QTest.mouseClick(deny, Qt.MouseButton.LeftButton)
        await window.answered()
        assert len(send.called) == 1
        assert window.messages[-1] == "Sent."


async def test_stopping_takes_the_question_back_and_gives_the_keyboard_back(
    opened: Opening, kit: Kit
) -> None:
    kit.add("send_note", Risk.ACTS)
    async with opened(tool_sources=[kit]) as window:
        window.service.script(Answer("", tool_calls=(SEND,)))
        await choose(window, "Send Note")
        await ask_until_asked(window, "Send it.")
        approval(window).stops[0].setFocus()
        window.press("Stop")
        await window.answered()

        assert not approval(window).isVisible()
        assert window.window.focusWidget() is window.composer.input
