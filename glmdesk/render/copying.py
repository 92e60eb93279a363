"""What is copied of a conversation, as plain text, as HTML and as Markdown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from glmdesk.domain.message import Message
from glmdesk.render import blocks as b
from glmdesk.render.attachments import attachment_blocks
from glmdesk.render.plain_text import plain_text
from glmdesk.render.rich_text import rich_line, rich_text, written_line
from glmdesk.render.selection import START, Place, selected
from glmdesk.render.shown import shown_blocks
from glmdesk.render.writer import written


class Manner(Enum):
    """How something is copied."""

    RICH = auto()
    """As HTML for those who take it, with plain text beside it."""
    PLAIN = auto()
    MARKDOWN = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """What is copied of a message: from one place to another; None: from its beginning, to its end.

    The results are what tools answered to its calls.
    """

    message: Message
    is_source: bool = False
    results: tuple[Message, ...] = ()
    first: Place | None = None
    last: Place | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all of it is copied."""
        return self.first in (None, START) and self.last is None

    @property
    def blocks(self) -> b.Blocks:
        """What is copied, as it is shown."""
        if self.is_whole:
            # Whoever wants the thoughts too selects them.
            said = replace(self.message, reasoning="") if self.message.text else self.message
            return shown_blocks(said, is_source=self.is_source, results=self.results)
        blocks = shown_blocks(self.message, is_source=self.is_source, results=self.results)
        return selected(blocks, self.first or START, self.last or Place(len(blocks), 0))


def as_plain_text(parts: Iterable[Part]) -> str:
    """Return parts without marks."""
    return "\n\n".join(filter(None, (plain_text(part.blocks) for part in parts)))


def as_html(parts: Iterable[Part]) -> str:
    """Return parts as HTML; some words of one paragraph are no paragraph."""
    blocks = [block for part in parts for block in part.blocks]
    match blocks:
        case [b.Paragraph(inlines=inlines)]:
            return rich_line(inlines)
        case [b.Written(text=text)]:
            return written_line(text)
        case _:
            return rich_text(blocks)


def as_markdown(parts: Sequence[Part]) -> str:
    """Return the source of whole messages below the names of their files; what is a part is written anew."""
    return "\n\n".join(filter(None, map(_source, parts)))


def _source(part: Part) -> str:
    if part.is_whole and part.message.text:
        files = plain_text(attachment_blocks(part.message.attachments))
        return "\n\n".join(filter(None, (files, part.message.text)))
    if part.message.role == "user" or part.is_source:
        return plain_text(part.blocks)
    return written(part.blocks)
