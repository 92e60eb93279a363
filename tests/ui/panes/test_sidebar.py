"""The left side of the window: nothing in it is cut, and an empty list says what will be in it."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.ui import theme
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.panes.sidebar import Sidebar
from glmdesk.ui.widgets.conversation_view import ConversationView
from glmdesk.ui.widgets.menu_button import MenuButton
from tests.storage.examples import conversation


@pytest.mark.parametrize("size_pt", [9, 16, 24])
def test_no_letter_is_cut_at_its_narrowest_however_large(qtbot: QtBot, icons: Icons, size_pt: int) -> None:
    sidebar = Sidebar(icons, is_demo=True)
    for child in (sidebar, *sidebar.findChildren(QPushButton), *sidebar.findChildren(QLabel)):
        child.setFont(theme.text_font(size_pt))
    splitter = QSplitter()
    qtbot.addWidget(splitter)
    splitter.addWidget(sidebar)
    splitter.addWidget(QWidget())
    splitter.resize(1000, 600)
    splitter.show()
    splitter.setSizes([1, 999])

    assert sidebar.width() < 500
    for button in sidebar.findChildren(QPushButton):
        assert button.width() >= button.fontMetrics().horizontalAdvance(button.text())
    for label in sidebar.findChildren(QLabel):
        if label.isVisible():
            assert label.height() >= label.heightForWidth(label.width())


def test_an_empty_list_says_what_will_be_in_it(qtbot: QtBot, icons: Icons) -> None:
    sidebar = Sidebar(icons, is_demo=True)
    qtbot.addWidget(sidebar)
    sidebar.show()
    hint = next(label for label in sidebar.findChildren(QLabel) if "listed here" in label.text())
    assert not hint.isVisible(), "nobody has looked yet"
    rows = ConversationList(sidebar)
    sidebar.add_list(ConversationView(rows), MenuButton("Shown"), theme.LIGHT)
    assert hint.isVisible()
    listed = conversation()
    rows.put(listed)
    assert not hint.isVisible()
    rows.remove(listed.id)

    assert hint.isVisible()
