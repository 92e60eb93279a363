"""A text that ended in the middle of a block."""

import pytest

from glmdesk.render.endings import ended
from glmdesk.render.markdown import parse


@pytest.mark.parametrize(
    "text",
    [
        "```py\nx = 1",
        "> ```py\n> x = 1",
        "- a\n- b\n  1. ```py\n     x = 1",
        "[^1]\n\n[^1]: a\n\n    ```\n    x",
    ],
)
def test_code_ends_with_its_text(text: str) -> None:
    assert parse(text) != ended(parse(text))
    assert "closed=False" not in repr(ended(parse(text)))


@pytest.mark.parametrize("text", ["", "a", "```\na\n```", "- a", "$$\nx", "> a", "---"])
def test_what_was_not_open_stays_as_it_is(text: str) -> None:
    assert ended(parse(text)) == parse(text)
