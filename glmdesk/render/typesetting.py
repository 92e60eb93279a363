"""Formulas as pictures, set with ziamath: from TeX to paths and where they stand.

Setting a formula takes some milliseconds, a long one up to a hundred, and loading this module 150: both are
work for a thread. Time and memory are bounded by what is handed on: see `tex` and `mathml`.
"""

# ziamath says of itself that it is typed, and leaves boxes, points and keyword arguments without types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import copy
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from threading import Lock
from typing import Any, Final
from xml.etree.ElementTree import Element, tostring

from ziafont.fonttypes import BBox
from ziafont.glyph import SimpleGlyph
from ziafont.svgpath import Cubic, Lineto, Moveto, Point, SVGOpType
from ziamath.config import config
from ziamath.drawable import Drawable, HLine, VLine
from ziamath.mathfont import MathFont
from ziamath.nodes.menclose import Menclose
from ziamath.nodes.mfrac import Mfrac
from ziamath.nodes.mnode import Mnode
from ziamath.nodes.moperator import Moperator
from ziamath.nodes.mrow import Mrow
from ziamath.nodes.mspace import Mpadded, Mphantom
from ziamath.nodes.msubsup import Msub, Msubsup, Msup
from ziamath.nodes.mtable import Mtable
from ziamath.nodes.munderover import Mover, Munderover
from ziamath.operators import get_params
from ziamath.styles import MathVariant, styledchr
from ziamath.zmath import Math, fontname, loadedfonts

from glmdesk.render.blocks import MathSpan
from glmdesk.render.drawing import Drawing, Part
from glmdesk.render.mathml import math_element
from glmdesk.render.outlines import Command, CurveTo, LineTo, MoveTo, Outline, OutlineOf
from glmdesk.render.styling import BREAK, RELATION, style
from glmdesk.typed import override

# The font's size in the drawing. It is the size that ziamath's own smallest sizes refer to.
_EM: Final = 24.0
# Around what is drawn: overhanging italics and rounded edges.
_MARGIN: Final = 1.0
# Em. What is wider or higher is a mistake.
_MAX_EXTENT: Final = 500.0
# Em. How high a small letter is.
_X_HEIGHT: Final = 0.467
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
    for number, element in enumerate(formula.iter()):
        element.set(_NUMBER, str(number))
    _FONT.outlines = outlines
    try:
        drawn = Math(formula, size=_EM, margin=0)
        svg = drawn.svgxml()
    except _ERRORS:
        return None
    finally:
        _measured.clear()
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


# WORKAROUND: an em is four thirds of the font's size (ziamath 0.13).

_size_px: Final = Mnode.size_px


def _true_size_px(node: Mnode, size: str, fontsize: float | None = None) -> float:
    is_relative = size.endswith(("em", "ex", "mu", "mathspace"))
    return _size_px(node, size, fontsize) * (0.75 if is_relative else 1)


Mnode.size_px = _true_size_px  # type: ignore[method-assign,assignment]


# WORKAROUND: a row sets each child to measure it, for what stretches beside it, and once more to place it:
# each level of rows doubles the work (ziamath 0.13). Here a child is measured only where something stretches,
# and once.

_NUMBER: Final = "n"
"""The attribute by which the copies of an element are known."""
_ROWS: Final = frozenset(("mrow", "mpadded", "mphantom", "mtable"))
"""What measures for itself."""
_measured: Final[dict[tuple[str, str], BBox]] = {}


class Row(Mrow, tag="mrow"):
    """A row that measures as little as it can. Made in place of ziamath's own."""

    @override
    def _get_height_nostretch(self, line: list[Element], **kwargs: Any) -> tuple[float, float]:
        return _extent(self, line, kwargs)


class Padded(Mpadded, tag="mpadded"):
    """As `Row`, for padded rows."""

    @override
    def _get_height_nostretch(self, line: list[Element], **kwargs: Any) -> tuple[float, float]:
        return _extent(self, line, kwargs)


class Phantom(Mphantom, tag="mphantom"):
    """As `Row`, for rows that are not seen."""

    @override
    def _get_height_nostretch(self, line: list[Element], **kwargs: Any) -> tuple[float, float]:
        return _extent(self, line, kwargs)


def _extent(row: Mrow, line: list[Element], context: dict[str, Any]) -> tuple[float, float]:
    """Return the lowest and the highest point of a row without what is stretched to them."""
    if not any(map(_may_stretch, line)):
        return 0.0, 0.0
    boxes = [_measure(child, row, context) for child in line if child.tag != "mo" or child.text]
    return min((box.ymin for box in boxes), default=0.0), max((box.ymax for box in boxes), default=0.0)


def _measure(element: Element, parent: Mnode, context: dict[str, Any]) -> BBox:
    """Return how large an element is below `parent`, without what stretches."""
    context = {name: value for name, value in context.items() if name not in ("rowymin", "rowymax")}
    context["nostretch"] = True
    key = (element.attrib[_NUMBER], f"{parent.style}{sorted(context.items())}")
    known = _measured.get(key)
    if known is None:
        # A copy: what is set is changed.
        known = _measured[key] = Mnode.fromelement(copy.deepcopy(element), parent=parent, **context).bbox
    return known


def _may_stretch(element: Element) -> bool:
    if element.tag == "mo":
        stretchy = element.get("stretchy")
        if stretchy is None:
            stretchy = get_params(element.text or "", element.get("form", "infix")).get("stretchy")
        return stretchy == "true"
    return element.tag not in _ROWS and any(map(_may_stretch, element))


# WORKAROUND: an arrow is as long as its sign is, whatever stands on it (ziamath 0.13).


class Over(Mover, tag="mover"):
    """Something above something else."""

    def __init__(self, element: Element, parent: Mnode, **kwargs: Any) -> None:
        super().__init__(element, parent, **_with_width(element, parent, kwargs))


class UnderOver(Munderover, tag="munderover"):
    """Something below and something above something else."""

    def __init__(self, element: Element, parent: Mnode, **kwargs: Any) -> None:
        super().__init__(element, parent, **_with_width(element, parent, kwargs))


def _with_width(element: Element, parent: Mnode, context: dict[str, Any]) -> dict[str, Any]:
    """Return the context for an arrow: it is as wide as the widest of what stands on and below it."""
    if element[0].tag != "mo" or not all(label.tag == "mpadded" for label in element[1:]):
        return context
    widths: list[float] = []
    for label in element[1:]:
        label.attrib.setdefault("scriptlevel", str(parent.style.scriptlevel + 1))
        box = _measure(label, parent, context)
        widths.append(box.xmax - box.xmin)
    return {**context, "width": max(widths)}


class Operator(Moperator, tag="mo"):
    """WORKAROUND: what is not stretched yet says that it reaches from 999 down to -999 (ziamath 0.13)."""

    @override
    def _setup(self, **kwargs: Any) -> None:
        super()._setup(**kwargs)
        box = self.bbox
        if box.ymin > box.ymax:
            self.bbox = BBox(box.xmin, box.xmax, 0, 0)


# WORKAROUND: an index stands the higher the higher its letter is, so that those of a² + b² differ; TeX has
# that for what is more than a letter only. And with an index below as well, what of the base is below the
# baseline counts as above it (ziamath 0.13).


class Superscript(Msup, tag="msup"):
    """Something with an index above."""

    @override
    def _setup(self, **kwargs: Any) -> None:
        _set_beside(self, super()._setup, kwargs)


class Subscript(Msub, tag="msub"):
    """Something with an index below."""

    @override
    def _setup(self, **kwargs: Any) -> None:
        _set_beside(self, super()._setup, kwargs)


class Scripts(Msubsup, tag="msubsup"):
    """Something with an index above and one below."""

    @override
    def _setup(self, **kwargs: Any) -> None:
        _set_beside(self, super()._setup, kwargs)


def _set_beside(node: Msup | Msub | Msubsup, set_up: Callable[..., None], context: dict[str, Any]) -> None:
    base, box = node.base, node.base.bbox
    is_letter = base.mtag in ("mi", "mn", "mtext") or (
        base.mtag == "mo" and base.params.get("stretchy") != "true" and "largeop" not in base.params
    )
    if is_letter and "movablelimits" not in base.params:
        base.bbox = BBox(box.xmin, box.xmax, max(box.ymin, 0), min(box.ymax, _X_HEIGHT * base.glyphsize))
    set_up(**context)
    base.bbox, own = box, node.bbox
    node.bbox = BBox(own.xmin, own.xmax, min(own.ymin, box.ymin), max(own.ymax, box.ymax))


class Fraction(Mfrac, tag="mfrac"):
    """A fraction, or what is in the brackets of a binomial coefficient, without space beside it."""

    @override
    def size_px(self, size: str, fontsize: float | None = None) -> float:
        is_binomial = self.element.get("linethickness") == "0" and size.endswith("mathspace")
        return 0.0 if is_binomial else super().size_px(size, fontsize)


class Enclosed(Menclose, tag="menclose"):
    """WORKAROUND: a box is said to be higher than it is by what is below the baseline (ziamath 0.13)."""

    @override
    def _setup(self, **kwargs: Any) -> None:
        super()._setup(**kwargs)
        padding = 2 * self.units_to_points(self.font.math.consts.radicalRuleThickness)
        inner = self.base.bbox
        width = inner.xmax - inner.xmin + 2 * padding
        self.bbox = BBox(0, width, inner.ymin - padding, inner.ymax + padding)


class Table(Mtable, tag="mtable"):
    """A table with the lines between its rows and columns, which ziamath leaves out."""

    @override
    def _setup(self, **kwargs: Any) -> None:
        super()._setup(**kwargs)
        columns: dict[int, tuple[float, float]] = {}
        rows: list[tuple[float, float]] = []
        placed = list(zip(self.nodes, self.nodexy, strict=True))
        for row in self.element:
            cells, placed = placed[: len(row)], placed[len(row) :]
            for column, (cell, (x, _)) in enumerate(cells):
                left, right = columns.get(column, (math.inf, -math.inf))
                columns[column] = (min(left, x), max(right, x + cell.bbox.xmax))
            baseline = cells[0][1][1]
            rows.append(
                (
                    baseline - max(cell.bbox.ymax for cell, _ in cells),
                    baseline - min(cell.bbox.ymin for cell, _ in cells),
                )
            )
        weight = self.units_to_points(self.font.math.consts.fractionRuleThickness)
        box = self.bbox
        for place in _between(list(columns.values()), self.element.get("columnlines", "")):
            self._add(VLine(box.ymax - box.ymin, weight, self.style, **kwargs), place, -box.ymax)
        for place in _between(rows, self.element.get("rowlines", "")):
            self._add(HLine(box.xmax - box.xmin, weight, self.style, **kwargs), box.xmin, place)

    def _add(self, line: Drawable, x: float, y: float) -> None:
        self.nodes.append(line)
        self.nodexy.append((x, y))


def _between(extents: Sequence[tuple[float, float]], lines: str) -> Iterator[float]:
    """Yield the places of lines, each behind one of some extents: in the middle before the next."""
    for line, (before, after) in zip(lines.split(), pairwise(extents), strict=False):
        if line != "none":
            yield (before[1] + after[0]) / 2
