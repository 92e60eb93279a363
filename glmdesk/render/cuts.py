"""Where the model begins to read: a line behind what it does not read, and below it what stands for that."""

from collections.abc import Iterable

from glmdesk.domain.message import Cut, Message
from glmdesk.i18n import _
from glmdesk.render.blocks import Block, Blocks, Details, Paragraph, Text, Written


def cut_blocks(answer: Message, results: Iterable[Message] = ()) -> Blocks:
    """Return a line where reading begins behind an answer, or behind what tools said to it; else nothing."""
    cuts = [message.cut for message in (answer, *results) if message.cut is not None]
    return (_line(cuts[-1]),) if cuts else ()


def _line(cut: Cut) -> Details:
    window = f"{cut.window:,}"
    if not cut.summary:
        words = _(
            "What stands above is no longer sent: with it, there would be more than the {window} tokens of "
            "the model's window. It stays here, and a model with a larger window reads all of it."
        )
        return Details(_("The model reads from here on"), (_paragraph(words.format(window=window)),))
    words = _(
        "In place of what stands above the model reads this summary: with all of it, there would be more "
        "than the {window} tokens of its window."
    )
    below: list[Block] = [_paragraph(words.format(window=window)), Written(cut.summary)]
    if told := _told(cut):
        below.append(_paragraph(told))
    return Details(_("The model reads from here on, and a summary"), tuple(below))


def _told(cut: Cut) -> str:
    """Return who has written a summary, and what it has cost."""
    parts = [cut.model]
    if cut.usage is not None:
        parts.append(f"↑{cut.usage.prompt_tokens:,} ↓{cut.usage.completion_tokens:,}")
    if cut.cost is not None:
        parts.append(str(cut.cost) if cut.cost.amount else _("free"))
    return " · ".join(filter(None, parts))


def _paragraph(words: str) -> Paragraph:
    return Paragraph((Text(words),))
