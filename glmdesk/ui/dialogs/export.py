"""The question in which form conversations are to be exported."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from glmdesk.i18n import N_, _, ngettext
from glmdesk.ui.widgets.quotes import PlainLabel

_WIDTH: Final = 440
_FORMS: Final = (
    ("md", N_("Markdown"), N_("To be read and edited anywhere; several are files in a folder.")),
    ("html", N_("Web page"), N_("One file that every browser shows, with nothing to be loaded.")),
    ("pdf", N_("PDF"), N_("To be printed or passed on.")),
    ("jsonl", N_("JSONL"), N_("Every word, all variants, counts and prices; can be imported again.")),
)


class ExportDialog(QDialog):
    """Offers the forms.

    Signals:
        chosen(form: str): one of "md", "html", "pdf", "jsonl".
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget, count: int | None) -> None:
        """Ask for so many conversations; None: for all."""
        super().__init__(parent)
        self.setWindowTitle(_("Export"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        many = _("All conversations are exported.")
        some = ngettext(
            "{count} conversation is exported.", "{count} conversations are exported.", count or 0
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(6)
        column.addWidget(PlainLabel(many if count is None else some.format(count=f"{count:,}")))
        column.addSpacing(8)
        self._forms = QButtonGroup(self)
        for number, (_form, name, use) in enumerate(_FORMS):
            button = QRadioButton(_(name))
            button.setAccessibleDescription(_(use))
            self._forms.addButton(button, number)
            column.addWidget(button)
            column.addWidget(_explained(_(use)))
        self._forms.button(0).setChecked(True)
        column.addSpacing(8)
        column.addWidget(self._buttons())
        self._forms.button(0).setFocus()

    def _buttons(self) -> QDialogButtonBox:
        buttons, role = QDialogButtonBox(), QDialogButtonBox.ButtonRole
        export = buttons.addButton(_("Export…"), role.AcceptRole)
        export.setDefault(True)
        export.setProperty("kind", "primary")
        for button in (export, buttons.addButton(_("Cancel"), role.RejectRole)):
            button.setAccessibleName(button.text())
        buttons.accepted.connect(self._choose)
        buttons.rejected.connect(self.reject)
        return buttons

    def _choose(self) -> None:
        self.accept()
        self.chosen.emit(_FORMS[self._forms.checkedId()][0])


def _explained(text: str) -> QLabel:
    label = PlainLabel(text)
    label.setProperty("kind", "muted")
    label.setWordWrap(True)
    label.setContentsMargins(26, 0, 0, 6)
    return label
