"""A message and what it consists of.

A message is a list of parts, because an answer may hold reasoning, text, tool calls and sources at once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, TypeVar

from glmdesk.domain.attachment import Attachment
from glmdesk.domain.connector import ServiceCall
from glmdesk.domain.errors import Action, Problem
from glmdesk.domain.money import Money
from glmdesk.domain.tool import ToolCall
from glmdesk.domain.usage import Usage
from glmdesk.i18n import N_, _

Role = Literal["system", "user", "assistant", "tool"]

# Seconds. Text comes in packets: in less time than this, one of them early or late is a tenth of the speed.
_MEASURABLE_S = 1.0


class State(StrEnum):
    """How an answer stands. A user's message is always `COMPLETE`."""

    STREAMING = "streaming"
    COMPLETE = "complete"
    STOPPED = "stopped"
    """The user stopped it."""
    CUT_SHORT = "cut-short"
    """It reached the output limit; it can be continued."""
    INTERRUPTED = "interrupted"
    """The connection was lost or the program ended; it can be continued."""
    WITHHELD = "withheld"
    """The service withdrew it; its text is gone and takes no part in what follows."""
    FAILED = "failed"
    """It failed before its first word."""
    WAITING = "waiting"
    """The service could not be reached; it is asked again when it can be."""

    @property
    def can_continue(self) -> bool:
        """Whether asking for the rest makes sense."""
        return self in (State.STOPPED, State.CUT_SHORT, State.INTERRUPTED)


ENDINGS: Mapping[State, str] = MappingProxyType(
    {
        State.STREAMING: N_("This answer was still being written."),
        State.STOPPED: N_("This answer was stopped."),
        State.CUT_SHORT: N_("This answer reached its length limit."),
        State.INTERRUPTED: N_("This answer was interrupted."),
        State.WITHHELD: N_("The service withdrew this answer."),
        State.FAILED: N_("This question was not answered."),
        State.WAITING: N_("This question was not answered."),
    }
)
"""What is said of an answer that is not complete where it is read outside of the window."""

_PROGRAM_ENDED = Problem(
    "program-ended",
    N_("glmdesk ended before the answer was complete."),
    N_("What had arrived is kept; continue the answer or ask again."),
    Action.CONTINUE,
)
_PROGRAM_ENDED_EARLY = Problem(
    "program-ended", N_("glmdesk ended before the answer began."), N_("Ask again."), Action.RETRY
)

_NOTHING_SAID = Problem(
    "nothing-said",
    N_("The model answered nothing."),
    N_("Try again, or choose another model."),
    Action.RETRY,
)


def ended_by_program(*, has_arrived: bool) -> tuple[State, Problem]:
    """Return how an answer stands that no service and no network broke off, and why.

    `has_arrived` says whether there is any of its text or reasoning.
    """
    return (State.INTERRUPTED, _PROGRAM_ENDED) if has_arrived else (State.FAILED, _PROGRAM_ENDED_EARLY)


@dataclass(frozen=True, slots=True)
class Citation:
    """A source of a web search. Any field but `ref` may be empty; `link` is shown, never opened unasked."""

    ref: str
    title: str = ""
    link: str = ""
    site: str = ""
    published: str = ""
    summary: str = ""

    @property
    def name(self) -> str:
        """What it is called, in one line: its title, or else what is there to tell it from others."""
        names = (" ".join(text.split()) for text in (self.title, self.link, self.site))
        return next(filter(None, names), _("Untitled"))


def listed_sources(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Return the sources of which anything is known. They are numbered from 1 in this order everywhere."""
    return tuple(
        it for it in citations if any(map(str.strip, (it.title, it.link, it.site, it.published, it.summary)))
    )


@dataclass(frozen=True, slots=True)
class Timing:
    """How long an answer took, in seconds from sending the question.

    `thought_s` is how long of that the model thought, where it did so in sight.
    """

    first_token_s: float
    total_s: float
    thought_s: float | None = None

    def tokens_per_second(self, completion_tokens: int) -> float | None:
        """Return the speed after the first token, or None when that took too little time to be measured."""
        writing_s = self.total_s - self.first_token_s
        return completion_tokens / writing_s if writing_s >= _MEASURABLE_S else None


@dataclass(frozen=True, slots=True)
class Cut:
    """Behind a message: what models read of the conversation begins there.

    Attributes:
        window: That of the model for which there was too much; where there is more room, more is read.
        summary: What stands for all that came before; empty: nothing does.
        model, usage, cost: Who has written it, and what that took.
    """

    window: int
    summary: str = ""
    model: str = ""
    usage: Usage | None = None
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class Structured:
    """What an answer was asked to be: JSON.

    Attributes:
        schema: The text of the JSON Schema that it has to fit; empty for any JSON.
        attempt: What came at first, where that did not fit and the model was asked to mend it.
    """

    schema: str = ""
    attempt: str = ""


PlaceKind = Literal["page", "slide", "sheet", "heading", "line", ""]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of a file is.

    Attributes:
        file: What the file is called.
        kind: What `first` and `last` are; empty: it is all of the file.
        rows: The first and the last row of the table that it is within, counted from 1 without the head.
    """

    file: str
    kind: PlaceKind = ""
    first: str = ""
    last: str = ""
    rows: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """What a model said of one part of what is too long to be read at once, or of several such answers.

    Attributes:
        first, last: Which parts it is about, counted from 1.
        places: Where these are; empty where it is about several.
        state, problem: How it ended, and what is wrong with it.
        usage, cost, saved: What all attempts have taken; None where that is not known.
    """

    first: int
    last: int
    model: str
    places: tuple[Place, ...] = ()
    state: State = State.COMPLETE
    text: str = ""
    problem: Problem | None = None
    usage: Usage | None = None
    cost: Money | None = None
    saved: Money | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it can stand for what it is about."""
        return self.state is State.COMPLETE and self.problem is None

    @property
    def is_of_one(self) -> bool:
        """Whether it is about one part, and was not made of other answers."""
        return self.first == self.last

    def after(self, earlier: "PartAnswer") -> "PartAnswer":
        """Return it with what an attempt before it has taken."""
        return replace(
            self,
            usage=_both(self.usage, earlier.usage, Usage.__add__),
            cost=_both(self.cost, earlier.cost, Money.plus),
            saved=_both(self.saved, earlier.saved, Money.plus),
        )


_Sum = TypeVar("_Sum")


def _both(one: _Sum | None, other: _Sum | None, add: Callable[[_Sum, _Sum], _Sum | None]) -> _Sum | None:
    """Return the sum of what is known."""
    if one is None or other is None:
        return other if one is None else one
    return add(one, other)


@dataclass(frozen=True, slots=True)
class Parts:
    """How files that are too long to be read at once are asked about: part by part.

    With a question it says that this is wanted; with an answer, what came of it.

    Attributes:
        model: Who reads the parts.
        count: How many there are; 0 as long as they are not divided.
        answers: What was said of each, in their order, and behind that of several together.
    """

    model: str
    count: int = 0
    answers: tuple[PartAnswer, ...] = ()

    @property
    def missing(self) -> tuple[int, ...]:
        """Which parts have no answer that is whole."""
        read = {one.first for one in self.answers if one.is_of_one and one.is_whole}
        return tuple(number for number in range(1, self.count + 1) if number not in read)

    @property
    def problem(self) -> Problem | None:
        """What is to be said of an answer that was made of them, where some are missing."""
        missing = self.missing
        if not missing:
            return None
        found = (one.problem for one in self.answers if one.is_of_one and one.first in missing)
        reason = next((problem for problem in found if problem is not None), None)
        return Problem(
            "parts-missing",
            N_("Parts that are not in this answer: {numbers} of {count}. {reason}"),
            N_("Ask for them again; what was said of the other parts is kept."),
            Action.ASK_MISSING,
            {
                "numbers": ", ".join(map(str, missing)),
                "count": str(self.count),
                "reason": reason.headline if reason else "",
            },
        )

    @property
    def carried(self) -> "Parts":
        """What of it another answer can be made of; it has been paid for already."""
        missing = self.missing
        return replace(
            self,
            answers=tuple(
                replace(one, usage=None, cost=None, saved=None)
                for one in self.answers
                if one.is_whole and not any(one.first <= number <= one.last for number in missing)
            ),
        )

    def having(self, answer: PartAnswer) -> "Parts":
        """Return them with another answer, which takes the place of an earlier one about the same."""
        others = [one for one in self.answers if (one.first, one.last) != (answer.first, answer.last)]
        earlier = next((one for one in self.answers if one not in others), None)
        put = answer if earlier is None else answer.after(earlier)
        answers = sorted((*others, put), key=lambda one: (not one.is_of_one, one.last, -one.first))
        return replace(self, answers=tuple(answers))


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation. `parent_id` is None for a conversation's first message.

    The fields from `model` to `request_id` describe an answer. `cost` was exact by the price table of its day
    and is stored, because prices change; so is what was `saved` of it, as tokens came from the service's
    cache. `structured` is None for prose. A complete answer with a problem is not what was asked for.
    `attachments` go with a question, which may have no text then. Behind a message there can be a `cut`.
    `service_calls` are what the service had done for the answer. One that `is_compared` was asked for
    together with others, and without tools. What `parts` have taken is in
    `usage` and `cost`.
    """

    id: str
    conversation_id: str
    parent_id: str | None
    role: Role
    created_at: datetime
    text: str
    state: State = State.COMPLETE
    model: str | None = None
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    citations: tuple[Citation, ...] = ()
    usage: Usage | None = None
    cost: Money | None = None
    timing: Timing | None = None
    problem: Problem | None = field(default=None)
    request_id: str | None = None
    attachments: tuple[Attachment, ...] = ()
    saved: Money | None = None
    cut: Cut | None = None
    structured: Structured | None = None
    service_calls: tuple[ServiceCall, ...] = ()
    is_compared: bool = False
    parts: Parts | None = None

    @property
    def has_arrived(self) -> bool:
        """Whether there is any text of an answer, or of what it is made of."""
        return bool(self.text) or (self.parts is not None and any(one.text for one in self.parts.answers))

    @property
    def is_good_json(self) -> bool:
        """Whether it was to be JSON, and has been found to be what was asked for."""
        is_whole = self.state is State.COMPLETE and self.problem is None and not self.tool_calls
        return self.structured is not None and is_whole and bool(self.text.strip())

    @property
    def shortfall(self) -> Problem | None:
        """What a complete answer leaves to be desired: words, or a call that nobody makes."""
        if self.role != "assistant" or self.state is not State.COMPLETE:
            return None
        if self.tool_calls:
            return _not_called(self.tool_calls)
        return None if self.text.strip() else _NOTHING_SAID


def _not_called(calls: tuple[ToolCall, ...]) -> Problem:
    return Problem(
        "tool-not-called",
        N_("The model wanted to call {name}, which was not carried out."),
        N_("Try again, or reword the question."),
        Action.RETRY,
        {"name": ", ".join(call.name or "…" for call in calls)},
    )
