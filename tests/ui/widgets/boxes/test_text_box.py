"""Lines of text: where positions are, which way they run, what they look like."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from glmdesk.render.runs import Run
from glmdesk.ui import theme
from glmdesk.ui.widgets.boxes.text_box import TextBox
from glmdesk.ui.widgets.boxes.voices import Voices
from tests.ui.widgets.boxes.drawing import drawn, ink, laid_out

# One character each: two bytes in UTF-16, four bytes, and a family of four joined by three invisible ones.
WIDE = "你𠀋x"


def text_box(voices: Voices, *runs: Run | str) -> TextBox:
    return TextBox([Run(run) if isinstance(run, str) else run for run in runs], voices.text)


@pytest.mark.parametrize("text", ["plain", WIDE, "😀👨‍👩‍👧", "e\u0301", "مرحبا", ""])
def test_positions_count_characters_whatever_they_take(voices: Voices, text: str) -> None:
    box = text_box(voices, text)
    laid_out(box)

    assert box.length == len(text)
    ends = {box.position_at(QPointF(x, 5)) for x in (-10, 610)}
    assert ends == {0, len(text)}


def test_a_position_behind_wide_characters_is_found_where_it_is_drawn(voices: Voices) -> None:
    box = text_box(voices, WIDE * 4, "end")
    laid_out(box)
    before = text_box(voices, WIDE * 4).natural_width

    assert box.position_at(QPointF(before, 5)) == len(WIDE * 4)


@pytest.mark.parametrize("room", range(1, 12))
def test_no_line_begins_with_the_mark_of_a_source(voices: Voices, room: int) -> None:
    em = text_box(voices, "字").natural_width
    mark = Run("[1]", raised=True, href="https://example.org/")
    box = text_box(voices, "字" * 4, mark, "。" + "字" * 4, mark, mark, "字")
    laid_out(box, width=round((4 + room / 4) * em))

    # Where the next line begins, the one before it has ended.
    tops = [box.line_at(position)[0] for position in range(box.length)]
    begins = [position for position in range(1, box.length) if tops[position] > tops[position - 1]]
    assert begins
    assert not {4, 12, 15} & {*begins}


def test_letters_around_a_mark_are_where_they_are_drawn(voices: Voices) -> None:
    box = text_box(voices, "𠀋字", Run("[1]", raised=True, href="https://example.org/"), "末")
    laid_out(box)
    (area,) = box.areas(5, 6)

    assert box.position_at(QPointF(area.right(), 5)) == 6
    assert box.position_at(QPointF(area.left(), 5)) == 5
    (mark,) = box.areas(2, 5)
    assert box.link_at(mark.center()) == "https://example.org/"
    assert box.link_at(area.center()) == ""
    assert box.link_at(mark.center() - QPointF(mark.width(), 0)) == ""


def test_lines_are_broken_and_found_by_their_height(voices: Voices) -> None:
    box = text_box(voices, "一\n二\n三")
    laid_out(box)
    tops = [box.line_at(position)[0] for position in (0, 2, 4)]

    assert tops == sorted(tops)
    assert len(set(tops)) == 3
    assert [box.position_at(QPointF(0, top + 3)) for top in tops] == [0, 2, 4]


def test_lines_are_equally_high_whatever_script_they_are_in(voices: Voices) -> None:
    box = text_box(
        voices, "only English words\n只有中文\nboth 都有\n", Run("bold", bold=True), Run("code", code=True)
    )
    laid_out(box)
    layout = box.lines.layout
    baselines = [layout.lineAt(n).y() + layout.lineAt(n).ascent() for n in range(layout.lineCount())]
    steps = [round(after - before, 2) for before, after in pairwise(baselines)]

    assert len(steps) == 3
    assert len(set(steps)) == 1


def test_a_text_from_right_to_left_begins_at_the_right(voices: Voices) -> None:
    right = ink(drawn(text_box(voices, "12 مرحبا بالعالم")))
    left = ink(drawn(text_box(voices, "12 hello")))

    assert max(x for x, _ in right) > 580
    assert min(x for x, _ in right) > 300
    assert max(x for x, _ in left) < 300


def test_a_link_is_where_its_letters_are(voices: Voices) -> None:
    box = text_box(voices, "see ", Run("there", href="https://example.org"), " now")
    laid_out(box)
    before = text_box(voices, "see ").natural_width

    assert box.link_at(QPointF(before + 3, 10)) == "https://example.org"
    assert box.link_at(QPointF(before - 3, 10)) == ""
    assert box.link_at(QPointF(500, 10)) == ""


def test_what_is_marked_has_the_colour_of_the_selection(voices: Voices) -> None:
    box = text_box(voices, "one two")
    selection = QColor(theme.LIGHT.selection).rgb()
    image = drawn(box, marked=(0, 3))
    marked = [x for x, y in ink(image) if image.pixel(x, y) == selection]

    assert marked
    assert max(marked) <= text_box(voices, "one").natural_width + 1


def test_what_was_forgotten_is_drawn_as_before(voices: Voices) -> None:
    box = text_box(voices, "一个很长的段落，" * 40)
    image = drawn(box)
    height = box.height
    box.forget(0, 0)

    assert box.height == height
    assert drawn(box) == image


def test_a_narrow_mark_takes_little_room(voices: Voices) -> None:
    widths = [text_box(voices, text).natural_width for text in ("doesn’t", "doesnt", "中")]

    assert widths[0] - widths[1] < widths[2] / 2
