"""The models on offer: prices, windows, limits and what they can do, read from `resources/models.toml`."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from glmdesk.domain.usage import Usage

Tier = Literal["V0", "V1", "V2", "V3"]
TIERS: tuple[Tier, ...] = ("V0", "V1", "V2", "V3")

_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Price:
    """CNY per million tokens.

    It holds below `prompt_below` prompt and `output_below` output tokens; None: always.
    `cached_input` is None where the model has no context caching; cached tokens then cost as much as others.
    """

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

    def cost(self, usage: Usage) -> Decimal:
        """Return the exact price of an exchange in CNY."""
        cached_price = self.input if self.cached_input is None else self.cached_input
        fresh_tokens = usage.prompt_tokens - usage.cached_tokens
        return (
            fresh_tokens * self.input
            + usage.cached_tokens * cached_price
            + usage.completion_tokens * self.output
        ) / _MILLION

    @property
    def is_free(self) -> bool:
        """Whether every token costs nothing."""
        return not self.input and not self.output


@dataclass(frozen=True, slots=True)
class Model:
    """One model. Sizes are tokens; `concurrency` counts requests in flight per tier, empty where unknown.

    `prices` are tried in order and the last one always covers. `positioning` is one phrase per language.
    """

    id: str
    title: str
    positioning: Mapping[str, str]
    context_window: int
    max_output: int
    prices: tuple[Price, ...]
    concurrency: Mapping[Tier, int]

    def price(self, usage: Usage) -> Price:
        """Return the step of the price table that covers an exchange."""
        return next(price for price in self.prices if price.covers(usage))

    def cost_cny(self, usage: Usage) -> Decimal:
        """Return the exact price of an exchange in CNY."""
        return self.price(usage).cost(usage)

    @property
    def is_free(self) -> bool:
        """Whether every token costs nothing."""
        return all(price.is_free for price in self.prices)

    @property
    def supports_caching(self) -> bool:
        """Whether repeated prompt prefixes are cheaper."""
        return any(price.cached_input is not None for price in self.prices)


class Catalog:
    """The models by id, in the order of the file: the best first."""

    def __init__(self, models: tuple[Model, ...], default_id: str) -> None:
        self._models = {model.id: model for model in models}
        self.default = self._models[default_id]

    def __iter__(self) -> Iterator[Model]:
        return iter(self._models.values())

    def get(self, model_id: str) -> Model | None:
        """Return the model, or None for one the catalogue does not know."""
        return self._models.get(model_id)

    def preselected(self, preferred: str, *, known_only: bool = False) -> str:
        """Return the id of the model to begin with: the preferred one, the default where that is empty.

        With `known_only` a preferred one that the catalogue does not know counts as none.
        """
        is_taken = preferred and not (known_only and preferred not in self._models)
        return preferred if is_taken else self.default.id

    def title(self, model_id: str | None) -> str:
        """Return what the screen calls a model; an unknown one goes by its id."""
        model = self._models.get(model_id or "")
        return model.title if model else model_id or ""

    def cost_cny(self, model_id: str, usage: Usage) -> Decimal | None:
        """Return the exact price of an exchange in CNY, or None where the model's price is not known."""
        model = self._models.get(model_id)
        return model.cost_cny(usage) if model else None

    @classmethod
    def from_toml(cls, text: str) -> "Catalog":
        """Read a catalogue. Raises ValueError, KeyError or TypeError for a file that is not one."""
        document = tomllib.loads(text, parse_float=Decimal)
        models = tuple(_model(model_id, entry) for model_id, entry in document["models"].items())
        return cls(models, document["default"])


def _model(model_id: str, entry: Mapping[str, Any]) -> Model:
    prices = tuple(_price(step) for step in entry["prices"])
    if not prices or prices[-1].prompt_below is not None or prices[-1].output_below is not None:
        raise ValueError(f"{model_id}: the last price must cover every exchange")
    return Model(
        id=model_id,
        title=entry["title"],
        positioning=entry["positioning"],
        context_window=entry["context_window"],
        max_output=entry["max_output"],
        prices=prices,
        concurrency=dict(zip(TIERS, entry.get("concurrency", ()), strict=False)),
    )


def _price(step: Mapping[str, Any]) -> Price:
    cached = step.get("cached_input")
    return Price(
        input=Decimal(step["input"]),
        output=Decimal(step["output"]),
        cached_input=None if cached is None else Decimal(cached),
        prompt_below=step.get("prompt_below"),
        output_below=step.get("output_below"),
    )
