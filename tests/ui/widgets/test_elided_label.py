"""A line of text in less room than it wants."""

import pytest
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from glmdesk.ui.widgets.elided_label import ElidedLabel

TEXT = "GLM-4-Plus · ↑12 ↓34 · ¥0.005"


@pytest.fixture
def label(qtbot: QtBot) -> ElidedLabel:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText(TEXT)
    label.resize(label.sizeHint())
    label.show()
    return label


def test_with_room_all_of_it_is_seen(label: ElidedLabel) -> None:
    assert label.shown_text == TEXT
    assert label.toolTip() == ""


def test_without_room_its_end_is_cut_and_the_tooltip_has_all(label: ElidedLabel) -> None:
    whole = label.grab().toImage()
    label.resize(label.width() // 2, label.height())

    assert label.shown_text.endswith("…")
    assert label.toolTip() == f"<span>{label.text()}</span>"
    assert label.text() == TEXT
    assert label.minimumSizeHint().width() == 0
    assert label.grab().toImage() != whole.copy(0, 0, label.width(), label.height())
    label.setText("GLM")
    assert label.toolTip() == ""


def test_the_tooltip_is_text_whatever_it_looks_like(label: ElidedLabel) -> None:
    # The name of a model that the catalogue does not know was read as HTML, and its picture from the disk.
    label.setText("<img src='file:///etc/passwd'> and more of it than fits")
    label.resize(60, label.height())
    document = QTextDocument()
    document.setHtml(label.toolTip())

    assert document.toPlainText() == label.text()
