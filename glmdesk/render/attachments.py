"""The files of a question: a line for each, which is a link that only the window knows what to do with."""

from collections.abc import Iterable, Iterator
from typing import Final

from glmdesk.domain.attachment import DIGEST, Attachment
from glmdesk.render.blocks import Blocks, Inline, LineBreak, Link, Paragraph, Text

_SCHEME: Final = "attachment:"
"""No Markdown makes such a link: `domain.address.is_allowed` knows others only."""


def attachment_blocks(attachments: Iterable[Attachment]) -> Blocks:
    """Return a line for each file with its name and size; nothing without files."""
    inlines = tuple(_lines(attachments))
    return (Paragraph(inlines),) if inlines else ()


def _lines(attachments: Iterable[Attachment]) -> Iterator[Inline]:
    for number, attachment in enumerate(attachments):
        if number:
            yield LineBreak(hard=True)
        yield Link(_SCHEME + attachment.digest, "", (Text(shown_name(attachment)),))
        yield Text(f" · {attachment.size}")


def shown_name(attachment: Attachment) -> str:
    """Return what a file is called, on one line."""
    return " ".join(attachment.name.split()) or attachment.digest


def digest_in(href: str) -> str | None:
    """Return which file a link stands for; None for any other link."""
    digest = href.removeprefix(_SCHEME)
    return digest if digest != href and DIGEST.fullmatch(digest) else None
