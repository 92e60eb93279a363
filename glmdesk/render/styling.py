"""What MathML leaves to whoever sets it, said as ziamath has to be told: spaces, styles, sizes, accents."""

from typing import Final
from xml.etree.ElementTree import Element

from ziamath.operators import get_params


def style(formula: Element) -> None:
    """Say what ziamath does not assume of itself."""
    # It writes the tree down and reads it again; then the namespace would stand before every name.
    formula.attrib.pop("xmlns", None)
    for element in formula.iter():
        variant = element.get("mathvariant")
        if variant is not None:
            element.set("mathvariant", _VARIANTS.get(variant, variant))
        if element.tag == "mtable":
            _prepare_table(element)
        elif element.tag == "mover":
            _prepare_accent(element)
        _prepare_operators(element)
    if formula.get("display") == "block":
        _shrink(formula, is_small=False)


_VARIANTS: Final = {
    # Else a single letter in bold would lean.
    "bold": "bold normal",
    "double-struck": "double",
    "monospace": "mono",
    "sans-serif": "sans",
    "sans-serif-italic": "sans italic",
}
_ORDINARY: Final = frozenset("∀∁∂∃∄∅∇∞∠")
"""Operators to Unicode, without space around them in a formula."""
_UPRIGHT: Final = frozenset("↑↓⟨⟩")
"""Braces and arrows that keep their height unless they are told not to."""
_TIMES: Final = frozenset("×÷")
_LONG_ARROWS: Final = frozenset("⟵⟶⟷⟸⟹⟺⟼")
_SIGNS: Final = frozenset("−+±∓")
_CLOSING: Final = frozenset(")]}|‖⟩⌉⌋!′″…⋯∞∅∂∇%")
"""Operators after which a plus is no sign."""


def _prepare_operators(row: Element) -> None:
    before: Element | None = None
    for child in row:
        if child.tag == "mo":
            _prepare_operator(child)
            if before is not None and before.tag == "mo":
                _prepare_neighbours(before, child)
        if child.tag != "mspace":
            before = child


def _prepare_operator(operator: Element) -> None:
    text = operator.text or ""
    if text == "-":
        operator.text = "\N{MINUS SIGN}"
    elif text in _UPRIGHT:
        operator.attrib.setdefault("stretchy", "false")
    elif text in _ORDINARY:
        _space(operator, "0em")
    elif text in _TIMES:
        _space(operator, "0.222em")
    elif text in _LONG_ARROWS:
        _space(operator, "0.278em")
    elif len(text) > 1 and not get_params(text, "prefix"):
        _space(operator, "0.167em")


def _prepare_neighbours(first: Element, second: Element) -> None:
    if second.text in _SIGNS and first.text not in _CLOSING:
        second.set("form", "prefix")
    elif second.text == "(" and len(first.text or "") > 1:
        first.set("rspace", "0em")


def _space(operator: Element, width: str) -> None:
    operator.attrib.setdefault("lspace", width)
    operator.attrib.setdefault("rspace", width)


def _prepare_table(table: Element) -> None:
    spacing = table.get("columnspacing", "")
    table.set("columnspacing", spacing.replace("2em", "1em") if spacing else "0.8em")
    table.set("rowspacing", "0.5em" if table.get("rowspacing") == "3pt" else table.get("rowspacing", "0.3em"))


def _prepare_accent(over: Element) -> None:
    accent = over[1]
    if accent.tag == "mo" and accent.text == "^":
        # A hat of one width, or one as wide as what is below it.
        accent.text = "ˆ" if over.get("accent") == "true" else "\N{COMBINING CIRCUMFLEX ACCENT}"
    elif accent.tag == "mo" and accent.text == "~" and accent.get("stretchy") is None:
        accent.text = "\N{COMBINING TILDE}"


_SCRIPTED: Final = frozenset(("mover", "msub", "msubsup", "msup", "munder", "munderover"))


def _shrink(element: Element, *, is_small: bool) -> None:
    """Say what is set small, as TeX does: fractions and scripts, and with them the limits of their sums."""
    if is_small:
        element.attrib.setdefault("displaystyle", "false")
    is_small = element.get("displaystyle", "true") == "false"
    if is_small and element.tag in _BESIDE and element[0].tag == "mo" and _has_limits(element[0]):
        element.tag = _BESIDE[element.tag]
    is_fraction = element.tag == "mfrac"
    for place, child in enumerate(element):
        _shrink(child, is_small=is_small or is_fraction or (place > 0 and element.tag in _SCRIPTED))


_BESIDE: Final = {"munder": "msub", "mover": "msup", "munderover": "msubsup"}


def _has_limits(operator: Element) -> bool:
    return get_params(operator.text or "", "prefix").get("movablelimits") == "true"
