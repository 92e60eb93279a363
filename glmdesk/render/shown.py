"""What is shown of a message, as blocks."""

from glmdesk.domain.message import Message
from glmdesk.render import blocks as b
from glmdesk.render.markdown import parse
from glmdesk.render.sources import source_blocks


def shown_blocks(message: Message, *, is_source: bool) -> b.Blocks:
    """Return all blocks of a message that is not being written, in their order.

    With `is_source` its Markdown is shown as it is written.
    """
    if message.role == "user":
        return (as_written(message.text),)
    text = (as_code(message.text),) if is_source and message.text else parse(message.text)
    return (*text, *source_blocks(message.citations)) if text else ()


def as_written(text: str) -> b.Paragraph:
    """Return a text in which nothing is Markdown."""
    inlines: list[b.Inline] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            inlines.append(b.LineBreak(hard=True))
        if line:
            inlines.append(b.Text(line))
    return b.Paragraph(tuple(inlines))


def as_code(text: str, *, is_written: bool = False) -> b.Code:
    """Return the Markdown of an answer as it stands in its source; `is_written` while it is not complete."""
    return b.Code("Markdown", text, closed=not is_written)
