"""What is shown of a message, as blocks."""

from collections.abc import Iterable, Iterator
from typing import Final

from glmdesk.domain.message import Message, State
from glmdesk.render import blocks as b
from glmdesk.render.attachments import attachment_blocks
from glmdesk.render.cuts import cut_blocks
from glmdesk.render.endings import ended
from glmdesk.render.markdown import parse
from glmdesk.render.read_parts import part_blocks
from glmdesk.render.references import cited, cited_early, may_have_marks, without_begun_mark
from glmdesk.render.source import normalize
from glmdesk.render.sources import source_blocks
from glmdesk.render.stream import BlockStream
from glmdesk.render.structured import attempt_blocks, json_blocks
from glmdesk.render.thoughts import thought_blocks
from glmdesk.render.tool_calls import call_blocks, result_blocks, service_call_blocks

LONG: Final = 8_192
"""Characters of an answer that are read in a moment; of a longer one they come first."""

BIT: Final = 512
"""Characters of a longer answer that are read together: at its slowest that takes a few milliseconds."""

_LONGEST_CITING: Final = 100_000
"""Characters. In longer texts marks of sources are no links: a list is searched again with each bit of it."""


def shown_blocks(message: Message, *, is_source: bool, results: Iterable[Message] = ()) -> b.Blocks:
    """Return all blocks of a message that is not being written, in their order.

    With `is_source` its Markdown is shown as it is written. The results are what tools answered to its calls.
    """
    if message.role == "user":
        text = (b.Written(normalize(message.text)),) if message.text or not message.attachments else ()
        return (*attachment_blocks(message.attachments), *text)
    if message.role == "tool":
        return result_blocks(message.text)
    if message.structured is not None:
        json = json_blocks(message, is_source=is_source)
        return (*opening_blocks(message), *json, *attached_blocks(message, results))
    is_code = is_source and bool(message.text)
    blocks = (as_code(message.text),) if is_code else written_blocks(parse(_said(message)), message)
    before = () if is_code else opening_blocks(message)
    return (*before, *blocks, *attached_blocks(message, results))


def gradually_shown(
    message: Message, *, is_source: bool, results: Iterable[Message] = ()
) -> Iterator[b.Blocks | None]:
    """Yield None after each bit of a long answer that was read, and then what `shown_blocks` returns."""
    if message.role != "assistant" or is_source or message.structured is not None:
        yield shown_blocks(message, is_source=is_source, results=results)
        return
    stream, text = BlockStream(), _said(message)
    for start in range(0, len(text), BIT):
        stream.feed(text[start : start + BIT])
        yield None
    written = written_blocks(stream.blocks, message)
    yield (*opening_blocks(message), *written, *attached_blocks(message, results))


def opening_blocks(answer: Message) -> b.Blocks:
    """Return what stands before the text of an answer: parts, thoughts, what the service had done for it."""
    return (*part_blocks(answer), *thought_blocks(answer), *service_call_blocks(answer))


def written_blocks(blocks: b.Blocks, answer: Message) -> b.Blocks:
    """Return the blocks of an answer's text, or the last ones, with its sources as they are known."""
    is_cited = len(answer.text) <= _LONGEST_CITING
    if answer.state is not State.STREAMING:
        return cited(ended(blocks), answer.citations) if is_cited else ended(blocks)
    # Most answers have no marks, and what has been written is looked through with each bit of it.
    return cited_early(blocks) if is_cited and may_have_marks(answer.text) else blocks


def _said(message: Message) -> str:
    """Return what is shown of a text: while it is being written, no half of a mark at its end."""
    return without_begun_mark(message.text) if message.state is State.STREAMING else message.text


def attached_blocks(answer: Message, results: Iterable[Message]) -> b.Blocks:
    """Return what stands behind the text of an answer: what the model wanted done, its sources, and a cut."""
    results = tuple(results)
    calls = call_blocks(answer, results)
    if answer.state is State.STREAMING:
        return calls
    return (
        *attempt_blocks(answer),
        *calls,
        *source_blocks(answer.citations),
        *cut_blocks(answer, results),
    )


def as_code(text: str, *, is_written: bool = False) -> b.Code:
    """Return the Markdown of an answer as it stands in its source; `is_written` while it is not complete."""
    return b.Code("Markdown", text, closed=not is_written)
