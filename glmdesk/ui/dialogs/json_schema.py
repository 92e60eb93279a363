"""What answers have to be that are JSON: fields that are filled in, or a JSON Schema that is pasted."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from glmdesk.chat.json_schema import faults_of_schema
from glmdesk.domain.schema_form import Field, Form, Kind, form_of
from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.icons import Icons
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.schema_fields import SchemaFields
from glmdesk.ui.widgets.tabs import Tabs
from glmdesk.ui.widgets.text_input import TextInput

_SIZE: Final = (720, 680)
_HEIGHTS: Final = [400, 150]
_FIELDS, _TEXT = range(2)


Writing = Form | str
"""A schema that may not be complete: fields, or a text."""


class JsonSchemaDialog(QDialog):
    """Opens with the text of a schema, empty for none, or with what was written in its place.

    It is gone once it is closed.

    Signals:
        chosen(schema: str): answers have to fit this from now on; an empty text lets them be any JSON.
        left(writing: Writing): it was closed with something written that was neither used nor cancelled.
    """

    chosen = Signal(str)
    left = Signal(object)

    def __init__(
        self, schema: str, parent: QWidget, icons: Icons, style: Style, *, writing: Writing | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("What the JSON has to be"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self._tabs = Tabs(_("What the JSON has to be"), (_("Fields"), _("JSON Schema")))
        self._stack = QStackedWidget()
        self._fields = SchemaFields(icons, style.theme)
        self._are_records = QCheckBox(_("A list of such records, as many as there are"))
        self._are_records.setAccessibleName(self._are_records.text())
        self._preview = _schema_text(_("Preview of the schema"))
        self._preview.setReadOnly(True)
        self._text = _schema_text(_("JSON Schema"))
        self._text.setPlaceholderText(_("Paste a JSON Schema here"))
        self._words = PlainLabel()
        self._words.setWordWrap(True)
        self._use = QPushButton(_("Use"))
        self._lay_out()
        self.set_style(style)
        self._text.setPlainText(schema)
        form = form_of(schema) if schema else Form((Field(""),))
        self._show(schema if form is None else form)
        self._in_force, self._is_kept = self.schema, True
        if writing is not None:
            self._show(writing)
        self._tabs.currentChanged.connect(self._turn)
        self._fields.changed.connect(self._judge)
        self._are_records.toggled.connect(self._judge)
        self._text.textChanged.connect(self._judge)
        self._text.cancelled.connect(self.reject)
        self._preview.cancelled.connect(self.reject)
        self._judge()
        if writing is not None:
            self._say(_("This was written before and is not in use. “Cancel” forgets it."))
        if self._tabs.currentIndex() == _FIELDS:
            self._fields.begin()

    @override
    def reject(self) -> None:
        # Escape closes it from any field, and may be meant for that.
        if self._is_kept and self.schema != self._in_force:
            self.left.emit(self._writing)
        super().reject()

    def set_style(self, style: Style) -> None:
        """Take other colours and fonts; what is written stays."""
        self._fields.set_theme(style.theme)
        for text in (self._preview, self._text):
            text.setFont(style.code)

    @property
    def schema(self) -> str:
        """What is said now, as a schema, whether it is a good one or not."""
        writing = self._writing
        return writing if isinstance(writing, str) else writing.schema

    @property
    def _writing(self) -> Writing:
        return self._text.toPlainText().strip() if self._tabs.currentIndex() == _TEXT else self._form

    @property
    def _form(self) -> Form:
        return Form(self._fields.fields, is_list=self._are_records.isChecked())

    def _show(self, writing: Writing) -> None:
        if isinstance(writing, str):
            self._text.setPlainText(writing)
        else:
            self._show_form(writing)
        page = _TEXT if isinstance(writing, str) else _FIELDS
        self._tabs.setCurrentIndex(page)
        self._stack.setCurrentIndex(page)

    def _lay_out(self) -> None:
        rows = QWidget()
        inner = QVBoxLayout(rows)
        inner.setContentsMargins(2, 2, 12, 2)
        inner.setSpacing(10)
        inner.addWidget(self._fields)
        inner.addStretch()
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(rows)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("splitter")
        split.setChildrenCollapsible(False)
        split.addWidget(area)
        split.addWidget(self._preview)
        split.setStretchFactor(0, 1)
        split.setSizes(_HEIGHTS)
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._are_records)
        column.addWidget(split, 1)
        self._stack.addWidget(form)
        self._stack.addWidget(self._text)
        buttons = QDialogButtonBox()
        any_json = QPushButton(_("Any JSON"))
        any_json.setToolTip(_("Answers have to be JSON, whatever is in it"))
        any_json.clicked.connect(lambda: self._choose(""))
        self._use.setProperty("kind", "primary")
        self._use.clicked.connect(lambda: self._choose(self.schema))
        cancel = QPushButton(_("Cancel"))
        cancel.clicked.connect(self._cancel)
        for button, role in (
            (any_json, QDialogButtonBox.ButtonRole.ResetRole),
            (cancel, QDialogButtonBox.ButtonRole.RejectRole),
            (self._use, QDialogButtonBox.ButtonRole.AcceptRole),
        ):
            button.setAccessibleName(button.text())
            # Enter belongs to the fields.
            button.setAutoDefault(False)
            buttons.addButton(button, role)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 14, 20, 14)
        whole.setSpacing(10)
        for part in (self._tabs, self._stack, self._words, buttons):
            whole.addWidget(part, 1 if part is self._stack else 0)

    def _show_form(self, form: Form) -> None:
        self._fields.show_fields(form.fields)
        self._are_records.setChecked(form.is_list)

    def _turn(self, number: int) -> None:
        if number == _TEXT:
            if any(field.name for field in self._fields.fields):
                self._text.setPlainText(self._form.schema)
        else:
            text = self._text.toPlainText().strip()
            form = form_of(text) if text else self._form
            if form is None:
                # What fields cannot say is not thrown away.
                self._tabs.setCurrentIndex(_TEXT)
                self._say(
                    _("This schema says more than fields can, or is none. It can be changed here only.")
                )
                return
            self._show_form(form)
        self._stack.setCurrentIndex(number)
        self._judge()

    def _judge(self) -> None:
        """Show whether what is said can be used, and why not."""
        is_text = self._tabs.currentIndex() == _TEXT
        if is_text:
            faults = faults_of_schema(self.schema)
            words = "\n".join(fault.words for fault in faults) if self.schema else ""
        else:
            words = _fault_of(self._form)
            named = tuple(field for field in self._form.fields if field.name)
            self._preview.setPlainText(replace(self._form, fields=named).schema)
        # What is still being filled in is no fault.
        self._say(words, kind="danger" if is_text else "muted")
        self._use.setEnabled(not words and bool(self.schema))

    def _say(self, words: str, *, kind: str = "muted") -> None:
        self._words.setText(words)
        self._words.setProperty("kind", kind)
        self._words.style().polish(self._words)
        self._words.setVisible(bool(words))

    def _cancel(self) -> None:
        self._is_kept = False
        self.reject()

    def _choose(self, schema: str) -> None:
        self.chosen.emit(schema)
        self.accept()


def _fault_of(form: Form) -> str:
    """Return why a form is not complete; nothing where it is."""
    if not form.fields:
        return _("Add a field.")
    for fields in (form.fields, *(field.fields for field in form.fields if field.kind is Kind.OBJECT)):
        names = [field.name for field in fields]
        if not names:
            return _("Add a field to each group.")
        if not all(names):
            return _("Each field needs a name.")
        if len(set(names)) < len(names):
            return _("Two fields have the same name.")
        if any(field.kind is Kind.CHOICE and not field.choices for field in fields):
            return _("Say what can be chosen, with commas between.")
    return ""


def _schema_text(name: str) -> TextInput:
    text = TextInput()
    text.setAccessibleName(name)
    text.setProperty("kind", "list")
    return text
