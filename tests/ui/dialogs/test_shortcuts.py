"""The list of shortcuts: complete, heard as what the keys do, and closed with Escape."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget
from shiboken6 import isValid

from glmdesk.ui.dialogs.shortcuts import ShortcutsDialog
from glmdesk.ui.shortcuts import groups


@pytest.fixture
def dialog() -> Iterator[ShortcutsDialog]:
    parent = QWidget()
    parent.show()
    dialog = ShortcutsDialog(parent, sends_with_control=False)
    dialog.open()
    yield dialog
    # It is gone once it was closed.
    if isValid(dialog):
        dialog.close()
    parent.close()


def test_every_shortcut_is_listed_beside_what_it_does(dialog: ShortcutsDialog) -> None:
    told: list[tuple[str, str]] = []
    for label in dialog.findChildren(QLabel):
        keys = label.buddy()
        if isinstance(keys, QLabel):
            told.append((label.text(), keys.text()))
    expected = [
        (shortcut.does, shortcut.shown_keys)
        for group in groups(sends_with_control=False)
        for shortcut in group.shortcuts
    ]

    assert told == expected
    headings = {label.text() for label in dialog.findChildren(QLabel) if label.font().bold()}
    assert headings == {group.where for group in groups(sends_with_control=False)}


def test_the_arrows_scroll_and_escape_closes(dialog: ShortcutsDialog) -> None:
    dialog.resize(480, 300)
    (area,) = dialog.findChildren(QScrollArea)
    assert dialog.focusWidget() is area
    QTest.keyClick(area, Qt.Key.Key_Down)
    assert area.verticalScrollBar().value() > 0
    QTest.keyClick(area, Qt.Key.Key_Escape)

    assert not dialog.isVisible()
