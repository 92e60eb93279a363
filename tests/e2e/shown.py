"""What is read from the screen: messages, and a screen that changes while one reads it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from tests.support.atspi import Accessible
from tests.support.dbus import DBusFailure
from tests.support.waiting import wait_until

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shown:
    """A message on the screen: who wrote it, its text, and what is said and offered below it.

    Attributes:
        outcome: How the answer ended, when that needs words.
        remedies: The buttons beside these words.
        actions: The buttons that every message has.
        figures: What the answer took.
    """

    name: str
    text: str
    outcome: str = ""
    remedies: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    figures: str = field(default="", compare=False)


def steady(read: Callable[[], T]) -> T:
    """Return what is read from the screen, again when something vanishes meanwhile."""

    def attempt() -> tuple[T] | None:
        with suppress(DBusFailure):
            return (read(),)
        return None

    return wait_until(attempt, "a screen that stays the same while it is read")[0]


def shown(item: Accessible) -> Shown:
    """Return what a message of the transcript shows."""
    outcome = next(item.find_all(role="panel"), None)
    said, offered = _below(outcome) if outcome is not None else ((), ())
    labels, buttons = _below(item)
    return Shown(
        item.name,
        item.text,
        " ".join(said),
        offered,
        buttons[len(offered) :],
        " ".join(labels[len(said) :]),
    )


def _below(part: Accessible) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the labels and the names of the buttons inside of something."""
    inside = list(part.walk())
    return (
        tuple(found.name for found in inside if found.role == "label"),
        tuple(found.name for found in inside if found.role == "button"),
    )
