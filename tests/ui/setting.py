"""Formulas set here and now, as the controller has them set in a thread."""

from PySide6.QtWidgets import QApplication

from glmdesk.render.typesetting import typeset
from glmdesk.ui.glyphs import TextOutlines
from glmdesk.ui.models.formulas import Formulas


def set_all(formulas: Formulas) -> int:
    """Set what is wanted, and what is wanted because of that; return how many formulas it was."""
    outlines = TextOutlines(QApplication.font())
    count = 0
    while formulas.most_wanted() is not None:
        while (formula := formulas.most_wanted()) is not None:
            outlines.learn(formula.tex)
            formulas.put(formula, typeset(formula, outlines.outline))
            count += 1
        formulas.changed.emit()
    return count
