"""Numbers as they are shown; how they are typed is tested with the other inputs."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionFrame, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.ui import theme
from glmdesk.ui.widgets.number_input import HundredthsInput, NumberInput


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


def turn_wheel(widget: QWidget) -> None:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        widget.mapToGlobal(middle),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_scrolling_past_a_number_changes_nothing(qtbot: QtBot) -> None:
    number = NumberInput()
    number.setValue(60)
    qtbot.addWidget(number)
    number.show()
    turn_wheel(number)

    assert number.value() == 60


@pytest.mark.parametrize(
    ("typed", "value", "shown"),
    [
        ("0.5", 50, "0.50"),
        ("0,25", 25, "0.25"),
        ("1", 100, "1.00"),
        ("7", 100, "1.00"),
        ("0.999", 99, "0.99"),
    ],
)
def test_hundredths_are_typed_with_a_point_or_a_comma(
    qtbot: QtBot, typed: str, value: int, shown: str
) -> None:
    number = HundredthsInput()
    number.setRange(-1, 100)
    number.setSpecialValueText("Default")
    number.setValue(30)
    qtbot.addWidget(number)
    number.show()
    number.lineEdit().selectAll()
    QTest.keyClicks(number.lineEdit(), typed)
    number.interpretText()

    assert (number.value(), number.text()) == (value, shown)
