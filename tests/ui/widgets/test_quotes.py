"""Quotation marks among Latin letters are narrow wherever a line is painted, and Chinese ones are wide."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from glmdesk.ui import theme
from glmdesk.ui.widgets.quotes import PlainLabel, QuoteHighlighter, latin_quotes, paint_line, shown_in

LATIN, CHINESE = "It doesn’t “work”", "他说“你好”和“再见”"


@pytest.fixture
def font() -> QFont:
    """The font of a Chinese desktop, which draws everything."""
    font = theme.text_font(12)
    font.setFamilies(["Noto Sans CJK SC", *font.families()[1:]])
    return font


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("It doesn’t.", "’"),
        ("She said “yes”, ‘no’.", "“”‘’"),
        ("’tis", "’"),
        ("这是“中文”。", ""),
        ("他说“hello”，完。", ""),
        ("“你好” is Chinese, isn’t it?", "’"),
        ("no marks", ""),
        ("", ""),
    ],
)
def test_marks_among_latin_letters_are_narrow_and_nothing_else_is(text: str, marks: str) -> None:
    assert "".join(text[start:end] for start, end in latin_quotes(text)) == marks


def painted_width(font: QFont, text: str) -> int:
    """Return where the ink of a painted line ends."""
    image = QImage(600, 40, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setFont(font)
    paint_line(painter, QRect(0, 0, 600, 40), text)
    painter.end()
    inked = [x for x in range(600) for y in range(40) if image.pixelColor(x, y).lightness() < 128]
    return max(inked, default=0)


def test_a_painted_line_has_narrow_marks_among_latin_letters_only(font: QFont) -> None:
    full_width = QFontMetrics(font).horizontalAdvance("“")
    wide = QFontMetrics(font).horizontalAdvance(LATIN)

    assert painted_width(font, LATIN) < wide - 1.5 * full_width
    assert painted_width(font, CHINESE) > QFontMetrics(font).horizontalAdvance(CHINESE) - full_width


def test_a_line_is_cut_for_the_room_it_takes(font: QFont) -> None:
    wide = QFontMetrics(font).horizontalAdvance(LATIN)
    narrow = painted_width(font, LATIN) + 8
    assert shown_in(LATIN, font, wide) == shown_in(LATIN, font, narrow) == LATIN
    shown = shown_in(LATIN, font, narrow - 20)
    assert shown.endswith("…")
    assert painted_width(font, shown) <= narrow - 20

    assert shown_in("no marks at all", font, 40).endswith("…")


def test_a_label_with_marks_is_painted_narrow_and_in_its_colour(qtbot: QtBot, font: QFont) -> None:
    label = PlainLabel()
    qtbot.addWidget(label)
    label.setFont(font)
    label.setStyleSheet("color: #ff0000")
    label.setWordWrap(True)
    label.setText(f"{LATIN}\n{LATIN}")
    label.resize(label.sizeHint())
    label.show()
    image = label.grab().toImage()
    red = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).red() > 200 and image.pixelColor(x, y).green() < 60
    ]

    assert red
    assert max(x for x, _y in red) < QFontMetrics(font).horizontalAdvance(LATIN) - 20
    assert max(y for _x, y in red) > image.height() / 2 > min(y for _x, y in red)


def test_marks_are_narrow_while_they_are_written_also_after_letters_of_two_units(
    qtbot: QtBot, font: QFont
) -> None:
    editor = QPlainTextEdit()
    qtbot.addWidget(editor)
    editor.setFont(font)
    highlighter = QuoteHighlighter(editor.document())
    editor.setPlainText("𝒳 doesn’t")

    ((first, length),) = narrow_in(editor.document())
    assert (first, length) == (len("𝒳 doesn") + 1, 1)
    assert highlighter.document() is editor.document()
    editor.setPlainText(CHINESE)
    assert narrow_in(editor.document()) == []


def narrow_in(document: QTextDocument) -> list[tuple[int, int]]:
    return [(part.start, part.length) for part in document.firstBlock().layout().formats()]
