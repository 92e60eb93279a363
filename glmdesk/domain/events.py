"""What a streamed answer consists of, in the order it happens.

    (TextDelta | ReasoningDelta | Citations | ServiceCalls)*  →  ToolCalls?  →  UsageReport?  →  Finished

An answer that breaks off ends with an error instead of `Finished`. `Progress` is told while nothing has
arrived, and while an answer is mended; what is due in it is so on the clock of `time.monotonic`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from glmdesk.domain.connector import ServiceCall
from glmdesk.domain.errors import Problem
from glmdesk.domain.message import Citation
from glmdesk.domain.tool import ToolCall
from glmdesk.domain.usage import Usage


class FinishReason(StrEnum):
    """Why the model stopped writing, as the service spells it."""

    STOP = "stop"
    TOOL_CALLS = "tool_calls"
    LENGTH = "length"
    SENSITIVE = "sensitive"
    NETWORK_ERROR = "network_error"
    CONTEXT_EXCEEDED = "model_context_window_exceeded"


Culprit = Literal["user", "assistant", "history"]
"""Whose text the content filter objects to: the question, the answer, or something said earlier."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing of the answer has arrived yet; the request stays open."""

    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Retrying:
    """An attempt failed in a way worth repeating; the next one starts after `delay_s`, at `due_at`."""

    attempt: int
    delay_s: float
    problem: Problem
    due_at: float


@dataclass(frozen=True, slots=True)
class Queued:
    """Others come first, or the service takes nothing more for a moment. Nothing is sent yet.

    `position` counts from 1. `limit` says how many questions for the model may be in flight at once. With a
    pause there is a `reason` for it, and it ends at `due_at`.
    """

    position: int
    limit: int
    due_at: float | None = None
    reason: Problem | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What was in the queue is on its way."""


@dataclass(frozen=True, slots=True)
class Repairing:
    """What came is not the JSON that was asked for; the model is asked to mend it."""


@dataclass(frozen=True, slots=True)
class ReadingPart:
    """Files are read part by part; this one, counted from 1, is the next that has no answer yet.

    What one of those that are being asked about waits for is said `beside` that.
    """

    number: int
    count: int
    beside: Retrying | Queued | None = None


@dataclass(frozen=True, slots=True)
class CombiningParts:
    """What was said of so many parts is made into one answer."""

    count: int


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer's text, never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """The next piece of the model's reasoning, never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class Citations:
    """All sources known so far; a later one replaces an earlier one."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ServiceCalls:
    """All that the service had done by servers so far; a later one replaces an earlier one."""

    calls: tuple[ServiceCall, ...]


@dataclass(frozen=True, slots=True)
class ToolCalls:
    """The calls the model asks for, complete and in its order."""

    calls: tuple[ToolCall, ...]


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What the exchange used, as the service counted it."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer is over. `request_id` is the service's own, for its support.

    `culprit` is None when the content filter had no part in it, or does not say.
    """

    reason: FinishReason
    request_id: str | None = None
    culprit: Culprit | None = None


Progress = Waiting | Retrying | Queued | Sent | Repairing | ReadingPart | CombiningParts
Event = TextDelta | ReasoningDelta | Citations | ServiceCalls | ToolCalls | UsageReport | Finished
