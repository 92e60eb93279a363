"""The formulas that are shown: what they look like, and which are still to be set."""

import sys
from collections import OrderedDict

from PySide6.QtCore import QObject, Signal

from glmdesk.render.blocks import MathSpan
from glmdesk.render.drawing import Drawing

MAX_BYTES = 8_000_000
"""Of what is kept: some six hundred formulas of the usual length."""

_MOST_WANTED = 500
"""How many formulas can wait. Of more, those that were asked for last are the ones that can be seen."""


class Formulas(QObject):
    """Drawings of formulas, for every size and colour. Whoever hears that one is wanted puts it here.

    Signals:
        wanted(): there is another formula to be set.
        changed(): formulas that were waited for are known.
    """

    wanted = Signal()
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: OrderedDict[MathSpan, Drawing | None] = OrderedDict()
        """What was set, the least used first. None: it cannot be."""
        self._waiting: OrderedDict[MathSpan, None] = OrderedDict()
        """The most wanted last."""
        self._size_bytes = 0

    def knows(self, formula: MathSpan) -> bool:
        """Whether a formula was set, or cannot be."""
        return formula in self._known

    def find(self, formula: MathSpan) -> Drawing | None:
        """Return what a formula looks like: None while that is not known, and if it cannot be set.

        What is not known is asked for.
        """
        if formula in self._known:
            self._known.move_to_end(formula)
            return self._known[formula]
        is_new = formula not in self._waiting
        self._waiting[formula] = None
        self._waiting.move_to_end(formula)
        if len(self._waiting) > _MOST_WANTED:
            self._waiting.popitem(last=False)
        if is_new:
            self.wanted.emit()
        return None

    def most_wanted(self) -> MathSpan | None:
        """Return the formula to be set next, if there is one."""
        return next(reversed(self._waiting), None)

    def put(self, formula: MathSpan, drawing: Drawing | None) -> None:
        """Keep what a formula looks like; None when it cannot be set."""
        self._waiting.pop(formula, None)
        self._forget(formula)
        self._known[formula] = drawing
        self._size_bytes += _size_bytes(formula, drawing)
        while self._size_bytes > MAX_BYTES:
            self._forget(next(iter(self._known)))

    def _forget(self, formula: MathSpan) -> None:
        if formula in self._known:
            self._size_bytes -= _size_bytes(formula, self._known.pop(formula))


def _size_bytes(formula: MathSpan, drawing: Drawing | None) -> int:
    # For each: the key, the drawing, the lengths in it and the place among the others.
    size = sys.getsizeof(formula.tex) + 600
    return size if drawing is None else size + sys.getsizeof(drawing.body) + 150 * len(drawing.parts)
