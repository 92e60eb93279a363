"""Formulas in the transcript: the reader's line keeps its place; what is copied and heard is their source."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QFont, QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from glmdesk.domain.catalog import Offer
from glmdesk.domain.message import Message, State
from glmdesk.render.copying import as_html
from glmdesk.ui import theme
from glmdesk.ui.icons import Icons
from tests.chat.examples import answer, question
from tests.ui.furnished import style_of
from tests.ui.setting import set_all
from tests.ui.widgets.reading import Reading, copied

ASKED = question("?")
STEPS = "\n\n".join(
    rf"Step {number}: $\frac{{x_{{{number}}}}}{{2}}$ and the words that follow it."
    rf"{chr(10)}{chr(10)}$$\begin{{aligned}} a &= b_{{{number}}} \\ &= c \\ &= d \end{{aligned}}$$"
    for number in range(40)
)


class Formulas(Reading):
    """A transcript whose formulas are set when that is asked for."""

    def ask(self, *messages: Message) -> None:
        """Show messages below a question."""
        self.show([ASKED, *messages])

    def line_at_top(self) -> tuple[str, float]:
        """Return the text of the line at the upper edge, and how far below the edge it begins."""
        inside = self.bar.value() - self.transcript._heights.top(len(self.messages) - 1)
        place = self.last.place_at(QPointF(30, inside))
        return str(self.last.blocks[place.block]), self.last.line_at(place)[0] - inside


@pytest.fixture
def reading(qtbot: QtBot, offer: Offer, icons: Icons) -> Formulas:
    return Formulas(qtbot, offer, icons)


def test_only_what_is_seen_is_asked_for(reading: Formulas) -> None:
    reading.ask(answer(ASKED, STEPS))

    assert 0 < set_all(reading.formulas) < 30


@pytest.mark.parametrize("value", [0, 300, 777, 1500])
def test_the_line_that_is_read_keeps_its_place(reading: Formulas, value: int) -> None:
    reading.ask(answer(ASKED, STEPS))
    reading.bar.setValue(value)
    before, height = reading.line_at_top(), reading.last.full_height
    assert set_all(reading.formulas)
    after = reading.line_at_top()

    assert reading.last.full_height != height
    assert after[0] == before[0]
    assert after[1] == pytest.approx(before[1], abs=1)


def test_the_end_stays_in_sight(reading: Formulas) -> None:
    reading.ask(answer(ASKED, STEPS))
    assert reading.bar.value() == reading.bar.maximum()
    set_all(reading.formulas)

    assert reading.bar.value() == reading.bar.maximum()


def test_scrolling_through_shows_every_formula(reading: Formulas) -> None:
    reading.ask(answer(ASKED, STEPS))
    reading.bar.setValue(0)
    count = set_all(reading.formulas)
    while reading.bar.value() < reading.bar.maximum():
        reading.bar.setValue(reading.bar.value() + 200)
        count += set_all(reading.formulas)

    assert count == 80


def test_what_is_streamed_is_set_as_soon_as_it_is_finished(reading: Formulas) -> None:
    growing = replace(answer(ASKED), text="", state=State.STREAMING)
    reading.ask(growing)
    for letter in "So $x^2$ is, and":
        reading.messages.grow(growing.id, letter)
    assert set_all(reading.formulas) == 1
    for letter in ":\n\n$$\ny^2\n":
        reading.messages.grow(growing.id, letter)
    assert set_all(reading.formulas) == 0
    for letter in "$$\n\nand $z$":
        reading.messages.grow(growing.id, letter)
    assert set_all(reading.formulas) == 2


def test_another_theme_or_size_needs_nothing_set_again(reading: Formulas) -> None:
    reading.ask(answer(ASKED, STEPS))
    reading.bar.setValue(0)
    set_all(reading.formulas)
    height = reading.last.full_height
    large = QFont(style_of().text)
    large.setPointSize(20)
    reading.transcript.set_style(theme.Style(theme.DARK, large, theme.code_font(large)))
    reading.transcript.grab()

    assert reading.formulas.most_wanted() is None or set_all(reading.formulas) < 10
    assert reading.last.full_height > 1.2 * height


def test_a_formula_is_copied_with_its_delimiters(reading: Formulas) -> None:
    reading.ask(answer(ASKED, "One $x^2$ two \\(y\\).\n\n$$\nE = mc^2\n$$\n\nThree \\[z\\]"))
    for _ in range(2):
        QTest.keySequence(reading.transcript, QKeySequence(QKeySequence.StandardKey.SelectAll))
        assert copied(reading) == "?\n\nOne $x^2$ two $y$.\n\n$$\nE = mc^2\n$$\n\nThree $$z$$"
        set_all(reading.formulas)


def test_what_is_copied_is_rich_text_as_well(reading: Formulas) -> None:
    reading.ask(answer(ASKED, "One **$x^2$** two.\n\n- $y$"))
    QTest.keySequence(reading.transcript, QKeySequence(QKeySequence.StandardKey.SelectAll))
    html = copied(reading, as_html)

    assert html.startswith("<p>?</p>\n<p>One <strong><math ")
    assert html.count("<msup>") == 1
    assert "<ul><li><math " in html


def test_a_selection_takes_a_formula_whole(reading: Formulas) -> None:
    reading.ask(answer(ASKED, "One $x+y+z$ two"))
    set_all(reading.formulas)
    viewport, origin = reading.transcript.viewport(), reading.last.pos()
    y = next(y for y in range(reading.last.height()) if reading.last.place_at(QPointF(400, y)).position == 15)
    texts: set[str] = set()
    start = QPoint(5, y + 5) + origin
    for x in range(20, 200, 4):
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(viewport, QPoint(x, y + 5) + origin)
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(x, y + 5) + origin)
        texts.add(copied(reading))

    assert {text for text in texts if "$" in text} == {
        f"One $x+y+z${rest}" for rest in ("", " ", " t", " tw", " two")
    }


def test_the_source_of_a_formula_is_heard(reading: Formulas) -> None:
    reading.ask(answer(ASKED, r"So $\frac{a}{b}$."))
    heard = QAccessible.queryAccessibleInterface(reading.last)
    for _ in range(2):
        assert heard.text(QAccessible.Text.Value) == r"So $\frac{a}{b}$."
        set_all(reading.formulas)


def test_there_is_no_tip_over_a_formula(reading: Formulas) -> None:
    reading.ask(answer(ASKED, "$x^2$"))
    set_all(reading.formulas)
    for x in range(20, 100, 10):
        QTest.mouseMove(reading.transcript.viewport(), reading.last.pos() + QPoint(x, 25))

    assert reading.transcript.viewport().toolTip() == ""
