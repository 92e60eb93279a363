"""What the window offers follows the service in force, and no model is ever taken for another."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pytest
from PySide6.QtWidgets import QLabel

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.money import Money
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.models_file import load_catalog
from glmdesk.storage.settings import Settings
from glmdesk.ui.dialogs.settings import SettingsDialog
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.model_picker import ModelPicker
from tests.support.script import Answer
from tests.ui.conftest import RESOURCES
from tests.ui.open_window import OpenWindow, open_window

# Without a keyring the key for another host is kept in memory, which the log tells.
pytestmark = pytest.mark.logs_errors


Opening: TypeAlias = Callable[..., AbstractAsyncContextManager[OpenWindow]]

MAINLAND, Z_AI = "open.bigmodel.cn", "api.z.ai"
REFUSED = "api.z.ai does not have the model glm-4-flash-250414. Choose another one, such as glm-4.7-flash."


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    """Open a window; it keeps its files when it is opened again."""
    return partial(open_window, tmp_path, catalog, icons)


def picker_of(window: OpenWindow) -> ModelPicker:
    return window.window.findChildren(ModelPicker)[0]


def ids_in(window: OpenWindow) -> list[str]:
    picker = picker_of(window)
    return [model for row in range(picker.count()) if (model := picker.itemData(row)) is not None]


@pytest.mark.parametrize(("host", "free"), [(MAINLAND, "glm-4-flash-250414"), (Z_AI, "glm-4.7-flash")])
async def test_a_new_chat_begins_with_the_free_model_of_the_service(
    opened: Opening, catalog: Catalog, host: str, free: str
) -> None:
    async with opened(host=host) as window:
        await window.ask("你好")

        assert window.service.chats[0].body["model"] == free
        assert ids_in(window) == [model.id for model in catalog.at(host)]


async def test_a_price_is_that_of_the_service(opened: Opening) -> None:
    async with opened(host=Z_AI) as window:
        picker_of(window).picked.emit("glm-5.2")
        await window.ask("你好")
        (stored,) = await Conversations(window.database).page(limit=1)
        *_, answer = await Conversations(window.database).messages(stored.id)

    assert answer.cost is not None
    assert (answer.model, answer.cost.currency) == ("glm-5.2", "USD")
    assert isinstance(answer.cost, Money)


async def test_another_address_offers_its_models_at_once(opened: Opening, catalog: Catalog) -> None:
    async with opened(host=MAINLAND) as window:
        await window.follow(Z_AI)

        assert ids_in(window) == [model.id for model in catalog.at(Z_AI)]
        assert picker_of(window).currentText() == "GLM-4.7-Flash"
        await window.ask("你好")
        assert window.service.chats[0].body["model"] == "glm-4.7-flash"


async def test_what_was_chosen_for_a_new_chat_stays_where_the_other_service_has_it(opened: Opening) -> None:
    async with opened(host=MAINLAND) as window:
        picker_of(window).picked.emit("glm-5.2")
        window.type("a draft")
        await window.follow(Z_AI)

        assert picker_of(window).currentText() == "GLM-5.2"
        assert window.composer.text() == "a draft"


async def test_a_model_that_the_service_has_not_is_not_asked_for_and_another_is_one_click_away(
    opened: Opening,
) -> None:
    async with opened(host=MAINLAND) as window:
        window.service.script(Answer("1"), Answer("2"))
        await window.ask("一")
        await window.follow(Z_AI)
        assert picker_of(window).currentText() == "GLM-4-Flash-250414"
        await window.ask("二")

        assert len(window.service.chats) == 1
        assert REFUSED in [label.text() for label in window.window.findChildren(QLabel)]
        window.press("Choose another model")
        assert picker_of(window).view().isVisible()
        picker_of(window).hidePopup()
        picker_of(window).picked.emit("glm-4.7-flash")
        window.press("Retry")
        await window.answered()

        assert window.messages[-1] == "2"
        assert window.service.chats[1].body["model"] == "glm-4.7-flash"


async def test_another_try_can_be_asked_of_the_models_of_the_service_in_force(opened: Opening) -> None:
    async with opened(host=MAINLAND) as window:
        window.service.script(Answer("1"), Answer("2"))
        await window.ask("一")
        await window.follow(Z_AI)
        window.choose_action("GLM-5.2")
        await window.answered()

        assert [chat.body["model"] for chat in window.service.chats] == ["glm-4-flash-250414", "glm-5.2"]
        with pytest.raises(StopIteration):
            window.choose_action("GLM-4-Plus")


async def test_a_preferred_model_that_the_service_has_not_is_told_and_not_taken(
    opened: Opening, tmp_path: Path
) -> None:
    settings = Settings(tmp_path / "config" / "settings.toml")
    settings._path.parent.mkdir(parents=True)
    await settings.change(Settings.model, "glm-4-plus")
    async with opened(host=MAINLAND) as window:
        assert picker_of(window).currentText() == "GLM-4-Plus"
        assert not window.banner_text
        await window.follow(Z_AI)

        assert picker_of(window).currentText() == "GLM-4.7-Flash"
        assert "glm-4-plus" in window.banner_text
    async with opened(host=Z_AI) as window:
        assert picker_of(window).currentText() == "GLM-4.7-Flash"
        assert "New chats begin with glm-4.7-flash." in window.banner_text


async def test_open_settings_offer_the_models_of_the_service_in_force(
    opened: Opening, catalog: Catalog
) -> None:
    async with opened(host=MAINLAND) as window:
        window.press("Settings")
        (dialog,) = window.window.findChildren(SettingsDialog)
        await window.follow(Z_AI)
        box = dialog._models[Settings.model]

        assert [box.itemData(row) for row in range(box.count())] == [
            "",
            *(model.id for model in catalog.at(Z_AI)),
        ]
        dialog.close()


async def test_a_file_of_models_that_is_wrong_is_told(tmp_path: Path, icons: Icons) -> None:
    own = tmp_path / "config" / "models.toml"
    own.parent.mkdir()
    own.write_text("[models.qwen-max]\nmax_output = 0\n", encoding="utf-8")
    catalog = load_catalog(RESOURCES, own.parent)
    async with open_window(tmp_path, catalog, icons) as window:
        assert f"{own}, line 2: “max_output” has to be a whole number above 0." in window.banner_text
