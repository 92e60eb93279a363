"""The Markdown of an answer as it is read elsewhere: the marks of its sources lead there."""

from collections.abc import Iterable

from glmdesk.domain.message import Citation
from glmdesk.render.blocks import Paragraph
from glmdesk.render.markdown import parse
from glmdesk.render.references import any_of, cited, marks_of
from glmdesk.render.runs import flat_blocks
from glmdesk.render.source import normalize
from glmdesk.render.writer import written


def cited_source(source: str, citations: Iterable[Citation]) -> str:
    """Return Markdown with the marks of sources as links, and all else as it is written.

    Only a block in which a mark is also code, or in a link, is written anew.
    """
    found = tuple(citations)
    links = {mark: written((Paragraph((ref,)),)) for mark, ref in marks_of(found).items()}
    if not links:
        return source
    source, marks = normalize(source), any_of(links)
    blocks = parse(source)
    pieces, end = list[str](), 0
    for block, marked in zip(blocks, cited(blocks, found), strict=True):
        if marked is not block and block.span is not None:
            piece = marks.sub(lambda mark: links[mark[0]], source[block.span.start : block.span.end])
            is_same = flat_blocks(parse(piece)) == flat_blocks((marked,))
            pieces += source[end : block.span.start], piece if is_same else written((marked,))
            end = block.span.end
    return "".join((*pieces, source[end:]))
