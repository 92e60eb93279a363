"""Numbers as they are shown; how they are typed is tested with the other inputs."""

import pytest
from PySide6.QtWidgets import QStyle, QStyleOptionFrame, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.ui import theme
from glmdesk.ui.widgets.number_input import NumberInput


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_there_is_room_for_the_digits(qtbot: QtBot, look: theme.Theme) -> None:
    window = QWidget()
    window.setStyleSheet(theme.stylesheet(look))
    number = NumberInput()
    QVBoxLayout(window).addWidget(number)
    qtbot.addWidget(window)
    window.show()

    line = number.lineEdit()
    option = QStyleOptionFrame()
    line.initStyleOption(option)
    room = line.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, line)
    assert room.height() >= line.fontMetrics().height()
