"""How many at once: the tier's figure, what refusals teach, and the way back."""

import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.api.capacity import Capacity

HOUR_S = 3600.0


@dataclass(slots=True)
class Played:
    """A service that takes so many at once, and a client that asks as much as its capacity lets it.

    One moment after the other, one of these happens at random: a refusal comes back, an answer begins, or one
    ends. Refusals come back soonest, as they do.
    """

    takes: int
    capacity: Capacity
    rng: random.Random
    sent: list[tuple[int, bool]] = field(default_factory=list[tuple[int, bool]])
    """What was sent and is not answered yet: its era, and whether the service has taken it."""
    answering: int = 0
    calls: int = 0
    refused: list[int] = field(default_factory=list[int])
    """The numbers of the calls that were."""
    most: int = 0

    def play(self, jobs: int) -> None:
        """Have so many jobs done."""
        waiting = jobs
        while waiting or self.sent or self.answering:
            while waiting and self.capacity.has_room:
                waiting -= 1
                self._send()
            waiting += self._happen(is_wanted=waiting > 0)

    def _send(self) -> None:
        self.calls += 1
        self.sent.append((self.capacity.begin(), self._taken < self.takes))
        self.most = max(self.most, self.capacity.in_flight)

    @property
    def _taken(self) -> int:
        return self.answering + sum(is_taken for _era, is_taken in self.sent)

    def _happen(self, *, is_wanted: bool) -> int:
        """Let something happen; return how many jobs come back."""
        refused = [one for one in self.sent if not one[1]]
        if refused and self.rng.random() < 0.5:
            self.sent.remove(refused[0])
            self.refused.append(self.calls)
            self.capacity.refuse(refused[0][0], 0.0)
            return 1
        taken = [one for one in self.sent if one[1]]
        if taken and (not self.answering or self.rng.random() < 0.6):
            self.sent.remove(taken[0])
            self.answering += 1
            self.capacity.accept(is_wanted=is_wanted)
        elif self.answering:
            self.answering -= 1
            self.capacity.end(is_answered=True)
        return 0


def full(capacity: Capacity) -> list[int]:
    """Send as much as there is room for; return the eras."""
    eras: list[int] = []
    while capacity.has_room:
        eras.append(capacity.begin())
    return eras


def answered(capacity: Capacity, count: int) -> None:
    """Let so many more answers begin and end, while others wait."""
    for _ in range(count):
        capacity.begin()
        capacity.accept(is_wanted=True)
        capacity.end(is_answered=True)


def taught(limit: int, *, ceiling: int | None = 50) -> Capacity:
    """Return the capacity of an account for which one more than a limit was refused, all others answered."""
    capacity = Capacity(ceiling)
    answered(capacity, limit)
    eras = [capacity.begin() for _ in range(limit + 1)]
    for _ in range(limit):
        capacity.accept(is_wanted=False)
    assert capacity.refuse(eras[-1], 0.0)
    for _ in range(limit):
        capacity.end(is_answered=True)
    assert capacity.limit == limit
    return capacity


@given(
    takes=st.integers(1, 40),
    ceiling=st.none() | st.integers(1, 60),
    jobs=st.integers(0, 300),
    seed=st.integers(0, 2**32),
)
def test_all_is_done_with_never_more_in_flight_than_the_tier_has(
    takes: int, ceiling: int | None, jobs: int, seed: int
) -> None:
    played = Played(takes, Capacity(ceiling), random.Random(seed))
    played.play(jobs)

    assert played.calls - len(played.refused) == jobs
    assert ceiling is None or played.most <= ceiling
    assert ceiling is None or ceiling > takes or not played.refused


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("takes", "ceiling"), [(1, 50), (3, 5), (7, 50), (7, None), (25, 30), (40, 200)])
def test_once_the_limit_is_found_less_than_a_hundredth_is_refused(
    takes: int, ceiling: int | None, seed: int
) -> None:
    played = Played(takes, Capacity(ceiling), random.Random(seed))
    played.play(500)
    before = len(played.refused)
    played.play(3000)

    assert before < takes + 30
    assert len(played.refused) - before < 30
    assert played.capacity.limit >= takes


def test_it_opens_with_the_answers_up_to_the_number_of_the_tier() -> None:
    capacity = Capacity(50)

    assert len(full(capacity)) == 8
    for _ in range(4):
        capacity.accept(is_wanted=True)
    assert capacity.limit == 12
    for _ in range(4):
        capacity.accept(is_wanted=True)
    answered(capacity, 100)
    assert capacity.limit == 50


def test_nobody_who_waits_nothing_opens() -> None:
    capacity = Capacity(50)
    for _ in range(8):
        capacity.begin()
        capacity.accept(is_wanted=False)

    assert capacity.limit == 8


def test_a_small_tier_is_full_from_the_beginning() -> None:
    assert len(full(Capacity(5))) == 5


def test_of_one_too_many_the_limit_is_what_is_being_answered() -> None:
    assert taught(7).limit == 7


def test_refusals_of_the_same_moment_are_one_lesson() -> None:
    capacity = Capacity(8)
    eras = full(capacity)
    for _ in range(3):
        capacity.accept(is_wanted=False)

    assert [capacity.refuse(era, 0.0) for era in eras[3:]] == [True, False, False, False, False]
    assert capacity.limit == 3


def test_a_limit_that_fell_too_far_rises_with_what_is_answered_all_the_same() -> None:
    capacity = Capacity(8)
    eras = full(capacity)
    # Refusals come back before the first words of others.
    capacity.refuse(eras[-1], 0.0)
    assert capacity.limit == 1
    for _ in range(7):
        capacity.accept(is_wanted=False)

    assert capacity.limit == 7


def test_what_was_refused_is_tried_again_seldom_and_ever_more_seldom() -> None:
    capacity = taught(7)
    answered(capacity, 199)
    assert capacity.limit == 7
    answered(capacity, 1)
    assert capacity.limit == 8
    (*_, last) = full(capacity)
    capacity.refuse(last, 0.0)
    assert capacity.limit == 7
    answered(capacity, 399)
    assert capacity.limit == 7
    answered(capacity, 1)
    assert capacity.limit == 8


def test_a_service_that_takes_more_again_is_believed_after_some_proof() -> None:
    capacity = taught(7)
    answered(capacity, 200)
    assert capacity.limit == 8
    answered(capacity, 4 * 8)
    assert capacity.limit == 9
    answered(capacity, 9)
    assert capacity.limit == 10, "as nothing is known to be refused any more"


def test_below_what_was_refused_it_creeps_by_one_a_round() -> None:
    capacity = Capacity(8)
    eras = full(capacity)
    for _ in range(3):
        capacity.accept(is_wanted=False)
    capacity.refuse(eras[-1], 0.0)
    for _ in range(3):
        capacity.end(is_answered=True)
    for _ in range(4):
        capacity.end(is_answered=False)

    assert capacity.limit == 3
    answered(capacity, 3)
    assert capacity.limit == 4
    answered(capacity, 4)
    assert capacity.limit == 5


def test_who_is_refused_alone_shares_the_account_with_somebody() -> None:
    capacity = Capacity(50)
    capacity.refuse(capacity.begin(), 0.0)
    assert capacity.limit == 1

    answered(capacity, 1)
    assert capacity.limit == 2, "nothing was learned about more than one"


def test_a_stricter_service_is_followed() -> None:
    capacity = taught(20)
    eras = full(capacity)
    for _ in range(12):
        capacity.accept(is_wanted=False)
    capacity.refuse(eras[-1], 0.0)

    assert capacity.limit == 12


@pytest.mark.parametrize(("in_flight", "limit"), [(1, 1), (2, 1), (7, 3), (8, 4)])
def test_an_overloaded_model_is_asked_half_as_much(in_flight: int, limit: int) -> None:
    capacity = Capacity(None)
    eras = [capacity.begin() for _ in range(in_flight)]

    assert capacity.overload(eras[0], 0.0)
    assert not capacity.overload(eras[-1], 0.0)
    assert capacity.limit == limit


def test_what_was_learned_is_forgotten_when_it_is_old_and_nothing_is_in_flight() -> None:
    capacity = taught(2)
    era = capacity.begin()
    capacity.freshen(HOUR_S)
    assert capacity.limit == 2
    capacity.end(is_answered=False)
    assert era == capacity.era
    capacity.freshen(60.0)
    assert capacity.limit == 2
    capacity.freshen(HOUR_S)

    assert capacity.limit == 8


def test_another_tier_begins_anew_and_the_same_one_does_not() -> None:
    capacity = taught(2, ceiling=5)
    capacity.allow(5)
    assert capacity.limit == 2
    capacity.allow(30)
    assert capacity.limit == 8
    capacity.allow(None)
    assert capacity.limit == 8
    capacity.allow(1)
    assert capacity.limit == 1
