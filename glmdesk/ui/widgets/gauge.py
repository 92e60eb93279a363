"""How full something is: figures, and a bar below them that changes its colour when little room is left."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel

from glmdesk.typed import override
from glmdesk.ui.theme import Theme, colour

_BAR: Final = 3
"""Pixels."""
_NEAR: Final = 0.8
_FULL: Final = 0.95


class Gauge(QLabel):
    """A line of text above a bar."""

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._share = 0.0
        self.setContentsMargins(0, 0, 0, _BAR + 1)

    def set_theme(self, theme: Theme) -> None:
        """Show a theme's colours."""
        self._theme = theme
        self.update()

    def show_share(self, text: str, share: float) -> None:
        """Show figures, and which part is used."""
        self._share = min(max(share, 0.0), 1.0)
        self.setText(text)
        self.update()

    @property
    def bar_colour(self) -> str:
        """The colour of what is used."""
        assert self._theme is not None, "it is painted with a theme"
        if self._share >= _FULL:
            return self._theme.danger
        return self._theme.notice if self._share >= _NEAR else self._theme.accent

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text_bottom = self.height() / 2 + self.fontMetrics().height() / 2
        bar = QRectF(0, min(text_bottom, self.height() - _BAR), self.width(), _BAR)
        for share, name in ((1.0, self._theme.border), (self._share, self.bar_colour)):
            painter.fillRect(QRectF(0, bar.top(), bar.width() * share, _BAR), colour(name))
