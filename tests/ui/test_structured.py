"""JSON in the window: asked for, looked at as a table and a tree, compared, copied and exported."""

import csv
import io
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtGui import QAction, QGuiApplication, Qt
from PySide6.QtWidgets import QAbstractItemView, QTabBar, QTableView, QTreeView

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.options import Options
from glmdesk.render.blocks import Code, Table
from glmdesk.ui.dialogs.files import SaveDialog
from glmdesk.ui.dialogs.json_schema import JsonSchemaDialog
from glmdesk.ui.dialogs.json_window import JsonWindow
from glmdesk.ui.icons import Icons
from glmdesk.ui.widgets.menu_button import MenuButton
from glmdesk.ui.widgets.message_view import MessageView
from glmdesk.ui.widgets.text_input import LineInput, TextInput
from tests.support.script import Answer
from tests.ui.open_window import OpenWindow, open_window
from tests.ui.waiting import idle, until

Opening = Callable[..., AbstractAsyncContextManager[OpenWindow]]

ROWS = [
    {"名称": "茶", "price": 9.5, "note": "=1+1"},
    {"名称": "coffee, black", "price": 10, "note": None},
    {"名称": "水", "price": -1, "more": [1, "two\nlines"]},
]
TABLE = json.dumps({"items": ROWS}, ensure_ascii=False)
OTHER = json.dumps({"items": [{**ROWS[0], "price": 8}, ROWS[2]]}, ensure_ascii=False)


@pytest.fixture
def opened(tmp_path: Path, catalog: Catalog, icons: Icons) -> Opening:
    return partial(open_window, tmp_path, catalog, icons)


def want_json(window: OpenWindow, schema: str = "") -> None:
    window.chat.choose_options("", Options(json_schema=schema))


def shown_window(window: OpenWindow) -> JsonWindow:
    (found,) = window.window.findChildren(JsonWindow)
    return found


def pages(window: JsonWindow) -> list[str]:
    (tabs,) = window.findChildren(QTabBar)
    return [tabs.tabText(place) for place in range(tabs.count())]


def turn(window: JsonWindow, name: str) -> None:
    (tabs,) = window.findChildren(QTabBar)
    tabs.setCurrentIndex(pages(window).index(name))


def table_of(window: JsonWindow, name: str = "Table") -> QTableView:
    (found,) = (view for view in window.findChildren(QTableView) if view.accessibleName() == name)
    return found


def cells(view: QAbstractItemView) -> list[list[str]]:
    model = view.model()
    return [
        [model.index(row, column).data() or "" for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def choose(window: JsonWindow, menu: str, line: str) -> None:
    (button,) = (button for button in window.findChildren(MenuButton) if button.accessibleName() == menu)
    next(action for action in button.menu_below.actions() if action.text() == line).trigger()


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


async def test_a_table_is_shown_as_one_in_the_message_and_in_its_window(opened: Opening) -> None:
    async with opened() as window:
        want_json(window)
        window.service.script(Answer(TABLE))
        await window.ask("What is there?")
        answer = window.messages[-1]
        assert "名称" in answer
        assert "{" not in answer.splitlines()[0]
        window.press("Table")
        shown = shown_window(window)

        assert pages(shown) == ["Tree", "Table", "Text"]
        assert cells(table_of(shown))[1] == ["coffee, black", "10", "", ""]
        assert window.named("Compare") == [], "there is nothing else to compare it with"


@pytest.mark.parametrize("width", [460, 1000])
async def test_no_word_in_the_composer_is_cut_off(opened: Opening, width: int) -> None:
    async with opened() as window:
        want_json(window, '{"type":"object"}')
        window.window.resize(width, 600)
        buttons = window.named("JSON") + window.named("JSON Schema")

        assert len(buttons) == 2
        # They are laid out a moment later.
        await idle(lambda: any(button.width() < button.sizeHint().width() for button in buttons))


async def test_it_is_code_while_it_is_written(opened: Opening) -> None:
    async with opened() as window:
        want_json(window)
        window.service.script(Answer(TABLE, chunk_size=20, pause_after=1))
        window.type("What is there?")
        window.composer.submitted.emit(window.composer.draft)
        await until(lambda: "{" in "".join(window.messages), window.engine.answers.grew)
        (view,) = (view for view in window.window.findChildren(MessageView) if not view.is_card)
        written = tuple(view.blocks)
        window.service.release(window.service.chats[0])
        await window.answered()

        assert [type(block) for block in written] == [Code]
        assert [type(block) for block in view.blocks] == [Table]


async def test_a_long_answer_is_shown_to_its_end_and_its_table_in_the_window(opened: Opening) -> None:
    rows = [{"n": number, "名称": "茶" * 20} for number in range(600)]
    async with opened() as window:
        want_json(window)
        window.service.script(Answer(json.dumps(rows, ensure_ascii=False), chunk_size=2_000))
        await window.ask("What is there?")
        (view,) = (view for view in window.window.findChildren(MessageView) if not view.is_card)
        await idle(lambda: view.has_more)
        window.press("Table")

        assert '"n": 599' in window.messages[-1]
        assert len(cells(table_of(shown_window(window)))) == 600


async def test_numbers_are_sorted_as_numbers_and_a_third_press_brings_back_the_order(opened: Opening) -> None:
    async with opened() as window:
        want_json(window)
        window.service.script(Answer(TABLE))
        await window.ask("What is there?")
        window.press("Table")
        table = table_of(shown_window(window))
        prices: list[list[str]] = []
        for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
            table.sortByColumn(1, order)
            prices.append([line[1] for line in cells(table)])
        table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)

        assert prices == [["-1", "9.5", "10"], ["10", "9.5", "-1"]]
        assert [line[1] for line in cells(table)] == ["9.5", "10", "-1"]


async def test_what_is_copied_is_sorted_as_it_is_seen_and_no_text_becomes_a_formula(opened: Opening) -> None:
    async with opened() as window:
        want_json(window)
        window.service.script(Answer(TABLE))
        await window.ask("What is there?")
        window.press("Table")
        shown = shown_window(window)
        table_of(shown).sortByColumn(1, Qt.SortOrder.AscendingOrder)
        choose(shown, "Copy", "As CSV")
        as_csv = clipboard()
        choose(shown, "Copy", "For a spreadsheet (tabs)")
        as_tabs = clipboard()
        choose(shown, "Copy", "As Markdown")
        as_markdown = clipboard()
        choose(shown, "Copy", "As JSON")

        expected = [
            ["名称", "price", "note", "more"],
            ["水", "-1", "", '[1,"two\\nlines"]'],
            ["茶", "9.5", "'=1+1", ""],
            ["coffee, black", "10", "", ""],
        ]
        assert list(csv.reader(io.StringIO(as_csv))) == expected
        assert list(csv.reader(io.StringIO(as_tabs), delimiter="\t")) == expected
        assert as_markdown.splitlines()[0].replace(" ", "") == "|名称|price|note|more|"
        assert json.loads(clipboard()) == [ROWS[2], ROWS[0], ROWS[1]]


async def test_the_tree_is_walked_with_keys_and_gives_values_and_paths(opened: Opening) -> None:
    async with opened() as window:
        want_json(window)
        window.service.script(Answer(TABLE))
        await window.ask("What is there?")
        window.press("Tree")
        shown = shown_window(window)
        (tree,) = shown.findChildren(QTreeView)
        model = tree.model()
        row = model.index(2, 0, model.index(0, 0))
        tree.expand(row)
        tree.setCurrentIndex(model.index(2, 0, row))
        assert [model.index(2, column, row).data() for column in (0, 1)] == ["more", "2 items"]
        choose(shown, "Copy", "Chosen value")
        value = clipboard()
        choose(shown, "Copy", "Path of it")
        path = clipboard()
        tree.actions()[0].trigger()

        assert json.loads(value) == [1, "two\nlines"]
        assert path == "items[2].more"
        assert json.loads(clipboard()) == [1, "two\nlines"]
        assert isinstance(tree.actions()[0], QAction)


@pytest.mark.parametrize(("line", "ending"), [("CSV file…", "csv"), ("Excel workbook (XLSX)…", "xlsx")])
async def test_a_file_holds_what_was_shown(opened: Opening, tmp_path: Path, line: str, ending: str) -> None:
    async with opened() as window:
        want_json(window)
        window.service.script(Answer(TABLE))
        await window.ask("What is there?")
        window.press("Table")
        choose(shown_window(window), "Export", line)
        await idle(lambda: not window.window.findChildren(SaveDialog))
        (dialog,) = window.window.findChildren(SaveDialog)
        target = tmp_path / f"answer.{ending}"
        dialog.chosen.emit(target)
        await idle(lambda: window.tasks.is_running(f"save:{target}"))

        if ending == "csv":
            text = target.read_bytes().decode("utf-8-sig")
            lines = list(csv.reader(io.StringIO(text)))
            assert lines[1] == ["茶", "9.5", "'=1+1", ""]
            assert len(lines) == 4
        else:
            sheet = openpyxl.load_workbook(target).active
            assert sheet is not None
            values = [list(row) for row in sheet.values]
            assert values[1] == ["茶", 9.5, "=1+1", None]
            assert sheet["C2"].data_type == "s", "a text, and no formula"
            assert values[2] == ["coffee, black", 10, None, None]
            assert len(values) == 4


async def test_again_with_another_model_shows_what_differs_cell_by_cell(opened: Opening) -> None:
    async with opened() as window:
        want_json(window)
        window.service.script(Answer(TABLE), Answer(OTHER))
        await window.ask("What is there?")
        window.choose_action("GLM-4-Plus")
        await window.answered()
        window.press("Compare")
        shown = shown_window(window)
        differences = table_of(shown, "Differences")

        assert shown.page == "differences"
        assert cells(differences) == [
            ["≠ changed", "items[0].price", "9.5", "8"],
            ["− missing", "items[1].名称", "coffee, black", ""],
            ["− missing", "items[1].price", "10", ""],
            ["− missing", "items[1].note", "null", ""],
        ]
        headings = [differences.model().headerData(place, Qt.Orientation.Horizontal) for place in (2, 3)]
        assert headings == ["GLM-4-Flash-250414, variant 1", "GLM-4-Plus, variant 2"]


async def test_open_differences_follow_the_theme(opened: Opening) -> None:
    async with opened() as window:
        want_json(window)
        window.service.script(Answer(TABLE), Answer(OTHER))
        await window.ask("What is there?")
        window.choose_action("GLM-4-Plus")
        await window.answered()
        window.press("Compare")
        shown = shown_window(window)
        model = table_of(shown, "Differences").model()
        ground = model.index(0, 0).data(Qt.ItemDataRole.BackgroundRole)
        window.stage.appearance.choose("dark", 0)

        assert model.index(0, 0).data(Qt.ItemDataRole.BackgroundRole) != ground
        window.stage.appearance.choose("light", 0)


async def test_what_is_not_as_asked_stands_below_the_answer_and_offers_no_table(opened: Opening) -> None:
    async with opened() as window:
        want_json(window, '{"type":"object","required":["items"]}')
        window.service.script(Answer("[]"), Answer('{"rows": []}'), Answer(TABLE))
        await window.ask("What is there?")
        (view,) = (
            view for view in window.window.findChildren(MessageView) if not view.is_card and view.isVisible()
        )

        assert window.named("Table") == window.named("Tree") == []
        assert any("“items” is missing" in label for label in _texts(view))
        assert "First attempt, not as asked for" in view.spoken_text()
        window.press("Retry")
        await window.answered()
        assert window.named("Table"), "and another try may succeed"


async def test_where_no_other_variant_is_json_that_is_said(opened: Opening) -> None:
    async with opened() as window:
        want_json(window)
        window.service.script(Answer("["), Answer("["), Answer(TABLE))
        await window.ask("What is there?")
        window.press("Retry")
        await window.answered()
        window.press("Compare")
        shown = shown_window(window)

        assert shown.page == "differences"
        assert "No other variant of this answer is JSON as it was asked for." in _texts(shown)


async def test_while_it_is_mended_words_say_so_below_what_came(opened: Opening) -> None:
    async with opened() as window:
        want_json(window)
        window.service.script(Answer("{"), Answer("{}", pause_after=0))
        window.type("What is there?")
        window.composer.submitted.emit(window.composer.draft)
        await until(
            lambda: any("Repairing the JSON…" in text for text in _texts(window.window)),
            window.engine.answers.progressed,
        )
        window.press("Stop")
        await window.answered()

        assert not any("Repairing the JSON…" in text for text in _texts(window.window))
        assert any("This is not the JSON that was asked for." in text for text in _texts(window.window))


async def test_the_schema_that_is_chosen_is_asked_with(opened: Opening) -> None:
    async with opened() as window:
        (json_button,) = window.named("JSON")
        assert window.named("JSON Schema") == [], "without JSON there is none"
        window.press("JSON")
        window.press("JSON Schema")
        (dialog,) = window.window.findChildren(JsonSchemaDialog)
        dialog.chosen.emit('{"type":"object"}')
        dialog.accept()
        window.service.script(Answer("{}"))
        await window.ask("What is there?")

        assert json_button.isVisible()
        assert '{"type":"object"}' in window.service.chats[0].body["messages"][0]["content"]
        assert window.chat.conversation.options.json_schema == '{"type":"object"}'


async def test_a_schema_that_was_not_used_is_there_again_in_its_chat_and_in_no_other(opened: Opening) -> None:
    async with opened() as window:
        window.press("JSON")
        window.press("JSON Schema")
        (dialog,) = window.window.findChildren(JsonSchemaDialog)
        (name, *_rest) = (one for one in dialog.findChildren(LineInput) if one.accessibleName() == "Name")
        name.setText("city")
        dialog.reject()
        await idle(lambda: bool(window.window.findChildren(JsonSchemaDialog)))
        assert window.chat.conversation.options.json_schema == ""
        first = window.chat.conversation.id

        window.press("JSON Schema")
        (dialog,) = window.window.findChildren(JsonSchemaDialog)
        assert '"city"' in dialog.schema
        assert window.chat.conversation.id == first
        window.stage.appearance.choose("dark", 22)
        (preview,) = (it for it in dialog.findChildren(TextInput) if "Preview" in it.accessibleName())
        assert preview.font().pointSize() == window.stage.appearance.style.code.pointSize()
        window.stage.appearance.choose("light", 0)
        dialog.reject()
        await idle(lambda: bool(window.window.findChildren(JsonSchemaDialog)))

        window.chat.show_new()
        window.press("JSON")
        window.press("JSON Schema")
        (dialog,) = window.window.findChildren(JsonSchemaDialog)
        assert '"city"' not in dialog.schema
        dialog.reject()


def _texts(widget: object) -> list[str]:
    from PySide6.QtWidgets import QLabel, QWidget

    assert isinstance(widget, QWidget)
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
