"""Lists, quotes and notes: what stands beside their blocks."""

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication

from glmdesk.render.markdown import parse
from glmdesk.ui import theme
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.widgets.boxes.containers import Blocks
from glmdesk.ui.widgets.boxes.kept import Kept
from glmdesk.ui.widgets.boxes.voices import Voices
from tests.ui.furnished import voices_of
from tests.ui.widgets.boxes.drawing import drawn, ink


@pytest.mark.parametrize("size", [6, 9, 14, 20, 28])
@pytest.mark.parametrize("number", ["1", "10", "100", "99999"])
def test_a_number_is_not_cut_by_the_edge_however_large_the_letters_are(
    number: str, size: int, dressed: QApplication
) -> None:
    font = QFont(dressed.font())
    font.setPointSize(size)
    voices = voices_of(theme.Style(theme.LIGHT, font, theme.code_font(font)), Formulas())
    # A blank that is no space: all ink is the number's.
    blocks = Blocks(parse(f"{number}. &nbsp;"), voices, Kept())
    columns = {x for x, _y in ink(drawn(blocks))}
    wanted = QFontMetrics(font).tightBoundingRect(f"{number}.").width()

    assert max(columns) - min(columns) + 1 >= wanted - 2


def marks(text: str, voices: Voices) -> tuple[int, int]:
    """Return how far from the left and from the right edge there is ink in the first line of a text."""
    columns = {x for x, y in ink(drawn(Blocks(parse(text), voices, Kept()))) if y < 20}
    return min(columns), 599 - max(columns)


@pytest.mark.parametrize("mark", ["- ", "1. ", "- [ ] ", "> ", "[^1]: "])
def test_what_is_written_from_the_right_has_its_mark_at_the_right(mark: str, voices: Voices) -> None:
    left, _rest = marks(f"{mark}a", voices)
    _rest, right = marks(f"{mark}א", voices)

    assert abs(left - right) <= 2
    assert right < 20
    assert marks(f"{mark}א", voices)[0] > 500


@pytest.mark.parametrize("mark", ["- ", "1. ", "> "])
def test_what_grows_changes_its_side_with_its_first_letter(mark: str, voices: Voices) -> None:
    growing = Blocks(parse(mark), voices, Kept())
    drawn(growing)
    growing.go_on(parse(f"{mark}א"), 0)

    assert drawn(growing) == drawn(Blocks(parse(f"{mark}א"), voices, Kept()))


def test_the_place_at_a_point_is_that_of_the_letter_there(voices: Voices) -> None:
    blocks = Blocks(parse("- אבג"), voices, Kept())
    drawn(blocks)
    areas = blocks.areas_in(0, 0, 1)

    assert blocks.place_at(areas[0].center() + QPointF(2, 0)) == (0, 0)
    assert areas[0].left() > 500
