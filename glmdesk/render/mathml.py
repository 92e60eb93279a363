"""TeX as MathML, for the clipboard and for what sets formulas: elements and attributes of two closed lists.

latex2mathml is loaded with the first formula (some 80 ms). Its result is taken as a tree, because as text it
is not escaped, and what it says in a way of its own is made plain.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from glmdesk.render.tex import UnreadableError, readable

MAX_ELEMENTS: Final = 800
MAX_CHARACTERS: Final = 600
"""Characters that are seen; a page of derivation has two hundred."""
MAX_DEPTH: Final = 60
"""Elements in each other: two or three for a pair of braces."""
MAX_CHILDREN: Final = 400
MAX_ROWS: Final = 100
_MAX_LENGTH: Final = 60.0
"""Of a space, in any unit. A brace is put together of pieces, as many as it takes to reach its height."""

_ELEMENTS: Final = frozenset(
    (
        "math", "menclose", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow",
        "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder",
        "munderover",
    )
)  # fmt: skip
_LEAVES: Final = frozenset(("mi", "mn", "mo", "mtext"))
_FIXED: Final = {
    "mfrac": 2,
    "mroot": 2,
    "msub": 2,
    "msup": 2,
    "mover": 2,
    "munder": 2,
    "msubsup": 3,
    "munderover": 3,
}
"""How many children an element has."""
_LENGTHS: Final = frozenset(
    (
        "columnspacing", "depth", "height", "linethickness", "lspace", "mathsize", "maxsize", "minsize",
        "rowspacing", "rspace", "voffset", "width",
    )
)  # fmt: skip
_OTHERS: Final = frozenset(
    (
        "accent", "columnalign", "columnlines", "display", "displaystyle", "fence", "form", "largeop",
        "linebreak", "mathcolor", "mathvariant", "movablelimits", "notation", "rowlines", "scriptlevel",
        "separator", "stretchy",
    )
)  # fmt: skip
_LENGTH: Final = re.compile(
    r"[+-]?(\d{1,4}(?:\.\d{1,4})?|\.\d{1,4})([a-z]{2})?|(?:negative)?[a-z]{4,9}mathspace"
)
_VALUE: Final = re.compile(r"[a-zA-Z0-9# -]{0,200}")
_REFERENCE: Final = re.compile(r"&#x([0-9A-Fa-f]{1,6});")
_FUNCTION: Final = re.compile(r"[A-Za-z]{2,}")

# What no XML can hold, and what has no picture.
_UNSHOWABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Names with limits below them or space around them; any other is a function's, an identifier.
_OPERATORS: Final = frozenset(("inf", "lim", "max", "min", "mod", "sup"))


class _Engine(NamedTuple):
    """The parts of latex2mathml that are used."""

    convert: Callable[[str, str], Element]
    """Takes TeX and "block" or "inline"."""
    sign: Callable[[str], str | None]
    errors: tuple[type[Exception], ...]


@cache
def _engine() -> _Engine:
    from latex2mathml import exceptions  # noqa: PLC0415 - see the module's text
    from latex2mathml.converter import Converter  # noqa: PLC0415
    from latex2mathml.symbols_parser import convert_symbol  # noqa: PLC0415

    def convert(tex: str, display: str) -> Element:
        return Converter(display=display).convert_to_element(tex)

    kinds = [
        kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, Exception)
    ]
    return _Engine(
        convert,
        convert_symbol,
        # It looks for the end of what is not ended, takes apart what is not there, and calls itself.
        (*kinds, AttributeError, LookupError, RuntimeError, StopIteration, TypeError, ValueError),
    )


def mathml(tex: str, *, display: bool) -> str | None:
    """Return `tex` as a `math` element, without anything that is fetched or run; None when it is not one."""
    math = math_element(tex, display=display)
    return None if math is None else tostring(math, encoding="unicode")


def math_element(tex: str, *, display: bool) -> Element | None:
    """Return what `mathml` returns as a tree. Its size, its depth and every length in it are bounded."""
    try:
        math = _converted(readable(tex), "block" if display else "inline")
        for element in _elements(math):
            _purify(element)
    except UnreadableError:
        return None
    return math if sum(len(element.text or "") for element in math.iter()) <= MAX_CHARACTERS else None


def _converted(tex: str, display: str) -> Element:
    engine = _engine()
    try:
        return engine.convert(tex, display)
    except engine.errors as error:
        raise UnreadableError from error


def _elements(math: Element) -> list[Element]:
    """Return all elements of a tree, children first.

    Raises:
        UnreadableError: They are too many or too deep.
    """
    found: list[Element] = []
    level = [math]
    for _ in range(MAX_DEPTH):
        found += level
        if len(found) > MAX_ELEMENTS:
            break
        level = [child for element in level for child in element]
        if not level:
            found.reverse()
            return found
    raise UnreadableError


def _purify(element: Element) -> None:
    """Make an element whose children are pure one of MathML's, with as many children as it must have."""
    if element.tag not in _ELEMENTS or len(element) > MAX_CHILDREN:
        raise UnreadableError
    element.tail = None
    element.attrib = {name: value for name, value in element.attrib.items() if _is_pure(name, value)}
    if element.tag in _LEAVES:
        _purify_leaf(element)
    else:
        if (element.text or "").strip():
            raise UnreadableError
        element.text = None
        _purify_parent(element)


def _is_pure(name: str, value: str) -> bool:
    if name in _LENGTHS:
        lengths = [_LENGTH.fullmatch(length) for length in value.split()]
        if any(found and found[1] and float(found[1]) > _MAX_LENGTH for found in lengths):
            raise UnreadableError
        return bool(lengths) and all(lengths)
    return name == "xmlns" or (name in _OTHERS and _VALUE.fullmatch(value) is not None)


def _purify_leaf(leaf: Element) -> None:
    if len(leaf):
        _flatten(leaf)
    if leaf.tag not in _LEAVES:
        return
    text = _REFERENCE.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), leaf.text or "")
    if leaf.tag != "mtext":
        text = text.strip(" \n\t")
    if text.startswith("\\"):
        text = _sign(text)
    if leaf.tag != "mtext" and text.isspace():
        # The spaces of Unicode: `\medspace`.
        _empty(leaf, "0.222em")
        return
    if "&#x" in text or _UNSHOWABLE.search(text):
        raise UnreadableError
    if not text or text == "&":
        # An ampersand outside a table.
        _empty(leaf)
        return
    leaf.text = text
    if leaf.tag == "mi" and len(text) == 1 and unicodedata.category(text) == "Sm" and text < "\U00010000":
        leaf.tag = "mo"
    elif leaf.tag == "mo" and len(text) > 1 and text.isalpha() and "movablelimits" not in leaf.attrib:
        leaf.tag = "mo" if text in _OPERATORS else "mi"


def _flatten(leaf: Element) -> None:
    r"""Give a leaf with children, as `\mathrel{…}` makes them, their text, or make it a row."""
    inner = list(leaf.iter())[1:]
    if leaf.tag == "mo" and all(element.tag in _LEAVES or element.tag == "mrow" for element in inner):
        text = "".join(element.text or "" for element in inner)
        if len(text) == 1 or text.replace("\N{NO-BREAK SPACE}", "").isalpha():
            leaf.text = text
            del leaf[:]
            return
    leaf.tag, leaf.text = "mrow", None
    leaf.attrib.clear()


def _sign(command: str) -> str:
    """Return the character that a command stands for, which latex2mathml has left as it was."""
    code = _engine().sign(command)
    if code is None:
        raise UnreadableError
    return chr(int(code, 16))


def _empty(element: Element, width: str = "0em") -> None:
    element.tag, element.text, element.attrib = "mspace", None, {"width": width}


def _purify_parent(parent: Element) -> None:
    _break_lines(parent)
    match parent.tag:
        case "mrow" | "mstyle" | "mpadded" | "mphantom" if not len(parent):
            _empty(parent)
        case "mspace":
            del parent[:]
        case "mtable" if not 0 < len(parent) <= MAX_ROWS:
            raise UnreadableError
        case "mtr" | "mtd" | "math" if not len(parent):
            SubElement(SubElement(parent, "mtd") if parent.tag == "mtr" else parent, "mspace", width="0em")
        case "msqrt" | "menclose" if len(parent) != 1:
            row = Element("mrow")
            row.extend(list(parent))
            parent[:] = [row]
            _purify_parent(row)
        case "mstyle" if not parent.attrib:
            parent.tag = "mrow"
        case tag if len(parent) != _FIXED.get(tag, len(parent)):
            raise UnreadableError
        case _:
            pass


def _break_lines(row: Element) -> None:
    r"""Make a row with `\\` in it a table of its lines."""
    ends = [place for place, child in enumerate(row) if child.get("linebreak")]
    if not ends:
        return
    children = list(row)
    table = Element("mtable", columnalign="left", displaystyle="true", rowspacing="0.5em")
    for start, end in zip([0, *(end + 1 for end in ends)], [*ends, len(children)], strict=True):
        if start == end == len(children):
            break
        cell = SubElement(SubElement(table, "mtr"), "mtd")
        cell.extend(children[start:end] or [Element("mspace", width="0em")])
    if len(table) > MAX_ROWS:
        raise UnreadableError
    row[:] = [table]
