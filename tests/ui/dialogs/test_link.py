"""The question before a doubtful link: what is shown, and that nothing but its button opens it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.domain.address import LONGEST, parse_address
from glmdesk.domain.doubts import reasons_to_ask
from glmdesk.ui.dialogs.link import LinkDialog
from glmdesk.ui.widgets.text_input import TextInput
from tests.ui.furnished import style_of

DOUBTFUL = "https://xn--80ak6aa92e.com/login?a=%3Cb%3E"


class Asked:
    """An open dialog, and what it has asked for."""

    def __init__(self, dialog: LinkDialog) -> None:
        self.dialog = dialog
        self.heard: list[str] = []
        dialog.open_requested.connect(lambda: self.heard.append("open"))
        dialog.copy_requested.connect(lambda: self.heard.append("copy"))
        dialog.finished.connect(lambda: self.heard.append("end"))
        dialog.open()
        dialog.activateWindow()

    def button(self, name: str) -> QPushButton:
        return next(it for it in self.dialog.findChildren(QPushButton) if it.accessibleName() == name)

    @property
    def labels(self) -> list[str]:
        return [label.text() for label in self.dialog.findChildren(QLabel)]

    @property
    def address(self) -> TextInput:
        (box,) = self.dialog.findChildren(TextInput)
        return box

    def press(self, key: Qt.Key) -> None:
        focus = self.dialog.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key)


Ask = Callable[..., Asked]


@pytest.fixture
def ask(qtbot: QtBot) -> Ask:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()

    def ask(href: str = DOUBTFUL, text: str = "here") -> Asked:
        address = parse_address(href)
        assert address is not None
        return Asked(LinkDialog(address, reasons_to_ask(address, text), style_of().code, parent))

    return ask


def test_it_shows_where_the_link_leads_why_it_asks_and_the_whole_address(ask: Ask) -> None:
    asked = ask()

    assert asked.labels == [
        "xn--80ak6aa92e.com",
        "аррӏе.com",
        "The host аррӏе.com has letters that are easily mistaken. Its real name is xn--80ak6aa92e.com.",
    ]
    assert asked.address.toPlainText() == DOUBTFUL
    assert asked.address.isReadOnly()


def test_nothing_in_it_is_taken_for_html(ask: Ask) -> None:
    asked = ask("https://<b>bold</b>@example.org/", "<i>bank.com</i>")

    labels = asked.dialog.findChildren(QLabel)
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    assert "%3Cb>bold%3C/b>" in asked.labels[-1] + asked.labels[-2] + asked.address.toPlainText()


def test_a_screen_reader_hears_why_it_asks(ask: Ask) -> None:
    asked = ask("http://127.0.0.1:8000/")
    heard = QAccessible.queryAccessibleInterface(asked.dialog)

    assert heard.text(QAccessible.Text.Name) == "Open this link?"
    assert heard.text(QAccessible.Text.Description) == (
        "The host is a number, 127.0.0.1, and has no name.\n"
        "The address leads to this computer or into your own network.\n"
        "The address leads to an unusual port, 8000."
    )
    assert asked.address.accessibleName() == "Address"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Escape])
def test_the_first_key_cancels(ask: Ask, key: Qt.Key) -> None:
    asked = ask()
    assert asked.dialog.focusWidget() is asked.button("Cancel")
    asked.press(key)

    assert asked.heard == ["end"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_a_key_in_the_address_changes_nothing_and_cancels(ask: Ask, key: Qt.Key) -> None:
    asked = ask()
    asked.address.setFocus()
    asked.press(Qt.Key.Key_X)
    asked.press(key)

    assert asked.heard == ["end"]
    assert asked.address.toPlainText() == DOUBTFUL


def test_it_opens_by_its_button_but_not_by_the_second_half_of_a_double_click(ask: Ask, qtbot: QtBot) -> None:
    asked = ask()
    button = asked.button("Open")
    button.click()
    assert asked.heard == []
    qtbot.waitUntil(button.isEnabled)
    button.click()

    assert sorted(asked.heard) == ["end", "open"]


def test_it_copies_and_ends(ask: Ask) -> None:
    asked = ask()
    asked.button("Copy address").click()

    assert asked.heard == ["copy", "end"]


def test_the_longest_address_scrolls_in_a_few_lines(ask: Ask) -> None:
    asked = ask("https://a.b/?" + "c" * (LONGEST - 13))

    assert len(asked.address.toPlainText()) == LONGEST
    assert asked.dialog.height() < 400
    assert asked.address.verticalScrollBar().maximum() > 0
    assert asked.address.horizontalScrollBar().maximum() == 0
    short = ask("https://a.b:1/")
    assert short.address.verticalScrollBar().maximum() == 0
