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


@given(USAGES, USAGES)
def test_what_was_added_can_be_taken_away(one: Usage, other: Usage) -> None:
    assert one + other - other == one


def test_a_sum_is_estimated_if_a_part_of_it_is() -> None:
    counted, estimated = Usage(100, 10), Usage(100, 10, is_estimated=True)
    assert not (counted + counted).is_estimated
    assert (counted + estimated).is_estimated
    assert (estimated + counted).is_estimated


def test_only_one_exchange_that_was_counted_says_what_is_read_again_and_that_without_thoughts() -> None:
    assert Usage(100, 30, reasoning_tokens=20).read_again == 110
    assert Usage(100, 30, is_estimated=True).read_again is None
    assert (Usage(100, 30) + Usage(130, 5)).read_again is None
