"""Tables: columns as wide as their words need, moved sideways where that is more than there is room for."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from glmdesk.render import blocks as b
from glmdesk.render.markdown import parse
from glmdesk.render.stream import BlockStream
from glmdesk.ui.widgets.boxes.kept import PanelState
from glmdesk.ui.widgets.boxes.table_box import TableBox, _Row
from glmdesk.ui.widgets.boxes.voices import Voices
from tests.ui.widgets.boxes.drawing import drawn, ink, laid_out

WORDS = "a few words that can be broken between lines wherever that is needed to make them fit"
WIDE = "|".join(["", *(f"internationalization{n}" for n in range(12)), ""])


def table_of(text: str) -> b.Table:
    block = parse(text)[0]
    assert isinstance(block, b.Table)
    return block


def table_box(voices: Voices, text: str, width: int = 600) -> TableBox:
    box = TableBox(table_of(text), voices, PanelState())
    laid_out(box, width)
    return box


def columns(box: TableBox) -> list[float]:
    """Return the widths of the columns."""
    header = box.block.header
    starts = [0]
    for cell in header[:-1]:
        starts.append(starts[-1] + len("".join(run.text for run in cell if isinstance(run, b.Text))) + 1)
    return [right - left for left, right in (box._sides_of(start) for start in starts)]


def test_a_small_table_is_as_wide_as_what_is_in_it(voices: Voices) -> None:
    box = table_box(voices, "| a | a longer heading |\n| - | - |\n| 1 | 2 |\n")

    assert box.content_width < 300
    assert columns(box)[0] < columns(box)[1]
    assert box.reach == 0


@pytest.mark.parametrize("width", [300, 400, 600])
def test_cells_are_broken_between_words_and_only_there(voices: Voices, width: int) -> None:
    box = table_box(voices, f"| name | what |\n| - | - |\n| configuration | {WORDS} |\n", width)
    word = voices.text.metrics.horizontalAdvance("configuration")

    assert box.reach == 0
    assert columns(box)[0] >= word
    assert sum(columns(box)) <= width


CELLS = [
    "`response_format`",
    "**configurations**",
    "a **longer cell** with `code`",
    "`a`b**c**",
    "*ill*iterate",
]


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_has_one_line_where_there_is_room_whatever_its_letters_look_like(
    voices: Voices, cell: str
) -> None:
    box = table_box(voices, f"| a | b |\n| - | - |\n| 1 | {cell} |\n", 900)
    (row,) = [row for row in box._rows._boxes[1:] if isinstance(row, _Row)]

    assert [made.lines.layout.lineCount() for made in row.cells] == [1, 1]


@pytest.mark.parametrize("cell", CELLS)
def test_a_word_is_not_broken_whatever_its_letters_look_like(voices: Voices, cell: str) -> None:
    box = table_box(voices, f"| name | what |\n| - | - |\n| {cell} | {WORDS} |\n", 320)
    (row,) = [row for row in box._rows._boxes[1:] if isinstance(row, _Row)]
    layout, text = row.cells[0].lines.layout, row.cells[0].lines.layout.text()
    ends = [layout.lineAt(n).textStart() + layout.lineAt(n).textLength() for n in range(layout.lineCount())]

    assert all(text[end - 1] == " " for end in ends[:-1])


def test_chinese_is_not_set_one_character_below_the_other(voices: Voices) -> None:
    cells = "|".join(["", *(["一个很长的单元格里的文字"] * 9), ""])
    box = table_box(voices, f"{cells}\n{'|-' * 9}|\n{cells}\n")

    assert box.reach > 0
    assert min(columns(box)) >= 6 * voices.text.metrics.horizontalAdvance("字")


def test_a_table_of_many_columns_is_moved_sideways(voices: Voices) -> None:
    text = f"{WIDE}\n{'|-' * 12}|\n{WIDE}\n"
    box = table_box(voices, text)
    assert box.reach > 0
    last = box.length - 3
    box.reveal(last)
    (area,) = box.areas(last, last)
    assert 0 < area.left() < 600
    assert box.position_at(area.center()) == last
    box.reveal(0)

    assert box.offset == 0


def test_nothing_is_painted_outside_of_the_table(voices: Voices) -> None:
    box = table_box(voices, f"{WIDE}\n{'|-' * 12}|\n{WIDE}\n")
    for offset in (0, 100, 1e9):
        box.move_to(offset)
        image = drawn(box)
        assert max(x for x, _ in ink(image)) == 599
        assert max(y for _, y in ink(image)) < box.room.bottom()


def test_there_is_room_for_the_bar_only_where_there_is_one(voices: Voices) -> None:
    box = table_box(voices, f"{WIDE}\n{'|-' * 12}|\n")
    scrolled = box.height - box.inner.height
    laid_out(box, 6000)

    assert box.height - box.inner.height < scrolled


def test_cells_stand_where_their_column_says(voices: Voices) -> None:
    wide = "wide " * 6
    box = table_box(voices, f"|{wide}|{wide}|{wide}|\n|:-|:-:|-:|\n| a | b | c |\n")
    row = box.length - 4
    lefts = [box.areas(row + 2 * column, row + 2 * column)[0].left() for column in range(3)]
    sides = [box._sides_of(row + 2 * column) for column in range(3)]
    shares = [(x - left) / (right - left) for x, (left, right) in zip(lefts, sides, strict=True)]

    assert shares[0] < 0.2
    assert 0.4 < shares[1] < 0.55
    assert shares[2] > 0.85


def test_every_cell_is_found_where_it_is(voices: Voices) -> None:
    box = table_box(voices, f"| a | {WORDS} |\n| - | -: |\n| 1 | {WORDS} |\n| 2 |\n", 300)
    for position in range(0, box.length, 5):
        (area,) = box.areas(position, position)
        assert box.position_at(area.center()) == position
    assert box.position_at(QPointF(1e6, 1e6)) == box.length


def test_a_table_that_streamed_is_as_one_that_was_there(voices: Voices) -> None:
    text = "| a | b |\n| - | - |\n" + "".join(f"| {'word ' * n} | {'x' * n} |\n" for n in range(12))
    cuts = list(range(20, len(text), 7))
    source = BlockStream()
    source.feed(text[:20])
    first = source.blocks[0]
    assert isinstance(first, b.Table)
    box = TableBox(first, voices, PanelState())
    laid_out(box)
    for start, end in pairwise([*cuts, len(text)]):
        update = source.feed(text[start:end])
        if update.blocks:
            assert box.grow(update.blocks[0], update.kept_parts) is not None
        laid_out(box)
    whole = table_box(voices, text)

    assert box.height == whole.height
    assert columns(box) == columns(whole)
    assert drawn(box) == drawn(whole)


class TestFromTheRight:
    def test_the_first_column_is_at_the_right_edge(self, voices: Voices) -> None:
        box = table_box(voices, "| שם | 1 |\n|-|-|\n| א | 2 |\n")
        (first_left, first_right), (second_left, second_right) = box._sides_of(0), box._sides_of(3)

        assert second_right == first_left
        assert second_left == 0
        assert box.room.right() == 600
        assert box.room.width() == first_right

    def test_numbers_stand_where_the_texts_begin(self, voices: Voices) -> None:
        box = table_box(voices, "| שם | a wide heading |\n|-|-|\n| א | 2 |\n")
        (area,) = box.areas(len("שם\ta wide heading\nא\t"), len("שם\ta wide heading\nא\t2"))

        assert area.right() > box.room.left() + columns(box)[1] - 20

    def test_a_wide_one_is_seen_from_its_first_column(self, voices: Voices) -> None:
        box = table_box(voices, WIDE.replace("i", "א") + f"\n{'|-' * 12}|\n")

        assert box.offset == box.reach > 0
        assert box.areas(0, 3)[0].right() <= 600
        assert box.areas(0, 3)[0].left() > 300

    def test_a_cell_is_found_at_its_point(self, voices: Voices) -> None:
        box = table_box(voices, "| שם | 1 |\n|-|-|\n| א | 2 |\n")

        assert box.position_at(QPointF(598, 10)) <= 2
        assert box.position_at(QPointF(box.room.left() + 2, 10)) >= 3

    def test_it_turns_with_its_first_letter(self, voices: Voices) -> None:
        box = table_box(voices, "| 1 | 2 |\n|-|-|\n")

        assert box.grow(table_of("| 1 | 2 |\n|-|-|\n| א |\n"), 0) is None


def test_where_a_table_goes_on_it_grows_pale(voices: Voices) -> None:
    cell = "M" * 30
    box = table_box(voices, f"| {cell} | {cell} | {cell} |\n|-|-|-|\n")
    box.move_to(40)
    image = drawn(box)
    height = range(2, round(box.inner.height) - 2)
    darkest = {x: min(QColor(image.pixel(x, y)).lightness() for y in height) for x in range(1, 599)}

    assert min(map(darkest.__getitem__, (*range(1, 6), *range(594, 599)))) > 180
    assert min(map(darkest.__getitem__, range(40, 100))) < 60
