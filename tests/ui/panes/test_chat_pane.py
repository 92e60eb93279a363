"""The right side of the window: one page at a time, in a column in the middle."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from glmdesk.domain.catalog import Offer
from glmdesk.ui.icons import Icons
from glmdesk.ui.theme import COLUMN_WIDTH
from glmdesk.ui.widgets.banner import Kind
from tests.ui.examples import branch_of
from tests.ui.furnished import Furnished
from tests.ui.keyboard import NONE

COPY, MOVE = Qt.DropAction.CopyAction, Qt.DropAction.MoveAction


@pytest.fixture
def furnished(qtbot: QtBot, offer: Offer, icons: Icons) -> Furnished:
    furnished = Furnished(offer, icons)
    qtbot.addWidget(furnished.window)
    furnished.window.show()
    return furnished


def test_one_page_is_seen_at_a_time(furnished: Furnished) -> None:
    pane = furnished.window.chat
    pages = (furnished.key_entry, furnished.starters, furnished.transcript)
    shows = (pane.show_key_entry, pane.show_starters, pane.show_messages)
    for number, show in enumerate(shows):
        show()

        assert [page.isVisible() for page in pages] == [number == other for other in range(3)]


@pytest.mark.parametrize("width", [700, 1080, 2000])
def test_message_and_composer_share_one_column(furnished: Furnished, width: int) -> None:
    furnished.window.resize(width, 700)
    furnished.show_messages(branch_of(2))
    pane = furnished.window.chat
    composer = pane.composer
    left = composer.mapTo(pane, QPoint()).x()

    assert composer.width() <= COLUMN_WIDTH
    assert abs(left - (pane.width() - left - composer.width())) <= 1, "it is in the middle"
    answer = furnished.transcript._views[1].footer
    assert abs(answer.mapTo(pane, QPoint()).x() - left) <= 1
    assert abs(answer.width() - composer.width()) <= 1


def test_a_banner_pushes_nothing_out_of_the_window(furnished: Furnished) -> None:
    pane = furnished.window.chat
    furnished.window.resize(700, 500)
    pane.show_starters()
    pane.banner.show_message(
        Kind.ERROR, "A long story about what went wrong. " * 8, action="a", label="Do it"
    )

    for part in (pane.banner, pane.composer):
        place = part.mapTo(pane, QPoint())
        assert pane.rect().contains(part.rect().translated(place))
    assert pane.banner.geometry().bottom() < pane.composer.geometry().top()


def test_files_are_dropped_anywhere_and_other_things_nowhere(furnished: Furnished) -> None:
    pane = furnished.window.chat
    given: list[list[str]] = []
    pane.files_dropped.connect(given.append)
    for url, is_taken in (("file:///tmp/a.txt", True), ("https://example.com/", False)):
        data = QMimeData()
        data.setUrls([QUrl(url)])
        enter = QDragEnterEvent(QPoint(9, 9), COPY, data, Qt.MouseButton.LeftButton, NONE)
        QApplication.sendEvent(pane, enter)
        assert enter.isAccepted() == is_taken
        hints = [label for label in pane.findChildren(QLabel) if label.objectName() == "drop"]
        assert any(hint.isVisible() for hint in hints) == is_taken
        if is_taken:
            drop = QDropEvent(QPointF(9, 9), COPY | MOVE, data, Qt.MouseButton.LeftButton, NONE)
            QApplication.sendEvent(pane, drop)
            assert drop.dropAction() == COPY, "what is dragged stays where it is"
            assert not any(hint.isVisible() for hint in hints)

    assert given == [["/tmp/a.txt"]]


def test_files_over_the_text_belong_to_the_pane_and_words_to_the_text(furnished: Furnished) -> None:
    pane = furnished.window.chat
    files, text = QMimeData(), QMimeData()
    files.setUrls([QUrl("file:///tmp/a.txt")])
    text.setText("words")
    shown = []
    for data in (files, text):
        enter = QDragEnterEvent(QPoint(9, 9), COPY, data, Qt.MouseButton.LeftButton, NONE)
        QApplication.sendEvent(pane.composer.input.viewport(), enter)
        assert enter.isAccepted()
        shown.append(any(label.isVisible() for label in pane.findChildren(QLabel, "drop")))
        QApplication.sendEvent(pane, QDragLeaveEvent())

    assert shown == [True, False]


@pytest.mark.parametrize("width", [640, 1200])
def test_the_greeting_is_read_in_any_width(furnished: Furnished, width: int) -> None:
    furnished.window.resize(width, 700)
    furnished.window.chat.show_starters()
    QApplication.sendPostedEvents()
    (headline,) = [label for label in furnished.starters.findChildren(QLabel) if label.text()]

    assert headline.height() >= headline.heightForWidth(headline.width())
    words = headline.text().split()
    assert max(map(headline.fontMetrics().horizontalAdvance, words)) <= headline.width()
    assert headline.wordWrap() or headline.sizeHint().width() <= headline.width()
