"""Positions in a text, as characters for us and as UTF-16 units for Qt."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import chain
from typing import Final

_NOWHERE: Final = 1 << 62


class Places:
    """Where the characters of a text are for Qt.

    `pieces` are those for which Qt is given something else: where each begins and ends, and how many units it
    is.
    """

    def __init__(self, text: str, pieces: Iterable[tuple[int, int, int]] = ()) -> None:
        # From each of these places on, up to the next exception, both count alike.
        self._texts, self._units = [0], [0]
        # Where the exceptions begin.
        self._exceptions: list[int] = []
        is_plain = text.isascii() or max(text) <= "\uffff"
        end = 0
        for start, stop, units in chain(pieces, ((len(text), len(text), 0),)):
            if not is_plain:
                for place in range(end, start):
                    if text[place] > "\uffff":
                        self._except(place, place + 1, 2)
            if stop > start:
                self._except(start, stop, units)
            end = stop
        self._exceptions.append(_NOWHERE)

    def _except(self, start: int, stop: int, units: int) -> None:
        first = self._units[-1] + start - self._texts[-1]
        self._exceptions.append(first)
        self._texts.append(stop)
        self._units.append(first + units)

    def to_qt(self, position: int) -> int:
        """Return the units before a position; those before the whole piece for one inside."""
        known = bisect_right(self._texts, position) - 1
        return min(self._units[known] + position - self._texts[known], self._exceptions[known])

    def to_text(self, units: int) -> int:
        """Return the characters in so many units; a character or a piece of which some are counts."""
        known = bisect_right(self._units, units) - 1
        if units > self._exceptions[known]:
            return self._texts[known + 1]
        return self._texts[known] + units - self._units[known]
