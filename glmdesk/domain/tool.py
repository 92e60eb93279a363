"""What a model may have done, what it asks to have done, and what it is told about it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NoReturn, Protocol, cast

if TYPE_CHECKING:
    from glmdesk.domain.attachment import Attachment

MOST_TOOLS: Final = 128
"""What the service takes with one question."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call the model asks for. `arguments` is JSON text as the model wrote it, possibly invalid."""

    id: str
    name: str
    arguments: str


class Risk(StrEnum):
    """What a tool can do to its user."""

    READS = "reads"
    """It looks at what it is given, or at what is here, and changes nothing."""
    ACTS = "acts"
    """It changes something, or tells somebody what it was given."""


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """What is said of a tool.

    Attributes:
        name: What the model calls it: 1 to 64 letters, digits, _ and -.
        title: What people call it.
        description: What the model is told of it, in the same words each time.
        parameters: The JSON Schema of its arguments, an object: JSON text, the same bytes each time.
        source: Who it is from: empty for the program, else the name of a server or of the user's file.
        risk: What it can do.
        code: A digest of what is run, where the user has reviewed that.
    """

    name: str
    title: str
    description: str
    parameters: str
    source: str = ""
    risk: Risk = Risk.ACTS
    code: str = ""

    @property
    def digest(self) -> str:
        """A SHA-256 of all that is told of it and of what is run: consent is to this and to nothing else."""
        import hashlib  # noqa: PLC0415 - four megabytes, for who has tools

        told = "\0".join((self.source, self.name, self.description, self.parameters, self.risk, self.code))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What the model is told of a call: data, never instructions, and never shown as Markdown."""

    text: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a tool is called: in which conversation, and which files are in the branch that is read."""

    conversation_id: str
    attachments: tuple["Attachment", ...] = ()


class Tool(Protocol):
    """Something that can be done for a model."""

    @property
    def spec(self) -> ToolSpec:
        """What is said of it."""
        ...

    async def run(self, arguments: Mapping[str, object], scene: Scene, /) -> ToolResult:
        """Do it, and say what came of it; what went wrong is a result too.

        `arguments` are an object of JSON that may fit the schema or not. A call that is cancelled leaves
        nothing behind that still runs.
        """
        ...


class ToolSource(Protocol):
    """Where tools come from: the program, the user's folder, servers."""

    async def tools(self) -> Sequence[Tool]:
        """Return what is on offer now, in an order that stays."""
        ...


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a call may be made; if not, the `reason` is what the model is told."""

    is_given: bool
    reason: str = ""


def parse_arguments(text: str) -> dict[str, object] | None:
    """Return the arguments of a call; none where nothing is written, and None for what is no JSON object."""
    try:
        value: object = json.loads(text or "{}", parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _refuse(constant: str) -> NoReturn:
    """Refuse what is JSON for Python alone: NaN and the infinities."""
    raise ValueError(constant)
