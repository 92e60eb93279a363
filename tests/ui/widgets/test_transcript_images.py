"""Images in the transcript: with the mouse, with the keyboard, and through the tree of a screen reader."""

import socket
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QContextMenuEvent,
    QGuiApplication,
    QKeySequence,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from glmdesk.domain.catalog import Offer
from glmdesk.render.copying import as_html, as_markdown, as_plain_text
from glmdesk.render.selection import Place
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.images import Act, Asking, Loading
from glmdesk.ui.widgets.message_view import MessageView
from tests.chat.examples import answer, question
from tests.support.tripwire import NETWORK, PROGRAMS, tripwire
from tests.ui.images import SRC, failed, loaded, web
from tests.ui.widgets.reading import HEIGHT, WIDTH, Reading, copied

ASKED = question("?")
OTHER = "https://img.example.org/dog.png"
LONG = "\n\n".join(f"Paragraph {number}, of some words. ![p]({SRC}?{number})" for number in range(60))


class Images(Reading):
    """A transcript on the screen; what is wanted of links and images is collected."""

    def __init__(self, qtbot: QtBot, offer: Offer, icons: Icons) -> None:
        super().__init__(qtbot, offer, icons)
        self.window = QWidget()
        qtbot.addWidget(self.window)
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.transcript)
        self.window.resize(WIDTH, HEIGHT)
        self.window.show()
        self.window.activateWindow()
        self.wanted: list[tuple[str, Act]] = []
        self.followed: list[tuple[str, str]] = []
        self.transcript.image_wanted.connect(lambda src, act: self.wanted.append((src, act)))
        self.transcript.link_activated.connect(lambda href, text: self.followed.append((href, text)))

    def answer(self, *texts: str) -> None:
        """Show answers from their beginning."""
        branch = [ASKED]
        for text in texts:
            branch.append(answer(branch[-1], text))
        self.show(branch)
        self.bar.setValue(0)

    def area(self, number: int = 0) -> QRect:
        """Return where a link or an image is, in the viewport."""
        areas = self.last.link_areas(self.last.links.all[number])
        return areas[0].translated(QPointF(self.last.pos())).toAlignedRect()

    def click(self, number: int = 0, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        QTest.mouseClick(self.transcript.viewport(), button, pos=self.area(number).center())

    def open_menu(self, number: int | None = 0) -> list[str]:
        """Open the menu of a link or an image, or of that with the keyboard; return what is in it."""
        if number is None:
            target, point = QApplication.focusWidget(), QPoint()
            reason = QContextMenuEvent.Reason.Keyboard
        else:
            target, point = self.transcript.viewport(), self.area(number).center()
            reason = QContextMenuEvent.Reason.Mouse
        assert target is not None
        QApplication.sendEvent(target, QContextMenuEvent(reason, point, target.mapToGlobal(point)))
        return [action.text() for action in self.menu.actions() if not action.isSeparator()]

    @property
    def menu(self) -> QMenu:
        (menu,) = (menu for menu in self.transcript.findChildren(QMenu) if menu.isVisible())
        return menu

    def choose(self, name: str) -> None:
        next(action for action in self.menu.actions() if action.text() == name).trigger()

    def heard(self, number: int = 0) -> QAccessibleInterface:
        """Return the accessible of a link or an image."""
        return QAccessible.queryAccessibleInterface(self.last).child(number)


@pytest.fixture
def reading(qtbot: QtBot, offer: Offer, icons: Icons) -> Images:
    return Images(qtbot, offer, icons)


@pytest.fixture
def nobody() -> Iterator[int]:
    """Yield the port of a listener that fails the test when anybody comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server.getsockname()[1]
        with pytest.raises(BlockingIOError):
            server.accept()


def test_nothing_is_fetched_before_a_click(reading: Images, nobody: int) -> None:
    src = f"http://127.0.0.1:{nobody}/x.png"
    text = f"![a]({src}) [![b]({src})]({src})\n\n- ![c]({src})\n\n| ![d]({src}) |\n| - |\n\n" + LONG
    with tripwire(*NETWORK, *PROGRAMS) as caught:
        reading.answer(text)
        for value in range(0, reading.bar.maximum(), 300):
            reading.bar.setValue(value)
            reading.transcript.grab()
        reading.bar.setValue(0)
        for number in range(3):
            QTest.mouseMove(reading.transcript.viewport(), reading.area(number).center())
        QTest.keySequence(reading.transcript, QKeySequence(QKeySequence.StandardKey.SelectAll))
        for made in (as_plain_text, as_markdown, as_html):
            assert "Paragraph 59" in copied(reading, made)
        reading.transcript.setFocus()
        for _ in range(5):
            focus = QApplication.focusWidget()
            assert focus is not None
            QTest.keyClick(focus, Qt.Key.Key_Tab)
        for number in range(len(reading.last.links.all)):
            interface = reading.heard(number)
            for kind in (QAccessible.Text.Name, QAccessible.Text.Description):
                assert interface.text(kind)
            interface.role(), interface.state(), interface.rect()

    assert reading.wanted == []
    assert caught == []


def test_what_is_copied_brings_no_image_along(reading: Images) -> None:
    reading.answer(f"See ![A cat]({SRC}) there.")
    reading.images.put(SRC, loaded())
    QTest.keySequence(reading.transcript, QKeySequence(QKeySequence.StandardKey.SelectAll))
    html = copied(reading, as_html)

    assert "See A cat there." in copied(reading)
    assert f'See <a href="{SRC}">A cat</a> there.' in html
    assert "<img" not in html
    assert copied(reading, as_markdown).endswith(f"See ![A cat]({SRC}) there.")


class TestWithTheMouse:
    def test_a_click_wants_it(self, reading: Images) -> None:
        reading.answer(f"See ![A cat]({SRC}) and ![A dog]({OTHER}).")
        reading.click(1)

        assert reading.wanted == [(OTHER, Act.PRESS)]
        assert reading.followed == []

    def test_beside_it_nothing_is_wanted(self, reading: Images) -> None:
        reading.answer(f"See ![A cat]({SRC})")
        area = reading.area()
        for point in (area.topLeft() - QPoint(6, 0), area.topRight() + QPoint(6, 5)):
            QTest.mouseClick(reading.transcript.viewport(), Qt.MouseButton.LeftButton, pos=point)

        assert reading.wanted == []

    def test_one_that_is_loaded_wants_nothing_more(self, reading: Images) -> None:
        reading.answer(f"See ![A cat]({SRC})")
        reading.images.put(SRC, loaded(300, 200))
        reading.click()
        QTest.mouseMove(reading.transcript.viewport(), reading.area().center())

        assert reading.wanted == []
        assert reading.transcript.viewport().cursor().shape() is not Qt.CursorShape.PointingHandCursor

    def test_one_in_a_link_is_loaded_first_and_then_leads_on(self, reading: Images) -> None:
        reading.answer(f"[![A cat]({SRC})](https://example.org/)")
        reading.click()
        assert (reading.wanted, reading.followed) == ([(SRC, Act.PRESS)], [])
        reading.images.put(SRC, loaded(300, 200))
        reading.click()

        assert reading.wanted == [(SRC, Act.PRESS)]
        assert reading.followed == [("https://example.org/", "A cat")]

    @pytest.mark.parametrize(
        ("state", "acts"),
        [
            (None, ["Load image", "Open in browser", "Copy address"]),
            (Loading(), ["Stop loading", "Open in browser", "Copy address"]),
            (
                Asking("?", "Load all the same", web()),
                ["Load all the same", "Open in browser", "Copy address"],
            ),
            (failed(), ["Retry", "Open in browser", "Copy address"]),
            (failed(action=None), ["Open in browser", "Copy address"]),
        ],
    )
    def test_its_menu_offers_what_can_be_done(
        self, reading: Images, state: Loading | None, acts: list[str]
    ) -> None:
        reading.answer(f"![A cat]({SRC})")
        if state is not None:
            reading.images.put(SRC, state)

        assert reading.open_menu() == acts
        reading.choose(acts[0])
        assert (reading.wanted or reading.followed)[0][0] == SRC

    def test_the_menu_of_one_that_is_loaded(self, reading: Images) -> None:
        reading.answer(f"![A cat]({SRC})")
        reading.images.put(SRC, loaded(300, 200))
        acts = ["Copy image", "Save image as…", "Open in browser", "Copy address"]
        for act in acts:
            assert reading.open_menu() == acts
            reading.choose(act)

        assert reading.wanted == [(SRC, Act.COPY), (SRC, Act.SAVE)]
        assert reading.followed == [(SRC, "A cat")]
        assert QGuiApplication.clipboard().text() == SRC

    def test_the_menu_of_one_in_a_link_is_that_of_the_link_too(self, reading: Images) -> None:
        reading.answer(f"[![A cat]({SRC})](https://example.org/)")

        assert reading.open_menu() == [
            "Load image", "Open in browser", "Copy address", "Open link", "Copy address",
        ]  # fmt: skip


class TestWithTheKeyboard:
    def tab(self, reading: Images) -> None:
        """Press Tab until a link or an image has the keyboard: the buttons of the question come first."""
        for _ in range(10):
            focus = QApplication.focusWidget()
            assert focus is not None
            QTest.keyClick(focus, Qt.Key.Key_Tab)
            if reading.last.focused_link is not None:
                return

    def test_tab_leads_to_it_and_enter_wants_it(self, reading: Images) -> None:
        reading.answer(f"[a](https://a.b/) ![A cat]({SRC}) [![A dog]({OTHER})](https://a.b/dog)")
        reading.transcript.setFocus()
        passed: list[tuple[str, bool]] = []
        for _ in range(4):
            self.tab(reading)
            link = reading.last.focused_link
            assert link is not None
            passed.append((link.place.href, link.place.image is not None))
            QTest.keyClick(reading.last, Qt.Key.Key_Return)

        assert passed == [
            ("https://a.b/", False), (SRC, True), (OTHER, True), ("https://a.b/dog", False),
        ]  # fmt: skip
        assert reading.wanted == [(SRC, Act.PRESS), (OTHER, Act.PRESS)]
        assert reading.followed == [("https://a.b/", "a"), ("https://a.b/dog", "A dog")]

    def test_it_keeps_the_keyboard_when_it_is_loaded(self, reading: Images) -> None:
        reading.answer(f"See ![A cat]({SRC})")
        reading.transcript.setFocus()
        self.tab(reading)
        reading.images.put(SRC, loaded(300, 200))

        assert reading.last.focused_link is not None
        assert reading.open_menu(None)[0] == "Copy image"


class TestForScreenReaders:
    def test_it_is_a_button_until_it_is_loaded(self, reading: Images) -> None:
        reading.answer(f"See ![A cat]({SRC}) there.")
        image = reading.heard()

        assert image.role() == QAccessible.Role.Button
        assert image.text(QAccessible.Text.Name) == "A cat"
        assert image.text(QAccessible.Text.Description) == "from img.example.org · Click to load"
        image.actionInterface().doAction(image.actionInterface().pressAction())
        assert reading.wanted == [(SRC, Act.PRESS)]
        reading.images.put(SRC, Loading(5, 10))
        assert image.state().busy
        assert image.text(QAccessible.Text.Description) == "from img.example.org · Loading… 50 % · Stop"
        reading.images.put(SRC, failed())
        assert not image.state().busy
        assert "It was slow. Try again. · Retry" in image.text(QAccessible.Text.Description)
        reading.images.put(SRC, loaded(300, 200))

        assert image.role() == QAccessible.Role.Graphic
        assert image.text(QAccessible.Text.Name) == "A cat"
        assert image.text(QAccessible.Text.Description) == "from img.example.org"
        assert image.rect().size().toTuple() >= (300, 200)

    def test_it_is_found_where_it_is(self, reading: Images) -> None:
        reading.answer(f"See ![A cat]({SRC}) there.")
        reading.images.put(SRC, loaded(300, 200))
        message = QAccessible.queryAccessibleInterface(reading.last)
        center = reading.transcript.viewport().mapToGlobal(reading.area().center())

        assert message.childAt(center.x(), center.y()).text(QAccessible.Text.Name) == "A cat"


class TestTheReadersPlace:
    def place_at_top(self, reading: Images) -> Place:
        """Return the place at the upper edge."""
        inside = reading.bar.value() - reading.transcript._heights.top(len(reading.messages) - 1)
        return reading.last.place_at(QPointF(30, inside))

    def top_of(self, reading: Images, place: Place) -> float:
        """Return how far below the upper edge the line of a place begins."""
        top = reading.transcript._heights.top(len(reading.messages) - 1)
        return reading.last.line_at(place)[0] + top - reading.bar.value()

    @pytest.mark.parametrize("value", [0, 300, 777, 1500])
    def test_it_is_kept_when_images_appear(self, reading: Images, value: int) -> None:
        reading.answer(LONG)
        reading.bar.setValue(value)
        place, height = self.place_at_top(reading), reading.last.full_height
        before = self.top_of(reading, place)
        for number in range(60):
            reading.images.put(f"{SRC}?{number}", loaded(300, 200))

        assert reading.last.full_height != height
        assert self.top_of(reading, place) == pytest.approx(before, abs=1)

    def test_it_is_kept_when_they_go(self, reading: Images) -> None:
        reading.answer(LONG)
        for number in range(60):
            reading.images.put(f"{SRC}?{number}", loaded(300, 200))
        reading.bar.setValue(2000)
        # A line of letters: one that is an image has no place once it is gone.
        image = self.place_at_top(reading)
        while self.place_at_top(reading) == image:
            reading.bar.setValue(reading.bar.value() + 5)
        place = self.place_at_top(reading)
        before = self.top_of(reading, place)
        reading.images.clear()

        assert self.top_of(reading, place) == pytest.approx(before, abs=1)

    def test_what_was_clicked_begins_where_it_was(self, reading: Images) -> None:
        reading.answer("\n\n".join(["Text"] * 5) + f"\n\n![A cat]({SRC})\n\n" + "\n\n".join(["Text"] * 40))
        before = reading.area().top()
        reading.images.put(SRC, loaded(300, 200))

        assert reading.area().top() == pytest.approx(before, abs=8)
        assert reading.area().height() >= 200

    def test_the_same_image_appears_everywhere_at_once(self, reading: Images) -> None:
        reading.answer(f"![A cat]({SRC})", f"once more ![A cat]({SRC})")
        reading.images.put(SRC, loaded(300, 200))
        heights = [view.height() for view in reading.transcript.viewport().findChildren(MessageView)]

        assert sum(height > 200 for height in heights) == 2
