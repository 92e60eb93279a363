"""How rows of JSON are seen: tables, and what differs between one value and others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from glmdesk.domain.json_diff import Cell, Kind, differences
from glmdesk.domain.strict_json import Json
from glmdesk.i18n import _, ngettext
from glmdesk.ui.models.json_rows import JsonDifferences, JsonRows
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.choice import ChoiceBox
from glmdesk.ui.widgets.quotes import PlainLabel

WIDEST_COLUMN: Final = 320
_MEASURED: Final = 40
"""Rows that decide how wide a column is."""


@dataclass(frozen=True, slots=True)
class NamedJson:
    """A value and what it is called: the model that said it, and which of its answers it is."""

    name: str
    value: Json


class DifferencesPage(QWidget):
    """Says what of a value differs from one of others, cell by cell, once it is asked to begin."""

    def __init__(self, shown: NamedJson, others: Sequence[NamedJson], theme: Theme) -> None:
        super().__init__()
        self._shown = shown
        self._others = tuple(others)
        self._has_begun = False
        self.model = JsonDifferences(theme, self)
        self.view = table_view(self.model)
        self.view.setAccessibleName(_("Differences"))
        self.view.verticalHeader().hide()
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._other = ChoiceBox()
        for other in self._others:
            self._other.addItem(other.name)
        self._other.currentIndexChanged.connect(self._compare)
        self._only = QCheckBox(_("Only what differs"))
        self._only.setAccessibleName(self._only.text())
        self._only.setChecked(True)
        self._only.toggled.connect(self._compare)
        self._counted = PlainLabel()
        self._counted.setProperty("kind", "muted")
        self._counted.setWordWrap(True)
        line = QHBoxLayout()
        line.addWidget(PlainLabel(_("Compare with")))
        line.addWidget(self._other)
        line.addWidget(self._only)
        line.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(line)
        column.addWidget(self._counted)
        column.addWidget(self.view, 1)
        self._other.set_label(_("Compare with"))

    def begin(self) -> None:
        """Compare with the first of the others, if that was not done yet."""
        if not self._has_begun:
            self._has_begun = True
            self._compare()

    def _compare(self) -> None:
        other = self._others[self._other.currentIndex()]
        cells = differences(other.value, self._shown.value)
        are_all = not self._only.isChecked()
        self.model.show_cells(cells, (other.name, self._shown.name), are_all=are_all)
        self._counted.setText(_counted(cells))
        fit_columns(self.view)


def _counted(cells: Sequence[Cell]) -> str:
    counts = {kind: sum(cell.kind is kind for cell in cells) for kind in Kind}
    if counts[Kind.SAME] < len(cells):
        words = _("{same} same · {changed} changed · {missing} missing · {added} added")
        return words.format(**{kind.value: f"{count:,}" for kind, count in counts.items()})
    words = ngettext(
        "No difference: {count} value is the same.",
        "No difference: all {count} values are the same.",
        len(cells),
    )
    return words.format(count=f"{len(cells):,}")


def table_view(model: JsonRows | JsonDifferences) -> QTableView:
    """Return a table of a model, with rows in one line each."""
    table = QTableView()
    table.setModel(model)
    table.setWordWrap(False)
    table.setCornerButtonEnabled(False)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setTabKeyNavigation(False)
    across, down = table.horizontalHeader(), table.verticalHeader()
    across.setHighlightSections(False)
    across.setResizeContentsPrecision(_MEASURED)
    across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    down.setDefaultSectionSize(table.fontMetrics().height() + 10)
    down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    fit_columns(table)
    return table


def fit_columns(table: QTableView) -> None:
    """Let columns be as wide as what is at the top of them, within bounds."""
    table.resizeColumnsToContents()
    for column in range(table.model().columnCount()):
        table.setColumnWidth(column, min(table.columnWidth(column) + 12, WIDEST_COLUMN))
