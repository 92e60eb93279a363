"""Blocks as plain characters: what a block says, position by position, and in which style.

A position in a block counts the characters of its flat text. Whatever selects, finds or highlights speaks of
these positions, whether the block has a layout or not.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, assert_never
from urllib.parse import urlsplit

from glmdesk.i18n import _
from glmdesk.render import blocks as b
from glmdesk.render.tex import MAX_LENGTH


class Run(NamedTuple):
    """Characters of one style; a line break is the character U+000A."""

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    code: bool = False
    raised: bool = False
    muted: bool = False
    href: str = ""
    formula: b.MathSpan | None = None
    """What the characters are the source of, all of them, if it is short enough to be set."""
    image: b.Image | None = None
    """What the characters stand for, all of them, if there is an address to load it from."""
    title: str = ""
    """What the link is said to lead to, where `href` is one."""

    @property
    def look(self) -> tuple[bool | str, ...]:
        """What its characters look like: equal where they look alike."""
        return self[1:8]

    @property
    def is_whole(self) -> bool:
        """Whether the characters stay together: something may be drawn in their place."""
        return self.formula is not None or self.image is not None

    def saying(self, text: str) -> "Run":
        """Return other characters in this style."""
        return Run(text, *self[1:])


_PLAIN: Final = Run("")


def runs(inlines: b.Inlines) -> tuple[Run, ...]:
    """Return the runs of a text; none of them is empty."""
    return tuple(_runs(inlines, _PLAIN))


def flat_text(block: b.Block) -> str:
    """Return what a block says: cells are separated by tabs; rows, items and nested blocks by line breaks."""
    match block:
        case b.Heading(inlines=inlines) | b.Paragraph(inlines=inlines):
            text = flat_inlines(inlines)
        case b.BulletList(items=items) | b.OrderedList(items=items):
            text = "\n".join(flat_blocks(item.blocks) for item in items)
        case b.Quote(blocks=blocks) | b.Footnote(blocks=blocks):
            text = flat_blocks(blocks)
        case b.Code(text=text) | b.Written(text=text):
            pass
        case b.Details(summary=summary, blocks=blocks):
            text = f"{summary}\n{flat_blocks(blocks)}"
        case b.Math():
            text = block.source
        case b.Table(header=header, rows=rows):
            text = "\n".join(map(flat_row, (header, *rows)))
        case b.Rule():
            text = ""
        case _:
            assert_never(block)
    return text


def flat_blocks(blocks: Iterable[b.Block]) -> str:
    """Return what blocks within another one say."""
    return "\n".join(map(flat_text, blocks))


def flat_row(row: b.Row) -> str:
    """Return what one row of a table says."""
    return "\t".join(map(flat_inlines, row))


def flat_inlines(inlines: b.Inlines) -> str:
    """Return what a text says."""
    match inlines:
        case (b.Text(text),):
            return text
        case _:
            return "".join(run.text for run in _runs(inlines, _PLAIN))


def _runs(inlines: b.Inlines, style: Run) -> Iterator[Run]:
    for inline in inlines:
        match inline:
            case b.Strong(inner):
                yield from _runs(inner, style._replace(bold=True))
            case b.Emphasis(inner):
                yield from _runs(inner, style._replace(italic=True))
            case b.Strike(inner):
                yield from _runs(inner, style._replace(struck=True))
            case b.Link(href=href, title=title, inlines=inner):
                yield from _runs(inner, style._replace(href=href, title=title))
            case _:
                yield _run(inline, style)


def _run(
    inline: b.Text | b.CodeSpan | b.MathSpan | b.LineBreak | b.FootnoteRef | b.SourceRef | b.Image, style: Run
) -> Run:
    match inline:
        case b.Text(text):
            run = style.saying(text)
        case b.CodeSpan(text):
            run = style.saying(text)._replace(code=True)
        case b.MathSpan(tex=tex):
            formula = inline if len(tex) <= MAX_LENGTH else None
            run = style._replace(text=inline.source, code=True, formula=formula)
        case b.LineBreak():
            run = style.saying("\n")
        case b.FootnoteRef(label):
            run = style._replace(text=f"[{label}]", raised=True)
        case b.SourceRef(href=href, title=title):
            run = style._replace(text=inline.mark, raised=True, muted=not href, href=href, title=title)
        case b.Image(src):
            image = inline if src else None
            run = style._replace(text=_placeholder(inline), muted=True, image=image)
        case _:
            assert_never(inline)
    return run


def image_label(image: b.Image) -> str:
    """Return what an image shows, in one line; nothing where that is not said."""
    return " ".join(image.alt.split())


def _placeholder(image: b.Image) -> str:
    host = urlsplit(image.src).hostname if image.src else None
    label = image_label(image) or _("image")
    return _("[Image: {label}, from {host}]").format(label=label, host=host) if host else f"[{label}]"
