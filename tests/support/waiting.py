"""Waiting for another process. One can only ask again and again; so it is bounded and says what it missed."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

# Seconds. Generous, because a busy machine is no failure; a test that fails waits this long once.
PATIENCE_S = 10.0
_PAUSE_S = 0.02


def wait_until(
    condition: Callable[[], Found | None], what: str | Callable[[], str], *, timeout_s: float = PATIENCE_S
) -> Found:
    """Return the first true value of `condition`.

    Raises AssertionError naming `what` when there is none in time; a function is asked for it only then.
    """
    deadline = time.monotonic() + timeout_s
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(
                f"waited {timeout_s:g} s in vain: {what if isinstance(what, str) else what()}"
            )
        time.sleep(_PAUSE_S)
    return found
