"""The settings dialog is made from the declarations: complete, named, and in force at once."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from glmdesk.domain.catalog import Catalog, Offer
from glmdesk.domain.own_service import OwnService
from glmdesk.storage.setting import Choice, Setting, Text, Whole
from glmdesk.storage.settings import Settings
from glmdesk.ui.controllers.settings import SettingsController
from glmdesk.ui.dialogs.settings import Override, SettingsDialog
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.widgets.number_input import NumberInput
from glmdesk.ui.widgets.text_input import LineInput
from tests.ui.keyboard import ENTER, compose, press

DECLARED = [setting for setting in Settings.declared() if setting is not Settings.quick_shortcut]
"""All but the one that has a row of its own."""
CHOSEN = (Settings.model, Settings.service, Settings.quick_model, Settings.quick_preset)
"""Texts that are chosen from a list."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.toml")


class Opener(Protocol):
    """Opens the dialog above a window of its own."""

    def __call__(self, settings: Settings, **more: Any) -> SettingsDialog: ...


@pytest.fixture
def opened(offer: Offer) -> Iterator[Opener]:
    parent = QWidget()
    parent.show()
    dialogs: list[SettingsDialog] = []

    def open_dialog(settings: Settings, **more: Any) -> SettingsDialog:
        dialogs.append(SettingsDialog(settings, offer, parent, **more))
        dialogs[-1].open()
        return dialogs[-1]

    yield open_dialog
    for dialog in dialogs:
        # It is gone once it was closed.
        if isValid(dialog):
            dialog.close()
    parent.close()
    parent.deleteLater()


@pytest.fixture
def dialog(settings: Settings, opened: Opener) -> SettingsDialog:
    return opened(settings)


@pytest.fixture
def changes(dialog: SettingsDialog) -> list[tuple[str, object]]:
    changes: list[tuple[str, object]] = []
    dialog.change_requested.connect(lambda setting, value: changes.append((setting.key, value)))
    return changes


def control(dialog: SettingsDialog, setting: Setting[Any]) -> QWidget:
    kinds = (QComboBox, LineInput, NumberInput)
    (found,) = [
        child
        for kind in kinds
        for child in dialog.findChildren(kind)
        if child.accessibleName() == setting.label
    ]
    return found


def labels(dialog: QDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]


@pytest.mark.parametrize("setting", DECLARED, ids=lambda setting: setting.key)
def test_every_declared_setting_has_a_control_with_its_name_and_help(
    dialog: SettingsDialog, setting: Setting[Any]
) -> None:
    assert control(dialog, setting).accessibleDescription() == setting.help
    assert setting.label in labels(dialog)
    assert setting.help in labels(dialog)


def test_the_help_speaks_of_the_control_and_not_of_the_file() -> None:
    # "Empty for the free one" beside a choice of models, "0 takes the desktop's own" beside "As the desktop".
    assert [setting.key for setting in DECLARED if re.search("empty|0 takes", setting.help)] == []


@pytest.mark.parametrize("setting", DECLARED, ids=lambda setting: setting.key)
def test_every_control_shows_the_value_in_force(
    dialog: SettingsDialog, settings: Settings, setting: Setting[Any]
) -> None:
    shown = control(dialog, setting)
    value = settings.value(setting)

    if isinstance(shown, QComboBox):
        assert shown.currentData() == value
    elif isinstance(shown, NumberInput):
        assert shown.value() == value
    else:
        assert isinstance(shown, LineInput)
        assert shown.text() == value


@pytest.mark.parametrize(
    "setting", [one for one in DECLARED if isinstance(one.kind, Choice)], ids=lambda setting: setting.key
)
def test_every_choice_is_offered_in_words(
    dialog: SettingsDialog, setting: Setting[Any], changes: list[tuple[str, object]]
) -> None:
    box = control(dialog, setting)
    assert isinstance(box, QComboBox)
    assert isinstance(setting.kind, Choice)
    offered = [box.itemData(row) for row in range(box.count())]
    assert offered == list(setting.kind.values)
    assert all(box.itemText(row) for row in range(box.count()))
    box.setCurrentIndex(0)
    press(box, Qt.Key.Key_Down)

    assert changes == [(setting.key, offered[1])]


@pytest.mark.parametrize(
    "setting", [one for one in DECLARED if isinstance(one.kind, Whole)], ids=lambda setting: setting.key
)
def test_numbers_keep_to_their_range(
    dialog: SettingsDialog, setting: Setting[Any], changes: list[tuple[str, object]]
) -> None:
    box = control(dialog, setting)
    assert isinstance(box, NumberInput)
    assert isinstance(setting.kind, Whole)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "14")
    assert changes == [], "nothing is changed in the middle of a number"
    press(box, ENTER)
    assert changes == [(setting.key, 14)]
    box.setValue(100_000)
    assert changes[-1] == (setting.key, setting.kind.maximum)
    assert dialog.isVisible()


def test_a_number_that_is_left_to_the_desktop_says_so(dialog: SettingsDialog) -> None:
    box = control(dialog, Settings.font_size)
    assert isinstance(box, NumberInput)
    box.setValue(box.minimum())

    assert box.text() == "As the desktop"


@pytest.mark.parametrize(
    "setting",
    [one for one in DECLARED if isinstance(one.kind, Text) and one not in CHOSEN],
    ids=lambda setting: setting.key,
)
def test_texts_are_taken_with_enter_and_given_up_with_escape(
    dialog: SettingsDialog, settings: Settings, setting: Setting[Any], changes: list[tuple[str, object]]
) -> None:
    line = control(dialog, setting)
    assert isinstance(line, LineInput)
    line.setText("http://127.0.0.1:1")
    press(line, Qt.Key.Key_Escape)
    assert line.text() == settings.value(setting)
    assert changes == []
    line.setText("http://127.0.0.1:1")
    press(line, ENTER)

    assert changes == [(setting.key, "http://127.0.0.1:1")]
    assert dialog.isVisible()


@pytest.mark.parametrize("setting", [Settings.proxy, Settings.font_size], ids=lambda setting: setting.key)
def test_escape_gives_up_what_was_typed_and_then_closes(
    dialog: SettingsDialog, setting: Setting[Any], changes: list[tuple[str, object]], qtbot: QtBot
) -> None:
    # An input kept every Escape for itself.
    line = control(dialog, setting)
    assert isinstance(line, (LineInput, NumberInput))
    line.setFocus()
    before = line.text()
    line.selectAll()
    QTest.keyClicks(line, "12")
    press(line, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert line.text() == before
    with qtbot.waitSignal(dialog.finished):
        press(line, Qt.Key.Key_Escape)

    assert changes == []


@pytest.mark.parametrize("setting", [Settings.proxy, Settings.font_size], ids=lambda setting: setting.key)
def test_escape_in_a_composition_belongs_to_the_input_method(
    dialog: SettingsDialog, setting: Setting[Any]
) -> None:
    line = control(dialog, setting)
    line.setFocus()
    compose(line, "ni")
    press(line, Qt.Key.Key_Escape)

    assert dialog.isVisible()


def test_escape_takes_the_words_about_a_refused_value_away(dialog: SettingsDialog) -> None:
    line = control(dialog, Settings.proxy)
    assert isinstance(line, LineInput)
    line.setText("x")
    dialog.show_problem("proxy", "This is not allowed here: x")
    press(line, Qt.Key.Key_Escape)

    assert line.text() == "system"
    assert "This is not allowed here: x" not in labels(dialog)


def test_a_text_is_taken_when_it_is_left(
    dialog: SettingsDialog, changes: list[tuple[str, object]], qtbot: QtBot
) -> None:
    line = control(dialog, Settings.proxy)
    assert isinstance(line, LineInput)
    dialog.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    line.selectAll()
    QTest.keyClicks(line, "none")
    control(dialog, Settings.base_url).setFocus()

    assert changes == [("proxy", "none")]


def model_box(dialog: SettingsDialog) -> QComboBox:
    box = control(dialog, Settings.model)
    assert isinstance(box, QComboBox)
    return box


def ids_in(box: QComboBox) -> list[str]:
    return [box.itemData(row) for row in range(box.count())]


def test_the_models_of_the_service_are_offered_and_the_free_one(dialog: SettingsDialog, offer: Offer) -> None:
    box = model_box(dialog)

    assert ids_in(box) == ["", *(model.id for model in offer)]
    assert box.currentText() == "The free one: GLM-4-Flash-250414"


def test_another_service_has_other_models_to_choose_from(
    dialog: SettingsDialog, catalog: Catalog, changes: list[tuple[str, object]]
) -> None:
    dialog.set_offer(catalog.at("api.z.ai"))
    box = model_box(dialog)

    assert ids_in(box) == ["", *(model.id for model in catalog.at("api.z.ai"))]
    assert box.currentText() == "The free one: GLM-4.7-Flash"
    assert changes == []


@pytest.mark.parametrize(
    ("chosen", "shown"), [("glm-4-plus", "GLM-4-Plus (not at api.z.ai)"), ("qwen-max", "qwen-max")]
)
async def test_a_model_that_is_set_is_shown_wherever_it_exists(
    *, settings: Settings, catalog: Catalog, dialog: SettingsDialog, chosen: str, shown: str
) -> None:
    await settings.change(Settings.model, chosen)
    dialog.set_offer(catalog.at("api.z.ai"))

    assert (model_box(dialog).currentText(), model_box(dialog).currentData()) == (shown, chosen)


OWN = (
    OwnService("Ollama", "http://127.0.0.1:11434/v1", ("glm4:9b",)),
    OwnService("Lab", "https://llm.example.com/v1", ("glm-4.7",)),
)


def test_a_service_of_the_users_is_chosen_where_the_address_is(
    settings: Settings, opened: Opener, changes: list[tuple[str, object]]
) -> None:
    dialog = opened(settings, services=OWN)
    dialog.change_requested.connect(lambda setting, value: changes.append((setting.key, value)))
    box = control(dialog, Settings.service)
    assert isinstance(box, QComboBox)
    assert [box.itemText(row) for row in range(box.count())] == ["At the address below", "Ollama", "Lab"]

    box.setCurrentIndex(1)
    box.activated.emit(1)

    assert changes == [("service", "Ollama")]


async def test_a_service_that_is_set_and_gone_says_so(settings: Settings, opened: Opener) -> None:
    await settings.change(Settings.service, "Ollama")
    dialog = opened(settings, services=OWN)
    box = control(dialog, Settings.service)
    assert isinstance(box, QComboBox)
    assert box.currentText() == "Ollama"

    dialog.set_services(OWN[1:])

    assert (box.currentText(), box.currentData()) == ("Ollama (not there any more)", "Ollama")


def test_what_the_environment_decides_is_shown_and_cannot_be_changed(
    settings: Settings, opened: Opener, qtbot: QtBot
) -> None:
    # The stored address was shown, while another one was in force.
    override = Override("http://127.0.0.1:1/v4", "GLMDESK_BASE_URL")
    dialog = opened(settings, overrides={"base_url": override})
    line = control(dialog, Settings.base_url)
    assert isinstance(line, LineInput)
    assert line.text() == "http://127.0.0.1:1/v4"
    assert line.isReadOnly()
    sentence = "The variable GLMDESK_BASE_URL decides this as long as it is set."
    assert sentence in [label.text() for label in dialog.findChildren(QLabel)]
    assert line.accessibleDescription() == sentence
    with qtbot.assertNotEmitted(dialog.change_requested):
        press(line, ENTER)
        with qtbot.waitSignal(dialog.finished):
            press(line, Qt.Key.Key_Escape)


def test_an_address_of_the_environment_that_cannot_be_used_stands_there_with_the_reason(
    settings: Settings, opened: Opener
) -> None:
    override = Override("http://example.org/v4", "GLMDESK_BASE_URL", "It is not encrypted.")
    dialog = opened(settings, overrides={"base_url": override})

    line = control(dialog, Settings.base_url)
    assert isinstance(line, LineInput)
    assert (line.text(), line.isReadOnly()) == ("http://example.org/v4", True)
    assert "It is not encrypted." in labels(dialog)


def test_an_address_of_the_file_that_cannot_be_used_stands_there_with_the_reason(
    tmp_path: Path, opened: Opener
) -> None:
    (tmp_path / "settings.toml").write_text('base_url = "nowhere"\n')
    dialog = opened(Settings(tmp_path / "settings.toml"))
    line = control(dialog, Settings.base_url)
    assert isinstance(line, LineInput)
    reasons = [text for text in labels(dialog) if text.startswith("“nowhere” is not an address")]

    assert line.text() == "nowhere"
    assert len(reasons) == 1
    line.setText("elsewhere")
    press(line, ENTER)
    dialog.show_problem("base_url", "“elsewhere” is not an address either.")
    assert reasons[0] not in labels(dialog)
    press(line, Qt.Key.Key_Escape)
    assert line.text() == "nowhere"
    assert reasons[0] in labels(dialog)


def test_a_refused_value_says_why_until_the_next_change(dialog: SettingsDialog) -> None:
    dialog.show_problem("proxy", "This is not allowed here: x")
    assert "This is not allowed here: x" in labels(dialog)
    line = control(dialog, Settings.proxy)
    assert isinstance(line, LineInput)
    line.setText("none")
    press(line, ENTER)

    assert "This is not allowed here: x" not in labels(dialog)


def test_what_is_said_of_the_key_stands_above_the_settings(settings: Settings, opened: Opener) -> None:
    row = QLabel("In the keyring of this system.")
    dialog = opened(settings, key_row=row)

    assert "API key" in labels(dialog)
    assert row.isVisible()
    assert row.mapTo(dialog, QPoint()).y() < control(dialog, Settings.language).mapTo(dialog, QPoint()).y()


def test_every_row_has_the_room_for_what_is_said_in_it(
    settings: Settings, opened: Opener, qtbot: QtBot
) -> None:
    # A form layout went on with old heights: the address of the proxy lay below its explanation.
    row = QLabel("One line.")
    row.setWordWrap(True)
    dialog = opened(settings, key_row=row)

    def is_roomy() -> bool:
        told = [label for label in dialog.findChildren(QLabel) if label.isVisible() and label.wordWrap()]
        return len(told) > 5 and all(label.height() >= label.heightForWidth(label.width()) for label in told)

    for text in ("Many words. " * 30, "One line.", "Many words. " * 20):
        row.setText(text)
        dialog.show_problem("proxy", text)
        dialog.show_problem("base_url", text)
        qtbot.waitUntil(is_roomy)


def test_where_no_key_is_needed_nothing_is_said_of_it(settings: Settings, opened: Opener) -> None:
    # "Forget key" in the demo removed the key of the real service.
    dialog = opened(settings)

    assert "API key" not in labels(dialog)
    named = [button.accessibleName() for button in dialog.findChildren(QPushButton)]
    assert named == ["Services…", "MCP servers", "Close"]
    dialog.close()


def test_every_button_has_a_name(dialog: SettingsDialog) -> None:
    assert [b for b in dialog.findChildren(QAbstractButton) if b.isVisible() and not b.accessibleName()] == []


@pytest.mark.parametrize("way", ["button", "escape"])
def test_it_can_be_closed(dialog: SettingsDialog, way: str, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.finished):
        if way == "button":
            next(b for b in dialog.findChildren(QPushButton) if b.accessibleName() == "Close").click()
        else:
            press(dialog, Qt.Key.Key_Escape)


def test_what_was_written_without_the_keyboard_is_taken_when_it_is_closed(
    dialog: SettingsDialog, changes: list[tuple[str, object]], qtbot: QtBot
) -> None:
    # A screen reader's text was shown and not stored.
    line = control(dialog, Settings.proxy)
    assert isinstance(line, LineInput)
    line.setText("none")
    with qtbot.waitSignal(dialog.finished):
        dialog.close()

    assert changes == [("proxy", "none")]


@pytest.mark.parametrize("way", ["reject", "accept", "close"])
def test_it_stays_open_with_its_words_where_a_text_is_refused(
    dialog: SettingsDialog, settings: Settings, qtbot: QtBot, way: str
) -> None:
    controller = SettingsController(settings, TaskRunner())
    dialog.change_requested.connect(controller.change)
    controller.refused.connect(dialog.show_problem)
    line = control(dialog, Settings.proxy)
    assert isinstance(line, LineInput)
    line.setText("gopher://x")
    with qtbot.assertNotEmitted(dialog.finished):
        getattr(dialog, way)()
    assert dialog.isVisible()
    assert "This is not allowed here: gopher://x" in labels(dialog)
    press(line, Qt.Key.Key_Escape)
    with qtbot.waitSignal(dialog.finished):
        getattr(dialog, way)()

    assert settings.proxy == "system"


def test_every_setting_stands_below_what_it_is_about(dialog: SettingsDialog) -> None:
    labels = [label for label in dialog.findChildren(QLabel) if label.parent() is dialog.area.widget()]
    labels.sort(key=QLabel.y)
    heading, headings = "", dict[str, str]()
    for label in labels:
        if label.font().bold():
            heading = label.text()
        else:
            headings[label.text()] = heading

    assert headings["Proxy"] == "Model and service"
    assert headings["Notifications"] == "Desktop"
    assert headings["MCP servers"] == "Tools"
    assert all(headings[setting.label] for setting in DECLARED)


async def test_presets_are_offered_by_name_and_one_that_is_gone_is_said_to_be(
    settings: Settings, opened: Opener
) -> None:
    await settings.change(Settings.quick_preset, "Brief")
    box = control(opened(settings), Settings.quick_preset)
    dialog = box.window()
    assert isinstance(dialog, SettingsDialog)
    assert isinstance(box, QComboBox)
    assert box.currentText() == "Brief"
    dialog.set_presets(["Brief", "Long"])
    assert ([box.itemText(row) for row in range(box.count())], box.currentText()) == (
        ["None", "Brief", "Long"],
        "Brief",
    )
    for left in (["Long"], []):
        dialog.set_presets(left)
        assert box.currentText() == "Brief (not there any more)"
