"""Reading TOML that people write: every entry is what it has to be, or it is said where it is not."""

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeGuard, TypeVar

from glmdesk.i18n import _, listed

T = TypeVar("T")
W = TypeVar("W", bound=str)

Plain = Mapping[str, Any]
"""A table of TOML as it was read."""

Path = tuple[str | int, ...]
"""Where an entry stands: the names of the tables around it, and its own."""

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class TomlFault(Exception):
    """A text that is not what it has to be. `reason` is in the current language; lines are counted from 1."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class EntryFault(Exception):
    """An entry that is not what it has to be."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason


def read_toml(text: str, read: Callable[[Plain], T]) -> T:
    """Return what `read` makes of a document. Raises TomlFault, also in place of its EntryFault."""
    try:
        return read(tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        place = _PLACE.search(words)
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        reason = _("This is not TOML: {reason}.").format(reason=_PLACE.sub("", words))
        raise TomlFault(reason, line) from error
    except EntryFault as fault:
        raise TomlFault(fault.reason, _line_of(text, fault.path)) from fault


def _line_of(text: str, path: Path) -> int:
    """Return the line at which an entry begins, or else the table around it.

    TOML has many ways to write the same entry, and its parser tells no places: the entry begins behind the
    longest beginning of the text that is a whole document without it.
    """
    lines = text.split("\n")
    whole = 0
    for count in range(1, len(lines) + 1):
        try:
            document = tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        if _holds(document, path):
            return whole + 1
        whole = count
    return _line_of(text, path[:-1])


def _holds(document: Any, path: Path) -> bool:
    try:
        for step in path:
            document = document[step]
    except (KeyError, IndexError, TypeError):
        return False
    return True


class Table:
    """A table whose entries are read as what they have to be. Raises EntryFault where one is not."""

    def __init__(self, values: object, path: Path = (), known: Collection[str] | None = None) -> None:
        if not _is_table(values):
            raise EntryFault(path, _("“{key}” has to be a table.").format(key=path[-1]))
        self.values = values
        self._path = path
        if known is not None:
            self.allow(known)

    def allow(self, known: Collection[str]) -> None:
        """Refuse every other key: it may be a known one that was mistyped."""
        for key in self.values:
            if key not in known:
                reason = _("“{key}” is not known here. What can stand here: {example}.")
                raise self.fault(key, reason, listed(sorted(known)))

    def fault(self, key: str, reason: str, example: str = "") -> EntryFault:
        """Return what is wrong with an entry."""
        return EntryFault((*self._path, key), reason.format(key=key, example=example))

    def text(self, key: str, default: str) -> str:
        """Return a text on one line."""
        return " ".join(self.whole_text(key, default).split())

    def whole_text(self, key: str, default: str) -> str:
        """Return a text as it is."""
        value = self.values.get(key, default)
        if not isinstance(value, str):
            raise self.fault(key, _("“{key}” has to be a text."))
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self._list(key)
        if not all(isinstance(value, str) for value in values):
            raise self.fault(key, _("“{key}” has to be a list of texts."))
        return tuple(values)

    def word(self, key: str, words: Sequence[W], default: W) -> W:
        """Return one of some words."""
        value = self.values.get(key, default)
        for word in words:
            if word == value:
                return word
        raise self.fault(key, _("“{key}” has to be one of these: {example}."), listed(words))

    def words(self, key: str, words: Sequence[W]) -> tuple[W, ...]:
        """Return several of some words."""
        texts = self.texts(key)
        if any(text not in words for text in texts):
            raise self.fault(key, _("“{key}” has to be a list of these: {example}."), listed(words))
        return tuple(word for word in words if word in texts)

    def flag(self, key: str) -> bool:
        """Return whether something is so; false where nothing is said."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.fault(key, _("“{key}” has to be true or false."))
        return value

    def count(self, key: str) -> int | None:
        """Return a whole number above 0, or None where there is none."""
        value = self.values.get(key)
        if value is not None and not _is_count(value):
            raise self.fault(key, _("“{key}” has to be a whole number above 0."))
        return value

    def counts(self, key: str) -> tuple[int, ...]:
        """Return a list of whole numbers above 0."""
        values = self._list(key)
        if not all(map(_is_count, values)):
            raise self.fault(key, _("“{key}” has to be a list of whole numbers above 0."))
        return tuple(values)

    def amount(self, key: str) -> Decimal | None:
        """Return a number that is 0 or more, or None where there is none."""
        value = self.values.get(key)
        if value is None:
            return None
        amount = Decimal(value) if type(value) in (int, Decimal) else Decimal("NaN")
        if not amount.is_finite() or amount < 0:
            raise self.fault(key, _("“{key}” has to be a number that is 0 or more."))
        return amount

    def table(self, key: str, known: Collection[str] | None = None) -> "Table":
        """Return a table in this one, an empty one where there is none."""
        return Table(self.values.get(key, {}), (*self._path, key), known)

    def tables(self, key: str) -> Iterator[tuple[str, "Table"]]:
        """Yield the tables in a table in this one, by name."""
        within = self.table(key)
        for name in within.values:
            yield name, within.table(name)

    def list_of_tables(self, key: str, known: Collection[str]) -> Iterator["Table"]:
        """Yield the tables in a list."""
        for position, value in enumerate(self._list(key)):
            yield Table(value, (*self._path, key, position), known)

    def _list(self, key: str) -> list[Any]:
        values: object = self.values.get(key, [])
        if not _is_list(values):
            raise self.fault(key, _("“{key}” has to be a list."))
        return values


def _is_table(value: object) -> TypeGuard[Plain]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _is_count(value: object) -> bool:
    return type(value) is int and value > 0
