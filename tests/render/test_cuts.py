"""Where a model begins to read is said behind what it does not read."""

from dataclasses import replace
from decimal import Decimal

from glmdesk.domain.message import Cut
from glmdesk.domain.money import Money
from glmdesk.domain.tool import ToolCall
from glmdesk.domain.usage import Usage
from glmdesk.render.blocks import Details
from glmdesk.render.plain_text import plain_text
from glmdesk.render.shown import shown_blocks
from tests.chat.examples import answer, question, tool_result


def test_the_place_is_marked_and_explained() -> None:
    said = replace(answer(question(), "您好"), cut=Cut(8192))
    _text, mark = shown_blocks(said, is_source=False)

    assert isinstance(mark, Details)
    assert mark.summary == "The model reads from here on"
    assert "8,192 tokens" in plain_text((mark,))


def test_a_summary_is_shown_as_it_is_written_and_what_it_took() -> None:
    cut = Cut(8192, "# They *spoke*.", "glm-4-flash-250414", Usage(1234, 56), Money(Decimal(0), "CNY"))
    _text, mark = shown_blocks(replace(answer(question(), "您好"), cut=cut), is_source=False)
    words = plain_text((mark,))

    assert isinstance(mark, Details)
    assert mark.summary == "The model reads from here on, and a summary"
    assert "# They *spoke*." in words
    assert "glm-4-flash-250414 · ↑1,234 ↓56 · free" in words


def test_behind_what_a_tool_said_it_is_marked_too() -> None:
    asking = answer(question(), "", tool_calls=(ToolCall("call-1", "weather", "{}"),))
    result = replace(tool_result(asking, "call-1"), cut=Cut(8192))
    _call, mark = shown_blocks(asking, is_source=False, results=(result,))

    assert isinstance(mark, Details)
    assert mark.summary == "The model reads from here on"


def test_without_one_nothing_is_added() -> None:
    assert len(shown_blocks(answer(question(), "您好"), is_source=False)) == 1
