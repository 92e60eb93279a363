"""What an answer was found in, as blocks: a note for each source, labelled as the text refers to it."""

from collections.abc import Iterable

from glmdesk.domain.address import is_web
from glmdesk.domain.message import Citation
from glmdesk.i18n import _
from glmdesk.render.blocks import Block, Blocks, Footnote, Inline, Link, Paragraph, Strong, Text
from glmdesk.render.parser import parser


def source_blocks(citations: Iterable[Citation]) -> Blocks:
    """Return a headline and a note per source; nothing where there are no sources."""
    notes: list[Block] = [
        Footnote(citation.ref or str(number), (Paragraph(tuple(_said(citation))),))
        for number, citation in enumerate(citations, start=1)
    ]
    return (Paragraph((Strong((Text(_("Sources")),)),)), *notes) if notes else ()


def _said(citation: Citation) -> Iterable[Inline]:
    title = " ".join((citation.title or citation.link or citation.site).split())
    href = parser().normalizeLink(citation.link)
    yield Link(href, "", (Text(title),)) if is_web(href) else Text(title)
    beside = [" ".join(part.split()) for part in (citation.site, citation.published) if part.strip()]
    if beside:
        yield Text(" · " + " · ".join(beside))
