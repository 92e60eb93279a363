"""What can be done on a desktop that lets no program have keys: a command for it, to be copied."""

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from glmdesk.desktop.hotkeys.recipes import Recipe
from glmdesk.i18n import _
from glmdesk.ui.theme import code_font
from glmdesk.ui.widgets.choice import ChoiceBox
from glmdesk.ui.widgets.copy_button import CopyButton
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.text_input import TextInput

_EDGES: Final = 22
"""Pixels above and below a text in its frame."""


class RecipePanel(QWidget):
    """Shows one recipe at a time. It is hidden while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._recipes: Sequence[Recipe] = ()
        hint = PlainLabel(_("The desktop itself can have the keys, and run glmdesk:"))
        hint.setWordWrap(True)
        self._desktops = ChoiceBox()
        self._desktops.setAccessibleName(_("Desktop"))
        self._place = PlainLabel()
        self._place.setWordWrap(True)
        self._text = TextInput()
        self._furnish_text()
        self._copy = CopyButton(self._text.toPlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        for widget in (hint, self._desktops, self._place, self._text):
            column.addWidget(widget)
        foot = QHBoxLayout()
        foot.addWidget(self._copy)
        foot.addStretch(1)
        column.addLayout(foot)
        self._desktops.currentIndexChanged.connect(self._show)
        self._text.resized.connect(self._fit)
        self.hide()

    def show_recipes(self, recipes: Sequence[Recipe]) -> None:
        """Offer recipes, the first of which is the likeliest."""
        self.setVisible(bool(recipes))
        if recipes != self._recipes:
            self._recipes = recipes
            self._desktops.clear()
            self._desktops.addItems([_(recipe.desktop) for recipe in recipes])

    def _furnish_text(self) -> None:
        self._text.setProperty("kind", "list")
        self._text.setReadOnly(True)
        self._text.setFont(code_font(self.font()))
        self._text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def _show(self, index: int) -> None:
        if index < 0:
            return
        recipe = self._recipes[index]
        self._place.setText(_(recipe.place))
        self._text.setPlainText(recipe.text.removesuffix("\n"))
        self._text.setAccessibleName(self._place.text())
        self._copy.offer()
        self._fit()

    def _fit(self) -> None:
        # A line that is too long takes several.
        lines = math.ceil(self._text.document().documentLayout().documentSize().height())
        self._text.setFixedHeight(max(lines, 1) * self._text.fontMetrics().lineSpacing() + _EDGES)
