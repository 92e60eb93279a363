"""Tokens of one exchange, or of several, as the service counted them or as they are estimated."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts. Cached tokens are a part of the prompt's, reasoning tokens a part of the completion's.

    `exchanges` says how many requests they are the sum of, `is_estimated` whether the service has not counted
    all of them.
    """

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    exchanges: int = 1
    is_estimated: bool = field(default=False, kw_only=True)

    @property
    def total_tokens(self) -> int:
        """Prompt and completion together."""
        return self.prompt_tokens + self.completion_tokens

    @property
    def read_again(self) -> int | None:
        """What of it is read again with the next question: thoughts are not. None where that is not known."""
        is_known = self.exchanges == 1 and not self.is_estimated
        return self.total_tokens - self.reasoning_tokens if is_known else None

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cached_tokens + other.cached_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
            self.exchanges + other.exchanges,
            is_estimated=self.is_estimated or other.is_estimated,
        )

    def __sub__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt_tokens - other.prompt_tokens,
            self.completion_tokens - other.completion_tokens,
            self.cached_tokens - other.cached_tokens,
            self.reasoning_tokens - other.reasoning_tokens,
            self.exchanges - other.exchanges,
            is_estimated=self.is_estimated,
        )
