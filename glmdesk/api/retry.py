"""How long to wait before asking again. Pure: the client does the waiting."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_PAUSE_S = 60.0
"""When the service asks for a longer pause, the user hears of it instead."""

# More of them would lead beyond any cap.
_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class Backoff:
    """A schedule: `attempts` more tries, the wait doubling from `first_s` up to `cap_s` seconds."""

    attempts: int
    first_s: float
    cap_s: float = 8.0

    def delay(self, attempt: int, rng: random.Random) -> float:
        """Return the seconds before a further try; the first one is 0.

        Half of each wait is random, so that clients that failed together do not come back together.
        """
        full_s = min(self.cap_s, self.first_s * 2.0 ** min(attempt, _DOUBLINGS))
        return full_s / 2 + rng.random() * full_s / 2

    def delays(self, rng: random.Random) -> Iterator[float]:
        """Yield the seconds before each further try."""
        return (self.delay(attempt, rng) for attempt in range(self.attempts))


def requested_wait_s(retry_after: str | None) -> float:
    """Return the seconds a `Retry-After` header names; 0 for none, and for its form with a date."""
    return float(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else 0.0


BRIEF = Backoff(attempts=3, first_s=0.5)
"""For faults of the moment: 5xx, connection refused."""

PATIENT = Backoff(attempts=3, first_s=2.0)
"""For an overloaded model: asking soon makes it worse."""

CROWDED = Backoff(attempts=12, first_s=1.0, cap_s=30.0)
"""For an account that has too much in flight. Only attempts between which nothing is answered count: as long
as anything is, the queue moves. After about four minutes without that somebody is told."""

ONCE = Backoff(attempts=1, first_s=2.0)
"""For what is either over in a moment or not at all."""

IMMEDIATE = Backoff(attempts=1, first_s=0.0)
"""For a kept-alive connection that the other side had closed meanwhile."""
