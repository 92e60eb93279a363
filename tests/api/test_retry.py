"""The pauses between attempts."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.api.retry import BRIEF, IMMEDIATE, ONCE, PATIENT, Backoff, requested_wait_s
from glmdesk.typed import override

SECONDS = st.integers(0, 20_000).map(lambda milliseconds: milliseconds / 1000)
BACKOFFS = st.builds(Backoff, attempts=st.integers(0, 8), first_s=SECONDS, cap_s=SECONDS)


class Highest(random.Random):
    """A generator that draws the end of its range."""

    @override
    def random(self) -> float:
        return 1.0


@given(BACKOFFS, st.randoms(use_true_random=False))
def test_a_pause_is_between_half_and_the_whole_of_its_step(backoff: Backoff, rng: random.Random) -> None:
    delays = list(backoff.delays(rng))

    assert len(delays) == backoff.attempts
    for attempt, delay_s in enumerate(delays):
        full_s = min(backoff.cap_s, backoff.first_s * 2**attempt)
        assert full_s / 2 <= delay_s <= full_s


@given(BACKOFFS)
def test_steps_double_up_to_the_cap(backoff: Backoff) -> None:
    for earlier, later in pairwise(backoff.delays(Highest())):
        assert later == min(backoff.cap_s, 2 * earlier)


@given(st.integers())
def test_clients_that_failed_together_come_back_apart(seed: int) -> None:
    assert list(BRIEF.delays(random.Random(seed))) != list(BRIEF.delays(random.Random(seed + 1)))


@pytest.mark.parametrize(
    ("backoff", "longest_s"),
    [(BRIEF, [0.5, 1, 2]), (PATIENT, [2, 4, 8]), (ONCE, [2]), (IMMEDIATE, [0])],
)
def test_the_schedules_in_use(backoff: Backoff, longest_s: list[float]) -> None:
    assert list(backoff.delays(Highest())) == longest_s


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        (None, 0),
        ("", 0),
        ("-1", 0),
        ("1.5", 0),
        ("soon", 0),
        ("٣", 0),
        ("Fri, 20 Nov 2026 00:00:00 GMT", 0),
    ],
)
def test_the_service_may_name_the_pause(header: str | None, seconds: float) -> None:
    assert requested_wait_s(header) == seconds
