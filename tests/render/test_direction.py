import pytest

from glmdesk.render.direction import blocks_from_right
from glmdesk.render.markdown import parse


@pytest.mark.parametrize(
    "text",
    [
        "שלום world",
        "1. (“سلام” a",
        "- \n- שלום",
        "> 12\n>\n> > שלום",
        "`code` שלום",
        "$x$ שלום",
        "![a](https://b/c.png) שלום",
        "```\na\n```\n\nשלום",
        "$$\nx\n$$\n\nשלום",
        "|1|שם|\n|-|-|\n|a|b|",
        "|1|2|\n|-|-|\n|3|שם|",
        "[^1]: שלום",
    ],
)
def test_the_first_letter_that_has_a_direction_decides(text: str) -> None:
    assert blocks_from_right(parse(text))


@pytest.mark.parametrize("text", ["", "1 2 3", "a שלום", "你好 שלום", "`שלום`", "- a\n- שלום", "---"])
def test_what_has_none_or_another_is_from_the_left(text: str) -> None:
    assert not blocks_from_right(parse(text))


def test_what_is_long_and_has_no_direction_is_from_the_left() -> None:
    assert not blocks_from_right(parse("- 1\n" * 2_000 + "- שלום"))
    assert not blocks_from_right(parse("1" * 20_000 + " שלום"))
