"""What is shown of a message, as blocks."""

from collections.abc import Iterator
from typing import Final

from glmdesk.domain.message import Message
from glmdesk.render import blocks as b
from glmdesk.render.endings import ended
from glmdesk.render.markdown import parse
from glmdesk.render.sources import source_blocks
from glmdesk.render.stream import BlockStream
from glmdesk.render.tool_calls import call_blocks, result_blocks

LONG: Final = 8_192
"""Characters of an answer that are read in a moment; of a longer one they come first."""

BIT: Final = 512
"""Characters of a longer answer that are read together: at its slowest that takes a few milliseconds."""


def shown_blocks(message: Message, *, is_source: bool) -> b.Blocks:
    """Return all blocks of a message that is not being written, in their order.

    With `is_source` its Markdown is shown as it is written.
    """
    if message.role == "user":
        return (b.Written(message.text),)
    if message.role == "tool":
        return result_blocks(message.text)
    text = (as_code(message.text),) if is_source and message.text else parse(message.text)
    return (*text, *attached_blocks(message))


def gradually_shown(message: Message, *, is_source: bool) -> Iterator[b.Blocks | None]:
    """Yield None after each bit of a long answer that was read, and then what `shown_blocks` returns."""
    if message.role != "assistant" or is_source:
        yield shown_blocks(message, is_source=is_source)
        return
    stream = BlockStream()
    for start in range(0, len(message.text), BIT):
        stream.feed(message.text[start : start + BIT])
        yield None
    yield (*ended(stream.blocks), *attached_blocks(message))


def attached_blocks(message: Message) -> b.Blocks:
    """Return what stands behind the text of an answer: what the model wanted done, and its sources."""
    return (*call_blocks(message.tool_calls), *source_blocks(message.citations))


def as_code(text: str, *, is_written: bool = False) -> b.Code:
    """Return the Markdown of an answer as it stands in its source; `is_written` while it is not complete."""
    return b.Code("Markdown", text, closed=not is_written)
