"""Formulas as pictures, set with ziamath: from TeX to paths and where they stand.

Setting a formula takes some milliseconds, a long one up to a hundred, and loading this module 150: both are
work for a thread. Time and memory are bounded by what is handed on: see `tex` and `mathml`.
"""

# ziamath says of itself that it is typed, and leaves boxes, points and keyword arguments without types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Iterator, Mapping, Sequence
from threading import Lock
from typing import Final
from xml.etree.ElementTree import Element, tostring

from ziafont.fonttypes import BBox
from ziafont.glyph import SimpleGlyph
from ziafont.svgpath import Cubic, Lineto, Moveto, Point, SVGOpType
from ziamath.config import config
from ziamath.mathfont import MathFont
from ziamath.nodes.mnode import Mnode
from ziamath.nodes.mrow import Mrow
from ziamath.styles import MathVariant, styledchr
from ziamath.zmath import Math, fontname, loadedfonts

from glmdesk.render.blocks import MathSpan
from glmdesk.render.drawing import Drawing, Part
from glmdesk.render.mathml import math_element
from glmdesk.render.nodes import begin
from glmdesk.render.outlines import Command, CurveTo, LineTo, MoveTo, Outline, OutlineOf
from glmdesk.render.styling import BREAK, RELATION, style
from glmdesk.typed import override

# The font's size in the drawing. It is the size that ziamath's own smallest sizes refer to.
_EM: Final = 24.0
# Around what is drawn: overhanging italics and rounded edges.
_MARGIN: Final = 1.0
# Em. What is wider or higher is a mistake.
_MAX_EXTENT: Final = 500.0
_COLOUR: Final = "currentColor"

# Qt draws neither <symbol> nor <use> of SVG 2.
config.svg2 = False
# Digits behind the point: a fiftieth of a pixel at twice the size of the drawing.
config.precision = 2
config.math.color = _COLOUR


# What it does where a formula is not as it expects.
_ERRORS: Final = (
    ArithmeticError, AssertionError, AttributeError, LookupError, NameError, RuntimeError, SyntaxError,
    TypeError, ValueError,
)  # fmt: skip

# The font keeps state.
_at_work: Final = Lock()


def typeset(formula: MathSpan, outline_of: OutlineOf) -> Drawing | None:
    """Return a formula as a drawing. Several threads may call it; one at a time works.

    None when it cannot be set, is too large to be shown, or has a character that neither the font of formulas
    nor `outline_of` knows.
    """
    tree = math_element(formula.tex, display=formula.display)
    if tree is None:
        return None
    with _at_work:
        outlines = {character: outline_of(character) for character in _missing(tree)}
        found = {character: outline for character, outline in outlines.items() if outline is not None}
        return _drawn(tree, found) if len(found) == len(outlines) else None


def _missing(formula: Element) -> set[str]:
    """Return the characters of a formula that the font does not have."""
    characters = {char for element in formula.iter() for char in element.text or ""}
    return {char for char in characters if not _FONT.glyphindex(char) and not char.isspace()}


def _drawn(formula: Element, outlines: Mapping[str, Outline]) -> Drawing | None:
    style(formula)
    begin(formula)
    _FONT.outlines = outlines
    try:
        drawn = Math(formula, size=_EM, margin=0)
        svg = drawn.svgxml()
    except _ERRORS:
        return None
    finally:
        _FONT.outlines = {}
        # A text that failed leaves the font at the language of texts.
        _FONT.language("math", "")
    for element in svg.iter():
        if element.get("fill") == _COLOUR:
            del element.attrib["fill"]
    return _cut_out(drawn.node, list(svg))


def _cut_out(node: Mnode, shapes: list[Element]) -> Drawing | None:
    """Return shapes with the part of their plane that a formula takes in a line, its baseline in it."""
    box = node.bbox
    left, right = min(box.xmin, 0) - _MARGIN, max(box.xmax, node.xadvance()) + _MARGIN
    whole = _part([box], left, right)
    height = whole.above + whole.below
    if not shapes or not whole.width <= _MAX_EXTENT or not height <= _MAX_EXTENT:
        return None
    return Drawing(
        body="".join(tostring(shape, encoding="unicode") for shape in shapes),
        view_box=f"{left:.2f} {-whole.above * _EM:.2f} {right - left:.2f} {height * _EM:.2f}",
        whole=whole,
        parts=tuple(_parts(node, left, right)),
    )


def _parts(node: Mnode, left: float, right: float) -> Iterator[Part]:
    """Yield the parts of a formula that reaches from left to right."""
    x, row = 0.0, node
    while len(row.nodes) == 1 and isinstance(row.nodes[0], Mrow):
        x, row = x + row.nodexy[0][0], row.nodes[0]
    boxes: list[BBox] = []
    kind = ""
    for child, (place, _) in zip(row.nodes, row.nodexy, strict=True):
        following = child.element.get(BREAK, "") if isinstance(child, Mnode) else ""
        if following:
            yield _part(boxes, left, x + place, kind)
            left, boxes, kind = x + place, [], following
        boxes.append(child.bbox)
    yield _part(boxes, left, right, kind)


def _part(boxes: Sequence[BBox], left: float, right: float, kind: str = "") -> Part:
    above = max([0.0, *(box.ymax for box in boxes)]) + _MARGIN
    below = max([0.0, *(-box.ymin for box in boxes)]) + _MARGIN
    return Part((right - left) / _EM, above / _EM, below / _EM, kind == RELATION)


class _OutlineGlyph(SimpleGlyph):
    """A character that is drawn with the text's font."""

    def __init__(self, outline: Outline, font: MathFont) -> None:
        scale = font.info.layout.unitsperem
        path = [_scaled(command, scale) for command in outline.commands]
        xs = [x * scale for command in outline.commands for x in command[::2]]
        ys = [y * scale for command in outline.commands for y in command[1::2]]
        bounds = BBox(min(xs), max(xs), min(ys), max(ys)) if path else BBox(0, 0, 0, 0)
        # Of glyph 0 the font knows no kerning and no variants.
        super().__init__(0, path, bounds, font)
        self._advance: int = round(outline.advance * scale)

    @override
    def advance(self, nextchr: SimpleGlyph | None = None) -> int:
        return self._advance


def _scaled(command: Command, scale: float) -> SVGOpType:
    match command:
        case MoveTo(x, y):
            return Moveto(Point(x * scale, y * scale))
        case LineTo(x, y):
            return Lineto(Point(x * scale, y * scale))
        case CurveTo(x1, y1, x2, y2, x, y):
            first, second = Point(x1 * scale, y1 * scale), Point(x2 * scale, y2 * scale)
            return Cubic(first, second, Point(x * scale, y * scale))


class _Font(MathFont):
    """The font of formulas, with outlines for what it has not."""

    outlines: Mapping[str, Outline] = {}

    @override
    def findglyph(self, char: str, variant: MathVariant) -> SimpleGlyph:
        outline = self.outlines.get(char)
        if outline is not None:
            return _OutlineGlyph(outline, self)
        # Not every letter is there in every style.
        return (
            super().findglyph(char, variant)
            if self.glyphindex(styledchr(char, variant))
            else self.glyph(char)
        )


_FONT: Final = _Font(fontname)
loadedfonts["default"] = _FONT
