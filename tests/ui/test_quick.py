"""The quick ask window, wired as the program wires it: what is asked, what is kept, and what is not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from glmdesk.app.quick import MOST_OFFERED, Quick
from glmdesk.chat.image_source import NoImages
from glmdesk.desktop.opener import Opener
from glmdesk.desktop.redaction import Redactor
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.options import Options, Preset
from glmdesk.domain.quick_action import QuickAction
from glmdesk.storage.ledger import By
from glmdesk.storage.presets import Presets
from glmdesk.storage.settings import Settings
from glmdesk.ui.dialogs.quick_actions import QuickActionsDialog
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.message_view import MessageView
from tests.support.script import Answer, Refuse
from tests.ui.controllers.behind import PAUSED
from tests.ui.keyboard import CONTROL, ENTER, NONE, commit, compose, press
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.waiting import idle, until

TEXT = "正则表达式描述字符串的集合。"


@dataclass(slots=True)
class OpenQuick:
    """The quick ask window, with the main window behind it."""

    main: OpenWindow
    quick: Quick

    @property
    def texts(self) -> list[str]:
        """What stands in the window, from the top."""
        views = [view for view in self.quick.window.findChildren(MessageView) if view.isVisible()]
        return [view.spoken_text() for view in sorted(views, key=MessageView.y)]

    def named(self, name: str) -> list[QWidget]:
        children = self.quick.window.findChildren(QWidget)
        return [child for child in children if child.accessibleName() == name and child.isVisible()]

    def button(self, name: str) -> QAbstractButton:
        buttons = [child for child in self.named(name) if isinstance(child, QAbstractButton)]
        return max(buttons, key=lambda button: button.mapTo(self.quick.window, QPoint()).y())

    def press(self, name: str) -> None:
        found = self.button(name)
        assert found.isEnabled()
        found.click()

    async def ask(self, text: str) -> None:
        self.quick.window.composer.set_text(text)
        press(self.quick.window.composer.input, ENTER)
        await self.answered()

    async def answered(self) -> None:
        await idle(lambda: self.quick.controller.is_answering)

    async def titles(self) -> list[str]:
        """The stored conversations, the latest first."""
        return [one.title for one in await self.main.engine.store.page()]

    async def spending(self) -> dict[str, int]:
        """How many answers of each model are in the ledger."""
        sums = await self.main.engine.ledger.sums(By.MODEL, datetime.min.replace(tzinfo=UTC))
        return {one.name: one.answers for one in sums}

    def open_again(self) -> None:
        self.quick.window.dismiss()
        self.quick.open()


Opening = Callable[..., AbstractAsyncContextManager[OpenQuick]]


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    @asynccontextmanager
    async def open_quick(**kinds: object) -> AsyncIterator[OpenQuick]:
        QGuiApplication.clipboard().clear()
        async with open_window(tmp_path, catalog, icons, **kinds) as main:  # type: ignore[arg-type]
            quick = Quick(main.stage, main.engine, main.desk, Opener(Redactor(), {}), NoImages())
            quick.open()
            try:
                yield OpenQuick(main, quick)
            finally:
                quick.end()

    return open_quick


def written_in(folder: Path, text: str) -> list[str]:
    """Return the files in which a text can be read."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if text.encode() in path.read_bytes()]


def offer(text: str, mode: QClipboard.Mode = QClipboard.Mode.Clipboard, *, secret: bool = False) -> None:
    """Copy a text in another program."""
    data = QMimeData()
    data.setText(text)
    if secret:
        data.setData("x-kde-passwordManagerHint", b"secret")
    QGuiApplication.clipboard().setMimeData(data, mode)


async def test_what_is_asked_is_kept_nowhere_but_in_what_it_costs(opened: Opening, tmp_path: Path) -> None:
    async with opened() as it:
        it.main.service.always(Answer("An answer for the moment."))
        await it.ask("A question for the moment")
        assert it.texts == ["A question for the moment", "An answer for the moment."]
        await it.ask("Another one of these")

        assert await it.titles() == []
        assert it.main.titles == []
        assert await it.spending() == {"glm-4-flash-250414": 2}
        assert written_in(tmp_path, "for the moment") == []
    assert written_in(tmp_path, "for the moment") == []


async def test_the_question_before_is_read_with_the_next_one(opened: Opening) -> None:
    async with opened() as it:
        it.main.service.always(Answer("Yes."))
        await it.ask("First")
        await it.ask("Second")

        asked = it.main.service.chats[-1].body["messages"]
        assert [message["content"] for message in asked][-3:] == ["First", "Yes.", "Second"]


async def test_an_exchange_is_gone_on_with_in_the_main_window(opened: Opening) -> None:
    async with opened() as it:
        it.main.service.always(Answer("Yes."))
        await it.ask("First")
        cost = await it.spending()
        it.press("Continue in main window")
        await until(lambda: it.main.messages == ["First", "Yes."], it.main.chat.conversation_changed)

        assert not it.quick.window.isVisible()
        assert it.main.titles == ["First"]
        assert await it.spending() == cost
        (answer,) = (one for one in it.main.chat.path if one.role == "assistant")
        assert answer.usage is not None
        assert answer.cost is not None
        it.quick.open()
        assert it.texts == []
        await it.main.ask("Second")
        assert it.main.messages == ["First", "Yes.", "Second", "Yes."]


async def test_what_is_being_written_is_continued_when_it_is_complete(opened: Opening) -> None:
    async with opened() as it:
        it.main.service.always(PAUSED)
        it.quick.window.composer.set_text("Count")
        press(it.quick.window.composer.input, ENTER)
        await idle(lambda: "One" not in "".join(it.texts))
        it.press("Continue in main window")
        assert not it.button("Continues when it is written").isEnabled()
        it.main.service.release(it.main.service.chats[-1])
        await until(
            lambda: it.main.messages == ["Count", "One, two, three."], it.main.chat.conversation_changed
        )


async def test_an_answer_goes_on_behind_a_window_that_was_left(opened: Opening) -> None:
    async with opened() as it:
        it.main.service.always(PAUSED)
        it.quick.window.composer.set_text("Count")
        press(it.quick.window.composer.input, ENTER)
        await it.main.service.arrived()
        press(it.quick.window.composer.input, Qt.Key.Key_Escape)
        assert not it.quick.window.isVisible()
        it.main.service.release(it.main.service.chats[-1])
        await it.answered()
        it.quick.open()

        assert it.texts == ["Count", "One, two, three."]


async def test_stop_ends_the_answer(opened: Opening) -> None:
    async with opened() as it:
        it.main.service.always(PAUSED)
        it.quick.window.composer.set_text("Count")
        press(it.quick.window.composer.input, ENTER)
        await idle(lambda: "One" not in "".join(it.texts))
        it.press("Stop")
        await it.answered()

        assert it.texts[-1].startswith("One")
        assert it.named("Send")


async def test_it_goes_on_for_five_minutes_and_is_fresh_after_that(opened: Opening) -> None:
    async with opened() as it:
        now = 1000.0
        it.quick.controller.clock = lambda: now
        it.main.service.always(Answer("Yes."))
        await it.ask("First")
        it.quick.window.dismiss()
        now += 299
        it.quick.open()
        assert it.texts == ["First", "Yes."]
        it.quick.window.dismiss()
        now += 301
        it.quick.window.composer.set_text("half a ques")
        it.quick.open()

        assert it.texts == []
        assert it.quick.window.composer.text() == "half a ques"


async def test_with_the_setting_every_exchange_is_in_the_history(opened: Opening) -> None:
    async with opened() as it:
        await it.main.stage.settings.change(Settings.quick_history, "always")
        it.main.service.always(Answer("Yes."))
        await it.ask("First")
        await idle(lambda: it.main.tasks.is_running("quick-keep"))
        await it.ask("Second")
        await idle(lambda: it.main.tasks.is_running("quick-keep"))

        assert it.main.titles == ["First"]
        (kept,) = await it.main.engine.store.page()
        messages = await it.main.engine.store.messages(kept.id)
        assert [message.text for message in messages] == ["First", "Yes.", "Second", "Yes."]


async def test_copied_text_is_offered_and_asked_about_by_one_key(opened: Opening) -> None:
    async with opened() as it:
        it.quick.window.dismiss()
        offer(TEXT)
        it.quick.open()
        await idle(lambda: not it.quick.window.chip.isVisible())
        it.main.service.always(Answer("Regular expressions describe sets."))
        it.press("Translate")
        await it.answered()

        (asked,) = (message["content"] for message in it.main.service.chats[0].body["messages"][-1:])
        assert "English" in asked
        assert asked.endswith(TEXT)
        assert it.texts[0].startswith("Translate: “正则")
        assert not it.quick.window.chip.isVisible()


async def test_a_question_about_a_text_goes_with_it(opened: Opening) -> None:
    async with opened() as it:
        it.quick._take_text(TEXT)
        it.main.service.always(Answer("Yes."))
        await it.ask("Is that so?")

        asked = it.main.service.chats[0].body["messages"][-1]["content"]
        assert asked.startswith("Is that so?")
        assert TEXT in asked


async def test_a_text_that_was_taken_away_is_not_offered_again(opened: Opening) -> None:
    async with opened() as it:
        it.quick._take_text(TEXT)
        it.press("Remove the text")
        assert not it.quick.window.chip.isVisible()
        assert not it.button("Explain").isEnabled()
        offer(TEXT)
        it.quick._offer_text()

        assert not it.quick.window.chip.isVisible()


@pytest.mark.parametrize("secret", [True, False])
async def test_a_password_is_never_offered(opened: Opening, secret: bool) -> None:
    async with opened() as it:
        offer("hunter2", secret=secret)
        it.quick._offer_text()

        assert it.quick.window.chip.isVisible() is not secret


async def test_nothing_is_looked_at_while_the_window_is_hidden_or_where_it_is_not_wanted(
    opened: Opening,
) -> None:
    async with opened() as it:
        offer(TEXT)
        it.quick.window.dismiss()
        it.quick._offer_text()
        assert it.quick.window.chip.isHidden()
        await it.main.stage.settings.change(Settings.quick_text, "never")
        it.quick.open()
        it.quick._offer_text()
        assert it.quick.window.chip.isHidden()


async def test_of_a_very_long_text_the_beginning_is_offered(opened: Opening) -> None:
    async with opened() as it:
        offer("词" * (MOST_OFFERED + 10))
        it.quick._offer_text()
        it.main.service.always(Answer("Yes."))
        await it.ask("What?")

        asked = it.main.service.chats[0].body["messages"][-1]["content"]
        assert asked.count("词") == MOST_OFFERED


async def test_both_enter_and_control_enter_send_but_never_while_composing(opened: Opening) -> None:
    async with opened() as it:
        it.main.service.always(Answer("Yes."))
        question = it.quick.window.composer.input
        for modifiers in (NONE, CONTROL):
            compose(question, "nihao")
            press(question, ENTER, modifiers)
            assert not it.quick.controller.is_answering
            commit(question, "你好")
            press(question, ENTER, modifiers)
            await it.answered()
        assert it.texts == ["你好", "Yes."] * 2


async def test_a_window_that_loses_the_keyboard_goes_unless_it_is_pinned(opened: Opening) -> None:
    async with opened() as it:
        it.press("Keep this window open")
        it.quick.window._leave()
        assert it.quick.window.isVisible()
        it.press("Keep this window open")
        it.main.window.activateWindow()
        await until(lambda: not it.quick.window.isVisible(), it.quick.window.dismissed)


async def test_it_has_the_keyboard_again_however_soon_it_comes_back(opened: Opening) -> None:
    # Qt had not heard yet that it had lost it, and let what was typed go nowhere.
    async with opened() as it:
        window = it.quick.window
        await until(window.isActiveWindow, window.activated)
        it.open_again()
        assert window.isActiveWindow()
        assert window.composer.input.hasFocus()


async def test_a_dialog_of_its_own_does_not_send_it_away(opened: Opening) -> None:
    async with opened() as it:
        it.press("Edit the actions")
        (dialog,) = it.quick.window.findChildren(QuickActionsDialog)
        dialog.activateWindow()
        it.quick.window._leave()

        assert it.quick.window.isVisible()
        dialog.reject()


async def test_other_actions_are_offered_at_once_and_in_the_next_run(opened: Opening, tmp_path: Path) -> None:
    async with opened() as it:
        it.press("Keep this window open")
        it.press("Edit the actions")
        (dialog,) = it.quick.window.findChildren(QuickActionsDialog)
        dialog.chosen.emit((QuickAction("Count", "Count the words: {text}", "C"),))
        dialog.reject()
        await idle(lambda: it.main.tasks.is_running("quick-actions"))
        it.quick._take_text("one two")
        it.main.service.always(Answer("Two."))
        it.press("Count")
        await it.answered()
        assert it.main.service.chats[0].body["messages"][-1]["content"] == "Count the words: one two"
    async with opened() as it:
        assert it.named("Count")
        assert not it.named("Explain")


async def test_another_model_is_remembered_and_leaves_that_of_new_chats_alone(opened: Opening) -> None:
    async with opened() as it:
        it.main.service.always(Answer("Yes."))
        it.quick._picker.picked.emit("glm-4-air-250414")
        await idle(lambda: it.main.tasks.is_running("setting:quick_model"))
        await it.ask("First")

        assert it.main.service.chats[0].body["model"] == "glm-4-air-250414"
        assert it.main.chat.conversation.model == "glm-4-flash-250414"


async def test_an_error_stands_with_the_answer_and_can_be_tried_again(opened: Opening) -> None:
    async with opened() as it:
        it.main.service.always(Refuse("1113"))
        await it.ask("First")
        assert it.named("Top up")
        it.main.service.always(Answer("Yes."))
        it.press("Retry")
        await it.answered()

        assert it.texts == ["First", "Yes."]


async def test_without_money_the_free_model_answers_from_then_on(opened: Opening) -> None:
    async with opened() as it:
        it.quick._picker.picked.emit("glm-4-plus")
        await idle(lambda: it.main.tasks.is_running("setting:quick_model"))
        it.main.service.script(Refuse("1113"), Answer("Yes."), Answer("Again."))
        await it.ask("First")
        it.press("Go on with GLM-4-Flash-250414")
        await it.answered()
        await idle(lambda: it.main.tasks.is_running("setting:quick_model"))
        await it.ask("Second")

        asked = [chat.body["model"] for chat in it.main.service.chats]
        assert asked == ["glm-4-plus", "glm-4-flash-250414", "glm-4-flash-250414"]
        assert it.quick._picker.currentData() == "glm-4-flash-250414"


async def test_without_a_key_it_is_said_and_the_way_to_one_is_the_main_window(opened: Opening) -> None:
    async with opened(key=None) as it:
        assert "no API key" in it.quick.window.banner.accessibleName()
        wanted: list[bool] = []
        it.quick.window_wanted.connect(lambda: wanted.append(True))
        it.press("Enter key")

        assert wanted
        assert not it.quick.window.isVisible()
        assert it.main.named("API key")


async def test_an_answer_is_copied_whole(opened: Opening) -> None:
    async with opened() as it:
        it.main.service.always(Answer("It is **so**."))
        await it.ask("First")
        it.press("Copy answer")
        await idle(lambda: it.main.tasks.is_running("copy"))

        assert QGuiApplication.clipboard().text().strip() == "It is so."


async def test_a_new_question_leaves_the_exchange(opened: Opening) -> None:
    async with opened() as it:
        it.main.service.always(Answer("Yes."))
        await it.ask("First")
        it.press("New question")
        await it.ask("Second")

        assert it.texts == ["Second", "Yes."]
        assert len(it.main.service.chats[-1].body["messages"]) == len(
            it.main.service.chats[0].body["messages"]
        )


async def test_a_new_exchange_asks_as_its_preset_says(opened: Opening) -> None:
    async with opened() as it:
        options = Options(temperature=0.2, tools=("calculator",))
        await Presets(it.main.engine.database).save(Preset("Brief", "Be brief.", options))
        await it.main.stage.settings.change(Settings.quick_preset, "Brief")
        it.quick.open()
        await it.main.tasks.ended("quick:preset")
        await it.ask("What is tea?")
        body = it.main.service.chats[-1].body

    assert body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert body["temperature"] == 0.2
    assert "tools" not in body


async def test_the_window_stays_within_a_part_of_the_screen(opened: Opening) -> None:
    async with opened() as it:
        it.main.service.always(Answer("A line.\n\n" * 200))
        low = it.quick.window.height()
        await it.ask("First")
        screen = it.quick.window.screen().availableGeometry()
        await idle(lambda: it.quick.window.height() == low)

        assert it.quick.window.height() <= 0.6 * screen.height()
        assert it.quick.window.y() < screen.y() + screen.height() / 3


async def test_it_comes_and_goes_two_hundred_times_without_growing(opened: Opening) -> None:
    async with opened() as it:
        it.main.service.always(Answer("Yes."))
        await it.ask("First")
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        counts: list[int] = []
        for _time in range(200):
            it.open_again()
            await asyncio.sleep(0)
            counts.append(len(it.quick.findChildren(QObject)) + len(it.quick.window.findChildren(QObject)))

        assert len(set(counts[1:])) == 1
        assert len(application.topLevelWidgets()) < 20


async def test_a_program_that_nobody_comes_back_to_may_end(opened: Opening) -> None:
    async with opened() as it:
        left: list[bool] = []
        it.quick.left.connect(lambda: left.append(True))
        it.quick.window.dismiss()
        assert it.quick._leaving.isActive()
        it.quick.open()
        assert not it.quick._leaving.isActive()
        it.quick.window.dismiss()
        it.quick._leaving.timeout.emit()

        assert left
