"""How many requests for one model the service takes at once: what is known of it, and what it teaches.

Numbers only: who waits for what is the matter of `limiter`.
"""

import math
from dataclasses import dataclass
from typing import Final

_OPENING: Final = 8
"""Requests that are sent before any was answered. Each answer lets one more in, so that the number of a tier
is reached within a few first words; where less is allowed, a handful is refused and not half of the tier."""

_PATIENCE: Final = 200
"""Answers before one more is tried where it was refused. One refusal for so many is half a hundredth; every
further one doubles them."""

_MOST_PATIENCE: Final = 6400

_PROOF: Final = 4
"""Answers, times the limit, without a refusal, until what was refused once counts as allowed. One of them may
have slipped in between the end of another at the service and here."""

_FORGOTTEN_S: Final = 600.0
"""Seconds. What was learned is of the hour: after so many without a refusal nobody waits for it any more."""


@dataclass(slots=True)
class _Known:
    """What is known of a service. Numbers without an end are infinite.

    `refused_at` is the least number in flight with which one was refused, `answers` counts since the limit
    has changed, and `fell_at` is when it fell last.
    """

    limit: float
    is_opening: bool = True
    refused_at: float = math.inf
    patience: int = _PATIENCE
    answers: int = 0
    fell_at: float | None = None

    @property
    def is_on_trial(self) -> bool:
        """Whether as much is let in as was refused before."""
        return self.limit >= self.refused_at

    @property
    def needed_answers(self) -> float:
        """The answers after which one more may be tried."""
        if self.is_opening:
            return 1
        if self.is_on_trial:
            return _PROOF * self.limit
        return self.patience if self.limit + 1 >= self.refused_at else self.limit


class Capacity:
    """Begins with the figure of a tier, falls below what was refused, and creeps back while somebody waits.

    What was sent before the limit fell is of an earlier era: refused, it says nothing new; answered, it shows
    that the limit has fallen too far.
    """

    def __init__(self, ceiling: int | None) -> None:
        """`ceiling` is what the account may have at most; None: that is not known."""
        self.in_flight = 0
        self._answering = 0
        """How many of them are being answered."""
        self.era = 0
        self._ceiling = math.inf if ceiling is None else ceiling
        self._known = _untaught(self._ceiling)

    @property
    def limit(self) -> int:
        """How many may be in flight."""
        return int(self._known.limit)

    @property
    def has_room(self) -> bool:
        """Whether one more may be sent."""
        return self.in_flight < self._known.limit

    def allow(self, ceiling: int | None) -> None:
        """Take what the account may have; what was learned under another figure counts no longer."""
        most = math.inf if ceiling is None else ceiling
        if most != self._ceiling:
            self._ceiling = most
            self._known = _untaught(self._ceiling)

    def freshen(self, now: float) -> None:
        """Forget what was learned long ago, when nothing is in flight."""
        fell_at = self._known.fell_at
        is_old = fell_at is not None and now - fell_at > _FORGOTTEN_S
        if is_old and not self.in_flight:
            self._known = _untaught(self._ceiling)

    def begin(self) -> int:
        """Count a request that is sent, and return the era in which it is."""
        self.in_flight += 1
        return self.era

    def end(self, *, is_answered: bool) -> None:
        """Count a request that is over; `is_answered` tells whether it was accepted."""
        self.in_flight -= 1
        self._answering -= is_answered

    def accept(self, *, is_wanted: bool) -> None:
        """Take that a request is being answered. The limit creeps only where somebody waits for that."""
        known = self._known
        self._answering += 1
        if self._answering > known.limit:
            known.limit = min(self._ceiling, self._answering)
            known.refused_at = max(known.refused_at, known.limit + 1)
        if not is_wanted:
            return
        known.answers += 1
        if known.answers >= known.needed_answers:
            known.answers = 0
            if known.is_on_trial:
                known.refused_at, known.patience = math.inf, _PATIENCE
            known.limit = min(self._ceiling, known.limit + 1)

    def refuse(self, era: int, now: float, *, is_answered: bool = False) -> bool:
        """Count a request that is over because it was one too many; return whether that is news."""
        self.end(is_answered=is_answered)
        known = self._known
        is_news = era == self.era
        if is_news and known.is_on_trial:
            # What was there before has held for long.
            known.patience = min(2 * known.patience, _MOST_PATIENCE)
            self._fall(known.refused_at - 1, now)
        elif is_news:
            known.patience = _PATIENCE
            self._fall(min(known.limit - 1, self._answering), now)
        if self.in_flight:
            known.refused_at = max(known.limit, min(known.refused_at, self.in_flight)) + 1
        elif is_news:
            # It was alone: somebody else uses the account, and that says nothing about what we may have.
            known.refused_at = math.inf
        return is_news

    def overload(self, era: int, now: float) -> bool:
        """Take from a request in flight that the model has too much to do; return whether that is news."""
        is_news = era == self.era
        if is_news:
            self._fall(min(self._known.limit, self.in_flight) // 2, now)
        return is_news

    def _fall(self, limit: float, now: float) -> None:
        self.era += 1
        self._known.limit = max(1, limit)
        self._known.is_opening, self._known.answers, self._known.fell_at = False, 0, now


def _untaught(ceiling: float) -> _Known:
    """Return what is known before the service has refused anything."""
    return _Known(min(ceiling, _OPENING))
