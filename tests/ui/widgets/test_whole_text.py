"""A text that is to be read to its end: when it was."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.ui.theme import code_font
from glmdesk.ui.widgets.whole_text import WholeText


@pytest.fixture
def box(dressed: QApplication) -> Iterator[WholeText]:
    """A text of up to six lines, in a window that it does not fill."""
    window = QWidget()
    box = WholeText("Text", code_font(window.font()), lambda: 6)
    column = QVBoxLayout(window)
    column.addWidget(box)
    column.addStretch(1)
    window.resize(300, 400)
    window.show()
    yield box
    window.close()


@pytest.mark.parametrize("text", ["", "one", "一\n二\n三\n四", "a word " * 20, "x" * 100])
def test_what_fits_is_in_view_at_once(box: WholeText, text: str) -> None:
    box.show_text(text)

    assert box.is_read
    assert box.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("text", ["line\n" * 20, "x" * 2000, "行\n" * 20])
def test_what_does_not_fit_is_read_at_its_end(box: WholeText, text: str, qtbot: QtBot) -> None:
    bar = box.verticalScrollBar()
    with qtbot.assertNotEmitted(box.read):
        box.show_text(text)
        bar.setValue(bar.maximum() - 1)
    with qtbot.waitSignal(box.read):
        bar.setValue(bar.maximum())

    assert box.is_read
    bar.setValue(0)
    assert box.is_read
    box.show_text("another\n" * 20)
    assert not box.is_read


def test_what_is_not_seen_is_shown_by_its_number(box: WholeText) -> None:
    box.show_text("a\u202eb")

    assert box.toPlainText() == "a\\u202eb"
