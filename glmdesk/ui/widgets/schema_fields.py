"""Rows in which the fields of a JSON Schema are named and described; those of an object within it."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from glmdesk.domain.schema_form import Field, Kind
from glmdesk.i18n import N_, _
from glmdesk.ui.icons import Icons
from glmdesk.ui.theme import Theme
from glmdesk.ui.widgets.choice import ChoiceBox
from glmdesk.ui.widgets.text_input import LineInput

_INDENT: Final = 28
_WORDS: Final = {
    Kind.TEXT: N_("Text"),
    Kind.NUMBER: N_("Number"),
    Kind.WHOLE: N_("Whole number"),
    Kind.YES_NO: N_("Yes or no"),
    Kind.CHOICE: N_("One of…"),
    Kind.OBJECT: N_("Group of fields"),
}


class SchemaFields(QWidget):
    """Rows, one a field, and a button that adds one. Within a group there are no further groups.

    Signals:
        changed(): something else is said.
    """

    changed = Signal()

    def __init__(self, icons: Icons, theme: Theme, *, is_inner: bool = False) -> None:
        super().__init__()
        self._icons = icons
        self._theme = theme
        self._is_inner = is_inner
        self._rows: list[_FieldRow] = []
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._add = QPushButton(_("Add to the group") if is_inner else _("Add a field"))
        self._add.setAccessibleName(self._add.text())
        self._add.setAutoDefault(False)
        self._add.clicked.connect(self._add_empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(_INDENT if is_inner else 0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addLayout(self._column)
        whole.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        for row in self._rows:
            row.set_theme(theme)

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is said."""
        return tuple(row.field for row in self._rows)

    def show_fields(self, fields: Sequence[Field]) -> None:
        """Show these."""
        for row in tuple(self._rows):
            self._remove(row)
        for field in fields:
            self._add_row(field)

    def begin(self) -> None:
        """Give the keyboard to the first field."""
        if self._rows:
            self._rows[0].begin()
        else:
            self._add.setFocus()

    def _add_empty(self) -> None:
        self._add_row(Field(""))
        self._rows[-1].begin()
        self.changed.emit()

    def _add_row(self, field: Field) -> None:
        row = _FieldRow(field, self._icons, self._theme, is_inner=self._is_inner)
        row.changed.connect(self.changed)
        row.removed.connect(partial(self._take_out, row))
        self._rows.append(row)
        self._column.addWidget(row)
        row.show()
        QWidget.setTabOrder(row, self._add)

    def _take_out(self, row: "_FieldRow") -> None:
        self._remove(row)
        self._add.setFocus()
        self.changed.emit()

    def _remove(self, row: "_FieldRow") -> None:
        self._rows.remove(row)
        row.hide()
        row.deleteLater()


class _FieldRow(QWidget):
    """One field: its name and type in a line, what is said of it below, and then what it consists of."""

    changed = Signal()
    removed = Signal()

    def __init__(self, field: Field, icons: Icons, theme: Theme, *, is_inner: bool) -> None:
        super().__init__()
        self._icons = icons
        self._theme = theme
        self._inner: SchemaFields | None = None
        self._kinds = [kind for kind in Kind if not (is_inner and kind is Kind.OBJECT)]
        self._name = self._line(_("Name"), field.name)
        self._kind = ChoiceBox()
        for kind in self._kinds:
            self._kind.addItem(_(_WORDS[kind]))
        self._kind.setCurrentIndex(self._kinds.index(field.kind))
        self._is_list = self._box(_("List"), _("There are any number of them"), is_on=field.is_list)
        self._is_required = self._box(_("Required"), _("It has to be there"), is_on=field.is_required)
        self._remove = QToolButton()
        self._remove.setIcon(icons.icon("close", theme.muted))
        self._remove.setAccessibleName(_("Remove field"))
        self._remove.setToolTip(_("Remove field"))
        self._remove.clicked.connect(self.removed)
        self._description = self._line(_("Description, for the model"), field.description)
        self._choices = self._line(_("Choices, with commas between them"), ", ".join(field.choices))
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self._name, 1)
        for part in (self._kind, self._is_list, self._is_required, self._remove):
            first.addWidget(part)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addLayout(first)
        self._column.addWidget(self._choices)
        self._column.addWidget(self._description)
        self._kind.set_label(_("Type"))
        self._kind.currentIndexChanged.connect(self._take_kind)
        self._show_parts(field.fields)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self._remove.setIcon(self._icons.icon("close", theme.muted))
        if self._inner is not None:
            self._inner.set_theme(theme)

    @property
    def field(self) -> Field:
        """What is said."""
        kind = self._kinds[self._kind.currentIndex()]
        found = self._choices.text().replace("，", ",").replace("、", ",").split(",")
        choices = dict.fromkeys(choice.strip() for choice in found if choice.strip())
        return Field(
            self._name.text().strip(),
            kind,
            self._is_list.isChecked(),
            self._is_required.isChecked(),
            self._description.text().strip(),
            tuple(choices) if kind is Kind.CHOICE else (),
            self._inner.fields if self._inner is not None and kind is Kind.OBJECT else (),
        )

    def begin(self) -> None:
        """Give the keyboard to the name."""
        self._name.setFocus()

    def _take_kind(self) -> None:
        self._show_parts((Field(""),))
        self.changed.emit()

    def _show_parts(self, fields: Sequence[Field]) -> None:
        """Show what belongs to the type."""
        kind = self._kinds[self._kind.currentIndex()]
        self._choices.setVisible(kind is Kind.CHOICE)
        if kind is Kind.OBJECT and self._inner is None:
            self._inner = SchemaFields(self._icons, self._theme, is_inner=True)
            self._inner.changed.connect(self.changed)
            self._inner.show_fields(fields)
            self._column.addWidget(self._inner)
        if self._inner is not None:
            self._inner.setVisible(kind is Kind.OBJECT)

    def _line(self, name: str, text: str) -> LineInput:
        line = LineInput()
        line.setAccessibleName(name)
        line.setPlaceholderText(name)
        line.setText(text)
        line.textChanged.connect(self.changed)
        line.cancelled.connect(lambda: _close(self))
        return line

    def _box(self, name: str, explanation: str, *, is_on: bool) -> QCheckBox:
        box = QCheckBox(name)
        box.setAccessibleName(name)
        box.setToolTip(explanation)
        box.setChecked(is_on)
        box.toggled.connect(self.changed)
        return box


def _close(row: QWidget) -> None:
    row.window().close()
