"""What a view can know of a list model: the rows as its signals have told them, and nothing else."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject


class AnnouncedRows(QObject):
    """Mirrors a list model from its signals alone; a change that was not announced makes a difference.

    Attributes:
        rows: The values of `roles` of every row, as last announced.
    """

    def __init__(self, model: QAbstractItemModel, roles: Sequence[int]) -> None:
        super().__init__()
        self._model = model
        self._roles = roles
        self._expected: int | None = None
        self.rows = self.real_rows()
        model.rowsAboutToBeInserted.connect(self._expect_insertion)
        model.rowsInserted.connect(self._insert)
        model.rowsAboutToBeRemoved.connect(self._expect_removal)
        model.rowsRemoved.connect(self._remove)
        model.dataChanged.connect(self._change)
        model.modelReset.connect(self._reset)
        model.rowsMoved.connect(self._move)
        model.layoutChanged.connect(self._refuse)

    def real_rows(self) -> list[tuple[object, ...]]:
        """Return the values of every row, asked of the model."""
        return [self._values(row) for row in range(self._model.rowCount())]

    def check(self) -> None:
        """Hold the model to what it has announced."""
        assert self.rows == self.real_rows()

    def _values(self, row: int) -> tuple[object, ...]:
        index = self._model.index(row, 0)
        return tuple(index.data(role) for role in self._roles)

    def _expect_insertion(self, _parent: QModelIndex, first: int, last: int) -> None:
        assert self._model.rowCount() == len(self.rows), "inserted before it was announced"
        self._expected = len(self.rows) + last - first + 1

    def _insert(self, _parent: QModelIndex, first: int, last: int) -> None:
        assert self._model.rowCount() == self._expected, "announced other rows than were inserted"
        self.rows[first:first] = [self._values(row) for row in range(first, last + 1)]

    def _expect_removal(self, _parent: QModelIndex, first: int, last: int) -> None:
        assert self._model.rowCount() == len(self.rows), "removed before it was announced"
        self._expected = len(self.rows) - (last - first + 1)

    def _remove(self, _parent: QModelIndex, first: int, last: int) -> None:
        assert self._model.rowCount() == self._expected, "announced other rows than were removed"
        del self.rows[first : last + 1]

    def _move(self, _parent: QModelIndex, first: int, last: int, _target: QModelIndex, above: int) -> None:
        assert self._model.rowCount() == len(self.rows), "moving changed how many rows there are"
        moved = self.rows[first : last + 1]
        del self.rows[first : last + 1]
        at = above if above < first else above - len(moved)
        self.rows[at:at] = moved

    def _change(self, first: QModelIndex, last: QModelIndex, roles: Sequence[int] = ()) -> None:
        assert first.isValid()
        assert last.isValid()
        told = set(roles) or set(self._roles)
        for row in range(first.row(), last.row() + 1):
            fresh = self._values(row)
            self.rows[row] = tuple(
                new if role in told else old
                for role, old, new in zip(self._roles, self.rows[row], fresh, strict=True)
            )

    def _reset(self) -> None:
        self.rows = self.real_rows()

    def _refuse(self) -> None:
        raise AssertionError("this list lays nothing out anew; teach the mirror when it does")
