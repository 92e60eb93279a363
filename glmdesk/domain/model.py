"""What is known of one model: where it exists, what it costs, how much it reads and writes, how it thinks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal, get_args

from glmdesk.domain.money import Currency, Money
from glmdesk.domain.request import ChatRequest, Effort, PromptMessage
from glmdesk.domain.tier import TIERS, Tier
from glmdesk.domain.usage import Usage

Series = Literal["glm-4", "successor", "vision", "own"]
SERIES: tuple[Series, ...] = get_args(Series)
"""In the order in which they are offered. The last is what the user's own file adds."""

Thinking = Literal["none", "auto", "switch", "always"]
"""Whether a model reasons before it answers: never, as it thinks fit, always unless it is told not to, or
whatever it is told."""

Status = Literal["current", "legacy", "retired"]
STATUSES: tuple[Status, ...] = get_args(Status)
"""Whether a model is offered as before, may go, or is gone and offered no more."""

Capability = Literal[
    "functions", "web_search", "retrieval", "json_object", "mcp", "tool_stream", "cache", "vision"
]
CAPABILITIES: tuple[Capability, ...] = get_args(Capability)
"""What a model takes or does, in the words of the service's documentation."""

_MILLION = Decimal(1_000_000)
_LEAST_MARGIN = 64
_MARGIN = 20
"""Tokens, and which part of a prompt: by so much an estimate may be wrong."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost.

    It holds below `prompt_below` prompt and `output_below` output tokens; None: always.
    `cached_input` is None where the model has no context caching; cached tokens then cost as much as others.
    """

    currency: Currency
    input: Decimal
    output: Decimal
    cached_input: Decimal | None = None
    prompt_below: int | None = None
    output_below: int | None = None

    def covers(self, usage: Usage) -> bool:
        """Whether this step of the price table is the one for such an exchange."""
        return (self.prompt_below is None or usage.prompt_tokens < self.prompt_below) and (
            self.output_below is None or usage.completion_tokens < self.output_below
        )

    def cost(self, usage: Usage) -> Money:
        """Return the exact price of an exchange."""
        cached_price = self.input if self.cached_input is None else self.cached_input
        fresh_tokens = usage.prompt_tokens - usage.cached_tokens
        amount = (
            fresh_tokens * self.input
            + usage.cached_tokens * cached_price
            + usage.completion_tokens * self.output
        )
        return Money(amount / _MILLION, self.currency, usage.is_estimated)

    def saved(self, usage: Usage) -> Money:
        """Return by how much more an exchange would have cost without a cache."""
        less = Decimal() if self.cached_input is None else self.input - self.cached_input
        return Money(usage.cached_tokens * less / _MILLION, self.currency)

    @property
    def is_free(self) -> bool:
        """Whether every token costs nothing."""
        return not self.input and not self.output


@dataclass(frozen=True, slots=True)
class Model:
    """One model. Sizes are tokens. What is not known is None, or empty where there can be several.

    Attributes:
        positioning: One phrase per language.
        hosts: The services that have it; empty: all of them.
        status, successor: Whether it is still offered, and the id of what takes its place; empty: nothing.
        supports: What is known to work with it. What is missing may work all the same.
        efforts: The amounts of reasoning that it can be told.
        default_effort: How much it reasons where it is told nothing.
        effort_meanings: What some of these amounts come to; the others are what they say.
        prices: They are tried in order, and the last one of a currency covers every exchange.
        concurrency: Requests in flight per tier.
    """

    id: str
    title: str
    series: Series = "own"
    positioning: Mapping[str, str] = field(default_factory=dict[str, str])
    hosts: tuple[str, ...] = ()
    context_window: int | None = None
    max_output: int | None = None
    thinking: Thinking = "none"
    efforts: tuple[Effort, ...] = ()
    default_effort: Effort | None = None
    effort_meanings: Mapping[Effort, Effort] = field(default_factory=dict[Effort, Effort])
    status: Status = "current"
    successor: str = ""
    supports: tuple[Capability, ...] = ()
    prices: tuple[Price, ...] = ()
    concurrency: Mapping[Tier, int] = field(default_factory=dict[Tier, int])

    def price(self, usage: Usage) -> Price | None:
        """Return the step of the price table that covers an exchange; None where the price is not known."""
        return next((price for price in self.prices if price.covers(usage)), None)

    def cost(self, usage: Usage) -> Money | None:
        """Return the exact price of an exchange, or None where it is not known."""
        price = self.price(usage)
        return None if price is None else price.cost(usage)

    def reading_cost(self, tokens: int) -> Money | None:
        """Return the price of a prompt of about so many tokens, of which nothing is cached.

        None where it is not known. The answer may be of any length: no step for short ones is counted on.
        """
        usage = Usage(tokens, 0, is_estimated=True)
        steps = (price for price in self.prices if price.output_below is None and price.covers(usage))
        price = next(steps, None)
        return None if price is None else price.cost(usage)

    def saved(self, usage: Usage) -> Money | None:
        """Return by how much more an exchange would have cost without a cache, or None without a price."""
        price = self.price(usage)
        return None if price is None else price.saved(usage)

    @property
    def is_free(self) -> bool:
        """Whether every token is known to cost nothing."""
        return bool(self.prices) and all(price.is_free for price in self.prices)

    @property
    def supports_caching(self) -> bool:
        """Whether repeated prompt prefixes are known to be cheaper."""
        return "cache" in self.supports or any(price.cached_input is not None for price in self.prices)

    @property
    def sees(self) -> bool:
        """Whether it is known to see images."""
        return "vision" in self.supports

    @property
    def can_be_told_to_think(self) -> bool:
        """Whether reasoning can be switched on and off."""
        return self.thinking in ("auto", "switch")

    @property
    def distinct_efforts(self) -> tuple[Effort, ...]:
        """The amounts of reasoning that differ from each other, for a choice among them."""
        return tuple(effort for effort in self.efforts if effort not in self.effort_meanings)

    def in_flight(self, tier: Tier) -> int | None:
        """Return how many requests of an account may be in flight; None where that is not known.

        Where a tier has no figure of its own, that of a lower one is safe.
        """
        known = [self.concurrency[one] for one in TIERS[: TIERS.index(tier) + 1] if one in self.concurrency]
        return known[-1] if known else None

    @property
    def is_blind(self) -> bool:
        """Whether it is known to see no images. Of one that the user has added, nobody else knows."""
        return not self.sees and self.series != "own"

    def room_beside(self, answer_tokens: int) -> int:
        """Return how many tokens may be read where so many are to be written: a little less than are left."""
        return max(0, ((self.context_window or 0) - answer_tokens - _LEAST_MARGIN) * _MARGIN // (_MARGIN + 1))

    def longest_answer(self, prompt_tokens: int) -> int | None:
        """Return how many tokens can be written after about so many were read; None where it is not known.

        It is less than the model's own limit only where the window ends before; less than one token where
        nothing should be left.
        """
        if self.context_window is None:
            return self.max_output
        left = self.context_window - prompt_tokens - _LEAST_MARGIN - prompt_tokens // _MARGIN
        return min(left, self.max_output or left)

    def fitted(self, request: ChatRequest, prompt_tokens: int | None = None) -> ChatRequest:
        """Return a request without what this model does not know or would refuse.

        Of a prompt of about so many tokens, the answer ends before the window does.
        """
        is_told = self.can_be_told_to_think or (self.thinking == "always" and request.thinking)
        ceiling = self.max_output if prompt_tokens is None else self.longest_answer(prompt_tokens)
        longest = request.max_tokens
        if ceiling is not None and ceiling < 1:
            # Whether there is room is the service's to say: it counts, and this is about.
            longest = None
        elif longest is not None and ceiling is not None:
            longest = min(longest, ceiling)
        elif ceiling is not None and self.max_output is not None and ceiling < self.max_output:
            longest = ceiling
        thinking = request.thinking if is_told else None
        # How much to think, and not to think, exclude each other.
        has_effort = request.effort in self.efforts and thinking is not False
        return replace(
            request,
            messages=tuple(map(_without_images, request.messages)) if self.is_blind else request.messages,
            thinking=thinking,
            effort=request.effort if has_effort else None,
            max_tokens=longest,
        )


def _without_images(message: PromptMessage) -> PromptMessage:
    return replace(message, images=()) if message.images else message
