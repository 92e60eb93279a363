"""Rows of JSON: a table that can be sorted, and what differs between two values."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from glmdesk.domain.json_diff import Cell, Kind
from glmdesk.domain.json_table import JsonTable, is_number, sort_key
from glmdesk.i18n import N_, _
from glmdesk.typed import override
from glmdesk.ui.models.json_tree import LONGEST_BEGINNING
from glmdesk.ui.theme import Theme

_Index = QModelIndex | QPersistentModelIndex
_LONGEST: Final = 200
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class JsonRows(QAbstractTableModel):
    """A table; sorting changes the order in which its rows are shown, and nothing else."""

    def __init__(self, table: JsonTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = table
        self.order: list[int] = list(range(len(table.rows)))
        """The rows of the table as they are shown."""

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.order)

    @override
    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.table.columns)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _line(self.text(index))
            case Qt.ItemDataRole.TextAlignmentRole:
                value = self.table.rows[self.order[index.row()]].get(self.table.columns[index.column()])
                return _RIGHT if is_number(value) else None
            case _:
                return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_across = orientation is Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.TextAlignmentRole and is_across:
            return _RIGHT if is_number(self.table.rows[0].get(self.table.columns[section])) else None
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Horizontal:
            return self.table.columns[section]
        return str(self.order[section] + 1)

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        rows, before = self.table.rows, self.order
        after = list(range(len(rows)))
        if 0 <= column < len(self.table.columns):
            name = self.table.columns[column]
            is_down = order is Qt.SortOrder.DescendingOrder
            after.sort(key=lambda row: sort_key(rows[row].get(name)), reverse=is_down)
            if is_down:
                # Where there is nothing comes last either way.
                after.sort(key=lambda row: rows[row].get(name) is None)
        self.order = after
        places = {row: place for place, row in enumerate(after)}
        for index in self.persistentIndexList():
            moved = self.index(places[before[index.row()]], index.column())
            self.changePersistentIndex(index, moved)
        self.layoutChanged.emit()

    def text(self, index: _Index) -> str:
        """Return the whole of what stands in a cell."""
        return self.table.text(self.order[index.row()], index.column())

    def beginning(self, index: _Index) -> str:
        """Return as much of it as is shown at once."""
        return self.text(index)[:LONGEST_BEGINNING]

    def path(self, index: _Index) -> str:
        """Return where the value of a cell is."""
        return self.table.path(self.order[index.row()], index.column())


_KINDS: Final = {
    Kind.SAME: N_("same"),
    Kind.CHANGED: N_("changed"),
    Kind.MISSING: N_("missing"),
    Kind.ADDED: N_("added"),
}
_SIGNS: Final = {Kind.SAME: "=", Kind.CHANGED: "≠", Kind.MISSING: "−", Kind.ADDED: "+"}
"""Nobody has to tell them by their colours."""


class JsonDifferences(QAbstractTableModel):
    """Cells with how they stand, where they are and what they were and are."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._cells: Sequence[Cell] = ()
        self._shown: Sequence[Cell] = ()
        self._names = ("", "")

    def show_cells(self, cells: Sequence[Cell], names: tuple[str, str], *, are_all: bool) -> None:
        """Show cells of two values that have names: all, or those that differ."""
        self.beginResetModel()
        self._cells, self._names = cells, names
        self._shown = cells if are_all else [cell for cell in cells if cell.kind is not Kind.SAME]
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._shown)

    @override
    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 4

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self._shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _line(self._said(index))
            case Qt.ItemDataRole.ForegroundRole if cell.kind is not Kind.SAME:
                return QColor(self._colours(cell.kind)[0])
            case Qt.ItemDataRole.BackgroundRole if cell.kind is not Kind.SAME:
                return QColor(self._colours(cell.kind)[1])
            case _:
                return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return ("", _("Place"), *self._names)[section]

    def text(self, index: _Index) -> str:
        """Return both values of a row, each below its name."""
        cell = self._shown[index.row()]
        values = zip(self._names, (cell.first, cell.second), strict=True)
        return "\n".join(f"{name}: {'—' if value is None else value}" for name, value in values)

    def beginning(self, index: _Index) -> str:
        """Return as much of them as is shown at once."""
        return self.text(index)[:LONGEST_BEGINNING]

    def path(self, index: _Index) -> str:
        """Return where the value of a row is."""
        return self._shown[index.row()].path

    def _said(self, index: _Index) -> str:
        cell = self._shown[index.row()]
        kind = f"{_SIGNS[cell.kind]} {_(_KINDS[cell.kind])}"
        return (kind, cell.path, cell.first or "", cell.second or "")[index.column()]

    def _colours(self, kind: Kind) -> tuple[str, str]:
        theme = self._theme
        match kind:
            case Kind.MISSING:
                return theme.danger, theme.danger_background
            case Kind.ADDED:
                return theme.string, theme.card
            case _:
                return theme.notice, theme.notice_background


def _line(text: str) -> str:
    line = " ".join(text[: 2 * _LONGEST].split())
    return line if len(text) <= _LONGEST else f"{line[:_LONGEST]}…"
