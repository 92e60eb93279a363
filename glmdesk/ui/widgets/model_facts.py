"""What is said of a model in few words: sizes, prices, what it supports, how it thinks."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from glmdesk.domain.model import Capability, Model, Price, Status
from glmdesk.domain.money import Currency, Money, plain
from glmdesk.domain.request import Effort
from glmdesk.domain.sizes import size_of
from glmdesk.i18n import N_, _, listed

_K = 1024

_STATUSES: Mapping[Status, str] = MappingProxyType(
    {"current": "", "legacy": N_("Legacy"), "retired": N_("Retired")}
)
_CAPABILITIES: Mapping[Capability, str] = MappingProxyType(
    {
        "functions": N_("Tools"),
        "web_search": N_("Web search"),
        "retrieval": N_("Knowledge bases"),
        "json_object": N_("JSON answers"),
        "mcp": N_("MCP servers asked by the service"),
        "tool_stream": N_("Streamed tool calls"),
        "cache": N_("Context cache"),
        "vision": N_("Images"),
    }
)


def positioning(model: Model, language: str) -> str:
    """Return what a model is for, in a language, or else in English."""
    return model.positioning.get(language) or model.positioning.get("en", "")


def status_word(model: Model) -> str:
    """Return what is to be known of a model that may go or is gone; empty for others."""
    return _(_STATUSES[model.status])


def sizes(model: Model) -> Iterator[str]:
    """Yield how much a model reads, and writes, as far as that is known."""
    if model.context_window is not None:
        yield _("reads {size}").format(size=size(model.context_window))
    if model.max_output is not None:
        yield _("writes {size}").format(size=size(model.max_output))


def size(tokens: int) -> str:
    """Return a number of tokens in K or M; one below 1 K as it is."""
    return f"{tokens}" if tokens < _K else size_of(tokens)


def price_range(prices: Sequence[Price]) -> str:
    """Return what a million tokens cost; where that depends on the exchange, from the least to the most."""
    if not prices:
        return _("price not known")
    if all(price.is_free for price in prices):
        return _("free")
    read = _range([price.input for price in prices], prices[0].currency)
    written = _range([price.output for price in prices], prices[0].currency)
    if read == written:
        return _("{price} per million tokens").format(price=read)
    return _("{input} in, {output} out per million tokens").format(input=read, output=written)


def step_words(price: Price) -> str:
    """Return which exchanges a step of a price list is for; the last step is for all others."""
    read, written = price.prompt_below, price.output_below
    if read is not None and written is not None:
        return _("under {read} read and {written} written").format(read=size(read), written=size(written))
    if read is not None:
        return _("under {read} read").format(read=size(read))
    if written is not None:
        return _("under {written} written").format(written=size(written))
    return _("all others")


def supported(model: Model) -> str:
    """Return what is known to work with a model, as one text; empty where nothing is."""
    words = list(model.supports)
    if model.supports_caching and "cache" not in words:
        words.append("cache")
    return listed([_(_CAPABILITIES[word]) for word in words])


def thinking_words(model: Model) -> str:
    """Return whether a model thinks before it answers."""
    match model.thinking:
        case "none":
            return _("no")
        case "auto":
            return _("as it thinks fit; can be switched off")
        case "switch":
            return _("yes; can be switched off")
        case "always":
            return _("always")


def effort_words(model: Model) -> str:
    """Return how much a model can be told to think, and what some amounts come to; empty where it cannot."""
    words = [listed(model.efforts)] if model.efforts else []
    if model.default_effort is not None:
        words.append(_("{effort} if nothing is said").format(effort=model.default_effort))
    by_meaning: dict[Effort, list[Effort]] = {}
    for effort, meaning in model.effort_meanings.items():
        by_meaning.setdefault(meaning, []).append(effort)
    words += [
        _("{efforts}: the same as {meaning}").format(efforts=listed(efforts), meaning=meaning)
        for meaning, efforts in by_meaning.items()
    ]
    return " · ".join(words)


def _range(amounts: Sequence[Decimal], currency: Currency) -> str:
    least, most = min(amounts), max(amounts)
    return f"{Money(least, currency)}" if least == most else f"{Money(least, currency)}–{plain(most)}"
