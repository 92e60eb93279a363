"""What belongs to the screen only: drafts, the message being edited, and which page is seen."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from glmdesk.api.client import Client
from glmdesk.chat.connection import Backend, Connection
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.draft import Draft
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import Action, Problem
from glmdesk.storage.database import Database
from glmdesk.storage.sql import execute
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.banner import Kind
from glmdesk.ui.widgets.key_entry import KeyEntry
from glmdesk.ui.widgets.starters import Starters
from tests.api.asking import KEY, NO_ROOTS
from tests.storage.examples import LATER_STEPS
from tests.support.script import Answer, Refuse
from tests.ui.controllers.behind import PAUSED
from tests.ui.keyboard import ENTER, press
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.waiting import idle, until

Opening: TypeAlias = Callable[..., AbstractAsyncContextManager[OpenWindow]]


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    """Open a window; it keeps its files when it is opened again."""
    return partial(open_window, tmp_path, catalog, icons)


@pytest.fixture
def without_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")


async def made_read_only(opened: Opening) -> None:
    """Let a later version write the file, so that this one may not."""
    async with opened() as window:
        path = window.stage.paths.data / "glmdesk.db"
        window.service.script(Answer("1"))
        await window.ask("一")
    async with Database(path, steps=LATER_STEPS):
        pass


async def test_a_refused_question_comes_back_before_what_was_written_since(opened: Opening) -> None:
    await made_read_only(opened)
    async with opened() as window:
        # The composer was no longer empty, and the question was gone.
        window.type("first")
        press(window.composer.input, ENTER)
        window.type("second")
        await window.answered()

        assert window.composer.text() == "first\n\nsecond"


async def test_a_refused_question_waits_where_it_was_asked(opened: Opening) -> None:
    await made_read_only(opened)
    async with opened() as window:
        await window.choose("一")
        conversation_id = window.chat.conversation.id
        window.type("A precious text")
        press(window.composer.input, ENTER)
        window.press("New chat")
        await idle(lambda: window.engine.answers.is_answering(conversation_id))
        assert window.composer.text() == ""
        await window.choose("一")

        assert window.composer.text() == "A precious text"


async def test_editing_another_message_keeps_the_first_draft(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"))
        await window.ask("一")
        await window.ask("二")
        window.type("a draft")
        window.press("Edit")
        assert window.composer.text() == "二"
        window.desk._conversing.binding._edit(0)
        assert window.composer.text() == "一"
        press(window.composer.input, Qt.Key.Key_Escape)

        assert window.composer.text() == "a draft"


async def test_a_draft_of_a_new_chat_becomes_nobody_elses(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(PAUSED)
        window.type("Count.")
        press(window.composer.input, ENTER)
        window.type("next")
        await until(lambda: window.messages[1:] == ["One, two,"], window.desk._conversing._messages.grew)
        window.press("New chat")
        assert window.composer.text() == ""
        await window.choose("Count.")
        assert window.composer.text() == "next"
        window.service.release(window.service.chats[0])
        await window.answered()


@pytest.mark.usefixtures("without_keyring")
@pytest.mark.logs_errors
async def test_without_a_key_every_empty_chat_asks_for_it_and_no_other(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
    async with opened(key=None) as window:
        assert page(window, KeyEntry)
        await window.choose("一")
        assert not page(window, KeyEntry)
        window.press("New chat")
        assert page(window, KeyEntry)
        assert not page(window, Starters)


@pytest.mark.usefixtures("without_keyring")
@pytest.mark.logs_errors
async def test_the_page_for_the_key_takes_the_keyboard_only_from_an_empty_message(opened: Opening) -> None:
    async with opened(key=None) as window:
        window.window.activateWindow()
        window.composer.input.setFocus()
        window.type("I am writing")
        window.engine.key.look()
        await idle(lambda: window.tasks.is_running("look"))
        assert window.window.focusWidget() is window.composer.input
        window.type("")
        window.engine.key.look()
        await idle(lambda: window.tasks.is_running("look"))

        (field,) = window.named("API key")
        assert window.window.focusWidget() is field


async def test_a_key_that_is_found_gives_the_keyboard_back_to_the_message(opened: Opening) -> None:
    async with opened() as window:
        window.window.activateWindow()
        window.engine.key.availability_changed.emit(False)
        assert page(window, KeyEntry)
        (field,) = window.named("API key")
        assert window.window.focusWidget() is field
        window.engine.key.availability_changed.emit(True)

        assert page(window, Starters)
        assert window.window.focusWidget() is window.composer.input


async def test_the_page_for_the_key_is_left_with_another_conversation(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Refuse("1000"), Answer("2"))
        await window.ask("一")
        window.press("Enter key")
        assert page(window, KeyEntry)
        window.press("New chat")

        assert not page(window, KeyEntry)
        assert page(window, Starters)


@pytest.mark.parametrize(("action", "billing"), [(Action.OPEN_CONSOLE, False), (Action.OPEN_BILLING, True)])
async def test_the_console_is_asked_for_by_what_it_is_for(
    opened: Opening, action: Action, *, billing: bool
) -> None:
    async with opened() as window:
        asked: list[bool] = []
        # Nothing is opened here: there is no browser, and who opens it is another part.
        window.desk._conversing.binding.console_requested.disconnect()
        window.desk._conversing.binding.console_requested.connect(asked.append)
        window.desk._conversing.binding.act(action)

        assert asked == [billing]


@pytest.mark.parametrize("action", [Action.RETRY, Action.CONTINUE])
async def test_nothing_but_the_buttons_of_an_answer_asks_again(opened: Opening, action: Action) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        window.window.chat.banner.acted.emit(action.value)
        await asyncio.sleep(0)

        assert not window.is_answering
        assert len(window.service.chats) == 1


async def test_a_question_is_edited_where_its_answer_says_so(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Refuse("1301"), Answer("3"))
        await window.ask("一")
        await window.ask("二")
        window.press("Edit the question")
        assert window.composer.text() == "二"
        await window.ask("三")

        assert window.messages == ["一", "1", "三", "3"]


def page(window: OpenWindow, kind: type[KeyEntry] | type[Starters]) -> bool:
    """Whether a page is seen."""
    return any(child.isVisible() for child in window.window.findChildren(kind))


THERE = Endpoint.parse("https://example.org/v4")
ELSEWHERE = Endpoint.parse("https://example.com/v4")
NOBODY = Backend(lambda key: Client(THERE, key, tls=NO_ROOTS))


def move(window: OpenWindow, endpoint: Endpoint) -> None:
    """Let the window go to another address."""
    window.engine.follow(Connection(endpoint, window.secrets, lambda _endpoint: NOBODY))


async def arrived(window: OpenWindow) -> None:
    """Wait until the window has gone there and has looked for the key."""
    await idle(lambda: window.tasks.is_running("reconnect") or window.tasks.is_running("look"))


@pytest.mark.usefixtures("without_keyring")
@pytest.mark.logs_errors
async def test_another_address_without_a_key_is_said_at_once_where_messages_are_read(opened: Opening) -> None:
    # Nothing said so, until the next question failed; and what was said stayed when there was a key again.
    async with opened(key=None) as window:
        here, banner = window.engine.offering.connection.endpoint, window.window.chat.banner
        window.engine.key.save(KEY)
        await idle(lambda: window.tasks.is_running("key"))
        window.service.script(Answer("1"))
        await window.ask("一")
        for endpoint in (THERE, ELSEWHERE):
            move(window, endpoint)
            await arrived(window)
            assert banner.accessibleName() == f"There is no API key for {endpoint.host} yet."
        assert not page(window, KeyEntry)
        move(window, here)
        await arrived(window)
        assert not banner.isVisible()
        move(window, THERE)
        await arrived(window)
        window.press("Enter key")

        assert page(window, KeyEntry)
        assert not banner.isVisible()


async def test_a_variable_that_holds_no_key_is_named_wherever_a_key_is_missed(opened: Opening) -> None:
    # The first screen offered beginnings as if all were well, and no text named the variable.
    words = "Correct the variable GLMDESK_API_KEY, then start glmdesk again."
    async with opened(key="two words") as window:
        assert page(window, KeyEntry)
        assert words in "".join(label.text() for label in window.window.findChildren(QLabel))
        await window.ask("一")
        labels = [label.text() for label in window.window.findChildren(QLabel) if label.isVisible()]
        assert any(words in text for text in labels)
        assert window.named("Enter key") == []
        window.engine.key.look()
        await arrived(window)

        assert words in window.window.chat.banner.accessibleName()
        assert window.service.chats == []


@pytest.mark.usefixtures("without_keyring")
@pytest.mark.logs_errors
async def test_a_key_is_asked_for_in_one_place_only(opened: Opening) -> None:
    async with opened(key=None) as window:
        window.engine.key.save(KEY)
        await idle(lambda: window.tasks.is_running("key"))
        window.service.script(Answer("1"))
        await window.ask("一")
        move(window, THERE)
        await arrived(window)
        assert window.named("Enter key")
        window.press("New chat")

        assert page(window, KeyEntry)
        assert window.named("Enter key") == []


async def test_what_else_the_banner_says_is_not_taken_away_with_a_key(opened: Opening) -> None:
    async with opened() as window:
        window.window.chat.banner.show_message(Kind.NOTICE, "Something else.", action="undo:1", label="Undo")
        window.engine.key.look()
        await arrived(window)

        assert window.window.chat.banner.isVisible()


async def test_an_address_that_cannot_be_used_is_said_in_place_of_a_key(opened: Opening) -> None:
    refusal = Problem("base-url", "“x” is no address.", "Give another.", Action.OPEN_SETTINGS)
    async with opened() as window:
        here, banner = window.engine.offering.connection.endpoint, window.window.chat.banner
        window.engine.follow(Connection(refusal, window.secrets, lambda _endpoint: NOBODY))
        await arrived(window)
        assert banner.accessibleName() == refusal.words
        assert page(window, Starters)
        await window.ask("一")
        assert window.messages[0] == "一"
        assert refusal.headline in "".join(label.text() for label in window.window.findChildren(QLabel))
        window.desk._conversing.binding.act(Action.OPEN_CONSOLE)
        assert banner.accessibleName() == refusal.words
        move(window, here)
        await arrived(window)

        assert not banner.isVisible()
        assert window.service.chats == []


async def test_a_question_in_a_conversation_that_is_gone_comes_back_in_a_new_chat(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        await window.database.write(lambda connection: execute(connection, "DELETE FROM conversations"))
        window.type("A precious text")
        press(window.composer.input, ENTER)
        await window.answered()

        assert window.composer.text() == "A precious text"
        assert not window.chat.is_stored
        assert window.titles == []
        assert "deleted in another window" in window.banner_text


async def test_enter_while_a_turn_begins_by_itself_loses_nothing(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(PAUSED)
        window.type("first")
        press(window.composer.input, ENTER)
        window.chat.ask(Draft("second"))

        assert window.composer.text() == "second"
        window.press("Stop")
        await window.answered()
