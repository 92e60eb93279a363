"""What is told before the first word."""

from glmdesk.chat.progress import describe_progress, seconds_left
from glmdesk.domain.errors import Problem
from glmdesk.domain.events import CombiningParts, Queued, ReadingPart, Retrying, Sent, Waiting

BUSY = Problem("1302", "Too many at once.", "Wait.")


def test_a_long_wait_is_told_in_whole_seconds() -> None:
    assert describe_progress(Waiting(60.2)) == "Still waiting for the first word (60 s)."


def test_another_attempt_is_told_with_its_reason() -> None:
    told = Retrying(1, 2.0, BUSY, due_at=102.0)

    assert describe_progress(told, 100.0) == "Too many at once. Trying again in 2 s (attempt 2)."
    assert describe_progress(told, 101.7) == "Too many at once. Trying again in 1 s (attempt 2)."
    assert describe_progress(told, 102.0) == "Too many at once. Trying again (attempt 2)."


def test_a_place_in_the_queue_is_told_with_what_it_is_for() -> None:
    told = describe_progress(Queued(3, 5))

    assert told == "Number 3 in the queue: this model takes 5 at a time."


def test_a_pause_of_the_queue_is_counted_down_with_its_reason() -> None:
    first, second = (Queued(position, 5, due_at=103.0, reason=BUSY) for position in (1, 2))

    assert describe_progress(first, 100.0) == "Too many at once. Trying again in 3 s."
    assert describe_progress(second, 100.5) == "Too many at once. Going on in 3 s. Number 2 in the queue."
    assert describe_progress(second, 103.0) == describe_progress(Queued(2, 5))


def test_of_what_is_on_its_way_nothing_is_said() -> None:
    assert describe_progress(Sent()) == ""


def test_it_is_told_which_part_is_read_and_what_that_waits_for() -> None:
    waiting = ReadingPart(3, 12, Retrying(1, 2.0, BUSY, due_at=102.0))

    assert describe_progress(ReadingPart(3, 12)) == "Reading part 3 of 12…"
    assert describe_progress(waiting, 100.0) == (
        "Reading part 3 of 12… Too many at once. Trying again in 2 s (attempt 2)."
    )
    assert seconds_left(waiting, 101.2) == 1
    assert describe_progress(CombiningParts(12)) == "Combining what was said of 12 parts…"


def test_seconds_are_counted_as_long_as_something_is_due() -> None:
    due = Retrying(1, 2.0, BUSY, due_at=102.0)

    assert [seconds_left(due, now) for now in (100.0, 101.2, 102.0, 110.0)] == [2, 1, 0, 0]
    assert seconds_left(Queued(1, 5), 100.0) == seconds_left(Waiting(60), 100.0) == 0
