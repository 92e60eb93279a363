"""Boxes below each other: made when they are seen, and nothing that is seen moves."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from glmdesk.render.markdown import parse
from glmdesk.render.runs import flat_text
from glmdesk.ui.widgets.boxes.containers import Blocks
from glmdesk.ui.widgets.boxes.kept import Kept
from glmdesk.ui.widgets.boxes.voices import Voices
from tests.ui.widgets.boxes.drawing import EVERYTHING, laid_out

SHAPES: tuple[Callable[[int], str], ...] = (
    lambda n: f"Paragraph {n}",
    lambda n: f"{n} " + "很长的一句话，" * 40,
    lambda n: f"# Heading {n}",
    lambda n: "```python\n" + "a = 1\n" * 70 + "```",
    lambda n: "| a | b |\n| - | - |\n" + "| 1 | 2 |\n" * 30,
    lambda n: "\n".join(f"- item {k}" for k in range(40)),
    lambda n: "> quoted\n>\n> " + "text " * 200,
)


def blocks_of(voices: Voices, count: int = 60) -> Blocks:
    text = "\n\n".join(SHAPES[n % len(SHAPES)](n) for n in range(count))
    return Blocks(parse(text), voices, Kept())


def test_only_what_is_seen_is_made(voices: Voices) -> None:
    blocks = blocks_of(voices, 700)
    blocks.set_width(600)
    blocks.lay_out(0, 800, 0)

    assert sum(box is not None for box in blocks._boxes) < 30


@given(top=st.integers(min_value=0, max_value=30_000), inside=st.integers(min_value=0, max_value=800))
def test_what_is_at_the_anchor_moves_by_what_is_said(voices: Voices, top: int, inside: int) -> None:
    blocks = blocks_of(voices)
    blocks.set_width(600)
    top = min(top, max(0, blocks.height - 800))
    anchor = top + inside
    # What is at the anchor is known beforehand, as something is that the reader sees.
    blocks.lay_out(anchor, anchor + 1, anchor)
    place = blocks.place_at(QPointF(0, anchor))
    before = math.ceil(blocks.line_at_place(*place)[0])
    shift = blocks.lay_out(top, top + 800, before)

    assert blocks.line_at_place(*place)[0] == pytest.approx(before + shift, abs=1)


def test_heights_are_no_guesses_once_everything_was_seen(voices: Voices) -> None:
    seen, at_once = blocks_of(voices), blocks_of(voices)
    seen.set_width(600)
    top = 0
    while top < seen.height:
        seen.lay_out(top, top + 300, top)
        top += 300
    laid_out(at_once)

    assert seen.is_settled
    assert seen.height == at_once.height


def test_every_position_has_a_line_and_is_found_there(voices: Voices) -> None:
    blocks = blocks_of(voices, 14)
    laid_out(blocks)
    for index, block in enumerate(blocks.blocks):
        length = len(flat_text(block))
        for position in {0, length // 2, length}:
            top, height = blocks.line_at_place(index, position)
            assert height > 0
            found, _ = blocks.place_at(QPointF(30, top + height / 2))
            assert found == index


def test_another_width_makes_everything_a_guess_again(voices: Voices) -> None:
    blocks = blocks_of(voices)
    laid_out(blocks, 600)
    blocks.set_width(300)

    assert not blocks.is_settled
    wide = blocks.height
    blocks.lay_out(0, EVERYTHING, 0)
    assert blocks.height > wide / 3
    assert blocks.is_settled
