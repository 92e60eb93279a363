"""What a model thought before it answered: a line that says how long, and below it all of that as it came."""

from glmdesk.domain.message import Message, State
from glmdesk.i18n import _, ngettext
from glmdesk.render.blocks import Blocks, Details, Written
from glmdesk.render.source import normalize


def thought_blocks(answer: Message) -> Blocks:
    """Return a line with the thoughts below it; nothing where there are none."""
    thoughts = normalize(answer.reasoning.strip())
    return (Details(_summary(answer), (Written(thoughts),)),) if thoughts else ()


def _summary(answer: Message) -> str:
    parts = [_("Thoughts")]
    if answer.timing is not None and answer.timing.thought_s is not None:
        seconds = max(1, round(answer.timing.thought_s))
        parts = [ngettext("Thought for {count} second", "Thought for {count} seconds", seconds)]
        parts[0] = parts[0].format(count=f"{seconds:,}")
    elif answer.state is State.STREAMING:
        parts = [_("Thinking…")]
    count = answer.usage.reasoning_tokens if answer.usage else 0
    if count:
        parts.append(ngettext("{count} token", "{count} tokens", count).format(count=f"{count:,}"))
    return " · ".join(parts)
