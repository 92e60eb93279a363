"""Presentations (PPTX) slide by slide: titles, texts, tables and the speaker's notes.

Source: ECMA-376 part 1, 19 and 21.
"""

from typing import Final

from glmdesk.documents.bounds import Bounds
from glmdesk.documents.package import Attributes, Elements, Package, count, relation, value
from glmdesk.documents.tables import markdown_table
from glmdesk.typed import override

MAIN: Final = "ppt/presentation.xml"

_SKIPPED: Final = frozenset({"Fallback"})
_TITLES: Final = ("title", "ctrTitle")
_ON_ALL: Final = ("sldNum", "dt", "ftr", "hdr", "sldImg")
"""What stands on every slide."""
_LEVELS: Final = 8


def pptx_text(package: Package, bounds: Bounds) -> str:
    """Return the text of a presentation, empty where no slide has any. Raises Unreadable."""
    relations, order = package.relations(MAIN), _Order()
    package.read(MAIN, order)
    slides = [relations.parts[key] for key in order.keys if key in relations.parts]
    texts = [_slide(package, part, bounds) for part in slides]
    if not any(texts):
        return ""
    return "\n\n".join(f"[slide {number}]\n\n{text}".rstrip() for number, text in enumerate(texts, start=1))


def _slide(package: Package, part: str, bounds: Bounds) -> str:
    shapes = _Shapes(bounds)
    package.read(part, shapes)
    blocks = [*([f"# {shapes.title}"] if shapes.title else []), *shapes.blocks]
    for notes in package.relations(part).of_kind("notesSlide"):
        said = _Shapes(bounds)
        package.read(notes, said)
        blocks += [f"Notes: {block}" for block in said.blocks]
    return "\n\n".join(blocks)


class _Order(Elements):
    """Which slides there are, one after the other."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sldId":
            self.keys.append(relation(attributes))


class _Shapes(Elements):
    """The texts of one slide, shape by shape."""

    def __init__(self, bounds: Bounds) -> None:
        self.title = ""
        self.blocks: list[str] = []
        self._bounds = bounds
        self._kind = ""
        self._lines: list[str] = []
        self._pieces: list[str] | None = None
        self._level = 0
        self._rows: list[list[str]] | None = None
        self._skipped = 0
        self._is_text = False

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if self._skipped or name in _SKIPPED:
            self._skipped += 1
            return
        match name:
            case "sp":
                self._kind = ""
            case "ph":
                self._kind = value(attributes, "type", "body")
            case "p":
                self._pieces, self._level = [], 0
            case "pPr":
                self._level = count(attributes, "lvl", 0, most=_LEVELS)
            case "t":
                self._is_text = True
            case "br":
                self._write("\n")
            case "tbl":
                self._rows = []
            case "tr" if self._rows is not None:
                self._rows.append([])
            case _:
                pass

    def _write(self, text: str) -> None:
        if self._pieces is not None:
            self._bounds.write(len(text))
            self._pieces.append(text)

    @override
    def text(self, text: str) -> None:
        if self._is_text and not self._skipped:
            self._write(text)

    @override
    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        match name:
            case "t":
                self._is_text = False
            case "p" if self._pieces is not None:
                if line := "".join(self._pieces).strip():
                    self._lines.append("  " * self._level + line)
                self._pieces = None
            case "txBody":
                self._end_shape()
            case "tbl" if self._rows is not None:
                if table := markdown_table(self._rows):
                    self.blocks.append(table)
                self._rows = None
            case _:
                pass

    def _end_shape(self) -> None:
        lines, self._lines = self._lines, []
        if self._rows is not None:
            # It was that of a cell.
            if self._rows:
                self._rows[-1].append(" ".join(lines))
        elif self._kind in _TITLES and lines and not self.title:
            self.title = " ".join(" ".join(lines).split())
        elif lines and self._kind not in _ON_ALL:
            self.blocks.append("\n".join(lines))
