"""Below what is long: the button for the rest."""

from abc import abstractmethod

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleStateChangeEvent
from PySide6.QtWidgets import QWidget

from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.accessible_fold import make_fold_accessible
from glmdesk.ui.widgets.boxes.foldable import Foldable
from glmdesk.ui.widgets.boxes.panel import Panel
from glmdesk.ui.widgets.boxes.written_box import WrittenBox
from glmdesk.ui.widgets.panel_controls import PanelButton, PanelControls

_INSET = 8
"""Pixels. The words of the button, not its edge, stand below those of the text."""


class FoldButton(PanelButton):
    """Shows all of something, or its beginning again."""

    def __init__(self, style: Style, view: QWidget) -> None:
        super().__init__(style, "", view)
        make_fold_accessible(type(self))
        self.is_collapsed = True

    def stand_for(self, words: str, name: str, *, is_collapsed: bool) -> None:
        """Belong to what is collapsed now, or is not."""
        self.setText(words)
        self.setAccessibleName(name)
        if is_collapsed != self.is_collapsed:
            self.is_collapsed = is_collapsed
            self.update()
            changed = QAccessible.State()
            changed.collapsed = changed.expanded = True
            QAccessible.updateAccessibility(QAccessibleStateChangeEvent(self, changed))


class FoldControls(PanelControls):
    """A button that shows all of a panel, or its beginning again."""

    def __init__(self, style: Style, view: QWidget) -> None:
        super().__init__(style, view)
        self._fold = self._make_fold(style, view)
        self._fold.clicked.connect(lambda: self.expansion_chosen.emit(self._foldable.is_collapsed))

    def _make_fold(self, style: Style, view: QWidget) -> FoldButton:
        return FoldButton(style, view)

    @property
    @override
    def parts(self) -> list[QWidget]:
        return [*super().parts, self._fold]

    @property
    @override
    def stops(self) -> list[QWidget]:
        return [*super().stops, self._fold]

    @property
    def _foldable(self) -> Foldable:
        assert isinstance(self.panel, Foldable), "these controls are for what can be collapsed"
        return self.panel

    @abstractmethod
    def _fold_room(self) -> QRect:
        """Return where the button stands."""

    @abstractmethod
    def _fold_words(self) -> tuple[str, str]:
        """Return what the button reads, and its accessible name."""

    @override
    def _looks(self, panel: Panel, top: int, bottom: int) -> tuple[object, ...]:
        fold = self._foldable
        return (*super()._looks(panel, top, bottom), fold.is_foldable and (fold.is_collapsed, fold.length))

    @override
    def _arrange(self, panel: Panel, top: int, bottom: int, /) -> None:
        super()._arrange(panel, top, bottom)
        self._fold.setVisible(self._foldable.is_foldable)
        if self._foldable.is_foldable:
            words, name = self._fold_words()
            self._fold.stand_for(words, name, is_collapsed=self._foldable.is_collapsed)
            self._fold.setGeometry(self._fold_room())


class WrittenControls(FoldControls):
    """Below a long question."""

    @property
    def _box(self) -> WrittenBox:
        assert isinstance(self.panel, WrittenBox), "these controls are for what a person wrote"
        return self.panel

    @override
    def _fold_room(self) -> QRect:
        box, area = self._box, self.area
        size = self._fold.sizeHint()
        top = area.bottom() + 1 - box.bar_height + (box.bar_height - size.height()) // 2
        return QRect(QPoint(area.left(), top), size).translated(-_INSET, 0)

    @override
    def _fold_words(self) -> tuple[str, str]:
        if not self._box.is_collapsed:
            return _("Show less"), _("Show less of your message")
        lines = self._box.block.text.count("\n") + 1
        if lines > 1:
            words = _("Show all {count} lines").format(count=f"{lines:,}")
            return words, _("Show all {count} lines of your message").format(count=f"{lines:,}")
        letters = f"{self._box.length:,}"
        words = _("Show all {count} characters").format(count=letters)
        return words, _("Show all {count} characters of your message").format(count=letters)
