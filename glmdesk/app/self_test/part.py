"""A part of the self-test: something that is tried, and how it went."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from glmdesk.app.stage import Application, Stage
from glmdesk.desktop.redaction import Redactor


class NotHere(Exception):
    """The surroundings have not what is to be tried, such as a keyring; the text says what."""


class Broken(Exception):
    """It does not work; the text says what is wrong."""


class Outcome(StrEnum):
    """How a part went."""

    WORKS = "works"
    NOT_HERE = "not here"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Scene:
    """Where it is tried: a folder that is thrown away, what the program was started with, and what is shown.

    `bundle` is the folder of a frozen program; `has_display` says whether there is a screen.
    """

    home: Path
    environ: Mapping[str, str]
    bundle: Path | None
    redactor: Redactor
    application: Application
    stage: Stage
    has_display: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What is tried, its title, and the seconds it may take. It returns what is worth knowing of it."""

    title: str
    look: Callable[[Scene], Awaitable[str]]
    seconds: float = 20.0


def require(condition: object, words: str) -> None:
    """Raise Broken where something is not so."""
    if not condition:
        raise Broken(words)
