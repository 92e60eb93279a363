"""What is heard of a server: its state, and what it offers beside tools."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What a server is doing."""

    UNREVIEWED = "unreviewed"
    OFF = "off"
    READY = "ready"
    """It starts when it is first used."""
    STARTING = "starting"
    RUNNING = "running"
    FAILED = "failed"
    ASKED = "asked"
    """The service asks it; nothing of it runs or is reached here."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Something a server lets be read."""

    uri: str
    title: str
    description: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Argument:
    """What a prompt asks for before it is whole."""

    name: str
    description: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text that a server has prepared, to be put before a model by the user."""

    name: str
    title: str
    description: str = ""
    arguments: tuple[Argument, ...] = ()
