"""The answer being written: what has arrived, and the message it becomes."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from glmdesk.chat.structured import faults_of, problem_of, repair_request
from glmdesk.domain.budget import BudgetReached
from glmdesk.domain.errors import Action, KeyProblem, Problem, ServiceBusy, UserError
from glmdesk.domain.events import (
    Citations,
    Culprit,
    Event,
    Finished,
    FinishReason,
    ReasoningDelta,
    ServiceCalls,
    TextDelta,
    ToolCalls,
    UsageReport,
)
from glmdesk.domain.fault import Fault
from glmdesk.domain.message import Message, PartAnswer, Parts, State, Timing, ended_by_program
from glmdesk.domain.money import Money
from glmdesk.domain.request import ChatRequest
from glmdesk.domain.tokens import UNLEARNED, Estimator, features_of
from glmdesk.domain.usage import Usage
from glmdesk.i18n import N_

_CONTEXT_FULL = Problem(
    "context-exceeded",
    N_("The conversation filled the model's window before the answer ended."),
    N_("Start a new chat, or choose a model with a larger window."),
    Action.NEW_CHAT,
)
_WITHHELD = Problem(
    "sensitive",
    N_("The content filter of the service withdrew this answer."),
    N_("Its text takes no part in what follows. Reword the question to try again."),
    Action.EDIT_QUESTION,
)
_REFUSED = Problem(
    "sensitive",
    N_("The content filter of the service refused this question."),
    N_("Reword the question; your text is kept."),
    Action.EDIT_QUESTION,
)
_REFUSED_BEFORE = Problem(
    "sensitive",
    N_("The content filter of the service objects to an earlier message of this chat."),
    N_("Start a new chat, or edit that message; your text is kept."),
    Action.NEW_CHAT,
)
_BY_CULPRIT: Mapping[Culprit | None, Problem] = MappingProxyType(
    {"user": _REFUSED, "history": _REFUSED_BEFORE}
)
Pricing = Callable[[Usage], Money | None]
"""Gives what an exchange costs, or None where the price is not known."""


# Nothing was sent: asking again costs nothing twice.
_UNREACHABLE = frozenset({"unreachable", "connect-timeout"})


def waiting(problem: Problem) -> Problem:
    """Return what is said of an answer that waits for the service."""
    advice = N_("The question is sent when the service can be reached again.")
    return replace(problem, advice=advice, action=Action.STOP_WAITING)


class LiveAnswer:
    """Collects the events of one answer. The text is joined only when `message` is asked for.

    One that is to be JSON is checked when it ends, before anybody is told so. What does not fit can be mended
    once: until that has come whole, the first attempt stands.
    """

    def __init__(
        self,
        message: Message,
        pricing: Pricing,
        *,
        saving: Pricing = lambda _usage: None,
        waits: bool = False,
        has_waited: bool = False,
        estimator: Estimator = UNLEARNED,
    ) -> None:
        """Begin with what there is of a message. `waits` tells that somebody asks again later.

        `saving` gives how much less an exchange costs as the service had some of it in its cache.
        One that `has_waited` for the service goes on waiting when it is refused for what is not the
        question's own fault. `estimator` is for what the service does not count, because it was broken off.
        """
        self.advise: Callable[[Problem], Problem] = lambda problem: problem
        """Says what to do about a problem that is kept with the answer."""
        self._waits = waits
        self._has_waited = has_waited
        self._base = message
        self._pricing = pricing
        self._saving = saving
        self._estimator = estimator
        self._uncounted: int | None = None
        """About how many tokens were asked in an exchange that the service has not counted yet."""
        self._said: list[str] = []
        self._thought: list[str] = []
        """What has come in that exchange."""
        self._calls_before = message.service_calls
        """What the service had done by servers for earlier attempts."""
        self._text = [message.text]
        self._reasoning = [message.reasoning]
        self._state = State.STREAMING
        self._problem: Problem | None = None
        self._began_at = time.monotonic()
        self._first_at: float | None = None
        self._ended_at: float | None = None
        self._thought_from: float | None = None
        self._thought_until: float | None = None
        self._faults: tuple[Fault, ...] = ()
        """Why what has come is not the JSON that was asked for."""
        self._repair: list[str] | None = None
        """What has come of the mended answer; None before that is asked for."""
        self.is_ready_to_answer = False
        """Whether all that it is made of has come."""
        self.is_stop_requested = False
        """Whether the user asked for the end, so that it is not taken for a loss."""

    @property
    def id(self) -> str:
        """The id of the message."""
        return self._base.id

    @property
    def conversation_id(self) -> str:
        """Where it is written."""
        return self._base.conversation_id

    @property
    def has_arrived(self) -> bool:
        """Whether there is any text or reasoning, or anything was done, in this attempt or an earlier one."""
        has_begun = any(self._text) or any(self._reasoning) or bool(self._base.service_calls)
        return has_begun or self._base.has_arrived

    def start_clock(self) -> None:
        """Count time from now on, if nothing has come: the model has no part in what was waited before."""
        if self._first_at is None:
            self._began_at = time.monotonic()

    def begin_exchange(self, prompt_tokens: int) -> None:
        """Begin what is asked next, in about so many tokens."""
        self.end_exchange()
        self._uncounted, self._said, self._thought = prompt_tokens, [], []

    def end_exchange(self) -> None:
        """Estimate what has come and was not counted by the service: it is paid for all the same."""
        asked, self._uncounted = self._uncounted, None
        if asked is None or not (self._said or self._thought):
            return
        thought, said = (
            self._estimator.estimate(features_of("".join(texts))) for texts in (self._thought, self._said)
        )
        self._count(Usage(asked, thought + said, reasoning_tokens=thought, is_estimated=True))

    def beside(self, model: str, pricing: Pricing, saving: Pricing) -> "LiveAnswer":
        """Return another answer by a model, which this one will be made of."""
        base = self._base
        stub = Message(base.id, base.conversation_id, base.parent_id, base.role, base.created_at, "")
        return LiveAnswer(
            replace(stub, state=State.STREAMING, model=model),
            pricing,
            saving=saving,
            estimator=self._estimator,
        )

    def begin_parts(self, parts: Parts) -> None:
        """Be made of answers, of which there are these."""
        self._base = replace(self._base, parts=parts)

    def take_part(self, answer: PartAnswer) -> None:
        """Take one of the answers that it is made of, and what that has taken."""
        parts = self._base.parts
        assert parts is not None, "it began with them"
        self._base = replace(self._base, parts=parts.having(answer))
        if answer.usage is not None:
            self._add(answer.usage, answer.cost, answer.saved)

    def apply(self, event: Event) -> None:
        """Take what arrived."""
        if self._first_at is None:
            self._first_at = time.monotonic()
        match event:
            case TextDelta(text):
                self._said.append(text)
                (self._text if self._repair is None else self._repair).append(text)
                self._end_thoughts()
            case ReasoningDelta(text):
                self._thought.append(text)
                self._reasoning.append(text)
                if self._thought_from is None:
                    self._thought_from = time.monotonic()
            case Citations(citations):
                self._base = replace(self._base, citations=citations)
            case ServiceCalls(calls):
                self._base = replace(self._base, service_calls=(*self._calls_before, *calls))
            case ToolCalls(calls):
                self._base = replace(self._base, tool_calls=calls)
            case UsageReport(usage):
                self._uncounted = None
                self._count(usage)
            case Finished(reason, request_id, culprit):
                self._base = replace(self._base, request_id=request_id)
                self._finish(reason, culprit)

    def break_off(self, error: UserError | None) -> None:
        """Take the end of an unfinished answer: an error, or None for a stop or the program's end."""
        if self._state is not State.STREAMING:
            return
        self._ended_at = time.monotonic()
        if self._repair is not None:
            self._keep_attempt()
        elif error is not None:
            self._problem = self.advise(error.problem)
            self._state = State.INTERRUPTED if self.has_arrived else State.FAILED
            if self._waits and not self.has_arrived and self._is_to_wait(error):
                can_be_tried = error.problem.code in _UNREACHABLE or isinstance(error, ServiceBusy)
                self._state = State.WAITING
                self._problem = waiting(error.problem) if can_be_tried else error.problem
        elif self.is_stop_requested:
            self._state = State.STOPPED
        else:
            self._state, self._problem = ended_by_program(has_arrived=self.has_arrived)

    def _is_to_wait(self, error: UserError) -> bool:
        """Whether nothing was paid for, and asking later may help."""
        if error.problem.code in _UNREACHABLE:
            return True
        return self._has_waited and isinstance(error, (ServiceBusy, KeyProblem, BudgetReached))

    def repair(self, request: ChatRequest) -> ChatRequest | None:
        """Return what is to be asked so that this answer to a request is mended, and go on with that.

        None: it is as it should be, or was mended before, or there is nothing to mend.
        """
        text = "".join(self._text)
        if not self._faults or self._repair is not None or not text.strip():
            return None
        self._state, self._problem, self._ended_at, self._repair = State.STREAMING, None, None, []
        self._calls_before = self._base.service_calls
        return repair_request(request, text, self._faults)

    @property
    def message(self) -> Message:
        """The message as it stands now."""
        return replace(
            self._base,
            text="".join(self._text),
            reasoning="".join(self._reasoning),
            state=self._state,
            problem=self._problem,
            timing=self._timing(),
        )

    def _timing(self) -> Timing | None:
        if self._first_at is None:
            return self._base.timing
        ended_at = time.monotonic() if self._ended_at is None else self._ended_at
        return Timing(self._first_at - self._began_at, ended_at - self._began_at, self._thought_s(ended_at))

    def _end_thoughts(self) -> None:
        if self._thought_from is not None and self._thought_until is None:
            self._thought_until = time.monotonic()

    def _thought_s(self, now: float) -> float | None:
        """Return how long the model has thought; once it says something, it thinks no longer."""
        if self._thought_from is None:
            return None
        return (now if self._thought_until is None else self._thought_until) - self._thought_from

    def _count(self, usage: Usage) -> None:
        self._add(usage, self._pricing(usage), self._saving(usage))

    def _add(self, usage: Usage, cost: Money | None, saved: Money | None) -> None:
        # An answer that was continued has cost every attempt, and one that was made of others all of these.
        earlier, saved_earlier = self._base.cost, self._base.saved
        self._base = replace(
            self._base,
            usage=usage if self._base.usage is None else self._base.usage + usage,
            cost=cost if earlier is None or cost is None else earlier.plus(cost),
            saved=saved if saved_earlier is None or saved is None else saved_earlier.plus(saved),
        )

    def _finish(self, reason: FinishReason, culprit: Culprit | None) -> None:
        self._ended_at = time.monotonic()
        match reason:
            case FinishReason.LENGTH | FinishReason.CONTEXT_EXCEEDED if self._repair is not None:
                self._keep_attempt()
            case FinishReason.LENGTH:
                self._state = State.CUT_SHORT
            case FinishReason.CONTEXT_EXCEEDED:
                self._state, self._problem = State.CUT_SHORT, _CONTEXT_FULL
            case FinishReason.SENSITIVE:
                self._state, self._problem = State.WITHHELD, _BY_CULPRIT.get(culprit, _WITHHELD)
                self._text, self._reasoning = [], []
                self._base = replace(self._base, citations=(), tool_calls=(), service_calls=())
            case _:
                self._state = State.COMPLETE
                self._check()
                if self._problem is None and self._base.parts is not None:
                    self._problem = self._base.parts.problem

    def _check(self) -> None:
        """Find out whether a complete answer is the JSON that was asked for."""
        structured = self._base.structured
        if structured is None or self._base.tool_calls:
            return
        attempt, text = "".join(self._text), "".join(self._text if self._repair is None else self._repair)
        if not text.strip():
            # An answer without words has a problem of its own.
            self._problem = problem_of(self._faults) if self._faults else None
            return
        self._faults = faults_of(text, structured)
        self._problem = problem_of(self._faults) if self._faults else None
        if self._repair is not None:
            self._text = [text]
            self._base = replace(self._base, structured=replace(structured, attempt=attempt))

    def _keep_attempt(self) -> None:
        """End with what came first: nothing better did."""
        self._state, self._problem = State.COMPLETE, problem_of(self._faults)
