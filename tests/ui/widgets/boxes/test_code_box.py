"""Code in its panel: lines equally high, long blocks collapsed, long lines moved sideways."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from glmdesk.render import blocks as b
from glmdesk.render.stream import BlockStream
from glmdesk.ui import theme
from glmdesk.ui.widgets.boxes.code_box import CodeBox
from glmdesk.ui.widgets.boxes.code_lines import CodeLines
from glmdesk.ui.widgets.boxes.kept import PanelState
from glmdesk.ui.widgets.boxes.voices import Voices
from tests.ui.widgets.boxes.drawing import EVERYTHING, drawn, ink, laid_out

LONG_LINE = "a word " * 80 + "end"
MANY_LINES = "\n".join(f"line {number}" for number in range(100))


def code_box(
    voices: Voices, text: str, *, closed: bool = True, language: str = "", state: PanelState | None = None
) -> CodeBox:
    box = CodeBox(b.Code(language, text, closed), voices, state or PanelState())
    laid_out(box)
    return box


def shown(box: CodeBox) -> str:
    """Return the code that is laid out."""
    lines = box.inner
    assert isinstance(lines, CodeLines)
    return "".join(lines._slice(index) for index in range(len(lines)))


def test_every_line_is_equally_high_whatever_is_in_it(voices: Voices) -> None:
    text = "latin\n中文注释\n😀 emoji\n\nعربى\n\ttab"
    box = code_box(voices, text)
    starts = [0, *(place + 1 for place, letter in enumerate(text) if letter == "\n")]
    tops = [box.line_at(start)[0] for start in starts]

    assert {below - above for above, below in pairwise(tops)} == {voices.code_font.line_height}


@pytest.mark.parametrize("wraps", [False, True])
def test_a_position_is_found_where_it_is(voices: Voices, wraps: bool) -> None:
    text = "first = 1\n" + "中文 and latin " * 9 + "。\n\n\tlast\n" + LONG_LINE + "\nend"
    box = code_box(voices, text, state=PanelState(wraps=wraps))
    for position in range(0, len(text) + 1, 3):
        box.reveal(position)
        (area,) = box.areas(position, position)
        assert box.position_at(area.center()) == position


def test_lines_that_are_too_long_are_moved_sideways_or_broken(voices: Voices) -> None:
    box = code_box(voices, f"short\n{LONG_LINE}\nshort")
    height = box.height
    assert box.reach > 0
    box.move_to(1e9)
    assert box.offset == box.reach
    box.set_wraps(wraps=True)
    laid_out(box)

    assert box.reach == 0
    assert box.offset == 0
    assert box.height > height


def test_nothing_is_painted_outside_of_the_frame(voices: Voices) -> None:
    frame = ink(drawn(code_box(voices, "\n" * 3), 600))
    for offset in (0, 77, 1e9):
        box = code_box(voices, f"a\n{LONG_LINE}\n{'中' * 100}")
        box.move_to(offset)
        assert {x for x, _ in ink(drawn(box, 600))} == {x for x, _ in frame}


def test_the_last_letter_can_be_reached(voices: Voices) -> None:
    box = code_box(voices, f"{LONG_LINE}\n{'中' * 80}e\u0301")
    box.reveal(box.length)
    (area,) = box.areas(box.length, box.length)

    assert 0 < area.left() < box.width
    box.reveal(0)
    (area,) = box.areas(0, 0)
    assert 0 < area.left() < box.width
    assert box.offset == 0


def test_code_is_collapsed_from_31_lines_on(voices: Voices) -> None:
    lines = MANY_LINES.split("\n")
    few = code_box(voices, "\n".join(lines[:30]))
    assert not few.is_foldable
    assert shown(few) == "\n".join(lines[:30])
    many = code_box(voices, "\n".join(lines[:31]))

    assert many.is_collapsed
    assert shown(many) == "\n".join(lines[:24])
    assert many.height < few.height


def test_all_of_a_collapsed_block_has_positions(voices: Voices) -> None:
    box = code_box(voices, MANY_LINES)
    last = box.position_at(QPointF(1e6, box.height))

    assert box.length == len(MANY_LINES)
    assert MANY_LINES[:last].endswith("line 23")
    assert box.line_at(box.length) == box.line_at(last)
    assert box.areas(last + 10, box.length) == []


def test_what_is_looked_for_expands_the_block(voices: Voices) -> None:
    state = PanelState()
    box = code_box(voices, MANY_LINES, state=state)
    box.reveal(MANY_LINES.index("line 7"))
    assert box.is_collapsed
    box.reveal(MANY_LINES.index("line 77"))
    laid_out(box)

    assert shown(box) == MANY_LINES
    assert box.line_at(MANY_LINES.index("line 77"))[0] > box.line_at(0)[0] + 76 * voices.code_font.line_height
    assert code_box(voices, MANY_LINES, state=state).height == box.height
    box.set_expanded(is_expanded=False)
    assert code_box(voices, MANY_LINES).height == box.height


def test_code_is_not_collapsed_while_it_is_written_nor_for_whoever_saw_that(voices: Voices) -> None:
    box = code_box(voices, MANY_LINES[:300], closed=False)
    assert shown(box) == MANY_LINES[:300]
    assert not box.is_foldable
    box.grow(b.Code("", MANY_LINES, closed=True), 30)

    assert shown(box) == MANY_LINES
    box.set_expanded(is_expanded=False)
    assert shown(box) != MANY_LINES


def test_another_language_is_another_block(voices: Voices) -> None:
    assert code_box(voices, "a", language="python").grow(b.Code("c", "a"), 1) is None


texts = st.text(st.sampled_from("ab\n\n中\t😀 `"), max_size=40)


@settings(max_examples=200)
@given(pieces=st.lists(st.one_of(texts, st.sampled_from(["\n" * 40, "x" * 5000, "y\n" * 33])), max_size=8))
def test_code_that_streamed_is_as_code_that_was_there(voices: Voices, pieces: list[str]) -> None:
    source = BlockStream()
    source.feed("~~~\n")
    box: CodeBox | None = None
    for piece in [*pieces, "\n~~~\n"]:
        update = source.feed(piece)
        block = source.blocks[0]
        assert isinstance(block, b.Code)
        if box is None:
            box = CodeBox(block, voices, PanelState(is_expanded=True))
        elif update.blocks:
            assert box.grow(block, update.kept_parts) is not None
        box.set_width(600)
        box.lay_out(0, EVERYTHING, 0)
        fresh = code_box(voices, block.text, closed=block.closed, state=PanelState(is_expanded=True))
        assert shown(box) == block.text
        assert box.height == fresh.height
        assert box.reach == pytest.approx(fresh.reach, abs=1)


def test_a_line_more_is_laid_out_alone(voices: Voices) -> None:
    box = code_box(voices, "a\nb\nc", closed=False)
    before = list(box.inner._boxes) if isinstance(box.inner, CodeLines) else []
    unchanged = box.grow(b.Code("", "a\nb\nc and more\nd", closed=False), 2)
    laid_out(box)

    assert isinstance(box.inner, CodeLines)
    assert box.inner._boxes[:2] == before[:2]
    assert unchanged == box.line_at(4)[0]


def test_a_very_long_line_is_laid_out_in_pieces(voices: Voices) -> None:
    box = CodeBox(b.Code("", "x" * 100_000), voices, PanelState())
    box.set_width(600)
    box.lay_out(0, 300, 0)
    assert isinstance(box.inner, CodeLines)
    made = [part for part in box.inner._boxes if part is not None]

    assert max(part.length for part in made) <= 4096
    assert box.length == 100_000


def due(box: CodeBox, until: float = math.inf) -> None:
    while box.colouring.is_due:
        box.colouring.go_on(until)
        box.take_colours()


def painted(box: CodeBox) -> set[int]:
    image = drawn(box)
    return {image.pixel(x, y) for x, y in ink(image)}


def test_only_finished_code_that_was_laid_out_waits_for_colours(voices: Voices) -> None:
    text = "x = '████'\n" * 200
    written = code_box(voices, text, closed=False, language="python")
    finished = code_box(voices, text, language="python")
    assert (written.colouring.is_due, finished.colouring.is_due) == (False, True)
    unseen = CodeBox(b.Code("python", text), voices, PanelState())
    unseen.set_width(600)
    assert not unseen.colouring.is_due
    assert not code_box(voices, text).colouring.is_due


def test_colours_come_in_slices_and_change_no_height(voices: Voices) -> None:
    string = QColor(theme.LIGHT.string)
    box = code_box(voices, "x = '████'\n" * 25, language="python")
    height = box.height
    assert string.rgb() not in painted(box)
    assert box.colouring.go_on(0.0), "whoever has no time goes on by a line at least"
    assert box.colouring.is_due
    due(box, 0.0)

    assert string.rgb() in painted(box)
    assert box.height == height


def test_nonsense_for_a_language_waits_for_nothing(voices: Voices) -> None:
    box = code_box(voices, "x", language="nonsense")
    due(box)

    assert not box.colouring.is_due
