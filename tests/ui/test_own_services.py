"""Services that the user adds, through the whole window: asked, edited, removed, and never mixed up."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from glmdesk.api.client import Client
from glmdesk.chat.connection import Backend, Connection
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.options import Options
from glmdesk.domain.own_service import OwnService
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.models_file import load_catalog
from glmdesk.storage.services_file import ServicesFile
from glmdesk.storage.settings import Settings
from glmdesk.ui.dialogs.model_card import ModelCard
from glmdesk.ui.dialogs.service import ServiceDialog
from glmdesk.ui.dialogs.services import ServicesDialog
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.check_results import CheckResults
from glmdesk.ui.widgets.model_picker import ModelPicker
from tests.api.asking import AT_ONCE, NO_ROOTS
from tests.support.openai_compatible import OPENAI_CHAT
from tests.support.script import Answer, Refuse
from tests.ui.conftest import RESOURCES
from tests.ui.keyboard import CONTROL, press
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.test_request_code import asked_in, show_code
from tests.ui.waiting import idle

# Without a keyring a key is kept in memory, which the log tells.
pytestmark = pytest.mark.logs_errors

Opening: TypeAlias = Callable[..., AbstractAsyncContextManager[OpenWindow]]


@pytest.fixture
def catalog() -> Catalog:
    """One of its own for each test: the services in it change."""
    return load_catalog(RESOURCES, Path("/nowhere"))


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path, catalog, icons)


def picker_of(window: OpenWindow) -> ModelPicker:
    return window.window.findChildren(ModelPicker)[0]


def ids_in(window: OpenWindow) -> list[str]:
    picker = picker_of(window)
    return [model for row in range(picker.count()) if (model := picker.itemData(row)) is not None]


def press_in(dialog: QWidget, name: str) -> None:
    buttons = dialog.findChildren(QPushButton)
    next(one for one in buttons if name in (one.accessibleName(), one.text())).click()


async def follow(window: OpenWindow, own: OwnService) -> None:
    """Let a service of the user's be the one in force."""
    endpoint = Endpoint.of(own)

    def load(_endpoint: Endpoint) -> Backend:
        return Backend(partial(Client, endpoint, tls=NO_ROOTS, clocks=AT_ONCE))

    window.engine.follow(Connection(endpoint, window.secrets, load))
    await idle(lambda: window.tasks.is_running("reconnect"))


def open_services(window: OpenWindow) -> ServicesDialog:
    window.press("Settings")
    press_in(window.window, "Services…")
    (dialog,) = window.window.findChildren(ServicesDialog)
    return dialog


def close_all(window: OpenWindow) -> None:
    for dialog in window.window.findChildren(QDialog):
        dialog.close()


async def add(window: OpenWindow, name: str, address: str) -> ServiceDialog:
    """Fill in the dialog of a new service, with what its server lists."""
    press_in(open_services(window), "Add…")
    (dialog,) = window.window.findChildren(ServiceDialog)
    dialog.name.setText(name)
    dialog.address.setText(address)
    press_in(dialog, "Test the connection")
    await idle(lambda: window.tasks.is_running("check-service"))
    return dialog


async def test_a_service_is_added_tried_and_kept(opened: Opening, tmp_path: Path) -> None:
    async with opened() as window:
        dialog = await add(window, "Ollama", window.service.openai_url)
        (results,) = dialog.findChildren(CheckResults)
        assert [text.partition(":")[0] for text in results.texts] == ["Connection", "Encryption", "Models"]
        press_in(dialog, "Ask one word")
        await idle(lambda: window.tasks.is_running("check-service"))
        assert results.texts[0].startswith("First word: ")
        assert [request.path for request in window.service.requests] == ["/openai/v1/models", OPENAI_CHAT]

        press_in(dialog, "Save")
        await idle(lambda: window.tasks.is_running("services"))

        assert ServicesFile(tmp_path / "config").services == (
            OwnService("Ollama", window.service.openai_url, ("glm4:9b", "glm-4.7")),
        )
        close_all(window)


async def test_what_cannot_be_kept_says_why_and_the_dialog_stays(opened: Opening, tmp_path: Path) -> None:
    async with opened() as window:
        dialog = await add(window, "", window.service.openai_url)
        press_in(dialog, "Save")
        await idle(lambda: window.tasks.is_running("services"))

        assert dialog.isVisible()
        assert "The service needs a name." in [label.text() for label in dialog.findChildren(QLabel)]
        assert ServicesFile(tmp_path / "config").services == ()
        close_all(window)


async def test_a_service_that_is_not_there_says_so(opened: Opening) -> None:
    async with opened() as window:
        dialog = await add(window, "Ollama", "http://127.0.0.1:1/v1")

        (results,) = dialog.findChildren(CheckResults)
        assert results.texts == [
            "The service cannot be reached (127.0.0.1). Check the network connection and the proxy."
        ]
        close_all(window)


async def test_a_question_goes_to_the_service_in_force_without_a_key(
    opened: Opening, catalog: Catalog
) -> None:
    async with opened(key=None) as window:
        own = OwnService("Ollama", window.service.openai_url, ("glm4:9b", "glm-4.7"))
        catalog.own_services = (own,)
        await follow(window, own)
        assert ids_in(window) == ["glm4:9b", "glm-4.7"]
        assert not window.named("API key")

        await window.ask("你好")

        assert window.messages[-1] == "You said: “你好”."
        (request,) = window.service.requests
        assert (request.path, request.body["model"]) == (OPENAI_CHAT, "glm4:9b")
        assert request.header("authorization") == ""
        (stored,) = await Conversations(window.database).page(limit=1)
        *_, answer = await Conversations(window.database).messages(stored.id)
        assert answer.usage is not None
        assert str(answer.cost) == "¥0"


async def test_its_code_is_that_of_what_it_was_sent(opened: Opening, catalog: Catalog) -> None:
    async with opened(key=None) as window:
        own = OwnService("Ollama", window.service.openai_url, ("glm4:9b", "glm-4.7"))
        catalog.own_services = (own,)
        await follow(window, own)
        window.chat.choose_options("Be brief.", Options(temperature=1.0, searches_web=True))
        await window.ask("你好")
        shown = await show_code(window)

        assert shown.languages == ["cURL", "Python"]
        sent, command = window.service.requests[-1].body, await shown.text("cURL")
        assert json.loads(command[command.index("{") : command.rindex("'")]) == sent
        assert asked_in(await shown.text("Python")) == sent
        assert f"'{window.service.openai_url}/chat/completions'" in command
        hints = [label.text() for label in shown.dialog.findChildren(QLabel) if label.isVisible()]
        assert not any("YOUR_" in hint for hint in hints), "nothing has to be put into it"
        shown.dialog.reject()


async def test_a_conversation_goes_on_with_its_model_where_the_service_has_it(
    opened: Opening, catalog: Catalog
) -> None:
    async with opened() as window:
        own = OwnService("Ollama", window.service.openai_url, ("glm-4.7",))
        catalog.own_services = (own,)
        picker_of(window).picked.emit("glm-4.7")
        await window.ask("一")
        await follow(window, own)
        await window.ask("二")

        assert [(request.path, request.body["model"]) for request in window.service.requests] == [
            ("/chat/completions", "glm-4.7"),
            (OPENAI_CHAT, "glm-4.7"),
        ]


async def test_a_conversation_whose_model_the_service_has_not_asks_nobody(
    opened: Opening, catalog: Catalog
) -> None:
    async with opened() as window:
        own = OwnService("Ollama", window.service.openai_url, ("glm4:9b",))
        catalog.own_services = (own,)
        await window.ask("一")
        await follow(window, own)
        await window.ask("二")

        assert len(window.service.requests) == 1
        refusal = "Ollama does not have the model glm-4-flash-250414. Choose another one, such as glm4:9b."
        assert refusal in [label.text() for label in window.window.findChildren(QLabel)]


async def test_one_is_removed_after_a_question(opened: Opening, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    await ServicesFile(tmp_path / "config").save(
        [OwnService(name, f"http://127.0.0.1:{port}/v1", ("m",)) for name, port in (("A", 1), ("B", 2))]
    )
    async with opened() as window:
        dialog = open_services(window)
        press_in(dialog, "Remove…")
        press_in(dialog, "Remove")
        await idle(lambda: window.tasks.is_running("services"))

        assert [service.name for service in ServicesFile(tmp_path / "config").services] == ["B"]
        close_all(window)


async def test_another_name_is_followed_by_the_settings(opened: Opening, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    await ServicesFile(tmp_path / "config").save([OwnService("A", "http://127.0.0.1:1/v1", ("m",))])
    async with opened() as window:
        window.engine.settings.change(Settings.service, "A")
        await idle(lambda: window.tasks.is_running("setting:service"))
        press_in(open_services(window), "Edit and test…")
        (dialog,) = window.window.findChildren(ServiceDialog)
        dialog.name.setText("B")
        press_in(dialog, "Save")
        await idle(lambda: window.tasks.is_running("services"))
        await idle(lambda: window.tasks.is_running("setting:service"))

        assert window.stage.settings.service == "B"
        assert [service.name for service in ServicesFile(tmp_path / "config").services] == ["B"]
        close_all(window)


async def test_a_key_belongs_to_the_host_and_goes_with_the_last_service_there(
    opened: Opening, tmp_path: Path
) -> None:
    host = "llm.example.com"
    async with opened() as window:
        controller = window.services._controller
        one = OwnService("A", f"https://{host}/v1", ("m",), needs_key=True)
        other = OwnService("B", f"https://{host}/v2", ("m",), needs_key=True)
        for service in (one, other):
            controller.save(service, "the-key", "")
            await idle(lambda: window.tasks.is_running("services"))
        assert await window.secrets.read(host) == "the-key"

        controller.remove("A")
        await idle(lambda: window.tasks.is_running("services"))
        assert await window.secrets.read(host) == "the-key"

        controller.remove("B")
        await idle(lambda: window.tasks.is_running("services"))
        assert window.secrets._for_session == {}
        written = (tmp_path / "config" / "services.toml").read_text(encoding="utf-8")
        assert "the-key" not in written


@pytest.mark.parametrize("way", ["button", "list"])
async def test_everything_about_a_model_is_one_step_away(opened: Opening, way: str) -> None:
    async with opened() as window:
        if way == "button":
            window.press("About the model")
        else:
            picker_of(window).showPopup()
            press(picker_of(window).view(), Qt.Key.Key_I, CONTROL)
        (card,) = window.window.findChildren(ModelCard)

        assert card.windowTitle() == "GLM-4-Flash-250414"
        assert "At once: 200 questions in tier V0 (V1 1,000, V2 2,000, V3 3,000)" in card.facts
        card.close()


async def test_a_model_that_is_refused_names_its_successor_which_is_asked_once(opened: Opening) -> None:
    async with opened() as window:
        picker_of(window).picked.emit("glm-4-air-250414")
        window.service.script(Refuse("1211"), Answer("From the successor."), Answer("From the old one."))
        await window.ask("你好")
        assert window.messages[-1] == ""

        window.press("Ask GLM-4.5-Air instead")
        await window.answered()
        assert window.messages[-1] == "From the successor."
        assert picker_of(window).currentData() == "glm-4-air-250414"

        await window.ask("再见")
        assert [chat.body["model"] for chat in window.service.chats] == [
            "glm-4-air-250414",
            "glm-4.5-air",
            "glm-4-air-250414",
        ]


async def test_a_successor_is_named_once_in_a_conversation_for_each_model(opened: Opening) -> None:
    async with opened() as window:
        window.service.always(Refuse("1211"))
        picker_of(window).picked.emit("glm-4-air-250414")
        await window.ask("你好")
        await window.ask("再见")
        assert len(window.named("Ask GLM-4.5-Air instead")) == 1
        assert len(window.named("Choose another model")) == 1
        window.press("Retry")
        await window.answered()
        assert len(window.named("Ask GLM-4.5-Air instead")) == 1

        picker_of(window).picked.emit("glm-4-plus")
        await window.ask("在吗")
        assert window.named("Ask GLM-5.3 instead")
        window.chat.show_new()
        picker_of(window).picked.emit("glm-4-air-250414")
        await window.ask("你好")
        assert window.named("Ask GLM-4.5-Air instead")


async def test_without_money_a_chat_goes_on_with_the_free_model_when_that_is_pressed(opened: Opening) -> None:
    async with opened() as window:
        picker_of(window).picked.emit("glm-4-plus")
        window.service.script(Refuse("1113"), Answer("For nothing."), Answer("Again."))
        await window.ask("你好")
        assert picker_of(window).currentData() == "glm-4-plus"
        assert window.named("Top up")

        window.press("Go on with GLM-4-Flash-250414")
        await window.answered()
        assert window.messages == ["你好", "For nothing."]
        await window.ask("再见")
        assert [chat.body["model"] for chat in window.service.chats] == [
            "glm-4-plus",
            "glm-4-flash-250414",
            "glm-4-flash-250414",
        ]
        assert picker_of(window).currentData() == "glm-4-flash-250414"
        await idle(lambda: window.tasks.is_running(f"model:{window.chat.conversation.id}"))
        stored = await window.engine.store.get(window.chat.conversation.id)
        assert stored is not None
        assert stored.model == "glm-4-flash-250414"


async def test_the_free_model_itself_is_not_named_as_the_way_out(opened: Opening) -> None:
    async with opened() as window:
        window.service.script(Refuse("1113"))
        await window.ask("你好")

        assert window.named("Top up")
        assert not [one for one in window.window.findChildren(QPushButton) if "Go on with" in one.text()]


async def test_without_a_successor_another_model_is_to_be_chosen(opened: Opening) -> None:
    async with opened() as window:
        picker_of(window).picked.emit("glm-5.3")
        window.service.script(Refuse("1211"))
        await window.ask("你好")

        assert window.named("Choose another model")
        assert not [one for one in window.window.findChildren(QPushButton) if "instead" in one.text()]
