"""Where links and images stand in blocks, by the positions of `runs`."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple, assert_never

from glmdesk.i18n import _
from glmdesk.render import blocks as b
from glmdesk.render.runs import Run, flat_text, image_label, runs


class PlacedLink(NamedTuple):
    """A link in a block: the positions from `start` up to `end`, where it leads, and what it reads.

    An image is one too. It leads to where it is loaded from, and reads what it shows. `title` is what a link
    is said to lead to, in the words of whoever wrote it.
    """

    start: int
    end: int
    href: str
    text: str
    image: b.Image | None = None
    title: str = ""


def links_in(block: b.Block) -> Iterator[PlacedLink]:
    """Yield the links of a block, the first one first; the images in a link come before it."""
    start = 0
    for part in _texts(block):
        if isinstance(part, str):
            start += len(part)
            continue
        for (href, title), group in groupby(part, key=lambda run: (run.href, run.title)):
            first = start
            for run in (linked := list(group)):
                end = start + len(run.text)
                if run.image is not None:
                    yield PlacedLink(start, end, run.image.src or "", _read(run), run.image)
                start = end
            if href:
                yield PlacedLink(first, start, href, "".join(map(_read, linked)), title=title)


def _read(run: Run) -> str:
    return image_label(run.image) or _("Image") if run.image else run.text


def _texts(block: b.Block) -> Iterator[tuple[Run, ...] | str]:
    """Yield what the flat text of a block consists of: texts of runs, and what has no links."""
    match block:
        case b.Heading(inlines=inlines) | b.Paragraph(inlines=inlines):
            yield runs(inlines)
        case b.BulletList(items=items) | b.OrderedList(items=items):
            yield from _joined("\n", (_joined("\n", map(_texts, item.blocks)) for item in items))
        case b.Quote(blocks=blocks) | b.Footnote(blocks=blocks):
            yield from _joined("\n", map(_texts, blocks))
        case b.Table(header=header, rows=rows):
            cells = (_joined("\t", (iter((runs(cell),)) for cell in row)) for row in (header, *rows))
            yield from _joined("\n", cells)
        case b.Details(summary=summary, blocks=blocks):
            yield from _joined("\n", (iter((summary,)), *map(_texts, blocks)))
        case b.Code() | b.Math() | b.Rule() | b.Written():
            yield flat_text(block)
        case _:
            assert_never(block)


def _joined(
    separator: str, parts: Iterable[Iterator[tuple[Run, ...] | str]]
) -> Iterator[tuple[Run, ...] | str]:
    for number, part in enumerate(parts):
        if number:
            yield separator
        yield from part
