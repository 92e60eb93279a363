"""How one chat asks: chosen in a dialog, in force with the next question, and kept under a name."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QTreeWidget, QWidget

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.options import Options, Preset
from glmdesk.domain.request import WebSearch
from glmdesk.storage.consents import Consents
from glmdesk.storage.presets import Presets
from glmdesk.ui.dialogs.chat_settings import ChatSettingsDialog
from glmdesk.ui.dialogs.consents import ConsentsDialog
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.choice import ChoiceBox
from glmdesk.ui.widgets.number_input import HundredthsInput, NumberInput
from glmdesk.ui.widgets.text_input import LineInput, TextInput
from tests.support.script import Answer
from tests.tools.kit import spec
from tests.ui.keyboard import ENTER, press
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.waiting import idle

Opening = Callable[..., AbstractAsyncContextManager[OpenWindow]]
D = TypeVar("D", bound=QDialog)
W = TypeVar("W", bound=QWidget)


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path, catalog, icons)


async def open_settings(window: OpenWindow) -> ChatSettingsDialog:
    window.press("Chat settings")
    await idle(lambda: window.tasks.is_running("presets"))
    return shown(window, ChatSettingsDialog)


def shown(window: OpenWindow, kind: type[D]) -> D:
    (found,) = (dialog for dialog in window.window.findChildren(kind) if dialog.isVisible())
    return found


def control(dialog: QDialog, name: str, kind: type[W]) -> W:
    (found,) = (child for child in dialog.findChildren(kind) if child.accessibleName() == name)
    return found


def choose(box: ChoiceBox, text: str) -> None:
    place = box.findText(text)
    assert place >= 0, [box.itemText(number) for number in range(box.count())]
    box.setCurrentIndex(place)
    box.activated.emit(place)


async def test_a_knowledge_base_is_looked_into_with_the_template_that_was_written(opened: Opening) -> None:
    async with opened(host="open.bigmodel.cn") as window:
        window.service.always(Answer("Yes."))
        dialog = await open_settings(window)
        control(dialog, "Knowledge base", LineInput).setText(" 1234567890 ")
        control(dialog, "Template", TextInput).setPlainText("{{ knowledge }}\n{{ question }}\n")
        dialog.reject()
        await window.ask("Is it?")
        dialog = await open_settings(window)
        control(dialog, "Reset parameters", QPushButton).click()
        assert control(dialog, "Template", TextInput).toPlainText() == ""
        dialog.reject()
        await window.ask("And now?")
        window.chat.choose_model("glm-4.6v")
        dialog = await open_settings(window)
        assert "Knowledge base" not in [line.accessibleName() for line in dialog.findChildren(LineInput)]
        dialog.reject()

        first, second = (chat.body.get("tools") for chat in window.service.chats)
        said = {"knowledge_id": "1234567890", "prompt_template": "{{ knowledge }}\n{{ question }}"}
        assert first == [{"type": "retrieval", "retrieval": said}]
        assert second is None


async def test_what_is_chosen_is_in_force_with_the_next_question(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Answer("Yes."))
        dialog = await open_settings(window)
        control(dialog, "System prompt", TextInput).setPlainText("  Be brief. ")
        temperature = control(dialog, "Temperature", HundredthsInput)
        assert temperature.text() == "Default"
        temperature.setValue(0)
        assert temperature.text() == "0.00"
        temperature.stepBy(20)
        control(dialog, "Longest answer", NumberInput).setValue(64)
        line = control(dialog, "Stop text", LineInput)
        line.setText("。")
        press(line, ENTER)
        dialog.reject()
        await window.ask("Is it?")
        body = window.service.chats[0].body

        assert body["messages"][0]["content"] == "Be brief."
        assert (body["temperature"], body["max_tokens"], body["stop"]) == (0.2, 64, ["。"])
        assert window.chat.conversation.options == Options(temperature=0.2, max_tokens=64, stop="。")
        (button,) = window.named("Chat settings")
        assert button.isChecked(), "this chat has its own"  # type: ignore[attr-defined]


async def test_what_was_chosen_is_left_to_the_service_again(opened: Opening) -> None:
    async with opened() as window:
        chosen = Options(temperature=0.2, do_sample=False, searches_web=True, tools=("x",))
        window.chat.choose_options("Be brief.", chosen)
        dialog = await open_settings(window)
        control(dialog, "Reset parameters", QPushButton).click()

        chat = window.chat.conversation
        assert chat.options == Options(searches_web=True, tools=("x",))
        assert chat.system == "Be brief."
        assert control(dialog, "Temperature", HundredthsInput).text() == "Default"


async def test_only_models_that_think_are_told_how(opened: Opening) -> None:
    async with opened() as window:
        dialog = await open_settings(window)
        assert not [box for box in dialog.findChildren(ChoiceBox) if box.accessibleName() == "Thinking"]
        dialog.reject()
        window.chat.choose_model("glm-5.2")
        dialog = await open_settings(window)
        choose(control(dialog, "Thinking", ChoiceBox), "On")
        choose(control(dialog, "Effort", ChoiceBox), "high")
        options = window.chat.conversation.options

        assert (options.thinking, options.effort) == (True, "high")


async def test_how_much_to_think_is_not_chosen_with_thinking_off(opened: Opening) -> None:
    async with opened() as window:
        window.chat.choose_model("glm-5.2")
        window.chat.choose_options("", Options(thinking=False, effort="high"))
        dialog = await open_settings(window)
        effort = control(dialog, "Effort", ChoiceBox)
        assert not effort.isEnabled()
        assert effort.accessibleDescription() == "Thinking is switched off."
        assert "Thinking is switched off." in [label.text() for label in dialog.findChildren(QLabel)]

        choose(control(dialog, "Thinking", ChoiceBox), "Default")
        assert effort.isEnabled()
        assert effort.currentText() == "high"
        choose(control(dialog, "Thinking", ChoiceBox), "Off")
        assert not effort.isEnabled()
        control(dialog, "Reset parameters", QPushButton).click()
        assert effort.isEnabled()


async def test_a_model_that_always_thinks_is_told_how_much_all_the_same(
    opened: Opening,
) -> None:
    async with opened() as window:
        window.chat.choose_model("glm-5.3")
        window.chat.choose_options("", Options(thinking=False))
        dialog = await open_settings(window)

        assert control(dialog, "Effort", ChoiceBox).isEnabled()


async def test_how_the_web_is_searched_counts_once_it_is(opened: Opening) -> None:
    async with opened() as window:
        dialog = await open_settings(window)
        choose(control(dialog, "Pages", ChoiceBox), "Of the last week")
        dialog.reject()
        assert window.chat.conversation.options.request("m", ()).web_search is None
        window.press("Web search")
        dialog = await open_settings(window)
        choose(control(dialog, "Web search with", ChoiceBox), "Advanced")

        searching = window.chat.conversation.options.request("m", ()).web_search
        assert searching == WebSearch("search_pro", recency="oneWeek")


async def test_a_preset_is_saved_applied_and_deleted(opened: Opening) -> None:
    async with opened() as window:
        window.chat.choose_options("You translate.", Options(temperature=0.2))
        dialog = await open_settings(window)
        control(dialog, "Save as preset", QPushButton).click()
        named = next(child for child in dialog.findChildren(QDialog) if child.isVisible())
        field = named.findChild(LineInput)
        assert field is not None
        field.setText("Translator")
        press(field, ENTER)
        await idle(lambda: window.tasks.is_running("presets"))
        presets = Presets(window.database)
        assert await presets.all() == (Preset("Translator", "You translate.", Options(temperature=0.2)),)
        dialog.reject()

        window.press("New chat")
        dialog = await open_settings(window)
        box = control(dialog, "Preset", ChoiceBox)
        assert box.currentText() == "Choose a preset"
        choose(box, "Translator")
        chat = window.chat.conversation
        assert (chat.system, chat.options) == ("You translate.", Options(temperature=0.2))
        control(dialog, "Delete preset", QPushButton).click()
        await idle(lambda: window.tasks.is_running("presets"))
        assert await presets.all() == ()


async def test_what_may_run_unasked_is_listed_and_revoked(opened: Opening) -> None:
    async with opened() as window:
        consents = Consents(window.database)
        await consents.give(spec("send_note", source="Notes"), None)
        window.desk._conversing._ways.open_consents()
        await idle(lambda: window.tasks.is_running("consents"))
        dialog = shown(window, ConsentsDialog)
        rows = dialog.findChild(QTreeWidget)
        assert rows is not None
        item = rows.topLevelItem(0)
        assert item is not None
        assert [item.text(number) for number in range(3)] == ["send_note", "Notes", "Everywhere"]
        revoke = control(dialog, "Revoke", QPushButton)
        assert not revoke.isEnabled()
        rows.setCurrentItem(item)
        revoke.click()
        await idle(lambda: window.tasks.is_running("consents"))

        assert rows.topLevelItemCount() == 0
        assert await consents.all() == ()
