"""Formulas as pictures: TeX to SVG, with the place of its baseline. What cannot be set stays its source.

Setting a formula takes some milliseconds, a long one up to a hundred, and the first one 150 more, for
ziamath and its font: it is work for a thread. What has been set is kept, for every size and colour. Time and
memory are bounded by what is handed on: see `tex` and `mathml`.
"""

import sys
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from glmdesk.render.mathml import math_element
from glmdesk.render.outlines import Outline, OutlineSource
from glmdesk.render.tex import MAX_LENGTH

if TYPE_CHECKING:
    from glmdesk.render.layout import Drawing

MAX_CACHE_BYTES: Final = 8_000_000
"""Some eight hundred formulas of the usual length."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula at a size and in a colour. Lengths are in pixels, and those of the picture."""

    svg: str
    width: float
    height: float
    baseline: float
    """From the upper edge down to the baseline of the text it stands in."""


def typeset(
    tex: str, *, display: bool, size_px: float, colour: str, outlines: OutlineSource | None = None
) -> Formula | None:
    """Return `tex` as a picture; None when it cannot be set, or has characters that nobody has an outline of.

    `size_px` is that of the text's font, `colour` one of SVG such as "#1f2328". Several threads may call it.
    """
    drawing = _drawing(tex, display=display, outlines=outlines)
    return None if drawing is None else _picture(drawing, size_px, colour)


def remembered(
    tex: str, *, display: bool, size_px: float, colour: str, outlines: OutlineSource | None = None
) -> Formula | None:
    """Return what `typeset` has set before, in whatever size and colour, without setting anything."""
    known = _drawings.get((tex, display, outlines))
    return None if known is None or known.drawing is None else _picture(known.drawing, size_px, colour)


def cached_bytes() -> int:
    """Return what is kept of the formulas that were set, at most `MAX_CACHE_BYTES`."""
    return _drawings.size_bytes


def _picture(drawing: "Drawing", size_px: float, colour: str) -> Formula:
    width, height = drawing.width * size_px, drawing.height * size_px
    value = quoteattr(colour)
    body = drawing.body.replace('"currentColor"', value)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.2f}" height="{height:.2f}"'
        f' viewBox="{drawing.view_box}"><g fill={value}>{body}</g></svg>'
    )
    return Formula(svg, width, height, drawing.baseline * size_px)


_Key = tuple[str, bool, OutlineSource | None]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a source: its drawing, or that there is none."""

    drawing: "Drawing | None"

    def size_bytes(self, key: _Key) -> int:
        # For each entry: the key, the drawing, the lengths in it and the place in the cache.
        return sys.getsizeof(key[0]) + 600 + (sys.getsizeof(self.drawing.body) if self.drawing else 0)


class _Drawings:
    """What has been set, the least used first."""

    def __init__(self) -> None:
        self._known: OrderedDict[_Key, _Known] = OrderedDict()
        self._lock = Lock()
        self.size_bytes = 0

    def get(self, key: _Key) -> _Known | None:
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
            return known

    def keep(self, key: _Key, known: _Known) -> None:
        with self._lock:
            self._forget(key)
            self._known[key] = known
            self.size_bytes += known.size_bytes(key)
            while self.size_bytes > MAX_CACHE_BYTES:
                self._forget(next(iter(self._known)))

    def _forget(self, key: _Key) -> None:
        known = self._known.pop(key, None)
        if known is not None:
            self.size_bytes -= known.size_bytes(key)


_drawings: Final = _Drawings()
_at_work: Final = Lock()


def _drawing(tex: str, *, display: bool, outlines: OutlineSource | None) -> "Drawing | None":
    if len(tex) > MAX_LENGTH:
        return None
    key = (tex, display, outlines)
    known = _drawings.get(key)
    if known is not None:
        return known.drawing
    with _at_work:
        # Another thread may have set it in the meantime.
        known = _drawings.get(key) or _set(tex, display=display, outlines=outlines)
    if known is None:
        return None
    _drawings.keep(key, known)
    return known.drawing


def _set(tex: str, *, display: bool, outlines: OutlineSource | None) -> _Known | None:
    """Return what is known of a source from now on; None when an outline is missing, which may yet come."""
    from glmdesk.render import layout  # noqa: PLC0415 - see the module's text

    formula = math_element(tex, display=display)
    if formula is None:
        return _Known(None)
    found: dict[str, Outline] = {}
    for character in layout.missing(formula):
        outline = outlines.outline(character) if outlines else None
        if outline is None:
            return None
        found[character] = outline
    try:
        return _Known(layout.lay_out(formula, found))
    except layout.LayoutError:
        return _Known(None)
