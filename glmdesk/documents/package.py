"""The XML parts of an Office file, which is a ZIP, read as they are unpacked: no tree is ever built.

Source: ECMA-376, parts 1 and 2. The parser of the standard library does what is needed, with every document
type refused, so that there are no entities; libraries for these formats load whole trees, and bring between
12 and 40 megabytes.
"""

import io
import posixpath
import zlib
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from glmdesk.documents.bounds import Bounds, Unreadable
from glmdesk.typed import override

_AT_ONCE: Final = 1 << 16
_MOST_PARTS: Final = 50_000
_DEEPEST: Final = 500
_ENTRY: Final = b"PK\x01\x02"
_RELATIONS: Final = "relationships"

Attributes = Mapping[str, str]


class Elements:
    """Takes the elements of a part. Names are local: the two editions of the format differ in the rest."""

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the beginning of an element."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take text, in pieces of any length."""


class Package:
    """The parts of one file."""

    def __init__(self, content: bytes, bounds: Bounds) -> None:
        """Raises Unreadable for what is no ZIP."""
        self._bounds = bounds
        # Each part costs memory before anything is known of it.
        if content.count(_ENTRY) > _MOST_PARTS:
            raise Unreadable("too-long")
        try:
            self._zip = ZipFile(io.BytesIO(content))
        except (BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
            raise Unreadable("damaged") from error
        self._parts = {info.filename.lstrip("/"): info for info in self._zip.infolist()}

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part in self._parts

    def read(self, part: str, elements: Elements) -> None:
        """Hand a part on, element by element; nothing where it is not there. Raises Unreadable."""
        info = self._parts.get(part)
        if info is None:
            return
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Unreadable("damaged")
        if info.flag_bits & 1:
            raise Unreadable("encrypted")
        parser = _parser(elements)
        try:
            self._feed(parser, info)
        except (expat.ExpatError, BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise Unreadable("damaged") from error

    def _feed(self, parser: expat.XMLParserType, info: ZipInfo) -> None:
        with self._zip.open(info) as file:
            while piece := file.read(_AT_ONCE):
                self._bounds.unpack(len(piece))
                parser.Parse(piece, False)
            parser.Parse(b"", True)

    def relations(self, part: str) -> "Relations":
        """Return what a part refers to. Raises Unreadable."""
        folder, name = posixpath.split(part)
        relations = Relations(folder)
        self.read(posixpath.join(folder, "_rels", f"{name}.rels"), relations)
        return relations


class Relations(Elements):
    """What a part refers to, by the names that it has there.

    Attributes:
        parts: Other parts of the file.
        addresses: What is outside of it.
        kinds: What a relation is for, as the last word of its type: "slide", "notesSlide", "hyperlink".
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.parts: dict[str, str] = {}
        self.addresses: dict[str, str] = {}
        self.kinds: dict[str, str] = {}

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if name != "Relationship":
            return
        key, target = attributes.get("Id", ""), attributes.get("Target", "")
        self.kinds[key] = attributes.get("Type", "").rpartition("/")[2]
        if attributes.get("TargetMode") == "External":
            self.addresses[key] = target
        else:
            self.parts[key] = posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/")

    def of_kind(self, kind: str) -> list[str]:
        """Return the parts that are there for something."""
        return [part for key, part in self.parts.items() if self.kinds[key] == kind]


def value(attributes: Attributes, name: str, default: str = "") -> str:
    """Return an attribute by its local name."""
    for key, found in attributes.items():
        if key.rpartition(" ")[2] == name:
            return found
    return default


def relation(attributes: Attributes) -> str:
    """Return what an element calls a relation of its part; empty: it has none."""
    return next(
        (found for key, found in attributes.items() if key.rpartition(" ")[0].endswith(_RELATIONS)), ""
    )


def count(attributes: Attributes, name: str, default: int, *, most: int) -> int:
    """Return an attribute that is a whole number from 0 to `most`, or a default for any other."""
    found = value(attributes, name)
    return (
        int(found) if found.isdecimal() and len(found) <= len(str(most)) and int(found) <= most else default
    )


def _parser(elements: Elements) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise Unreadable("damaged")
        elements.start(name.rpartition(" ")[2], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        elements.end(name.rpartition(" ")[2])

    def refuse(*_declaration: object) -> None:
        raise Unreadable("damaged")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = elements.text
    parser.StartDoctypeDeclHandler = refuse
    return parser
