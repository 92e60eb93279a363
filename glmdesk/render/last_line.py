"""A text whose last line grows: where that line belongs to a paragraph for certain, only its words change."""

from dataclasses import replace

from markdown_it.common.utils import MD_TRIM_CHARS

from glmdesk.render.blocks import Block, Blocks, BulletList, Footnote, Inlines, OrderedList, Paragraph, Quote
from glmdesk.render.markdown import Draft


def open_paragraph(draft: Draft, source: str) -> str | None:
    """Return what the paragraph says that a source, and its last block, ends with, in whatever containers.

    It is None where more of the last line may become more than that. A line that begins with a letter begins
    nothing else, nor does it end or change what stands above it.
    """
    while draft.children:
        draft = draft.children[-1]
    if draft.kind != "paragraph_open":
        return None
    last = draft.text.rpartition("\n")[2].lstrip(" \t")
    ink = source.rstrip(MD_TRIM_CHARS)
    is_at_end = ink.endswith(last) and "\n" not in source[len(ink) :]
    return draft.text + source[len(ink) :] if is_at_end and last[:1].isalpha() else None


def reworded(block: Block, inlines: Inlines) -> Block:
    """Return the block with other words in the paragraph that it ends with."""
    match block:
        case Quote(blocks=blocks) | Footnote(blocks=blocks):
            return replace(block, blocks=_reworded(blocks, inlines))
        case BulletList(items=items) | OrderedList(items=items):
            item = replace(items[-1], blocks=_reworded(items[-1].blocks, inlines))
            return replace(block, items=(*items[:-1], item))
        case Paragraph():
            return replace(block, inlines=inlines)
        case _:
            return block


def _reworded(blocks: Blocks, inlines: Inlines) -> Blocks:
    return (*blocks[:-1], reworded(blocks[-1], inlines))
