"""How a conversation asks, as it is kept and exported."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.options import MOST_TOKENS, PLAIN, TRIMMINGS, Options
from glmdesk.domain.request import EFFORTS, ENGINES, MOST_SOURCES, RECENCIES, Knowledge, WebSearch
from glmdesk.storage.plain import dump, read
from glmdesk.storage.plain_options import options_in, plain_options

searches = st.builds(
    WebSearch,
    engine=st.sampled_from(ENGINES),
    count=st.integers(1, MOST_SOURCES),
    recency=st.none() | st.sampled_from(RECENCIES),
    domain=st.text(max_size=20),
    is_long=st.booleans(),
)
options = st.builds(
    Options,
    temperature=st.none() | st.floats(0, 1),
    top_p=st.none() | st.floats(0.01, 1),
    max_tokens=st.none() | st.integers(1, MOST_TOKENS),
    stop=st.none() | st.text(min_size=1, max_size=20),
    do_sample=st.none() | st.booleans(),
    thinking=st.none() | st.booleans(),
    effort=st.none() | st.sampled_from(EFFORTS),
    searches_web=st.booleans(),
    web_search=searches,
    knowledge=st.builds(Knowledge, st.text(max_size=20), st.text(max_size=20)),
    tools=st.lists(st.text(), unique=True, max_size=3).map(tuple),
    connectors=st.lists(st.text(), unique=True, max_size=3).map(tuple),
    json_schema=st.none() | st.text(max_size=20),
    trimming=st.sampled_from(TRIMMINGS),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = tuple(Options.__slots__)


@given(options)
def test_options_are_read_as_they_were_written(chosen: Options) -> None:
    assert options_in(read(dump(plain_options(chosen)))) == chosen


def test_nothing_is_written_of_what_is_left_to_the_service() -> None:
    assert plain_options(PLAIN) == {}


def test_which_tools_are_enabled_is_not_told_to_others() -> None:
    chosen = Options(tools=("calculator",), connectors=("0123",), thinking=True)

    assert plain_options(chosen, with_tools=False) == {"thinking": True}


@given(json_values | st.dictionaries(st.sampled_from(NAMES), json_values))
def test_whatever_somebody_wrote_is_read_as_options_that_can_be_sent(said: Any) -> None:
    chosen = options_in(said)

    assert options_in(read(dump(plain_options(chosen)))) == chosen


@pytest.mark.parametrize(
    "said",
    [
        {"temperature": 1.5},
        {"temperature": True},
        {"top_p": 0},
        {"max_tokens": 0},
        {"max_tokens": "many"},
        {"effort": "utmost"},
        {"web_search": ["search_std"]},
        {"tools": "calculator"},
        ["temperature"],
    ],
)
def test_what_is_not_allowed_is_left_to_the_service(said: object) -> None:
    assert options_in(said) == PLAIN
