"""A list of which some rows are marked: by keys, and as a screen reader knows and marks them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from glmdesk.ui.widgets.check_list import CheckList


@pytest.fixture
def models(qtbot: QtBot) -> CheckList:
    models = CheckList("Models")
    qtbot.addWidget(models)
    models.add("one", 1, is_marked=True)
    models.add("two", 2, is_marked=False)
    models.show()
    return models


def marked(models: CheckList) -> list[int]:
    return [item.data(Qt.ItemDataRole.UserRole) for item in models.marked]


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_the_row_with_the_keyboard_is_marked_by_keys(models: CheckList, key: Qt.Key) -> None:
    models.setCurrentRow(1)
    QTest.keyClick(models, key)
    assert marked(models) == [1, 2]
    QTest.keyClick(models, key)

    assert marked(models) == [1]


def test_a_screen_reader_hears_and_changes_the_marks(models: CheckList, qtbot: QtBot) -> None:
    rows = QAccessible.queryAccessibleInterface(models)
    first, second = rows.child(0), rows.child(1)
    assert [row.text(QAccessible.Text.Name) for row in (first, second)] == ["one", "two"]
    assert [bool(row.state().checked) for row in (first, second)] == [True, False]
    assert first.state().checkable
    actions = second.actionInterface()
    assert actions is not None
    assert actions.toggleAction() in actions.actionNames()
    with qtbot.waitSignal(models.itemChanged):
        actions.doAction(actions.toggleAction())

    assert marked(models) == [1, 2]
    assert second.state().checked
