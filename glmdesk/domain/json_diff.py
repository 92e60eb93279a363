"""What differs between two values of JSON, cell by cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Final, TypeAlias

from glmdesk.domain.strict_json import Json, Step, path_text, scalar_text, written

_MOST_ALIGNED: Final = 2_000
"""Items. Lists that are longer are compared place by place: aligning takes time with their square."""


class Kind(StrEnum):
    """How a cell of the second value stands to that of the first."""

    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"
    """It is in the first only."""
    ADDED = "added"
    """It is in the second only."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that holds no others. The text that is missing is None."""

    steps: tuple[Step, ...]
    kind: Kind
    first: str | None
    second: str | None

    @property
    def path(self) -> str:
        """Where it is."""
        return path_text(self.steps)


class _Nothing:
    """There is no value."""


_NOTHING: Final = _Nothing()
_Side: TypeAlias = "Json | _Nothing"


def differences(first: Json, second: Json) -> tuple[Cell, ...]:
    """Return every cell of two values, also those that are the same, in the order of reading."""
    return tuple(_compared((), first, second))


def _compared(path: tuple[Step, ...], first: _Side, second: _Side) -> Iterator[Cell]:
    if isinstance(first, _Nothing) or isinstance(second, _Nothing):
        yield from _alone(path, first, second)
    elif isinstance(first, dict) and isinstance(second, dict) and (first or second):
        for name in dict.fromkeys((*first, *second)):
            yield from _compared((*path, name), first.get(name, _NOTHING), second.get(name, _NOTHING))
    elif isinstance(first, list) and isinstance(second, list) and (first or second):
        for place, left, right in _aligned(first, second):
            yield from _compared((*path, place), left, right)
    else:
        is_same = type(first) is type(second) and first == second
        kind = Kind.SAME if is_same or _key(first) == _key(second) else Kind.CHANGED
        yield Cell(path, kind, scalar_text(first), scalar_text(second))


def _alone(path: tuple[Step, ...], first: _Side, second: _Side) -> Iterator[Cell]:
    """Yield the cells of a value that only one side has."""
    is_added = isinstance(first, _Nothing)
    value = second if is_added else first
    if isinstance(value, _Nothing):
        return
    if isinstance(value, (dict, list)) and value:
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in members:
            sides = (_NOTHING, inner) if is_added else (inner, _NOTHING)
            yield from _alone((*path, step), *sides)
    elif is_added:
        yield Cell(path, Kind.ADDED, None, scalar_text(value))
    else:
        yield Cell(path, Kind.MISSING, scalar_text(value), None)


def _aligned(first: Sequence[Json], second: Sequence[Json]) -> Iterator[tuple[int, _Side, _Side]]:
    """Yield the pairs of two lists with a place: what is left out or put in does not move what follows."""
    if len(first) + len(second) > _MOST_ALIGNED:
        for place, (one, other) in enumerate(zip_longest(first, second, fillvalue=_NOTHING)):
            yield place, one, other
        return
    left, right = _names(first, second)
    for _tag, left_from, left_to, right_from, right_to in SequenceMatcher(
        None, left, right, autojunk=False
    ).get_opcodes():
        for step in range(max(left_to - left_from, right_to - right_from)):
            here, there = left_from + step, right_from + step
            has_first, has_second = here < left_to, there < right_to
            one = first[here] if has_first else _NOTHING
            other = second[there] if has_second else _NOTHING
            yield (here if has_first else there), one, other


def _names(first: Sequence[Json], second: Sequence[Json]) -> tuple[list[str], list[str]]:
    """Return what the items of two lists are known by: objects by their first cell where that tells them."""
    found = [[_name(item) for item in items] for items in (first, second)]
    if all(None not in names and len(set(names)) == len(names) for names in found):
        left, right = found
        return [name or "" for name in left], [name or "" for name in right]
    return [_key(item) for item in first], [_key(item) for item in second]


def _name(item: Json) -> str | None:
    if not isinstance(item, dict) or not item:
        return None
    name, value = next(iter(item.items()))
    return None if isinstance(value, (dict, list)) else f"{name}={_key(value)}"


def _key(value: Json) -> str:
    """Return what is the same for values that are: 1.0 is 1, but not true."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        # Not by dividing or rounding: a whole number may have any number of digits.
        number = Decimal(value)
        return str(int(number)) if number == number.to_integral_value() else str(number.normalize())
    if isinstance(value, dict):
        return "{" + ",".join(f"{written(name)}:{_key(inner)}" for name, inner in _ordered(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_key, value)) + "]"
    return written(value)


def _ordered(value: Mapping[str, Json]) -> list[tuple[str, Json]]:
    return sorted(value.items())
