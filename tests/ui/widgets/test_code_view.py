"""Code to be read: all of it is there, in its colours, and what is selected is what it says."""

import pytest
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from glmdesk.render.highlight import highlight
from glmdesk.ui.theme import DARK, Style
from glmdesk.ui.widgets.code_view import CodeView

TEXTS = (
    *(
        "",
        "one\n\n\nline",
        "x" * 5_000,
        "一😀" * 900,
        "\n".join("😀" * length for length in range(0, 2_100, 300)),
    ),
    "a\xa0b\u3000c",
)


@pytest.fixture
def view(style: Style, qtbot: QtBot) -> CodeView:
    view = CodeView(style)
    qtbot.addWidget(view)
    view.show()
    return view


def colour(view: CodeView, position: int) -> str:
    cursor = QTextCursor(view.document())
    cursor.setPosition(position)
    return cursor.charFormat().foreground().color().name()


def selected(view: CodeView) -> str:
    return view.createMimeDataFromSelection().text()


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_selected_is_the_text_however_long_its_lines_are(
    view: CodeView, text: str, qtbot: QtBot
) -> None:
    view.show_code(text, None)
    qtbot.waitUntil(lambda: view.is_complete)
    view.selectAll()

    assert selected(view) == text
    assert max(len(line) for line in view.toPlainText().split("\n")) <= 1_000


def test_a_part_of_a_broken_line_is_selected_without_the_break(view: CodeView, qtbot: QtBot) -> None:
    view.show_code("a" * 1_500 + "\n" + "b" * 1_500, None)
    qtbot.waitUntil(lambda: view.is_complete)
    cursor = view.textCursor()
    # Each break takes a place: in the first line, between the lines, and in the second.
    cursor.setPosition(990)
    cursor.setPosition(1_510 + 1, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)

    assert selected(view) == "a" * 510 + "\n" + "b" * 9


def test_a_long_text_is_completed_beside_everything_else(view: CodeView, qtbot: QtBot) -> None:
    text = "\n".join(f"line {number}" for number in range(10_000))
    view.show_code(text, None)
    assert view.toPlainText().startswith("line 0")
    qtbot.waitUntil(lambda: view.is_complete)

    assert view.toPlainText() == text
    assert view.textCursor().position() == 0


def test_another_text_takes_the_place_of_one_that_is_not_complete(view: CodeView, qtbot: QtBot) -> None:
    view.show_code("line\n" * 30_000, None)
    view.show_code("other", None)
    qtbot.waitUntil(lambda: view.is_complete)

    assert view.toPlainText() == "other"


def test_code_has_its_colours(view: CodeView, style: Style, qtbot: QtBot) -> None:
    code = 'from zai import ZhipuAiClient\nname = "' + "x" * 2_000 + '"'
    view.show_code(code, highlight(code, "python", longest_line=len(code)))
    qtbot.waitUntil(lambda: view.is_complete)

    assert colour(view, 2) == style.theme.keyword
    assert colour(view, code.index("x" * 9) + 5) == style.theme.string
    assert colour(view, view.document().characterCount() - 2) == style.theme.string
    view.selectAll()
    assert selected(view) == code


@pytest.mark.parametrize("is_complete", [True, False])
def test_another_style_changes_the_colours_and_nothing_else(
    view: CodeView, style: Style, qtbot: QtBot, is_complete: bool
) -> None:
    code = "import this\n" * 3_000
    view.show_code(code, highlight(code, "python"))
    if is_complete:
        qtbot.waitUntil(lambda: view.is_complete)
    cursor = view.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.Down, QTextCursor.MoveMode.KeepAnchor, 40)
    view.setTextCursor(cursor)
    place = view.verticalScrollBar().value()
    view.set_style(Style(DARK, style.text, style.code))
    qtbot.waitUntil(lambda: view.is_complete)

    assert view.toPlainText() == code
    assert {colour(view, line * 12 + 2) for line in range(3_000)} == {DARK.keyword}
    assert selected(view) == "import this\n" * 40
    assert view.verticalScrollBar().value() == place > 0
