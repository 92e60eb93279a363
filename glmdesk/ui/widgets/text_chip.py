"""A text that goes with the next question, with a button that takes it away."""

from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton

from glmdesk.i18n import _, ngettext
from glmdesk.ui.icons import Icons
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.elided_label import ElidedLabel
from glmdesk.ui.widgets.quotes import PlainLabel

_SEEN: Final = 400
"""Characters. More of them are never in one line."""


class TextChip(QFrame):
    """One line of the text and how long it is. It is hidden while there is none.

    Signals:
        removed(): the text should not go with the question.
    """

    removed = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self.setObjectName("chip")
        self._words = ElidedLabel()
        self._size = PlainLabel()
        self._size.setProperty("kind", "muted")
        self.button = QToolButton()
        self.button.setIconSize(QSize(12, 12))
        self.button.setAccessibleName(_("Remove the text"))
        self.button.setToolTip(_("Remove"))
        self.button.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 4, 3)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self._size)
        row.addWidget(self.button)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Colour the drawing."""
        self.button.setIcon(self._icons.icon("close", theme.muted))

    def show_text(self, text: str, *, length: int) -> None:
        """Show a text, or nothing for an empty one; it may be a part of what is `length` characters long."""
        self._words.setText(" ".join(text[:_SEEN].split()))
        if len(text) < length:
            words = _("first {part} of {count} characters")
            self._size.setText(words.format(part=f"{len(text):,}", count=f"{length:,}"))
        else:
            words = ngettext("{count} character", "{count} characters", length)
            self._size.setText(words.format(count=f"{length:,}"))
        self.setAccessibleName(_("Text to ask about: {text}").format(text=self._words.text()))
        self.button.setAccessibleDescription(self._size.text())
        self.setVisible(bool(text))
