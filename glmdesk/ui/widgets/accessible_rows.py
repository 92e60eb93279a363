"""What a screen reader is given of a list: rows that it can open or mark, where Qt's own are but chosen."""

import weakref
from typing import cast

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QListView, QWidget

from glmdesk.typed import override
from glmdesk.ui.widgets.accessible import make_accessible
from glmdesk.ui.widgets.accessible_part import AccessiblePart, AccessibleParts


def make_rows_accessible(kind: type[QListView]) -> None:
    """Let the rows of a list be opened, or marked where they can be: that is for its signal `activated`."""
    make_accessible(kind, _AccessibleRows)


class _AccessibleRows(QAccessibleWidget):
    """A list. Its rows are known by their numbers."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget, QAccessible.Role.List)
        # Weak, because the binding never lets go of this interface.
        self._widget = weakref.ref(widget)
        self._rows = AccessibleParts(cast("QListView", widget), _AccessibleRow)

    def _view(self) -> QListView:
        return cast("QListView", self._widget())

    def _row(self, number: int) -> QAccessibleInterface | None:
        return self._rows[number] if 0 <= number < self.childCount() else None

    @override
    def childCount(self) -> int:
        return self._view().model().rowCount()

    @override
    def child(self, index: int) -> QAccessibleInterface:
        return cast("QAccessibleInterface", self._row(index))

    @override
    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.number if isinstance(child, _AccessibleRow) else -1

    @override
    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        viewport = self._view().viewport()
        index = self._view().indexAt(viewport.mapFromGlobal(QPoint(x, y)))
        return cast("QAccessibleInterface", self._row(index.row()))

    @override
    def focusChild(self) -> QAccessibleInterface:
        row = self._row(self._view().currentIndex().row()) if self._view().hasFocus() else None
        return super().focusChild() if row is None else row


class _AccessibleRow(AccessiblePart[QListView]):
    """The row of a number, whatever stands in it."""

    def _index(self) -> QModelIndex:
        return self.owner.model().index(self.number, 0)

    @override
    def is_there(self) -> bool:
        return self.number < self.owner.model().rowCount()

    @override
    def press(self) -> None:
        if not self._is_heading:
            self.owner.activated.emit(self._index())

    @override
    def action(self) -> str:
        return self.toggleAction() if self._is_checkable else super().action()

    @override
    def take_focus(self) -> None:
        self.owner.setFocus()
        if not self._is_heading:
            self.owner.setCurrentIndex(self._index())

    @property
    def _is_heading(self) -> bool:
        return not self.owner.model().flags(self._index()) & Qt.ItemFlag.ItemIsEnabled

    @property
    def _is_checkable(self) -> bool:
        return bool(self.owner.model().flags(self._index()) & Qt.ItemFlag.ItemIsUserCheckable)

    @override
    def role(self) -> QAccessible.Role:
        is_heading = self.isValid() and self._is_heading
        return QAccessible.Role.Heading if is_heading else QAccessible.Role.ListItem

    @override
    def text(self, t: QAccessible.Text) -> str:
        is_name = t == QAccessible.Text.Name and self.isValid()
        return str(self._index().data()) if is_name else ""

    @override
    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        place = self.owner.visualRect(self._index())
        return QRect(self.owner.viewport().mapToGlobal(place.topLeft()), place.size())

    @override
    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        if not self.isValid():
            state.invalid = True
            return state
        view, index = self.owner, self._index()
        state.selectable = state.focusable = not self._is_heading
        state.extSelectable = view.selectionMode() is QListView.SelectionMode.ExtendedSelection
        state.checkable = self._is_checkable
        mark = index.data(Qt.ItemDataRole.CheckStateRole)
        state.checked = mark is not None and Qt.CheckState(mark) is Qt.CheckState.Checked
        state.selected = view.selectionModel().isSelected(index)
        state.focused = view.hasFocus() and view.currentIndex() == index
        state.invisible = not view.isVisible()
        state.offscreen = not view.visualRect(index).intersects(view.viewport().rect())
        return state
