"""What the next question would take, about: its tokens by part, its price, and whether there is room."""

from dataclasses import dataclass, replace
from typing import Final

from glmdesk.chat.price_forecast import UNKNOWN, PriceForecast
from glmdesk.chat.window import Sizes, Tokens, room_for_answer, room_for_prompt
from glmdesk.domain.model import Model
from glmdesk.domain.tokens import MESSAGE, NOTHING, UNLEARNED, Estimator, Features

_NEAR: Final = 0.8
_FULL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a question takes with all that is read before it.

    Attributes:
        tokens: By part.
        window: What the model reads and writes at most; None: not known.
        answer: How many tokens are kept for the answer.
        left_out: How many of the oldest exchanges there is no room for.
        price: What it costs.
        has_images: Whether the model sees images with it; nothing is known of their tokens.
        searches_web, asks_servers, has_knowledge: Whether the service adds what it finds on the web, what
            servers of tools tell it, or what is in a knowledge base; nothing is known of that.
        exact: What the last exchange has taken, where that is known and nothing came to it since.
    """

    tokens: Tokens
    window: int | None = None
    answer: int = 0
    left_out: int = 0
    price: PriceForecast = UNKNOWN
    has_images: bool = False
    searches_web: bool = False
    asks_servers: bool = False
    has_knowledge: bool = False
    exact: int | None = None

    @property
    def used(self) -> int:
        """How many tokens of the window are used."""
        return self.tokens.total if self.exact is None else self.exact

    @property
    def is_over(self) -> bool:
        """Whether the question is longer than the window, whatever is left out."""
        return self.window is not None and self.tokens.total >= self.window

    @property
    def is_near(self) -> bool:
        """Whether four fifths of the window are used."""
        return self.window is not None and self.used >= self.window * _NEAR

    @property
    def is_full(self) -> bool:
        """Whether nearly all of the window is used."""
        return self.window is not None and self.used >= self.window * _FULL


@dataclass(frozen=True, slots=True)
class Sending:
    """What the next question will be asked with. Only its words are not known yet.

    Attributes:
        before: What is read before it.
        files: What is counted of its files.
        model: Who is asked, if anything is known of that model, and what is known of its tokens.
        max_tokens: The longest answer that is asked for.
        has_images: Whether there are images in it, or before it.
        exact: What the last exchange has taken, if that is known and the same is read again.
    """

    before: Sizes
    files: Features = NOTHING
    model: Model | None = None
    estimator: Estimator = UNLEARNED
    max_tokens: int | None = None
    has_images: bool = False
    searches_web: bool = False
    asks_servers: bool = False
    has_knowledge: bool = False
    exact: int | None = None

    def estimate(self, words: Features) -> Estimate:
        """Return what the question takes with these words."""
        is_written = words != NOTHING or self.files != NOTHING
        question = self.estimator.estimate(words + self.files + MESSAGE) if is_written else 0
        room = room_for_prompt(self.model, self.max_tokens) if self.model else None
        first = 0 if room is None else self.before.first_that_fits(question, room)
        tokens = self.before.tokens(question, first=first)
        of_files = min(question, self.estimator.estimate(self.files))
        tokens = replace(tokens, files=tokens.files + of_files, question=question - of_files)
        if self.model is None:
            return Estimate(tokens, searches_web=self.searches_web)
        return Estimate(
            tokens,
            self.model.context_window,
            room_for_answer(self.model, self.max_tokens),
            first,
            PriceForecast.of(self.model, tokens.total, has_images=self.has_images),
            self.has_images and not self.model.is_blind,
            self.searches_web,
            self.asks_servers,
            self.has_knowledge,
            None if is_written else self.exact,
        )
