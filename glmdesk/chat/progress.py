"""What happens before the first word of an answer, or after its last one, in words."""

import math
import time

from glmdesk.domain.events import (
    CombiningParts,
    Progress,
    Queued,
    ReadingPart,
    Repairing,
    Retrying,
    Sent,
    Waiting,
)
from glmdesk.i18n import _


def due_at(progress: Progress) -> float | None:
    """Return when something is to happen, on the clock of `time.monotonic`; None where that is not known."""
    waiting = progress.beside if isinstance(progress, ReadingPart) else progress
    return waiting.due_at if isinstance(waiting, (Queued, Retrying)) else None


def seconds_left(progress: Progress, now: float | None = None) -> int:
    """Return the seconds until something is to happen, begun ones counted; 0 where there are none."""
    due = due_at(progress)
    return 0 if due is None else max(0, math.ceil(due - (time.monotonic() if now is None else now)))


def describe_progress(progress: Progress, now: float | None = None) -> str:
    """Return one line, in the current language; empty where there is nothing to be said.

    `now` is on the clock of `time.monotonic`, and without it this moment.
    """
    match progress:
        case Waiting(elapsed_s):
            return _("Still waiting for the first word ({seconds} s).").format(seconds=round(elapsed_s))
        case Retrying():
            return _describe_retry(progress, seconds_left(progress, now))
        case Queued():
            return _describe_queue(progress, seconds_left(progress, now))
        case Repairing():
            return _("Repairing the JSON…")
        case ReadingPart() | CombiningParts():
            return _describe_parts(progress, now)
        case Sent():
            return ""


def _describe_retry(retrying: Retrying, seconds: int) -> str:
    words = _("{what} Trying again (attempt {attempt}).")
    if seconds:
        words = _("{what} Trying again in {seconds} s (attempt {attempt}).")
    return words.format(what=retrying.problem.headline, seconds=seconds, attempt=retrying.attempt + 1)


def _describe_parts(progress: ReadingPart | CombiningParts, now: float | None) -> str:
    if isinstance(progress, CombiningParts):
        return _("Combining what was said of {count} parts…").format(count=progress.count)
    words = _("Reading part {number} of {count}…").format(number=progress.number, count=progress.count)
    return words if progress.beside is None else f"{words} {describe_progress(progress.beside, now)}"


def _describe_queue(queued: Queued, seconds: int) -> str:
    if queued.reason is None or not seconds:
        words = _("Number {position} in the queue: this model takes {limit} at a time.")
        return words.format(position=queued.position, limit=queued.limit)
    if queued.position == 1:
        words = _("{what} Trying again in {seconds} s.")
    else:
        words = _("{what} Going on in {seconds} s. Number {position} in the queue.")
    return words.format(what=queued.reason.headline, seconds=seconds, position=queued.position)
