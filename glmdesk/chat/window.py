"""What of a conversation a model reads where its window is too small for all of it, and how much that is.

What is left out are whole exchanges, the oldest ones: a question with all that followed until the next. Where
reading begins is remembered behind a message (`Cut`) and stays there until there is too much again; more is
left out then than had to be, so that the beginning of what is sent, which the service caches, stays the same
for many turns.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Final

from glmdesk.chat.attached import Content
from glmdesk.chat.context import continuation_messages, prompt_messages, quotations
from glmdesk.domain.message import Message
from glmdesk.domain.model import Model
from glmdesk.domain.request import ChatRequest, PromptMessage
from glmdesk.domain.tokens import MESSAGE, NOTHING, UNLEARNED, Estimator, Features, features_of
from glmdesk.domain.tool import ToolSpec

TOO_LONG: Final = frozenset({"1261", "context-exceeded"})
"""The codes of problems which say that less has to be read."""

_KEPT: Final = 0.6
"""How full a window is at most after something was left out."""
_MOST_TEXTS: Final = 20_000
_AROUND_TOOL: Final = features_of('{"type":"function","function":{"name":"","description":"","parameters":}}')


def reading_start(branch: Sequence[Message], window: int | None) -> tuple[int, str]:
    """Return which message of a branch a model reads first, and the summary of what came before; or none."""
    for position in range(len(branch) - 1, -1, -1):
        cut = branch[position].cut
        if cut is not None and window is not None and cut.window >= window:
            return position + 1, cut.summary
    return 0, ""


def read_messages(
    branch: Sequence[Message],
    *,
    window: int | None,
    system: str,
    files: Mapping[str, Content],
    unfinished: Message | None = None,
) -> tuple[PromptMessage, ...]:
    """Return what a model with such a window reads of a branch, to answer it or to go on with an answer."""
    start, summary = reading_start(branch, window)
    read = branch[start:]
    if unfinished is None:
        return prompt_messages(read, system=system, files=files, summary=summary)
    return continuation_messages([*read, unfinished], system=system, files=files, summary=summary)


class Counting:
    """Counts what texts consist of, each of them once."""

    def __init__(self) -> None:
        self._texts: dict[str, Features] = {}

    def text(self, text: str) -> Features:
        """Return what is counted of a text that will be asked for again."""
        known = self._texts.get(text)
        if known is None:
            if len(self._texts) >= _MOST_TEXTS:
                self._texts.clear()
            known = self._texts[text] = features_of(text)
        return known

    def messages(self, messages: Sequence[PromptMessage]) -> Features:
        """Return what is counted of messages together."""
        total = NOTHING
        for message in messages:
            total += MESSAGE + self.text(message.text)
            for call in message.tool_calls:
                total += self.text(call.name) + self.text(call.arguments)
        return total

    def tools(self, specs: Sequence[ToolSpec]) -> Features:
        """Return what is counted of tools that are told of."""
        total = NOTHING
        for spec in specs:
            total += _AROUND_TOOL + self.text(spec.name) + self.text(spec.description)
            total += self.text(spec.parameters)
        return total

    def request(self, request: ChatRequest) -> Features:
        """Return what is counted of all that is sent."""
        return self.messages(request.messages) + self.tools(request.tools)


def tokens_in(request: ChatRequest) -> int:
    """Return about how many tokens a request is, for a model of which nothing is known."""
    return UNLEARNED.estimate(Counting().request(request))


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what followed: where it begins in its branch, what is counted of it and of its files."""

    begin: int
    counted: Features
    files: Features = NOTHING


@dataclass(frozen=True, slots=True)
class Measured:
    """What is counted of all that a model reads before the next question."""

    system: Features = NOTHING
    tools: Features = NOTHING
    summary: Features = NOTHING
    exchanges: tuple[Exchange, ...] = ()

    def sized(self, estimator: Estimator) -> "Sizes":
        """Return about how many tokens it is, by part."""
        weigh = estimator.weigh
        files = [weigh(exchange.files) for exchange in self.exchanges]
        others = [weigh(exchange.counted - exchange.files) for exchange in self.exchanges]
        return Sizes(
            weigh(self.system), weigh(self.tools), weigh(self.summary), _from_each(others), _from_each(files)
        )

    def before_last(self) -> tuple["Measured", Features]:
        """Return what comes before the last exchange, and what is counted of that one."""
        if not self.exchanges:
            return self, NOTHING
        *before, last = self.exchanges
        return replace(self, exchanges=tuple(before)), last.counted


@dataclass(frozen=True, slots=True)
class Tokens:
    """About how many tokens each part of a prompt is."""

    system: int = 0
    tools: int = 0
    history: int = 0
    files: int = 0
    question: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.system + self.tools + self.history + self.files + self.question


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many tokens the parts of a prompt are, with what there is from each exchange to the end.

    `history` and `files` have one more entry than there are exchanges: nothing.
    """

    system: float
    tools: float
    summary: float
    history: tuple[float, ...]
    files: tuple[float, ...]

    def tokens(self, question: int, *, first: int = 0) -> Tokens:
        """Return about how many tokens it is with a question, from one of the exchanges on."""
        history = self.history[first] + (0.0 if first else self.summary)
        return Tokens(
            math.ceil(self.system),
            math.ceil(self.tools),
            math.ceil(history),
            math.ceil(self.files[first]),
            question,
        )

    def first_that_fits(self, question: int, room: int) -> int:
        """Return with which exchange reading has to begin, so that there is room for a question.

        0: with all of them. Their number: none can be read.
        """
        if self.tokens(question).total <= room:
            return 0
        last, goal = len(self.history) - 1, int(room * _KEPT)
        fitting = (first for first in range(1, last) if self.tokens(question, first=first).total <= goal)
        return next(fitting, last)


def _from_each(sizes: Sequence[float]) -> tuple[float, ...]:
    """Return the sums from each of some sizes to the end, and that of none."""
    return tuple(reversed((0.0, *accumulate(reversed(sizes)))))


def measured(
    branch: Sequence[Message],
    counting: Counting,
    *,
    window: int | None,
    system: str = "",
    specs: Sequence[ToolSpec] = (),
    files: Mapping[str, Content],
) -> Measured:
    """Return what is counted of what a model with such a window reads of a branch."""
    start, summary = reading_start(branch, window)
    begins = [start + begin for begin in _begins(branch[start:])]
    return Measured(
        counting.messages(prompt_messages((), system=system)),
        counting.tools(specs),
        counting.text(summary) if summary else NOTHING,
        tuple(
            Exchange(
                begin,
                counting.messages(prompt_messages(branch[begin:end], files=files)),
                _files_in(branch[begin:end], counting, files),
            )
            for begin, end in pairwise((*begins, len(branch)))
        ),
    )


def _begins(branch: Sequence[Message]) -> list[int]:
    """Return where exchanges begin: with a question that does not follow another one."""
    return [
        position
        for position, message in enumerate(branch)
        if message.role == "user" and (position == 0 or branch[position - 1].role != "user")
    ]


def _files_in(messages: Sequence[Message], counting: Counting, files: Mapping[str, Content]) -> Features:
    total = NOTHING
    for message in messages:
        for quotation in quotations(message, messages, files):
            total += counting.text(quotation)
    return total


def room_for_prompt(model: Model, max_tokens: int | None) -> int | None:
    """Return how many tokens a model may be given, with room for its answer; None where that is not known."""
    return None if model.context_window is None else model.room_beside(room_for_answer(model, max_tokens))


def room_for_answer(model: Model, max_tokens: int | None) -> int:
    """Return how many tokens are kept for an answer: as many as may be, or a part of a small window."""
    window = model.context_window or 0
    longest = model.max_output or window
    if max_tokens is not None:
        return min(max_tokens, longest, window // 2)
    return min(longest, window // 4)
