"""Formulas in lines of text and on lines of their own: where they stand, and where one points."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from glmdesk.render import blocks as b
from glmdesk.render.inlines import parse_inlines
from glmdesk.render.markdown import parse
from glmdesk.render.runs import Run, flat_text, runs
from glmdesk.render.source import normalize
from glmdesk.ui import theme
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.widgets.boxes.box import Box
from glmdesk.ui.widgets.boxes.containers import Blocks, make_box
from glmdesk.ui.widgets.boxes.flow_box import FlowBox
from glmdesk.ui.widgets.boxes.kept import Kept
from glmdesk.ui.widgets.boxes.table_box import TableBox, _Row
from glmdesk.ui.widgets.boxes.text_box import TextBox
from glmdesk.ui.widgets.boxes.voices import Voices
from tests.render.hostile_formulas import HOSTILE
from tests.ui.furnished import style_of, voices_of
from tests.ui.setting import set_all
from tests.ui.widgets.boxes.drawing import drawn, ink, laid_out

TALL = r"$\displaystyle\sum_{i=1}^{n} \frac{x_i^2}{2}$"
LONG = "$" + "+".join(f"x_{{{number}}}" for number in range(24)) + "$"


@pytest.fixture
def formulas() -> Formulas:
    return Formulas()


@pytest.fixture
def voices(dressed: object, formulas: Formulas) -> Voices:
    return voices_of(style_of(), formulas)


def box_of(voices: Voices, text: str) -> TextBox:
    return TextBox(runs(parse_inlines(text)), voices.text)


def block_of(voices: Voices, markdown: str) -> Box:
    (block,) = parse(markdown)
    return make_box(block, voices, Kept())


def set_in(box: Box, formulas: Formulas, width: int = 600) -> None:
    """Lay a box out, with what is set while that is done."""
    laid_out(box, width)
    set_all(formulas)
    box.take_in_drawings()
    laid_out(box, width)
    assert formulas.most_wanted() is None


def drawn_twice(box: Box, width: int = 600) -> QImage:
    """Return a box as it looks on a screen with twice as many pixels."""
    laid_out(box, width)
    image = QImage(2 * width, 2 * math.ceil(box.height), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2)
    image.fill(QColor(theme.LIGHT.page))
    painter = QPainter(image)
    box.paint(painter, QRectF(0, 0, width, box.height), None)
    painter.end()
    return image


def rows(image: QImage, columns: Sequence[float] = (0, math.inf)) -> list[int]:
    """Return the rows of pixels with ink in some columns."""
    return sorted({y for x, y in ink(image) if columns[0] <= x < columns[1]})


def columns(image: QImage) -> list[int]:
    return sorted({x for x, _ in ink(image)})


def test_the_source_is_shown_until_the_formula_is_set(voices: Voices, formulas: Formulas) -> None:
    box = box_of(voices, r"a $\frac{x}{y}$ b")
    before = drawn(box)
    as_code = TextBox([Run("a "), Run(r"$\frac{x}{y}$", code=True), Run(" b")], voices.text)
    assert before == drawn(as_code)

    set_all(formulas)
    assert box.take_in_drawings()
    assert not box.is_settled
    after = drawn(box)
    assert max(columns(after)) < max(columns(before))
    assert not box.take_in_drawings()


def test_nothing_changes_before_something_is_known(voices: Voices, formulas: Formulas) -> None:
    box = box_of(voices, "$x$ and $y$")
    laid_out(box)

    assert not box.take_in_drawings()
    assert box.is_settled


@pytest.mark.parametrize("text", [r"bad: $\unknown$", "none", "`$x$`"])
def test_what_cannot_be_set_looks_as_before(voices: Voices, formulas: Formulas, text: str) -> None:
    box = box_of(voices, text)
    before = drawn(box)
    set_in(box, formulas)

    assert drawn(box) == before


def test_a_formula_stands_on_the_baseline_of_the_text(voices: Voices, formulas: Formulas) -> None:
    box = box_of(voices, "H $H$")
    set_in(box, formulas)
    image = drawn_twice(box)
    middle = 2 * voices.text.metrics.horizontalAdvance("H ")
    in_text, in_formula = rows(image, (0, middle)), rows(image, (middle, 1200))

    assert in_formula[-1] == pytest.approx(in_text[-1], abs=1)
    assert in_formula[0] == pytest.approx(in_text[0], abs=4)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("place", [0.0, 0.3, 0.5, 7.7])
def test_letters_end_between_two_pixels_of_every_screen(
    voices: Voices, formulas: Formulas, ratio: float, place: float
) -> None:
    box = box_of(voices, r"$\mathbf{H}$")
    set_in(box, formulas)
    image = QImage(round(40 * ratio), round(40 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(theme.LIGHT.page))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(0, place)
    box.paint(painter, QRectF(0, 0, 40, 40), None)
    painter.end()
    lowest = rows(image)[-1]

    # Elsewhere a row of pixels would be but partly covered, and grey.
    assert min(image.pixelColor(x, lowest).lightness() for x in range(image.width())) < 90


def test_a_line_is_as_high_as_its_formulas(voices: Voices, formulas: Formulas) -> None:
    box = box_of(voices, f"one\n{TALL} two\nthree")
    laid_out(box)
    plain = box.line_at(0)[1]
    set_in(box, formulas)
    ends = [(box.line_at(position)) for position in (0, box.length - 7, box.length)]

    assert [height for _, height in ends] == pytest.approx([plain, ends[1][1], plain])
    assert ends[1][1] > 1.5 * plain
    assert [top for top, _ in ends] == pytest.approx([0, plain, plain + ends[1][1]])
    assert box.height == math.ceil(2 * plain + ends[1][1])
    image = drawn(box)
    inked = rows(image)
    # What is between the lines stays free.
    assert {round(plain), round(plain + ends[1][1])}.isdisjoint(inked)


def test_a_formula_is_one_character_for_whoever_points_at_it(voices: Voices, formulas: Formulas) -> None:
    box = box_of(voices, "ab $xyz$ cd")
    start, end = 3, 8
    for _ in range(2):
        laid_out(box)
        places = {box.position_at(QPointF(x, 8)) for x in range(600)}
        assert places == {*range(start + 1), *range(end, 12)} - {12} | {box.length}
        set_in(box, formulas)


def test_a_formula_is_where_it_is_drawn(voices: Voices, formulas: Formulas) -> None:
    box = box_of(voices, "ab $x+y+z$ cd")
    set_in(box, formulas)
    places = [box.position_at(QPointF(x, 8)) for x in range(200)]
    first, last = places.index(10), 199 - places[::-1].index(3)

    # From its middle on, the place behind it is the nearer one.
    assert last == first - 1
    left = voices.text.metrics.horizontalAdvance("ab ")
    right = next(x for x in range(200) if places[x] == 11) - voices.text.metrics.horizontalAdvance(" ") / 2
    assert first == pytest.approx((left + right) / 2, abs=3)


def test_what_is_marked_covers_a_formula_wholly(voices: Voices, formulas: Formulas) -> None:
    box = box_of(voices, f"one {TALL} two")
    set_in(box, formulas)
    selection = QColor(theme.LIGHT.selection).rgb()
    image = drawn(box, marked=(4, box.length - 4))
    marked = [(x, y) for x, y in ink(image) if image.pixel(x, y) == selection]
    left, top, right, bottom = (
        min(x for x, _ in marked),
        min(y for _, y in marked),
        max(x for x, _ in marked),
        max(y for _, y in marked),
    )
    plain = drawn(box)
    formula = [(x, y) for x, y in ink(plain) if voices.text.metrics.horizontalAdvance("one ") <= x < right]

    assert left <= min(x for x, _ in formula)
    assert top <= min(y for _, y in formula)
    assert bottom >= max(y for _, y in formula)
    # Neither word is.
    assert left >= voices.text.metrics.horizontalAdvance("one") - 1
    assert drawn(box, marked=(0, 3)) != drawn(box, marked=(0, 4))


def test_a_formula_in_a_link_leads_where_the_link_does(voices: Voices, formulas: Formulas) -> None:
    box = box_of(voices, "[see $x+y+z$](https://example.org) $x+y+z$")
    set_in(box, formulas)
    found = [box.link_at(QPointF(x, 10)) for x in range(200)]

    assert 50 < found.count("https://example.org") < 100
    assert found[0] == "https://example.org"


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_a_formula_is_painted_in_the_colours_of_the_theme(formulas: Formulas, look: theme.Theme) -> None:
    voices = voices_of(style_of(look), formulas)
    box = box_of(voices, r"$\boxed{\quad\quad}$[$\boxed{\quad}$](https://example.org)")
    set_in(box, formulas)
    image = drawn_twice(box)
    colours = {image.pixelColor(x, y).name() for x, y in ink(image)}

    assert look.text in colours
    assert look.link in colours


def test_a_formula_that_is_marked_can_be_read(voices: Voices, formulas: Formulas) -> None:
    box = box_of(voices, r"[$\boxed{\quad}$](https://example.org)")
    set_in(box, formulas)
    image = drawn(box, marked=(0, box.length))
    colours = {image.pixelColor(x, y).name() for x, y in ink(image)}

    assert theme.LIGHT.link not in colours
    assert theme.LIGHT.selection in colours


@pytest.mark.parametrize("width", [120, 200, 300, 700])
def test_nothing_is_wider_than_the_column(voices: Voices, formulas: Formulas, width: int) -> None:
    for text in (f"a {LONG} b", f"中{LONG}，文", TALL * 3):
        box = box_of(voices, text)
        laid_out(box, width)
        set_all(formulas)
        box.take_in_drawings()
        # On wider paper: what stands out is seen.
        laid_out(box, width)
        image = QImage(width + 500, max(1, box.height), QImage.Format.Format_RGB32)
        image.fill(QColor(theme.LIGHT.page))
        painter = QPainter(image)
        box.paint(painter, QRectF(image.rect()), None)
        painter.end()
        assert max(x for x, _ in ink(image)) <= width


def test_a_long_formula_is_broken_into_lines(voices: Voices, formulas: Formulas) -> None:
    box = box_of(voices, f"a {LONG} b")
    set_in(box, formulas, 300)
    plain = voices.text.metrics.height()

    assert 3 * plain < box.height < 8 * plain
    # What is in the lines is all of it, and as large as ever.
    wide = drawn(box, 3000)
    assert len(ink(drawn(box, 300))) == pytest.approx(len(ink(wide)), rel=0.03)
    assert box.position_at(QPointF(5, box.height - 5)) == 2 + len(LONG)
    assert box.position_at(QPointF(2, 5)) == 0


def test_a_formula_is_broken_before_a_relation_if_that_is_enough(voices: Voices, formulas: Formulas) -> None:
    box = block_of(voices, "$$\na + b + c + d = e + f + g + h\n$$")
    set_in(box, formulas, 120)
    assert isinstance(box, TextBox)

    assert [len(piece.figures) for piece in box._pieces] == [2]
    set_in(box, formulas, 60)
    assert [len(piece.figures) for piece in box._pieces] == [8]
    set_in(box, formulas, 400)
    assert [len(piece.figures) for piece in box._pieces] == [1]


def test_what_cannot_be_broken_is_smaller_or_its_source(voices: Voices, formulas: Formulas) -> None:
    box = box_of(voices, rf"$\frac{{{LONG[1:-1]}}}{{2}}$")
    set_in(box, formulas, 2000)
    full = columns(drawn(box, 2000))[-1]
    smaller = drawn(box, round(full * 0.8))
    assert columns(smaller)[-1] <= full * 0.8
    assert len(rows(smaller)) < len(rows(drawn(box, 2000)))

    source = TextBox([Run(run.text, code=True) for run in box._runs], voices.text)
    assert drawn(box, round(full * 0.5)) == drawn(source, round(full * 0.5))


def test_display_formulas_stand_in_the_middle(voices: Voices, formulas: Formulas) -> None:
    box = block_of(voices, "$$\nE = mc^2\n$$")
    set_in(box, formulas)
    found = columns(drawn(box))

    assert (found[0] + found[-1]) / 2 == pytest.approx(300, abs=3)
    assert found[0] > 200


def test_what_is_not_finished_is_not_set(voices: Voices, formulas: Formulas) -> None:
    for text in ("$$\nE = mc^2", "so $E = mc^2", r"\[E"):
        laid_out(block_of(voices, text))

    assert formulas.most_wanted() is None


def test_the_width_of_a_column_is_that_of_its_formulas(voices: Voices, formulas: Formulas) -> None:
    box = block_of(voices, "| a | b |\n|-|-|\n| $\\frac{\\alpha}{\\beta}$ | c |\n")
    before = max(columns(drawn(box)))
    set_in(box, formulas)

    assert max(columns(drawn(box))) < before - 50


def test_cells_of_a_row_have_one_baseline(voices: Voices, formulas: Formulas) -> None:
    table = block_of(voices, f"| a | b |\n|-|-|\n| H | {TALL} |\n")
    set_in(table, formulas)
    assert isinstance(table, TableBox)
    row = table._rows._box(1)
    assert isinstance(row, _Row)
    baselines = [top + cell.lines.baseline for top, cell in zip(row._tops, row.cells, strict=True)]

    assert baselines[0] == pytest.approx(baselines[1])
    assert row._tops[0] > row._tops[1]
    assert row.height > row._tops[1] + row.cells[1].height
    # What is pointed at is found where it is drawn.
    assert row.position_at(QPointF(11, baselines[0] - 2)) == 0
    assert row.line_at(1)[0] == pytest.approx(row._tops[0])


def test_the_mark_of_an_item_stands_on_the_baseline_of_its_first_line(
    voices: Voices, formulas: Formulas
) -> None:
    box = block_of(voices, f"1. H {TALL}")
    set_in(box, formulas)
    image = drawn_twice(box)
    letter = 2 * voices.text.metrics.horizontalAdvance("H")

    assert rows(image, (0, 48))[-1] == pytest.approx(rows(image, (50, 52 + letter))[-1], abs=1)


def test_a_part_of_a_long_text_never_ends_inside_a_formula(voices: Voices, formulas: Formulas) -> None:
    text = " ".join(f"word $x_{{{number}}} + y. z$" for number in range(600))
    box = FlowBox(runs(parse_inlines(text)), voices.text)
    whole = [run.formula for part in box._parts for run in part if run.formula]

    assert len(box._parts) > 2
    assert len(whole) == 600
    assert all(run.text == run.formula.source for part in box._parts for run in part if run.formula)
    assert box.length == len(text)


@pytest.mark.parametrize("tex", HOSTILE.values(), ids=HOSTILE)
def test_hostile_sources_can_be_shown(voices: Voices, formulas: Formulas, tex: str) -> None:
    tex = normalize(tex)
    for block in (b.Math(tex), b.Paragraph((b.MathSpan(tex), b.Text(" x ")))):
        blocks = Blocks((block,), voices, Kept())
        blocks.set_width(600)
        blocks.lay_out(0, 900, 0)
        set_all(formulas)
        blocks.take_in_drawings()
        blocks.lay_out(0, 900, 0)
        image = QImage(600, 900, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        blocks.paint_between(painter, QRectF(image.rect()), (0, 0), (0, 0))
        painter.end()
        assert blocks.length == len(flat_text(block))


INLINES = st.lists(
    st.sampled_from(
        [
            "word ",
            "中文，",
            "$x$",
            r"$\frac{a}{b}$",
            "$$y^2$$",
            r"$\unknown$",
            "**b $z$**",
            "😀",
            "\n",
            "`c`",
            " ",
        ]
    ),
    min_size=1,
    max_size=12,
).map("".join)


@settings(max_examples=60)
@given(text=INLINES, width=st.integers(60, 400))
def test_positions_stay_right_whatever_is_drawn(text: str, width: int) -> None:
    formulas = Formulas()
    voices = voices_of(style_of(), formulas)
    inlines = parse_inlines(text)
    box = TextBox(runs(inlines), voices.text)
    flat = "".join(run.text for run in runs(inlines))
    inside: set[int] = set()
    start = 0
    for run in runs(inlines):
        if run.formula:
            inside |= set(range(start + 1, start + len(run.text)))
        start += len(run.text)
    for _ in range(2):
        laid_out(box, width)
        assert box.length == len(flat)
        tops = [box.line_at(position)[0] for position in range(len(flat) + 1)]
        assert tops == sorted(tops)
        for y in range(0, math.ceil(box.height), 9):
            found = [box.position_at(QPointF(x, y)) for x in range(0, width, 7)]
            assert inside.isdisjoint(found)
        set_all(formulas)
        box.take_in_drawings()
