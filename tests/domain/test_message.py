"""What can be said of a message."""

import pytest

from glmdesk.domain.message import State, Timing


@pytest.mark.parametrize("state", list(State))
def test_only_an_answer_that_broke_off_can_be_continued(state: State) -> None:
    assert state.can_continue == (state in {State.STOPPED, State.CUT_SHORT, State.INTERRUPTED})


def test_speed_is_counted_from_the_first_token_on() -> None:
    assert Timing(first_token_s=2.0, total_s=4.0).tokens_per_second(50) == 25.0


@pytest.mark.parametrize(("total_s", "is_measured"), [(2.0, False), (2.9, False), (3.0, True)])
def test_an_answer_that_took_less_than_a_second_has_no_speed(*, total_s: float, is_measured: bool) -> None:
    speed = Timing(first_token_s=2.0, total_s=total_s).tokens_per_second(50)

    assert (speed is not None) == is_measured
