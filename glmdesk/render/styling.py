"""What MathML leaves to whoever sets it, said as ziamath has to be told: spaces, styles, accents, tables.

Source: The TeXbook, chapters 17 and 18 and appendix G, for which things are set small and what space is
between them.
"""

import re
from collections.abc import Sequence
from enum import Enum
from itertools import zip_longest
from typing import Final, NamedTuple
from unicodedata import category
from xml.etree.ElementTree import Element

from ziamath.operators import get_params

BREAK: Final = "break"
"""The attribute of what a line can begin with, if it is not within anything else."""
RELATION: Final = "RELATION"
"""Its value where that is a good place."""


def style(formula: Element) -> None:
    """Say what ziamath does not assume of itself."""
    # It writes the tree down and reads it again; then the namespace would stand before every name.
    formula.attrib.pop("xmlns", None)
    _style(formula, _Size(is_display=formula.get("display") == "block", is_script=False))


class _Kind(Enum):
    """What a thing is to its neighbours."""

    ORDINARY = 0
    OPERATOR = 1
    BINARY = 2
    RELATION = 3
    OPENING = 4
    CLOSING = 5
    PUNCTUATION = 6


class _Size(NamedTuple):
    """Whether things are set as large as on lines of their own, and whether they are indices."""

    is_display: bool
    is_script: bool


class _Ends(NamedTuple):
    """What a thing is to its neighbours on the left and on the right."""

    left: _Kind
    right: _Kind


_NOTHING: Final = _Ends(_Kind.ORDINARY, _Kind.ORDINARY)

_ORDINARY: Final = frozenset("|∀∁∂∃∄∅∇∞∠¬⋯⋱⋮")
_BINARY: Final = frozenset("+−±∓×÷∗*⋆⋅·∘∙•⊕⊖⊗⊘⊙∪∩⊎⊓⊔∧∨⧵∖≀⋄▽◁▷†‡⋉⋊⊞⊟⊠⊡⋒⋓⊼⊻⨿")
_OPENING: Final = frozenset("([{⟨⌊⌈⟪⟦")
_CLOSING: Final = frozenset(")]}⟩⌋⌉⟫⟧!?")
_PUNCTUATION: Final = frozenset(",;")
_RELATIONS: Final = frozenset((":", "mod"))
_NOT_LETTERS: Final = _OPENING | _CLOSING | _RELATIONS
_ARROWS: Final = frozenset(map(chr, range(0x2190, 0x2200)))
_LIMITS: Final = frozenset(("inf", "sup", *"⨀⨁⨂⨄⨆"))
"""What has limits below it, and ziamath does not know of."""

# Eighteenths of an em between two kinds; the negative ones only where nothing is an index.
_SPACES: Final = (
    (0, 3, -4, -5, 0, 0, 0),
    (3, 3, 0, -5, 0, 0, 0),
    (-4, -4, 0, 0, -4, 0, 0),
    (-5, -5, 0, 0, -5, 0, 0),
    (0, 0, 0, 0, 0, 0, 0),
    (0, 3, -4, -5, 0, 0, 0),
    (-3, -3, 0, -3, -3, -3, -3),
)
# Beside these, a plus is a sign.
_BEFORE_SIGN: Final = frozenset(
    (_Kind.BINARY, _Kind.OPERATOR, _Kind.RELATION, _Kind.OPENING, _Kind.PUNCTUATION)
)
_AFTER_SIGN: Final = frozenset((_Kind.RELATION, _Kind.CLOSING, _Kind.PUNCTUATION))

_THOUSANDS: Final = re.compile(r"\d{3}(\.\d*)?")
_ROWS: Final = frozenset(("math", "menclose", "mpadded", "mphantom", "mrow", "msqrt", "mstyle", "mtd"))
_SCRIPTED: Final = frozenset(("mover", "mroot", "msub", "msubsup", "msup", "munder", "munderover"))
_BESIDE: Final = {"munder": "msub", "mover": "msup", "munderover": "msubsup"}
_VARIANTS: Final = {
    # Else a single letter in bold would lean.
    "bold": "bold normal",
    "double-struck": "double",
    "monospace": "mono",
    "sans-serif": "sans",
    "sans-serif-italic": "sans italic",
}


def _style(element: Element, around: _Size) -> _Ends | None:
    """Style an element in a surrounding; return what it is to its neighbours, None for space."""
    variant = element.get("mathvariant")
    if variant is not None:
        element.set("mathvariant", _VARIANTS.get(variant, variant))
    size = _size_of(element, around)
    element.set("displaystyle", str(size.is_display).lower())
    ends = [
        None if _is_accent(element, place) else _style(child, _size_within(element, place, size))
        for place, child in enumerate(element)
    ]
    match element.tag:
        case "mo" | "mi":
            kind = _style_leaf(element)
            return _Ends(kind, kind)
        case "mspace":
            # An empty group is something, though nothing is seen of it.
            return _NOTHING if element.get("width") == "0em" else None
        case "mtable":
            _style_table(element, size)
        case tag if tag in _ROWS:
            return _style_row(element, ends, size)
        case tag if tag in _SCRIPTED:
            _style_scripted(element, size)
            return ends[0]
        case _:
            pass
    return _NOTHING


def _size_of(element: Element, around: _Size) -> _Size:
    """Return the size that an element has; what is in a table is never as large as on lines of its own."""
    is_display = element.get("displaystyle", str(around.is_display and element.tag != "mtable").lower())
    level = element.get("scriptlevel")
    return _Size(is_display == "true", around.is_script if level is None else level != "0")


def _size_within(element: Element, place: int, size: _Size) -> _Size:
    """Return the size of what is around a child."""
    if element.tag == "mfrac":
        return _Size(is_display=False, is_script=size.is_script or not size.is_display)
    return _Size(is_display=False, is_script=True) if element.tag in _SCRIPTED and place else size


def _is_accent(element: Element, place: int) -> bool:
    return element.tag in ("mover", "munder") and place == 1 and element[1].tag == "mo"


def _style_leaf(leaf: Element) -> _Kind:
    """Style an operator or an identifier, and say what it is."""
    text = leaf.text or ""
    if leaf.tag == "mi":
        if len(text) > 1:
            # In an identifier, ziamath has spaces around a name.
            leaf.tag = "mtext"
            is_name = "mathvariant" not in leaf.attrib and text not in _RELATIONS
            return _Kind.OPERATOR if is_name else _Kind.ORDINARY
        if text not in _NOT_LETTERS:
            return _Kind.ORDINARY
        leaf.tag = "mo"
        leaf.set("stretchy", "false")
    if text == "-":
        text = leaf.text = "\N{MINUS SIGN}"
    kind = _kind(leaf, text)
    leaf.set("lspace", "0em")
    leaf.set("rspace", "0em")
    leaf.attrib.setdefault("form", "prefix" if kind is _Kind.OPERATOR else "infix")
    if kind in (_Kind.BINARY, _Kind.OPERATOR) or text in "↑↓⟨⟩":
        leaf.attrib.setdefault("stretchy", "false")
    if text in _LIMITS:
        leaf.set("movablelimits", "true")
    return kind


def _kind(operator: Element, text: str) -> _Kind:
    if operator.get("fence") == "true":
        return _Kind.OPENING if operator.get("form") == "prefix" else _Kind.CLOSING
    for kind, texts in _KINDS.items():
        if text in texts:
            return kind
    if text.replace("\N{NO-BREAK SPACE}", "").isalpha():
        return _Kind.OPERATOR if len(text) > 1 else _Kind.ORDINARY
    if get_params(text, "prefix").get("largeop") == "true":
        return _Kind.OPERATOR
    is_relation = len(text) > 1 or text in _ARROWS or category(text) == "Sm"
    return _Kind.RELATION if is_relation else _Kind.ORDINARY


_KINDS: Final = {
    _Kind.ORDINARY: _ORDINARY,
    _Kind.BINARY: _BINARY,
    _Kind.RELATION: _RELATIONS,
    _Kind.OPENING: _OPENING,
    _Kind.CLOSING: _CLOSING,
    _Kind.PUNCTUATION: _PUNCTUATION,
}


def _style_row(row: Element, ends: Sequence[_Ends | None], size: _Size) -> _Ends | None:
    """Put space between what is in a row; return what all of it is to its neighbours."""
    if row.tag == "mpadded" and row.get("width") == "0":
        # The stroke through a sign.
        return None
    if not size.is_display:
        _lower_brackets(row)
    is_fenced = len(row) > 1 and "true" in (row[0].get("fence"), row[-1].get("fence"))
    places = [place for place, end in enumerate(ends) if end]
    # Braces hide what is in them.
    things = [
        _NOTHING if row[place].tag == "mrow" or _is_in_number(row, place) else ends[place] or _NOTHING
        for place in places
    ]
    if is_fenced:
        things[0], things[-1] = _OPENS, _CLOSES
    things = _with_signs(things)
    for place, thing in zip(places[1:], things[1:], strict=False):
        if thing.left in (_Kind.BINARY, _Kind.RELATION):
            _first(row[place]).set(BREAK, thing.left.name)
    for number in range(len(things) - 1, 0, -1):
        space = _SPACES[things[number - 1].right.value][things[number].left.value]
        if space < 0:
            space = 0 if size.is_script else -space
        if space:
            row.insert(places[number - 1] + 1, Element("mspace", width=f"{space / 18:.3f}em"))
    if row.tag == "mstyle" and things:
        return _Ends(things[0].left, things[-1].right)
    return things[0] if len(things) == 1 else _NOTHING


def _first(element: Element) -> Element:
    """Return what an element begins with: ziamath gives what a style says to all that is in it."""
    return _first(element[0]) if element.tag == "mstyle" and len(element) else element


def _is_in_number(row: Element, place: int) -> bool:
    """Whether a comma separates thousands."""
    if row[place].text != "," or not 0 < place < len(row) - 1:
        return False
    before, after = row[place - 1], row[place + 1]
    return before.tag == after.tag == "mn" and _THOUSANDS.fullmatch(after.text or "") is not None


def _lower_brackets(row: Element) -> None:
    """Make the brackets of binomial coefficients as high as those are within a line."""
    for place, child in enumerate(row):
        if child.tag == "mfrac" and child.get("linethickness") == "0":
            for bracket in row[max(0, place - 1) : place + 2]:
                bracket.attrib.update(dict.fromkeys({"minsize", "maxsize"} & bracket.attrib.keys(), "1.2em"))


_OPENS: Final = _Ends(_Kind.OPENING, _Kind.OPENING)
_CLOSES: Final = _Ends(_Kind.CLOSING, _Kind.CLOSING)


def _with_signs(things: Sequence[_Ends]) -> list[_Ends]:
    """Return things with those that could stand between two others, and do not, as ordinary ones."""
    known: list[_Ends] = []
    for thing, after in zip_longest(things, things[1:]):
        is_sign = thing.left is _Kind.BINARY and (
            not known or known[-1].right in _BEFORE_SIGN or after is None or after.left in _AFTER_SIGN
        )
        known.append(_NOTHING if is_sign else thing)
    return known


def _style_scripted(element: Element, size: _Size) -> None:
    if element.tag == "mover" and element[1].tag == "mo":
        _style_accent(element, element[1])
    base = element[0]
    has_limits = base.tag == "mo" and get_params(base.text or "", "prefix").get("movablelimits") == "true"
    if has_limits and not size.is_display:
        element.tag = _BESIDE.get(element.tag, element.tag)


def _style_accent(over: Element, accent: Element) -> None:
    if accent.text == "^":
        # A hat of one width, or one as wide as what is below it.
        accent.text = "ˆ" if over.get("accent") == "true" else "\N{COMBINING CIRCUMFLEX ACCENT}"
    elif accent.text == "~" and accent.get("stretchy") is None:
        accent.text = "\N{COMBINING TILDE}"


def _style_table(table: Element, size: _Size) -> None:
    """Set rows as far apart as lines are, and those of a derivation a little further."""
    table.attrib.setdefault("columnspacing", "1em")
    if size.is_script:
        table.set("rowspacing", "0.1em")
        return
    table.set("rowspacing", "0.3em" if "rowspacing" in table.attrib else "0em")
    for row in table:
        row[0].append(Element("mspace", width="0em", height="0.84em", depth="0.36em"))
