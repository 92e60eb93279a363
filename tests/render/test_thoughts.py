"""What a model thought stands above its answer, behind one line."""

from dataclasses import replace
from typing import Any

import pytest

from glmdesk.domain.message import Message, State, Timing
from glmdesk.domain.usage import Usage
from glmdesk.render.blocks import Details, Written
from glmdesk.render.copying import as_html, as_plain_text
from glmdesk.render.parts import Part
from glmdesk.render.shown import gradually_shown, shown_blocks
from glmdesk.render.thoughts import thought_blocks
from tests.chat.examples import answer, question


def thinking(text: str = "**Yes.**", **more: Any) -> Message:
    return replace(answer(question(), text), reasoning="First *this*.\n\n![](https://example.org/x)", **more)


@pytest.mark.parametrize(
    ("more", "summary"),
    [
        ({}, "Thoughts"),
        ({"timing": Timing(0.5, 20.0, 12.4)}, "Thought for 12 seconds"),
        ({"timing": Timing(0.5, 20.0, 0.2)}, "Thought for 1 second"),
        (
            {"timing": Timing(0.5, 20.0, 12.4), "usage": Usage(10, 1300, 0, 1204)},
            "Thought for 12 seconds · 1,204 tokens",
        ),
        ({"state": State.STREAMING}, "Thinking…"),
    ],
)
def test_the_line_says_how_long_and_how_much(more: dict[str, Any], summary: str) -> None:
    (block,) = thought_blocks(thinking(**more))

    assert isinstance(block, Details)
    assert block.summary == summary


def test_thoughts_are_shown_as_they_came_and_fetch_nothing() -> None:
    (block,) = thought_blocks(thinking())

    assert isinstance(block, Details)
    assert block.blocks == (Written("First *this*.\n\n![](https://example.org/x)"),)


def test_they_stand_before_the_answer_however_it_is_read() -> None:
    message = thinking()
    *_, gradually = gradually_shown(message, is_source=False)

    assert gradually == shown_blocks(message, is_source=False)
    assert isinstance(gradually[0], Details)
    assert thought_blocks(replace(message, reasoning=" \n")) == ()


def test_the_answer_is_copied_without_them() -> None:
    part = Part(thinking())

    assert as_plain_text([part]) == "Yes."
    assert "this" not in as_html([part])
