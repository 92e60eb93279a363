"""What an answer took: its model, tokens, money and speed, in one line and explained."""

from typing import Final

from glmdesk.domain.message import Message
from glmdesk.domain.money import Money
from glmdesk.i18n import _, ngettext

_SHORTEST_S: Final = 0.1


def figures(message: Message, title: str) -> str:
    """Return the figures of an answer, `title` being its model's."""
    parts = [title]
    if message.usage is not None:
        about = "≈ " if message.usage.is_estimated else ""
        parts.append(f"{about}↑{message.usage.prompt_tokens:,} ↓{message.usage.completion_tokens:,}")
        if message.usage.cached_tokens:
            parts.append(_("{count} cached").format(count=f"{message.usage.cached_tokens:,}"))
            if message.saved is not None and message.saved.amount:
                parts.append(_("{amount} saved").format(amount=message.saved))
    if message.cost is not None:
        parts.append(_cost(message.cost))
    if message.timing is not None:
        parts.append(_("first word {seconds} s").format(seconds=_seconds(message.timing.first_token_s)))
    if speed := _speed(message):
        parts.append(ngettext("{speed} token/s", "{speed} tokens/s", speed).format(speed=f"{speed:,}"))
    return " · ".join(parts)


def explained(message: Message) -> str:
    """Return what the figures are of, one in a line."""
    lines: list[str] = []
    if message.usage is not None:
        if message.usage.is_estimated:
            lines.append(_("Estimated: the service does not count an answer that is broken off."))
        lines.append(_("Tokens read: {count}").format(count=f"{message.usage.prompt_tokens:,}"))
        if message.usage.cached_tokens:
            cached = _("Of these from the cache: {count}")
            lines.append(cached.format(count=f"{message.usage.cached_tokens:,}"))
            if message.saved is not None and message.saved.amount:
                lines.append(_("Saved by that: {amount}").format(amount=message.saved))
        lines.append(_("Tokens written: {count}").format(count=f"{message.usage.completion_tokens:,}"))
    if message.cost is not None:
        lines.append(_("Price: {cost}").format(cost=_cost(message.cost)))
    if message.timing is not None:
        first = _("Time to the first word: {seconds} s")
        lines.append(first.format(seconds=_seconds(message.timing.first_token_s)))
    if speed := _speed(message):
        lines.append(_("Tokens per second after that: {speed}").format(speed=f"{speed:,}"))
    return "\n".join(lines)


def _seconds(value: float) -> str:
    """Return seconds as they are read; none at all would look like a mistake."""
    return f"{value:.1f}" if value >= _SHORTEST_S else f"< {_SHORTEST_S}"


def _cost(cost: Money) -> str:
    return str(cost) if cost.amount else _("free")


def _speed(message: Message) -> int:
    """Return the tokens per second; 0 where they are not known."""
    if message.timing is None or message.usage is None:
        return 0
    return round(message.timing.tokens_per_second(message.usage.completion_tokens) or 0)
