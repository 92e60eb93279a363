"""The dialog in which it is chosen what JSON has to be."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QPushButton, QTabBar, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.domain.schema_form import Field, Form, Kind
from glmdesk.ui.dialogs.json_schema import JsonSchemaDialog, Writing
from glmdesk.ui.icons import Icons
from glmdesk.ui.theme import DARK, LIGHT, Style, code_font, text_font
from glmdesk.ui.widgets.choice import ChoiceBox
from tests.ui.keyboard import press

KINDS = list(Kind)


class Opened:
    """The dialog, filled in by the names that its parts have."""

    def __init__(
        self, qtbot: QtBot, icons: Icons, schema: str = "", *, writing: Writing | None = None
    ) -> None:
        font = text_font(0)
        self.parent = QWidget()
        qtbot.addWidget(self.parent)
        style = Style(LIGHT, font, code_font(font))
        self.dialog = JsonSchemaDialog(schema, self.parent, icons, style, writing=writing)
        self.dialog.open()
        self.chosen: list[str] = []
        self.dialog.chosen.connect(self.chosen.append)
        self.left: list[Writing] = []
        self.dialog.left.connect(self.left.append)

    def lines(self, name: str) -> list[QLineEdit]:
        found = [line for line in self.dialog.findChildren(QLineEdit) if line.accessibleName() == name]
        return [line for line in found if line.isVisible()]

    def kinds(self) -> list[ChoiceBox]:
        return [box for box in self.dialog.findChildren(ChoiceBox) if box.isVisible()]

    def button(self, name: str) -> QPushButton:
        (found,) = (one for one in self.dialog.findChildren(QPushButton) if one.accessibleName() == name)
        return found

    def boxes(self, name: str) -> list[QCheckBox]:
        found = [box for box in self.dialog.findChildren(QCheckBox) if box.accessibleName() == name]
        return [box for box in found if box.isVisible()]

    def text(self, name: str) -> QPlainTextEdit:
        (found,) = (one for one in self.dialog.findChildren(QPlainTextEdit) if one.accessibleName() == name)
        return found

    def turn(self, place: int) -> None:
        (tabs,) = self.dialog.findChildren(QTabBar)
        tabs.setCurrentIndex(place)

    @property
    def page(self) -> int:
        (tabs,) = self.dialog.findChildren(QTabBar)
        return tabs.currentIndex()


@pytest.fixture
def opened(qtbot: QtBot, icons: Icons) -> Opened:
    return Opened(qtbot, icons)


def test_fields_become_a_schema_that_is_seen_while_it_is_made(opened: Opened) -> None:
    assert not opened.button("Use").isEnabled()
    opened.lines("Name")[0].setText("名称")
    opened.button("Add a field").click()
    opened.lines("Name")[1].setText("等级")
    opened.kinds()[1].setCurrentIndex(KINDS.index(Kind.CHOICE))
    opened.lines("Choices, with commas between them")[0].setText("高，中, 低")
    opened.boxes("Required")[1].setChecked(False)
    opened.boxes("A list of such records, as many as there are")[0].setChecked(True)
    expected = Form(
        (Field("名称"), Field("等级", Kind.CHOICE, is_required=False, choices=("高", "中", "低"))),
        is_list=True,
    )

    assert opened.text("Preview of the schema").toPlainText() == expected.schema
    opened.button("Use").click()
    assert opened.chosen == [expected.schema]


def test_a_group_has_fields_of_its_own_and_no_further_groups(opened: Opened) -> None:
    opened.lines("Name")[0].setText("address")
    opened.kinds()[0].setCurrentIndex(KINDS.index(Kind.OBJECT))
    opened.lines("Name")[1].setText("city")

    assert opened.kinds()[1].count() == len(KINDS) - 1
    assert json.loads(opened.dialog.schema)["properties"]["address"]["properties"] == {
        "city": {"type": "string"}
    }


@pytest.mark.parametrize("names", [("", "b"), ("a", "a")])
def test_fields_without_a_name_of_their_own_cannot_be_used(opened: Opened, names: tuple[str, str]) -> None:
    opened.button("Add a field").click()
    for line, name in zip(opened.lines("Name"), names, strict=True):
        line.setText(name)

    assert not opened.button("Use").isEnabled()


def test_a_pasted_schema_is_shown_in_fields_where_they_can_say_it(opened: Opened) -> None:
    form = Form((Field("a", Kind.WHOLE, is_list=True, description="How many"),))
    opened.turn(1)
    opened.text("JSON Schema").setPlainText(form.schema)
    opened.turn(0)

    assert [line.text() for line in opened.lines("Name")] == ["a"]
    assert opened.dialog.schema == form.schema


def test_a_schema_that_fields_cannot_say_stays_a_text(qtbot: QtBot, icons: Icons) -> None:
    schema = '{"type": "string", "pattern": "^a"}'
    opened = Opened(qtbot, icons, schema)
    opened.turn(0)

    assert opened.page == 1
    opened.button("Use").click()
    assert opened.chosen == [schema]


def test_what_is_wrong_with_a_pasted_schema_is_said_with_its_line(opened: Opened) -> None:
    opened.turn(1)
    opened.text("JSON Schema").setPlainText('{\n  "type": "objct"\n}')

    assert "line 2, column 11" in opened.dialog._words.text()
    assert not opened.button("Use").isEnabled()


def test_any_json_is_a_choice_too(opened: Opened) -> None:
    opened.button("Any JSON").click()

    assert opened.chosen == [""]


def test_what_was_written_and_not_used_is_left_for_the_next_time(
    opened: Opened, qtbot: QtBot, icons: Icons
) -> None:
    opened.lines("Name")[0].setText("city")
    opened.button("Add a field").click()
    opened.lines("Description, for the model")[1].setText("How many people")
    press(opened.lines("Name")[0], Qt.Key.Key_Escape)
    (left,) = opened.left
    again = Opened(qtbot, icons, writing=left)

    assert [line.text() for line in again.lines("Name")] == ["city", ""]
    assert [line.text() for line in again.lines("Description, for the model")] == ["", "How many people"]
    assert again.dialog._words.text().startswith("This was written before and is not in use.")
    again.dialog.close()
    assert again.left == [left]


def test_a_text_is_left_as_it_was_written(opened: Opened, qtbot: QtBot, icons: Icons) -> None:
    opened.turn(1)
    opened.text("JSON Schema").setPlainText('{"type": "str')
    press(opened.text("JSON Schema"), Qt.Key.Key_Escape)
    (left,) = opened.left
    again = Opened(qtbot, icons, Form((Field("a"),)).schema, writing=left)

    assert again.page == 1
    assert again.text("JSON Schema").toPlainText() == '{"type": "str'


def test_nothing_is_left_of_what_was_cancelled_or_used_or_is_as_it_was(qtbot: QtBot, icons: Icons) -> None:
    schema = Form((Field("a"),)).schema
    for end in ("Cancel", "Use", "Any JSON"):
        opened = Opened(qtbot, icons, schema)
        opened.lines("Name")[0].setText("b")
        opened.button(end).click()
        assert opened.left == []
    untouched = Opened(qtbot, icons, schema)
    untouched.turn(1)
    untouched.dialog.reject()

    assert untouched.left == []


def test_an_open_dialog_follows_the_look(opened: Opened) -> None:
    opened.kinds()[0].setCurrentIndex(KINDS.index(Kind.OBJECT))
    font = text_font(20)
    removes = [one for one in opened.dialog.findChildren(QToolButton) if one.isVisible()]
    assert len(removes) == 2
    before = [one.icon().cacheKey() for one in removes]
    opened.dialog.set_style(Style(DARK, font, code_font(font)))

    assert opened.text("JSON Schema").font().pointSize() == code_font(font).pointSize()
    assert all(one.icon().cacheKey() != old for one, old in zip(removes, before, strict=True))
