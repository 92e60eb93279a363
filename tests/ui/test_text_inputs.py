"""Enter never sends while an input method composes: in every text input of every window, also future ones."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

import glmdesk
from glmdesk.domain.catalog import Offer
from glmdesk.domain.draft import Draft
from glmdesk.domain.quick_action import QuickAction
from glmdesk.storage.settings import Settings
from glmdesk.ui.dialogs.quick_actions import QuickActionsDialog
from glmdesk.ui.dialogs.server_form import PasteDialog
from glmdesk.ui.dialogs.settings import SettingsDialog
from glmdesk.ui.icons import Icons
from glmdesk.ui.quick_ask import QuickAskWindow
from glmdesk.ui.widgets.model_picker import ModelPicker
from glmdesk.ui.widgets.number_input import NumberInput
from glmdesk.ui.widgets.text_input import LineInput, TextInput
from tests.ui.furnished import Furnished
from tests.ui.keyboard import CONTROL, ENTER, NONE, SHIFT, commit, compose, focused, press

TypedIn: TypeAlias = QLineEdit | QPlainTextEdit | QTextEdit

ENTER_KEYS = list(product((Qt.Key.Key_Return, Qt.Key.Key_Enter), (NONE, CONTROL, SHIFT)))


@dataclass(slots=True)
class Screen:
    """A window with an input open, and everything it has asked for since.

    Attributes:
        text: What to type where not any text will do.
        sending: What Enter is pressed with to send.
    """

    window: QWidget
    input: TypedIn
    text: str = "你好"
    sending: Qt.KeyboardModifier = NONE
    effects: list[tuple[Any, ...]] = field(default_factory=list[tuple[Any, ...]])

    def listen(self, *signals: Any) -> "Screen":
        """Collect what some signals say from now on."""
        for signal in signals:
            signal.connect(lambda *values: self.effects.append(values))
        return self


class Opener:
    """Opens the windows, one input at a time."""

    def __init__(self, qtbot: QtBot, offer: Offer, icons: Icons, settings: Settings) -> None:
        self._qtbot = qtbot
        self._offer = offer
        self._icons = icons
        self._settings = settings
        # The bot closes them in the end, but does not hold them.
        self._windows: list[QWidget] = []

    def furnished(self) -> Furnished:
        furnished = Furnished(self._offer, self._icons)
        self._qtbot.addWidget(furnished.window)
        self._windows.append(furnished.window)
        furnished.list_conversation("Old title")
        furnished.window.chat.show_key_entry()
        furnished.window.show()
        return furnished

    def composer(self) -> Screen:
        window = self.furnished().window
        composer = window.chat.composer
        return Screen(window, composer.input).listen(composer.submitted)

    def composer_with_control(self) -> Screen:
        window = self.furnished().window
        composer = window.chat.composer
        composer.set_send_key(with_control=True)
        return Screen(window, composer.input, sending=CONTROL).listen(composer.submitted)

    def key_entry(self) -> Screen:
        furnished = self.furnished()
        entry = furnished.key_entry
        return Screen(furnished.window, entry.field).listen(entry.save_requested, entry.test_requested)

    def title(self) -> Screen:
        window = self.furnished().window
        header = window.chat.header
        label = next(button for button in header.findChildren(QPushButton) if button.isVisible())
        self._qtbot.mouseClick(label, Qt.MouseButton.LeftButton)
        editor = next(child for child in header.findChildren(LineInput) if child.isVisible())
        return Screen(window, editor).listen(header.renamed)

    def list_row(self) -> Screen:
        furnished = self.furnished()
        view, rows = furnished.view, furnished.rows
        view.edit(rows.index(1))
        editor = view.viewport().findChild(LineInput)
        assert editor is not None
        return Screen(furnished.window, editor).listen(rows.renamed, view.chosen)

    def pasted_servers(self) -> Screen:
        parent = QWidget()
        dialog = PasteDialog(parent, parent.font())
        self._qtbot.addWidget(dialog)
        self._qtbot.addWidget(parent)
        self._windows += [dialog, parent]
        dialog.open()
        (box,) = dialog.findChildren(TextInput)
        return Screen(dialog, box, sending=CONTROL).listen(dialog.pasted, dialog.finished)

    def quick_question(self) -> Screen:
        window = QuickAskWindow(self._icons, ModelPicker(self._offer, "en"))
        self._qtbot.addWidget(window)
        self._windows.append(window)
        window.come()
        return Screen(window, window.composer.input).listen(window.composer.submitted, window.dismissed)

    def quick_action(self, name: str) -> Screen:
        parent = QWidget()
        actions = (QuickAction("Old", "{text}"),)
        dialog = QuickActionsDialog(actions, self._offer, parent)
        self._qtbot.addWidget(parent)
        self._windows += [dialog, parent]
        dialog.open()
        (found,) = (one for one in inputs_in(dialog) if one.accessibleName() == name)
        said = "name" if name == "Name" else "prompt"
        screen = Screen(dialog, found, sending=NONE if name == "Name" else CONTROL)
        dialog.chosen.connect(lambda actions: screen.effects.append((getattr(actions[0], said),)))
        return screen

    def setting(self, key: str, text: str) -> Screen:
        parent = QWidget()
        dialog = SettingsDialog(self._settings, self._offer, parent)
        self._qtbot.addWidget(dialog)
        self._qtbot.addWidget(parent)
        self._windows += [dialog, parent]
        dialog.open()
        label = next(setting.label for setting in self._settings.declared() if setting.key == key)
        control = next(
            child
            for child in (*dialog.findChildren(LineInput), *dialog.findChildren(NumberInput))
            if child.accessibleName() == label
        )
        typed_in = control.lineEdit() if isinstance(control, NumberInput) else control
        assert isinstance(typed_in, LineInput)
        return Screen(dialog, typed_in, text).listen(dialog.change_requested, dialog.finished)


INPUTS: dict[str, Callable[[Opener], Screen]] = {
    "Message": Opener.composer,
    "Message, sent with Ctrl+Enter": Opener.composer_with_control,
    "API key": Opener.key_entry,
    "Conversation title above the messages": Opener.title,
    "Conversation title in the list": Opener.list_row,
    "Service address": lambda opener: opener.setting("base_url", "https://example.org"),
    "Proxy": lambda opener: opener.setting("proxy", "none"),
    "Font size": lambda opener: opener.setting("font_size", "12"),
    "Longest silence": lambda opener: opener.setting("silence_s", "77"),
    "Waiting notice": lambda opener: opener.setting("waiting_notice_s", "88"),
    "Monthly budget": lambda opener: opener.setting("monthly_budget", "12"),
    "Python for your tools": lambda opener: opener.setting("tools_python", "python3.12"),
    "Question asked quickly": Opener.quick_question,
    "Name of a quick action": lambda opener: opener.quick_action("Name"),
    "Prompt of a quick action": lambda opener: opener.quick_action("Prompt"),
    "Servers as JSON": Opener.pasted_servers,
    "Backup folder": lambda opener: opener.setting("backup_folder", "/backups"),
}


@pytest.fixture
def opener(qtbot: QtBot, offer: Offer, icons: Icons, tmp_path: Path) -> Opener:
    return Opener(qtbot, offer, icons, Settings(tmp_path / "settings.toml"))


@pytest.fixture(params=INPUTS, ids=str)
def screen(request: pytest.FixtureRequest, opener: Opener) -> Screen:
    return INPUTS[request.param](opener)


def text_of(typed_in: TypedIn) -> str:
    return typed_in.text() if isinstance(typed_in, QLineEdit) else typed_in.toPlainText()


def test_enter_during_a_composition_does_nothing(screen: Screen) -> None:
    screen.input.setFocus()
    compose(screen.input, "nihao")
    before = text_of(screen.input)
    for key, modifiers in ENTER_KEYS:
        press(screen.input, key, modifiers)
        # The editor of a list is closed a turn of the event loop later.
        QApplication.sendPostedEvents()
        assert screen.effects == [], f"{modifiers} {key}"
        assert text_of(screen.input) == before
        assert screen.input.isVisible()


def test_enter_after_the_composition_sends_what_was_composed_once(screen: Screen) -> None:
    screen.input.setFocus()
    screen.input.selectAll()
    compose(screen.input, "nihao")
    press(screen.input, ENTER, screen.sending)
    commit(screen.input, screen.text)
    press(screen.input, ENTER, screen.sending)
    QApplication.sendPostedEvents()

    ((*_, said),) = screen.effects
    assert (said.text if isinstance(said, Draft) else str(said)) == screen.text


@pytest.mark.parametrize("shown", ["", "n"])
def test_a_composition_given_up_leaves_enter_alive(screen: Screen, shown: str) -> None:
    screen.input.setFocus()
    screen.input.selectAll()
    commit(screen.input, screen.text)
    compose(screen.input, "n")
    compose(screen.input, shown)
    if shown:
        compose(screen.input, "")
    press(screen.input, ENTER, screen.sending)
    QApplication.sendPostedEvents()

    assert len(screen.effects) == 1


def test_escape_during_a_composition_belongs_to_the_input_method(screen: Screen) -> None:
    screen.input.setFocus()
    compose(screen.input, "nihao")
    event = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Escape, NONE)
    QApplication.sendEvent(focused(screen.input), event)
    QApplication.sendPostedEvents()

    assert screen.effects == []
    assert screen.input.isVisible()


def inputs_in(window: QWidget) -> Iterator[TypedIn]:
    yield from window.findChildren(QLineEdit)
    yield from window.findChildren(QPlainTextEdit)
    yield from window.findChildren(QTextEdit)


def test_every_input_of_a_window_is_one_of_ours(screen: Screen) -> None:
    for typed_in in inputs_in(screen.window):
        assert isinstance(typed_in, LineInput | TextInput), typed_in.accessibleName()
    for box in screen.window.findChildren(QAbstractSpinBox):
        assert isinstance(box, NumberInput), box.accessibleName()
    assert not [box for box in screen.window.findChildren(QComboBox) if box.isEditable()]


def test_no_input_is_forgotten_here(opener: Opener) -> None:
    screens = [open_input(opener) for open_input in INPUTS.values()]
    tested = {screen.input.accessibleName() or _name_around(screen.input) for screen in screens}
    found = {
        typed_in.accessibleName() or _name_around(typed_in)
        for screen in screens
        for typed_in in inputs_in(screen.window)
    }

    assert found == tested


def _name_around(typed_in: TypedIn) -> str:
    parent = typed_in.parentWidget()
    return parent.accessibleName() if parent is not None else ""


RAW_INPUTS = {
    "QLineEdit",
    "QPlainTextEdit",
    "QTextEdit",
    "QTextBrowser",
    "QSpinBox",
    "QDoubleSpinBox",
    "QDateTimeEdit",
    "QInputDialog",
    "QKeySequenceEdit",
}


def test_nothing_in_the_package_makes_another_kind_of_input() -> None:
    package = Path(glmdesk.__file__).parent
    made = [
        f"{path.relative_to(package)}:{node.lineno} {node.func.id}"
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAW_INPUTS
    ]
    derived = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id in RAW_INPUTS for base in node.bases)
    ]

    assert made == []
    assert set(derived) == {"ui/widgets/text_input.py", "ui/widgets/number_input.py"}
