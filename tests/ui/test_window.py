"""The whole window: what a person does with it, from the first key to the last undo."""

import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.api.client import Client
from glmdesk.chat.connection import Backend, Connection
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import Problem
from glmdesk.render import highlight
from glmdesk.storage.database import Database
from glmdesk.storage.settings import Settings
from glmdesk.ui.dialogs.settings import SettingsDialog
from glmdesk.ui.dialogs.shortcuts import ShortcutsDialog
from glmdesk.ui.icons import Icons
from glmdesk.ui.main_window import MainWindow
from glmdesk.ui.widgets.find_bar import FindBar
from glmdesk.ui.widgets.key_entry import KeyEntry
from glmdesk.ui.widgets.menu_button import MenuButton
from glmdesk.ui.widgets.message_view import MessageView
from glmdesk.ui.widgets.starters import Starters
from glmdesk.ui.widgets.text_input import LineInput
from glmdesk.ui.widgets.transcript import Transcript
from tests.api.asking import KEY, NO_ROOTS
from tests.storage.examples import LATER_STEPS
from tests.support.fault import Fault
from tests.support.script import Answer, Refuse
from tests.ui.controllers.behind import PAUSED
from tests.ui.keyboard import CONTROL, ENTER, press
from tests.ui.open_window import OpenWindow, open_window, visible_buttons
from tests.ui.waiting import idle, until
from tests.ui.widgets.reading import wheel

Opening: TypeAlias = Callable[..., AbstractAsyncContextManager[OpenWindow]]


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    """Open a window; it keeps its files when it is opened again."""
    return partial(open_window, tmp_path, catalog, icons)


def shown_labels(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def page(window: OpenWindow, kind: type[QWidget]) -> bool:
    """Whether a page is seen."""
    return any(child.isVisible() for child in window.window.findChildren(kind))


async def test_a_question_is_asked_and_answered(opened: Opening) -> None:
    async with opened() as window:
        assert page(window, Starters)
        assert window.window.focusWidget() is window.composer.input
        window.service.script(Answer("**您好！**"))
        await window.ask("你好")

        assert window.messages == ["你好", "您好！"]
        assert window.titles == ["你好"]
        assert window.window.windowTitle() == "你好 – glmdesk"
        assert window.composer.text() == ""
        assert window.conversations.currentIndex().data() == "你好"
        await idle(lambda: len(window.named("Context")) != 1)


async def test_the_button_stops_an_answer_and_its_text_stays(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(PAUSED)
        window.type("Count.")
        press(window.composer.input, ENTER)
        assert window.is_answering
        await until(lambda: window.messages[1:] == ["One, two,"], window.desk._conversing._messages.grew)
        assert len(window.named("Copy")) == 2, "what is there of it can be copied"
        window.press("Stop")
        await window.answered()

        assert window.messages == ["Count.", "One, two,"]
        assert "Stopped by you." in shown_labels(window.window)
        assert window.named("Continue")


@pytest.mark.logs_errors
async def test_the_first_start_asks_for_the_key_and_goes_on_with_it(
    opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    async with opened(key=None) as window:
        assert page(window, KeyEntry)
        assert "It is kept until glmdesk is closed" in shown_labels(window.window)
        (field,) = window.named("API key")
        assert isinstance(field, LineInput)
        field.setText(KEY)
        window.press("Test key")
        await idle(lambda: window.tasks.is_running("key"))
        assert "The key works." in shown_labels(window.window)
        window.press("Save key")
        await idle(lambda: window.tasks.is_running("key"))

        assert page(window, Starters)
        assert field.text() == ""
        assert "until glmdesk is closed" in shown_labels(window.window.chat.banner)
        window.service.script(Answer("ok"))
        await window.ask("你好")
        assert window.messages == ["你好", "ok"]


@pytest.mark.logs_errors
async def test_what_is_stored_can_be_read_without_key_and_service(
    opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
    async with opened(key=None) as window:
        await window.service.stop()
        assert page(window, KeyEntry)
        await window.choose("一")
        assert window.messages == ["一", "1"]
        assert not page(window, KeyEntry)
        await window.ask("二")
        assert window.messages[:3] == ["一", "1", "二"]
        window.press("Enter key")
        assert page(window, KeyEntry)
        (field,) = window.named("API key")
        press(field, Qt.Key.Key_Escape)

        assert window.messages[:3] == ["一", "1", "二"]


async def test_a_question_asked_from_the_key_page_is_shown(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Refuse("1000"), Answer("ok"))
        await window.ask("你好")
        window.press("Enter key")
        assert page(window, KeyEntry)
        await window.ask("again")

        assert not page(window, KeyEntry)
        assert window.messages[-1] == "ok"


async def test_what_is_written_waits_in_its_conversation(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"))
        await window.ask("一")
        window.press("New chat")
        await window.ask("二")
        window.type("draft of two")
        window.press("New chat")
        assert window.composer.text() == ""
        window.type("draft of a new one")
        await window.choose("一")
        assert window.composer.text() == ""
        window.press("New chat")
        assert window.composer.text() == "draft of a new one"
        window.press("New chat")
        assert window.composer.text() == "draft of a new one"
        await window.choose("二")

        assert window.composer.text() == "draft of two"


async def test_a_sent_draft_is_not_kept(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        window.press("New chat")
        assert window.composer.text() == ""
        await window.choose("一")

        assert window.composer.text() == ""


async def test_an_edit_makes_a_variant_and_gives_the_draft_back(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"))
        await window.ask("一")
        window.type("a draft")
        window.press("Edit")
        assert window.composer.text() == "一"
        assert "Editing an earlier message" in shown_labels(window.composer)
        press(window.composer.input, Qt.Key.Key_Escape)
        assert window.composer.text() == "a draft"
        window.press("Edit")
        await window.ask("壹")

        assert window.messages == ["壹", "2"]
        assert window.composer.text() == "a draft"
        assert "2/2" in shown_labels(window.window)
        window.press("Previous variant")
        assert window.messages == ["一", "1"]


async def test_what_is_written_is_there_in_the_next_run(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        window.type("a draft")
        window.press("Edit")
        window.type("一 edited")
        window.press("New chat")
        window.type("a new one")
    async with opened() as window:
        assert window.composer.text() == "a new one"
        await window.choose("一")
        assert window.composer.text() == "a draft"
        window.press("Edit")
        assert window.composer.text() == "一 edited"
        press(window.composer.input, Qt.Key.Key_Escape)
        assert window.composer.text() == "a draft"
        window.press("Edit")

        assert window.composer.text() == "一", "what was given up is gone"


async def test_what_is_written_before_the_first_question_is_stored_goes_with_it(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(PAUSED)
        window.type("一")
        press(window.composer.input, ENTER)
        window.type("the next one")
        await until(lambda: window.titles == ["一"], window.conversations.model().rowsInserted)
        window.press("New chat")
        assert window.composer.text() == ""
        await window.choose("一")

        assert window.composer.text() == "the next one"


async def test_an_edit_ends_with_another_conversation(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"))
        await window.ask("一")
        window.type("a draft")
        window.press("Edit")
        window.press("New chat")
        assert "Editing" not in shown_labels(window.composer)
        await window.ask("二")
        assert window.titles == ["二", "一"]
        await window.choose("一")

        assert window.composer.text() == "a draft"


async def test_a_message_that_left_the_screen_while_it_was_edited_is_asked_anew(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"), Answer("3"), Answer("4"))
        await window.ask("一")
        await window.ask("二")
        window.chat.retry(1)
        await window.answered()
        window.chat.choose_variant(1, -1)
        window.press("Edit")
        assert window.composer.text() == "二"
        window.chat.choose_variant(1, 1)
        await window.ask("二 edited")

        assert window.messages == ["一", "3", "二 edited", "4"]


async def test_up_recalls_the_last_question(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"))
        press(window.composer.input, Qt.Key.Key_Up)
        assert window.composer.text() == ""
        await window.ask("一")
        press(window.composer.input, Qt.Key.Key_Up)
        assert window.composer.text() == "一"
        await window.ask("壹")

        assert window.messages == ["壹", "2"]


async def test_a_starter_begins_the_message_and_keeps_what_is_written(opened: Opening) -> None:
    async with opened() as window:
        window.type("my text")
        window.press("Translate")

        assert window.composer.text().startswith("Translate into English")
        assert window.composer.text().endswith("\n\nmy text")


async def test_a_deleted_conversation_is_brought_back_with_one_click(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"))
        await window.ask("一")
        window.press("New chat")
        await window.ask("二")
        window.conversations.setCurrentIndex(window.conversations.model().index(1, 0))
        press(window.conversations, Qt.Key.Key_Delete)
        await until(lambda: window.titles == ["一"], window.conversations.model().rowsRemoved)
        await idle(lambda: not window.named("Undo"))
        assert page(window, Starters)
        assert "“二” was deleted." in shown_labels(window.window.chat.banner)
        window.press("Undo")
        await until(lambda: window.titles == ["二", "一"], window.conversations.model().rowsInserted)
        await idle(lambda: window.messages != ["二", "2"])

        assert not window.window.chat.banner.isVisible()


def lists_more_than(window: OpenWindow, count: int) -> bool:
    return len(window.titles) > count


async def test_deleted_conversations_are_brought_back_together_also_after_a_question(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"), Answer("3"))
        await window.ask("一")
        window.press("New chat")
        await window.ask("二")
        for left in (1, 0):
            window.conversations.setCurrentIndex(window.conversations.model().index(1, 0))
            press(window.conversations, Qt.Key.Key_Delete)
            await idle(partial(lists_more_than, window, left))
        await idle(lambda: "2 conversations were deleted." not in shown_labels(window.window.chat.banner))
        await window.ask("三")
        window.press("Undo")

        await idle(lambda: set(window.titles) != {"一", "二", "三"})


async def test_a_deleted_message_is_brought_back_with_one_click(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        window.choose_action("Delete")
        await idle(lambda: not window.named("Undo"))
        assert window.messages == ["一"]
        assert "The message was deleted." in shown_labels(window.window.chat.banner)
        assert window.window.focusWidget() is window.composer.input
        window.press("Undo")
        await idle(lambda: window.messages != ["一", "1"])

        assert not window.window.chat.banner.isVisible()


async def test_one_button_brings_back_messages_and_their_conversation(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"))
        await window.ask("一")
        await window.ask("二")
        banner = window.window.chat.banner
        for count in (3, 2):
            window.choose_action("Delete")
            await idle(partial(shows_more_than, window, count))
        await idle(lambda: "2 deletions." not in shown_labels(banner))
        window.conversations.setCurrentIndex(window.conversations.model().index(1, 0))
        press(window.conversations, Qt.Key.Key_Delete)
        await idle(lambda: "3 deletions." not in shown_labels(banner))
        window.press("Undo")
        await idle(lambda: window.messages != ["一", "1", "二", "2"])

        assert window.titles == ["一"]


def shows_more_than(window: OpenWindow, count: int) -> bool:
    return len(window.messages) > count


async def test_a_deletion_tells_of_what_followed(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        (transcript,) = window.named("Transcript")
        assert isinstance(transcript, Transcript)
        transcript.delete_requested.emit(0)
        await idle(lambda: not window.named("Undo"))

        assert page(window, Starters)
        assert "The message and what followed it were deleted." in shown_labels(window.window.chat.banner)


async def test_a_branch_is_opened_beside_the_original(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        window.choose_action("Branch")
        await until(lambda: "branch" in window.window.windowTitle(), window.chat.conversation_changed)

        assert window.titles == ["一 (branch)", "一"]
        assert window.messages == ["一", "1"]
        assert window.conversations.currentIndex().data() == "一 (branch)"


async def test_another_model_is_asked_from_the_menu_of_an_answer(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"))
        await window.ask("一")
        window.choose_action("GLM-4-Plus")
        await window.answered()

        assert window.messages == ["一", "2"]
        assert "GLM-4-Plus · " in shown_labels(window.window)
        assert window.chat.conversation.model == "glm-4-flash-250414"


async def test_the_source_of_an_answer_is_asked_for_in_its_menu(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("**1**"))
        await window.ask("一")
        window.choose_action("Show Markdown")
        assert window.desk._conversing._messages[1].is_source
        window.choose_action("Show formatted")

        assert not window.desk._conversing._messages[1].is_source


async def test_a_new_title_is_seen_everywhere(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        window.press("Conversation title")
        editor = next(child for child in window.named("Conversation title") if isinstance(child, LineInput))
        editor.setText("R&D")
        press(editor, ENTER)
        await until(lambda: window.titles == ["R&D"], window.conversations.model().dataChanged)

        assert window.window.windowTitle() == "R&D – glmdesk"
        assert any(button.text() == "R&&D" for button in visible_buttons(window.window))


async def test_the_menu_above_the_messages_deletes_what_is_shown(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        window.window.activateWindow()
        (more,) = [more for more in window.named("More") if window.window.chat.header.isAncestorOf(more)]
        assert isinstance(more, MenuButton)
        more.setFocus()
        more.click()
        (menu,) = window.window.chat.header.findChildren(QMenu)
        menu.actions()[-1].trigger()
        await idle(lambda: not window.named("Undo"))

        assert window.titles == []
        assert page(window, Starters)
        assert window.window.focusWidget() is window.composer.input


async def test_all_that_a_start_found_is_said(opened: Opening) -> None:
    # Removing what was deleted failed without being asked for, and its error hid everything else.
    async with opened() as window:
        paths = window.stage.paths
    paths.config.mkdir(parents=True)
    (paths.config / "settings.toml").write_text('theme = "pink"\n')
    async with Database(paths.data / "glmdesk.db", steps=LATER_STEPS):
        pass
    async with opened() as window:
        await idle(lambda: window.tasks.is_running("purge"))
        banner = window.window.chat.banner

        assert "theme cannot be 'pink'" in window.banner_text
        assert "newer version" in window.banner_text
        banner.dismiss()
        assert banner.isHidden()


async def test_a_question_that_cannot_be_stored_comes_back_with_the_reason(opened: Opening) -> None:
    async with opened() as window:
        path = window.stage.paths.data / "glmdesk.db"
    async with Database(path, steps=LATER_STEPS):
        pass
    async with opened() as window:
        window.window.chat.banner.dismiss()
        await window.ask("A long and precious text")

        assert window.composer.text() == "A long and precious text"
        assert window.window.chat.banner.isVisible()
        assert window.messages == []


@pytest.mark.parametrize(
    ("code", "button", "sign"),
    [
        ("1000", "Enter key", "API key"),
        ("1301", "Edit the question", "Message"),
    ],
)
async def test_the_remedy_of_an_error_is_one_click_away(
    opened: Opening, code: str, button: str, sign: str
) -> None:
    async with opened() as window:
        window.service.script(Refuse(code))
        await window.ask("你好")
        window.press(button)

        assert window.named(sign)
        if sign == "Message":
            assert window.composer.text() == "你好"


async def test_an_answer_that_broke_off_is_continued_with_one_click(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(
            Answer("One-two-", chunk_size=4, faults=(Fault.NO_FINISH_NO_DONE,)), Answer("three.")
        )
        await window.ask("Count.")
        before = window.messages[-1]
        window.press("Continue")
        await window.answered()

        assert before
        assert window.messages == ["Count.", before + "three."]


async def test_copying_a_message_copies_its_markdown(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("**您好！**"))
        await window.ask("你好")
        window.press("Copy")
        await window.tasks.ended("copy")

        assert QGuiApplication.clipboard().text() == "**您好！**"


async def test_settings_take_effect_at_once(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        window.press("Settings")
        (dialog,) = window.window.findChildren(SettingsDialog)
        await idle(lambda: not dialog.isVisible())
        before = window.window.grab().toImage()
        dialog.change_requested.emit(Settings.theme, "dark")
        await idle(lambda: window.tasks.is_running("setting:theme"))
        assert window.window.grab().toImage() != before
        dialog.change_requested.emit(Settings.send_with, "ctrl-enter")
        await idle(lambda: window.tasks.is_running("setting:send_with"))
        dialog.accept()
        window.type("two")
        press(window.composer.input, ENTER)
        assert window.composer.text() == "two\n"
        press(window.composer.input, ENTER, CONTROL)

        assert window.composer.text() == ""


@pytest.mark.logs_errors
async def test_the_settings_say_where_the_key_of_the_address_in_force_is(
    opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The row went on describing the key of the first address.
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    async with opened(key=None) as window:
        window.engine.key.save(KEY)
        await idle(lambda: window.tasks.is_running("key"))
        window.press("Settings")
        (dialog,) = window.window.findChildren(SettingsDialog)
        await idle(lambda: window.tasks.is_running("look"))
        assert "In memory, until glmdesk is closed." in shown_labels(dialog)
        there = Endpoint.parse("https://example.org/v4")
        nobody = Backend(lambda key: Client(there, key, tls=NO_ROOTS))
        window.engine.follow(Connection(there, window.secrets, lambda _endpoint: nobody))
        await idle(lambda: window.tasks.is_running("reconnect") or window.tasks.is_running("look"))

        assert "In memory" not in shown_labels(dialog)
        assert "There is none yet for example.org." in shown_labels(dialog)


async def test_the_settings_show_an_address_of_the_environment_that_cannot_be_used(opened: Opening) -> None:
    refusal = Problem("base-url", "“x” is no address.", "Give another.", details={"url": "x"})
    async with opened() as window:
        refused = Connection(
            refusal, window.secrets, lambda _endpoint: Backend(never), variable="GLMDESK_BASE_URL"
        )
        window.engine.follow(refused)
        await idle(lambda: window.tasks.is_running("reconnect"))
        window.press("Settings")
        (dialog,) = window.window.findChildren(SettingsDialog)

        assert refusal.words in shown_labels(dialog)
        assert [field.text() for field in dialog.findChildren(LineInput) if field.isReadOnly()] == [
            "At the address below",
            "x",
        ]
        assert "A key belongs to an address" in shown_labels(dialog)


def never(_key: str) -> Client:
    raise AssertionError("nobody is to be asked")


async def test_another_service_address_is_told(opened: Opening) -> None:
    async with opened() as window:
        told: list[bool] = []
        window.desk.service_changed.connect(lambda: told.append(True))
        window.engine.settings.change(Settings.base_url, "https://example.org/v4")
        await idle(lambda: window.tasks.is_running("setting:base_url"))

        assert told == [True]


async def test_the_demo_is_marked_and_can_be_left(opened: Opening) -> None:
    async with opened(is_demo=True) as window:
        told: list[bool] = []
        window.desk.demo_switched.connect(told.append)
        assert "Demo: simulated answers" in shown_labels(window.window)
        window.press("Leave the demo")

        assert told == [False]


async def test_who_leaves_the_demo_has_stopped_what_it_was_writing(opened: Opening) -> None:
    # It said that glmdesk had ended.
    async with opened(is_demo=True) as window:
        window.service.script(PAUSED)
        window.type("一")
        press(window.composer.input, ENTER)
        await until(lambda: len(window.messages) > 1, window.engine.answers.grew)
        window.press("Leave the demo")
        await window.answered()

        assert "Stopped by you." in shown_labels(window.window)


async def test_what_is_set_for_the_real_service_leaves_the_demo_alone(opened: Opening) -> None:
    async with opened(is_demo=True) as window:
        told: list[bool] = []
        window.desk.service_changed.connect(lambda: told.append(True))
        for setting, value in ((Settings.base_url, "https://example.org/v4"), (Settings.model, "gpt")):
            window.engine.settings.change(setting, value)
            await idle(lambda: any(map(window.tasks.is_running, ("setting:base_url", "setting:model"))))
        window.press("New chat")

        assert told == []
        assert window.chat.conversation.model == "glm-4-flash-250414"


async def test_shortcuts_lead_to_a_new_chat_and_to_the_message(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        window.window.activateWindow()
        window.conversations.setFocus()
        QTest.keyClick(window.window, Qt.Key.Key_L, CONTROL)
        assert window.window.focusWidget() is window.composer.input
        QTest.keyClick(window.window, Qt.Key.Key_N, CONTROL)

        assert window.messages == []
        assert page(window, Starters)


async def test_the_sidebar_is_hidden_and_comes_back_as_wide_as_it_was(opened: Opening) -> None:
    async with opened() as window:
        window.window.activateWindow()
        window.window._splitter.setSizes([300, 700])
        width = window.window.sidebar_width
        window.conversations.setFocus()
        QTest.keyClick(window.window, Qt.Key.Key_B, CONTROL)
        assert not window.conversations.isVisible()
        assert window.window.focusWidget() is window.composer.input
        await idle(lambda: window.window.chat.width() < window.window.width())
        window.press("Show the sidebar")
        assert window.conversations.isVisible()
        assert window.window.sidebar_width == width
        assert window.named("Hide the sidebar")


async def test_keys_lead_from_message_to_message_while_one_writes(opened: Opening) -> None:
    async with opened() as window:
        window.window.activateWindow()
        QTest.keyClick(window.window, Qt.Key.Key_Up, CONTROL)
        window.service.script(Answer("1" + "\n\nword" * 60))
        await window.ask("一")
        window.type("a draft")
        (transcript,) = window.named("Transcript")
        assert isinstance(transcript, Transcript)
        bar = transcript.verticalScrollBar()
        assert bar.value() == bar.maximum()
        QTest.keyClick(window.composer.input, Qt.Key.Key_Up, CONTROL)
        assert 0 < bar.value() < bar.maximum()
        QTest.keyClick(window.composer.input, Qt.Key.Key_Up, CONTROL)
        assert bar.value() == 0
        for _step in range(2):  # the answer, and its end
            QTest.keyClick(window.composer.input, Qt.Key.Key_Down, CONTROL)

        assert bar.value() == bar.maximum()
        assert window.window.focusWidget() is window.composer.input


async def test_a_text_is_found_in_the_messages_and_left_with_escape(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("A **needle** in a haystack, a needle at the end."))
        await window.ask("Where is the needle?")
        window.window.activateWindow()
        QTest.keySequence(window.window, QKeySequence("Ctrl+F"))
        (bar,) = window.window.findChildren(FindBar)
        assert window.window.focusWidget() is bar.field
        bar.field.setText("Needle")
        await window.tasks.ended("find")
        assert "1 of 3" in shown_labels(bar)
        press(bar.field, ENTER)
        assert "2 of 3" in shown_labels(bar)
        QTest.keySequence(window.window, QKeySequence("Shift+F3"))
        assert "1 of 3" in shown_labels(bar)
        press(bar.field, Qt.Key.Key_Escape)
        assert not bar.isVisible()
        assert window.named("Transcript") == [window.window.focusWidget()]


async def test_the_bar_for_finding_goes_with_the_messages(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("ok"))
        await window.ask("one")
        window.window.find_requested.emit()
        (bar,) = window.window.findChildren(FindBar)
        assert bar.isVisible()
        window.press("New chat")

        assert not bar.isVisible()


async def test_f1_lists_the_shortcuts_with_the_keys_of_the_settings(opened: Opening) -> None:
    async with opened() as window:
        window.engine.settings.change(Settings.send_with, "ctrl-enter")
        await idle(lambda: window.tasks.is_running("setting:send_with"))
        window.window.activateWindow()
        QTest.keyClick(window.window, Qt.Key.Key_F1)
        (dialog,) = window.window.findChildren(ShortcutsDialog)

        assert dialog.isVisible()
        assert "Ctrl+Enter" in shown_labels(dialog)
        dialog.reject()


NAMES = {
    "Hide the sidebar",
    "New chat",
    "Conversations",
    "Settings",
    "Conversation title",
    "Model",
    "More",
    "Context",
    "Transcript",
    "Message",
    "Send",
    "Copy",
    "Edit",
    "Retry",
}


async def test_everything_has_the_name_a_screen_reader_says(opened: Opening) -> None:
    async with opened(is_demo=True) as window:
        window.service.script(Refuse("1113"), Answer("ok"), Answer("ok"))
        await window.ask("一")
        nameless = unnamed(window.window)
        await window.ask("二")
        window.press("Retry")
        await window.answered()
        nameless += unnamed(window.window)
        # It is measured a moment later.
        await idle(lambda: not window.named("Context"))
        names = {child.accessibleName() for child in window.window.findChildren(QWidget) if child.isVisible()}
        window.window.chat.show_key_entry()
        nameless += unnamed(window.window)
        window.window.chat.show_starters()
        nameless += unnamed(window.window)

        assert nameless == []
        assert names >= NAMES
        assert window.named("Previous variant") == [], "the pages above cover the messages"


def unnamed(window: QWidget) -> list[str]:
    return [
        f"{button!r} {button.text()}" for button in visible_buttons(window) if not button.accessibleName()
    ]


async def test_every_control_can_be_reached_with_the_tab_key(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("ok"))
        await window.ask("一")
        window.window.activateWindow()
        window.composer.input.setFocus()
        reached: set[str] = set()
        for _ in range(60):
            QTest.keyClick(window.window.focusWidget(), Qt.Key.Key_Tab)
            reached.add(window.window.focusWidget().accessibleName())

        assert reached >= NAMES - {"Context", "Send"}


async def test_letters_are_made_larger_and_smaller_by_keys_and_by_the_wheel(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("ok"))
        await window.ask("一")
        window.window.activateWindow()
        usual = window.stage.appearance.style.text.pointSize()

        async def size_after(act: Callable[[], object]) -> int:
            act()
            await window.tasks.ended("setting:font_size")
            return window.stage.appearance.style.text.pointSize() - usual

        def turn(angle: int) -> None:
            (transcript,) = window.window.findChildren(Transcript)
            wheel(transcript, angle, CONTROL)

        for keys, larger in (("Ctrl++", 1), ("Ctrl+=", 2), ("Ctrl+-", 1), ("Ctrl+0", 0)):
            assert await size_after(lambda: QTest.keySequence(window.window, QKeySequence(keys))) == larger  # noqa: B023
        assert await size_after(lambda: turn(120)) == 1
        assert await size_after(lambda: turn(-60)) == 1
        assert await size_after(lambda: turn(-60)) == 0
        for _ in range(20):
            await size_after(lambda: turn(120))
        assert window.stage.appearance.style.text.pointSize() == 24
        assert window.stage.settings.font_size == 24


async def test_the_tab_key_goes_as_one_reads(opened: Opening) -> None:
    # It went in the order in which the parts had been made: the list, the model, the messages, the sidebar.
    def tab(key: Qt.Key, times: int) -> list[str]:
        passed: list[str] = []
        for _ in range(times):
            QTest.keyClick(window.window.focusWidget(), key)
            passed.append(window.window.focusWidget().accessibleName())
        return passed

    composer = ["Attach", "Web search", "Tools", "JSON", "Chat settings"]
    sidebar = ["New chat", "Search conversations", "Conversations shown", "Conversations", "Settings"]
    sidebar.append("Import, export, backups")
    header = [
        "Hide the sidebar",
        "Conversation title",
        "Model",
        "About the model",
        "Compare models",
        "More",
    ]
    find = ["Find in chat", "Previous match", "Next match", "Close"]
    messages = ["Transcript", "Copy", "Edit", "More", "Copy", "Retry", "More"]
    async with opened() as window:
        window.service.script(Answer("ok"))
        await window.ask("一")
        window.window.activateWindow()
        window.composer.input.setFocus()
        cycle = [*composer, *sidebar, *header, *messages, "Message"]

        assert tab(Qt.Key.Key_Tab, len(cycle)) == cycle
        assert tab(Qt.Key.Key_Backtab, len(cycle)) == [*reversed(cycle[:-1]), "Message"]
        window.desk._conversing._find()
        window.composer.input.setFocus()
        cycle = [*composer, *sidebar, *header, *find, *messages, "Message"]
        assert tab(Qt.Key.Key_Tab, len(cycle)) == cycle


@pytest.fixture
def open_main_window(qtbot: QtBot, icons: Icons) -> MainWindow:
    window = MainWindow(icons, is_demo=False)
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.painted):
        window.show()
    return window


def test_closing_the_window_is_told_and_nothing_else_happens(
    open_main_window: MainWindow, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(open_main_window.closed):
        assert not open_main_window.close()

    assert open_main_window.isVisible()


def test_the_end_of_the_session_is_a_closing_and_does_not_end_the_event_loop(
    open_main_window: MainWindow, qtbot: QtBot, qapp: QApplication
) -> None:
    end = QEvent(QEvent.Type.Quit)
    with qtbot.waitSignal(open_main_window.closed):
        QCoreApplication.sendEvent(qapp, end)

    assert not end.isAccepted()


def test_size_and_sidebar_come_back(qtbot: QtBot, icons: Icons) -> None:
    first, second = MainWindow(icons, is_demo=False), MainWindow(icons, is_demo=False)
    for window in (first, second):
        qtbot.addWidget(window)
        window.show()
    first.resize(700, 500)
    first._splitter.setSizes([230, 470])
    second.restore(bytes(first.saveGeometry().data()), first.sidebar_width)

    assert (second.size(), second.sidebar_width) == (first.size(), first.sidebar_width)
    first.toggle_sidebar()
    second.restore(bytes(first.saveGeometry().data()), first.sidebar_width, is_sidebar_shown=False)
    assert not second.sidebar.isVisible()
    second.toggle_sidebar()
    assert second.sidebar_width == first.sidebar_width == 230


def test_calls_into_qt_drop_no_reference_to_none(qtbot: QtBot) -> None:
    # PySide6 6.12 does below Python 3.12, until the process is aborted.
    label = QLabel()
    qtbot.addWidget(label)
    label.setText("warm up")
    before = sys.getrefcount(None)
    for _ in range(20_000):
        label.setText("x")

    assert abs(sys.getrefcount(None) - before) < 100


def test_windows_that_were_closed_are_gone(icons: Icons) -> None:
    window = MainWindow(icons, is_demo=False)
    gone: list[bool] = []
    window.destroyed.connect(lambda: gone.append(True))
    for button in window.findChildren(QAbstractButton):
        button.destroyed.connect(lambda: gone.append(True))
    expected = 1 + len(window.findChildren(QAbstractButton))
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    assert len(gone) == expected


async def test_the_language_of_code_is_loaded_beside_the_window(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("```fortran\nprint *, 1\n```"))
        await window.ask("Code, please")
        transcript = window.window.findChild(Transcript)
        assert transcript is not None
        await idle(lambda: not highlight.is_loaded("fortran"))
        await idle(lambda: any(view.controls.due_code for view in transcript.findChildren(MessageView)))


async def test_who_comes_back_after_a_night_finds_what_was_today_under_yesterday(opened: Opening) -> None:
    # No timer runs while the computer sleeps.
    async with opened() as window:
        window.service.script(Answer("1"))
        await window.ask("一")
        other, handle = QWidget(), window.window.windowHandle()
        other.show()
        other.activateWindow()
        await until(lambda: not handle.isActive(), handle.activeChanged)
        window.rows.regroup(window.rows.today + timedelta(days=1))
        assert window.rows.index(0).data() == "Yesterday"
        other.close()
        window.window.activateWindow()
        await until(lambda: window.rows.index(0).data() == "Today", handle.activeChanged)


async def test_what_is_erased_is_gone_after_a_question(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("1"), Answer("2"))
        await window.ask("secret words")
        window.press("New chat")
        await window.ask("二")
        conversation_id = next(row.id for row in window.rows.conversations if row.title == "secret words")
        window.desk._shelf._arranging.erase_requested.emit([conversation_id])
        (box,) = window.window.findChildren(QMessageBox)
        assert window.titles == ["二", "secret words"], "it is asked about"
        next(button for button in box.buttons() if button.text() == "Erase").click()
        await idle(lambda: "Erasing…" not in shown_labels(window.window.chat.banner))
        await until(lambda: window.titles == ["二"], window.conversations.model().rowsRemoved)
        await idle(lambda: window.tasks.is_running(f"erase:{conversation_id}"))
        found = shown_labels(window.window.chat.banner)

        assert "Erased." in found
        assert "Erasing…" not in found
        data = window.stage.paths.data
        assert not [file.name for file in data.glob("glmdesk.db*") if b"secret words" in file.read_bytes()]
