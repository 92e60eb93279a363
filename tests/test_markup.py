"""Text in HTML stays text."""

import html

from hypothesis import given
from hypothesis import strategies as st

from glmdesk.markup import escape, tool_tip


@given(st.text(alphabet=st.sampled_from("&<>\"';#x27a标"), max_size=20) | st.text())
def test_it_is_escaped_as_the_standard_library_does_it(text: str) -> None:
    assert escape(text) == html.escape(text)


def test_a_tool_tip_shows_marks_as_they_are_written() -> None:
    assert tool_tip("<b>&") == "<span>&lt;b&gt;&amp;</span>"
