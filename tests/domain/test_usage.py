"""Token counts."""

from hypothesis import given
from hypothesis import strategies as st

from glmdesk.domain.usage import Usage

COUNTS = st.integers(0, 10**9)
USAGES = st.builds(Usage, COUNTS, COUNTS, COUNTS, COUNTS)


def test_the_total_counts_cached_and_reasoning_tokens_once() -> None:
    assert Usage(100, 10, cached_tokens=60, reasoning_tokens=5).total_tokens == 110


@given(USAGES, USAGES)
def test_a_sum_counts_every_kind(one: Usage, other: Usage) -> None:
    total = one + other

    assert total.prompt_tokens == one.prompt_tokens + other.prompt_tokens
    assert total.completion_tokens == one.completion_tokens + other.completion_tokens
    assert total.cached_tokens == one.cached_tokens + other.cached_tokens
    assert total.reasoning_tokens == one.reasoning_tokens + other.reasoning_tokens
    assert total.total_tokens == one.total_tokens + other.total_tokens


@given(USAGES)
def test_nothing_added_changes_nothing(usage: Usage) -> None:
    assert usage + Usage(0, 0) == usage
