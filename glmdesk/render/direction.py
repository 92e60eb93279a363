"""From which side a text is written: the first letter that has a direction decides it (UAX #9, P2 and P3).

Code, formulas and what stands for an image are of the left whatever is around them, and decide nothing.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final
from unicodedata import bidirectional

from glmdesk.render import blocks as b
from glmdesk.render.runs import Run, runs

_DIRECTED: Final = frozenset(("L", "R", "AL"))
_MOST_TEXTS: Final = 1_000
_MOST_LETTERS: Final = 10_000
"""What has no direction until then is taken as from the left: a growing block is asked in every frame."""


def runs_from_right(pieces: Iterable[Run]) -> bool:
    """Whether a text of these runs is written from the right."""
    return _is_from_right(_texts(pieces))


def inlines_from_right(inlines: b.Inlines) -> bool:
    """Whether a text is written from the right."""
    return runs_from_right(runs(inlines))


def blocks_from_right(blocks: Iterable[b.Block]) -> bool:
    """Whether what holds these blocks begins at the right: its marks, its bar, its first column."""
    return _is_from_right(_texts_of_blocks(blocks))


def _is_from_right(texts: Iterable[str]) -> bool:
    letters = (letter for text in islice(texts, _MOST_TEXTS) for letter in text)
    found = map(bidirectional, islice(letters, _MOST_LETTERS))
    return next((kind for kind in found if kind in _DIRECTED), "L") != "L"


def _texts(pieces: Iterable[Run]) -> Iterator[str]:
    return ("" if run.code or run.is_whole else run.text for run in pieces)


def _texts_of_blocks(blocks: Iterable[b.Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case b.BulletList(items=items) | b.OrderedList(items=items):
                for item in items:
                    yield from _texts_of_blocks(item.blocks)
            case b.Quote(blocks=nested) | b.Footnote(blocks=nested) | b.Details(blocks=nested):
                yield from _texts_of_blocks(nested)
            case _:
                yield from _own_texts(block)


def _own_texts(block: b.Heading | b.Paragraph | b.Leaf) -> Iterator[str]:
    match block:
        case b.Heading(inlines=inlines) | b.Paragraph(inlines=inlines):
            yield from _texts(runs(inlines))
        case b.Table(header=header, rows=rows):
            for cell in chain.from_iterable(chain((header,), rows)):
                yield from _texts(runs(cell))
        case b.Written(text=text):
            yield text
        case b.Code() | b.Math() | b.Rule():
            yield ""
