"""Word documents (DOCX) as Markdown: headings, lists with their numbers, tables, links, notes.

Source: ECMA-376 part 1, 17. What was deleted, headers and footers, comments and pictures are left out.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from glmdesk.documents.bounds import Bounds
from glmdesk.documents.numbering import Numbering
from glmdesk.documents.package import Attributes, Elements, Package, count, relation, value
from glmdesk.documents.tables import markdown_table
from glmdesk.typed import override

MAIN: Final = "word/document.xml"

_HEADING: Final = re.compile(r"heading (\d)")
_MOST_LEVEL: Final = 6
_LEVELS: Final = 9
_MOST_SPAN: Final = 256
_MOST_PARENTS: Final = 16

_SKIPPED: Final = frozenset({"Fallback", "del", "moveFrom", "sectPrChange", "pPrChange"})
"""What stands there a second time, or no more."""


def docx_text(package: Package, bounds: Bounds) -> str:
    """Return the text of a document. Raises Unreadable."""
    relations = package.relations(MAIN)
    styles, numbering = _Styles(), Numbering()
    for part in relations.of_kind("styles"):
        package.read(part, styles)
    for part in relations.of_kind("numbering"):
        package.read(part, numbering)
    body = _Body(styles, numbering, relations.addresses, bounds)
    package.read(MAIN, body)
    for kind in ("footnotes", "endnotes"):
        for part in relations.of_kind(kind):
            notes = _Body(styles, numbering, package.relations(part).addresses, bounds, note=kind[0])
            package.read(part, notes)
            body.blocks += notes.blocks
    return _joined(body.blocks)


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    is_item: bool = False


def _joined(blocks: list[_Block]) -> str:
    """Return blocks as one text, with an empty line between all but the items of a list."""
    parts: list[str] = []
    for at, block in enumerate(blocks):
        if at:
            parts.append("\n" if block.is_item and blocks[at - 1].is_item else "\n\n")
        parts.append(block.text)
    return "".join(parts)


@dataclass(slots=True)
class _Properties:
    """How a paragraph looks, or how those of a style do."""

    style: str = ""
    level: int = 0
    """Of a heading; 0: it is none."""
    number: str = ""
    depth: int = 0


class _Styles(Elements):
    """What the styles of a document say of paragraphs."""

    def __init__(self) -> None:
        self._styles: dict[str, _Properties] = {}
        self._style = _Properties()

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        match name:
            case "style":
                self._style = self._styles.setdefault(value(attributes, "styleId"), _Properties())
            case "name":
                called = value(attributes, "val").lower()
                if found := _HEADING.fullmatch(called):
                    self._style.level = int(found[1])
                elif called == "title":
                    self._style.level = 1
            case "basedOn":
                self._style.style = value(attributes, "val")
            case _:
                _take_property(self._style, name, attributes)

    def completed(self, properties: _Properties) -> _Properties:
        """Return how a paragraph looks with what it has from its style, and what that has from others."""
        level, number, depth = properties.level, properties.number, properties.depth
        style = properties.style
        for _step in range(_MOST_PARENTS):
            found = self._styles.get(style)
            if found is None:
                break
            level = level or found.level
            if not number and found.number:
                number, depth = found.number, found.depth or depth
            style = found.style
        return _Properties(properties.style, level, number, depth)


def _take_property(properties: _Properties, name: str, attributes: Attributes) -> None:
    match name:
        case "outlineLvl":
            level = count(attributes, "val", _LEVELS, most=_LEVELS)
            properties.level = level + 1 if level < _LEVELS else 0
        case "numId":
            properties.number = value(attributes, "val")
        case "ilvl":
            properties.depth = count(attributes, "val", 0, most=_LEVELS - 1)
        case _:
            pass


@dataclass(slots=True)
class _Table:
    rows: list[list[str]] = field(default_factory=list[list[str]])
    span: int = 1


@dataclass(slots=True)
class _Paragraph:
    properties: _Properties = field(default_factory=_Properties)
    pieces: list[str] = field(default_factory=list[str])
    address: str = ""


class _Body(Elements):
    """Makes blocks of paragraphs and tables, whatever is inside of what."""

    def __init__(
        self,
        styles: _Styles,
        numbering: Numbering,
        addresses: dict[str, str],
        bounds: Bounds,
        *,
        note: str = "",
    ) -> None:
        """`note` is the letter of the notes that it is about; empty for the document itself."""
        self.blocks: list[_Block] = []
        self._styles = styles
        self._numbering = numbering
        self._addresses = addresses
        self._bounds = bounds
        self._note = note
        self._mark = ""
        self._places = [self.blocks]
        """Where paragraphs go: into the document, or into the cells they are in."""
        self._tables: list[_Table] = []
        self._paragraphs: list[_Paragraph] = []
        self._skipped = 0
        self._in_properties = 0
        self._is_text = False

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if self._skipped or name in _SKIPPED:
            self._skipped += 1
        elif self._in_properties or name == "pPr":
            self._in_properties += 1
            self._take_property(name, attributes)
        elif name in ("p", "tbl", "tr", "tc", "gridSpan", "footnote", "endnote"):
            self._open(name, attributes)
        elif self._paragraphs:
            self._write_inline(name, attributes)

    def _take_property(self, name: str, attributes: Attributes) -> None:
        if self._paragraphs:
            properties = self._paragraphs[-1].properties
            if name == "pStyle":
                properties.style = value(attributes, "val")
            else:
                _take_property(properties, name, attributes)

    def _open(self, name: str, attributes: Attributes) -> None:
        match name:
            case "p":
                self._paragraphs.append(_Paragraph())
            case "tbl":
                self._tables.append(_Table())
            case "tr" if self._tables:
                self._tables[-1].rows.append([])
            case "tc" if self._tables:
                self._tables[-1].span = 1
                self._places.append([])
            case "gridSpan" if self._tables:
                self._tables[-1].span = count(attributes, "val", 1, most=_MOST_SPAN)
            case "footnote" | "endnote":
                self._mark = f"[^{self._note}{value(attributes, 'id')}]: "
            case _:
                pass

    def _write_inline(self, name: str, attributes: Attributes) -> None:
        match name:
            case "t":
                self._is_text = True
            case "tab":
                self._write("\t")
            case "br" | "cr" if value(attributes, "type") not in ("page", "column"):
                self._write("\n")
            case "noBreakHyphen":
                self._write("-")
            case "footnoteReference" | "endnoteReference":
                self._write(f"[^{name[0]}{value(attributes, 'id')}]")
            case "hyperlink" if address := self._addresses.get(relation(attributes)):
                self._paragraphs[-1].address = address
                self._write("[")
            case _:
                pass

    @override
    def text(self, text: str) -> None:
        if self._is_text and not self._skipped:
            self._write(text)

    def _write(self, text: str) -> None:
        self._bounds.write(len(text))
        self._paragraphs[-1].pieces.append(text)

    @override
    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif self._in_properties:
            self._in_properties -= 1
        else:
            self._close(name)

    def _close(self, name: str) -> None:
        match name:
            case "t":
                self._is_text = False
            case "p" if self._paragraphs:
                self._put(self._paragraphs.pop())
            case "hyperlink" if self._paragraphs and self._paragraphs[-1].address:
                self._write(f"]({self._paragraphs[-1].address})")
                self._paragraphs[-1].address = ""
            case "tc" if len(self._places) > 1 and self._tables:
                self._end_cell(self._tables[-1], self._places.pop())
            case "tbl" if self._tables:
                if text := markdown_table(self._tables.pop().rows):
                    self._places[-1].append(_Block(text))
            case _:
                pass

    def _put(self, paragraph: _Paragraph) -> None:
        text = "".join(paragraph.pieces).strip()
        properties = self._styles.completed(paragraph.properties)
        if not text:
            return
        label = self._numbering.next_label(properties.number, properties.depth)
        if label:
            text = f"{label} {text}"
        is_item = bool(label) and not properties.level
        if properties.level and self._places[-1] is self.blocks:
            text = "#" * min(properties.level, _MOST_LEVEL) + " " + " ".join(text.split())
        elif is_item:
            text = "  " * properties.depth + text
        self._places[-1].append(_Block(self._mark + text, is_item=is_item))
        self._mark = ""

    def _end_cell(self, table: _Table, blocks: list[_Block]) -> None:
        if not table.rows:
            table.rows.append([])
        table.rows[-1] += [" ".join(block.text for block in blocks), *[""] * (table.span - 1)]
        table.span = 1
