"""A panel that shows its beginning only, until the reader asks for the rest."""

from abc import abstractmethod

from PySide6.QtCore import QRectF

from glmdesk.typed import override
from glmdesk.ui.widgets.boxes.panel import Panel


class Foldable(Panel):
    """Its inner box holds what is shown: the positions from the first on, as many as that has."""

    @property
    @abstractmethod
    def is_foldable(self) -> bool:
        """Whether there is a rest at all."""

    @abstractmethod
    def _show_content(self) -> None:
        """Fill the inner box with the beginning, or with all there is."""

    @property
    def is_collapsed(self) -> bool:
        """Whether only its beginning is shown."""
        return self.is_foldable and not self.state.is_expanded

    def set_expanded(self, *, is_expanded: bool) -> None:
        """Show all of it, or its beginning."""
        if is_expanded != self.state.is_expanded:
            self.state.is_expanded = is_expanded
            self._show_content()
            self._show_height()

    @override
    def reveal(self, position: int) -> None:
        if position > self.inner.length:
            self.set_expanded(is_expanded=True)
        super().reveal(position)

    @override
    def line_at(self, position: int) -> tuple[float, float]:
        return super().line_at(min(position, self.inner.length))

    @override
    def areas(self, first: int, last: int, /) -> list[QRectF]:
        shown = self.inner.length
        return super().areas(first, min(last, shown)) if first <= shown else []


class Broken(Foldable):
    """One whose lines are broken where they are too long, so that nothing has to be moved sideways."""

    @property
    @override
    def reach(self) -> int:
        return 0

    @property
    @override
    def content_width(self) -> float:
        return self.inner.natural_width

    @override
    def _sides_of(self, position: int) -> tuple[float, float]:
        return 0.0, 0.0
