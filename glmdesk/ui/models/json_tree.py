"""A value of JSON as a tree; what is never unfolded is never made."""

from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from glmdesk.domain.strict_json import Json, Step, beginning, path_text, scalar_text, written
from glmdesk.i18n import _, ngettext
from glmdesk.typed import override

_Index = QModelIndex | QPersistentModelIndex
_LONGEST: Final = 200
"""Characters of a value that are shown in its line: more than fit into any window."""

LONGEST_BEGINNING: Final = 20_000
"""Characters. The rest of a longer value is copied, or seen where its parts are."""

NAME, VALUE = range(2)


@dataclass(slots=True)
class _Node:
    step: Step
    value: Json
    row: int
    parent: "_Node | None" = None
    children: "list[_Node] | None" = field(default=None)

    def inner(self) -> "list[_Node]":
        """Return what is in it."""
        if self.children is None:
            value = self.value
            members: list[tuple[Step, Json]] = []
            if isinstance(value, dict):
                members = list(value.items())
            elif isinstance(value, list):
                members = list(enumerate(value))
            self.children = [_Node(step, one, row, self) for row, (step, one) in enumerate(members)]
        return self.children

    def steps(self) -> list[Step]:
        """Return how one gets there."""
        return [] if self.parent is None else [*self.parent.steps(), self.step]


class JsonTree(QAbstractItemModel):
    """Names and values. The members of the whole are the first rows; one without members is a row itself."""

    def __init__(self, value: Json, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = _Node("", value, 0)
        if not self._root.inner():
            self._root = _Node("", [value], 0)

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.column() > 0 else len(self._node(parent).inner())

    @override
    def hasChildren(self, parent: _Index = QModelIndex()) -> bool:
        # Without making them.
        value = self._node(parent).value
        return parent.column() <= 0 and isinstance(value, (dict, list)) and bool(value)

    @override
    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 2

    @override
    def index(self, row: int, column: int, parent: _Index = QModelIndex()) -> QModelIndex:
        inner = self._node(parent).inner()
        if not (0 <= row < len(inner) and 0 <= column <= VALUE):
            return QModelIndex()
        # The tree holds every node that an index points to.
        return self.createIndex(row, column, inner[row])

    @override
    def parent(self, index: _Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]
        above = self._node(index).parent if index.isValid() else None
        return QModelIndex() if above in (None, self._root) else self.createIndex(above.row, 0, above)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._name(index) if index.column() == NAME else self._line(index)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self._name(index)}: {self._line(index)}" if index.column() == NAME else None
            case _:
                return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return (_("Name"), _("Value"))[section]
        return None

    def path(self, index: _Index) -> str:
        """Return where a value is; empty for the whole."""
        return path_text(self._node(index).steps())

    def text(self, index: _Index) -> str:
        """Return the whole of a value: a text as it is, all else as JSON."""
        value = self._node(index).value
        return written(value, indent=2) if isinstance(value, (dict, list)) else scalar_text(value)

    def beginning(self, index: _Index) -> str:
        """Return the same, as much as is shown at once."""
        return beginning(self._node(index).value, LONGEST_BEGINNING)

    def _name(self, index: _Index) -> str:
        step = self._node(index).step
        return f"[{step}]" if isinstance(step, int) else step

    def _line(self, index: _Index) -> str:
        value = self._node(index).value
        count = len(value) if isinstance(value, (dict, list)) else 0
        if isinstance(value, dict):
            return ngettext("{count} field", "{count} fields", count).format(count=count)
        if isinstance(value, list):
            return ngettext("{count} item", "{count} items", count).format(count=count)
        said = scalar_text(value)
        line = " ".join(said[: 2 * _LONGEST].split())
        return line if len(said) <= _LONGEST else f"{line[:_LONGEST]}…"

    def _node(self, index: _Index) -> _Node:
        if not index.isValid():
            return self._root
        node = index.internalPointer()
        assert isinstance(node, _Node), "every index is made here"
        return node
