"""What is copied of a conversation, as plain text, as HTML and as Markdown."""

from collections.abc import Iterable, Sequence

from glmdesk.render import blocks as b
from glmdesk.render.attachments import attachment_blocks
from glmdesk.render.cited_source import cited_source
from glmdesk.render.parts import Part
from glmdesk.render.plain_text import plain_text
from glmdesk.render.rich_text import rich_line, rich_text, written_line
from glmdesk.render.sources import source_blocks
from glmdesk.render.writer import written


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
    """Return the source of whole messages between the names of their files and their sources.

    What is a part is written anew.
    """
    return "\n\n".join(filter(None, map(_source, parts)))


def _source(part: Part) -> str:
    if part.is_whole and part.message.text:
        files = plain_text(attachment_blocks(part.message.attachments))
        citations = part.message.citations
        said = cited_source(part.message.text, citations)
        return "\n\n".join(filter(None, (files, said, written(source_blocks(citations)))))
    if part.message.role == "user" or part.is_source:
        return plain_text(part.blocks)
    return written(part.blocks)
