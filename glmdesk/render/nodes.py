"""The parts of a formula as they are set, where ziamath sets them otherwise than TeX, or too slowly.

Each class here takes the place of ziamath's own for the same element once this is loaded.
"""

# ziamath says of itself that it is typed, and leaves boxes, points and keyword arguments without types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final
from xml.etree.ElementTree import Element

from ziafont.fonttypes import BBox
from ziamath.drawable import Drawable, HLine, VLine
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

from glmdesk.typed import override

# Em. How high a small letter is.
_X_HEIGHT: Final = 0.467

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


def begin(formula: Element) -> None:
    """Make a tree ready to be set; one is set at a time."""
    for number, element in enumerate(formula.iter()):
        element.set(_NUMBER, str(number))
    _measured.clear()


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
