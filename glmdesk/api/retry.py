"""How long to wait before asking again. Pure: the client does the waiting."""

import random
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """A schedule: `attempts` more tries, the wait doubling from `first_s` up to `cap_s` seconds."""

    attempts: int
    first_s: float
    cap_s: float = 8.0

    def delays(self, rng: random.Random) -> Iterator[float]:
        """Yield the seconds before each further try.

        Half of each wait is random, so that clients that failed together do not come back together.
        """
        for attempt in range(self.attempts):
            full_s = min(self.cap_s, self.first_s * 2**attempt)
            yield full_s / 2 + rng.random() * full_s / 2


def requested_wait_s(retry_after: str | None) -> float:
    """Return the seconds a `Retry-After` header names; 0 for none, and for its form with a date."""
    return float(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else 0.0


BRIEF = Backoff(attempts=3, first_s=0.5)
"""For faults of the moment: 5xx, connection refused, account limit."""

PATIENT = Backoff(attempts=3, first_s=2.0)
"""For an overloaded model: asking soon makes it worse."""

ONCE = Backoff(attempts=1, first_s=2.0)
"""For what is either over in a moment or not at all."""

IMMEDIATE = Backoff(attempts=1, first_s=0.0)
"""For a kept-alive connection that the other side had closed meanwhile."""
