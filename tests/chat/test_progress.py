"""What is told before the first word."""

from glmdesk.chat.progress import describe_progress
from glmdesk.domain.errors import Problem
from glmdesk.domain.events import Retrying, Waiting


def test_a_long_wait_is_told_in_whole_seconds() -> None:
    assert describe_progress(Waiting(60.2)) == "Still waiting for the first word (60 s)."


def test_another_attempt_is_told_with_its_reason() -> None:
    told = describe_progress(Retrying(1, 0.3, Problem("1302", "Too many at once.", "Wait.")))

    assert told == "Too many at once. Trying again in 1 s (attempt 2)."
