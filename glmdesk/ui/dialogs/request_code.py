"""A request as code, in several languages."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from glmdesk.chat.as_code import HEADER_PLACEHOLDER, PLACEHOLDER, CodeText, as_code
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import joined
from glmdesk.domain.request import ChatRequest
from glmdesk.i18n import _
from glmdesk.render.highlight import Line, highlight
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.code_view import CodeView
from glmdesk.ui.widgets.copy_button import CopyButton
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.tabs import Tabs

_SIZE: Final = (760, 620)
_EDGE: Final = 20
_LONGEST_LINE: Final = 10_000
"""Characters, with which these few lexers are quick. A paragraph of a question is one line of code."""

Coloured = tuple[CodeText, Sequence[Line] | None]
"""A text, and the runs of its lines where it has colours."""


def coloured(request: ChatRequest, endpoint: Endpoint) -> list[Coloured]:
    """Return a request as code. It may be called in any thread, and takes long for what is long."""
    return [(code, _lines(code)) for code in as_code(request, endpoint)]


def _lines(code: CodeText) -> Sequence[Line] | None:
    lines: list[Line] = [()]
    for language, text in code.parts:
        found = highlight(text, language, longest_line=_LONGEST_LINE)
        if found is None:
            return None
        # A part may begin within a line.
        first, *others = found
        lines[-1] = (*lines[-1], *first)
        lines += others
    # Behind the last line end there is none.
    return lines[:-1]


class RequestCodeDialog(QDialog):
    """Shows one language at a time.

    Signals:
        save_requested(name: str, text: str): a text should become a file, for which there is a name.
    """

    save_requested = Signal(str, str)

    def __init__(self, parent: QWidget, texts: Sequence[Coloured], style: Style) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Request as code"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self._texts = texts
        self._tabs = Tabs(_("Language"), (_(code.title) for code, _lines in texts))
        self._view = CodeView(style)
        self._copy = CopyButton(lambda: self.code.text)
        self._hint = PlainLabel()
        self._hint.setProperty("kind", "muted")
        self._hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE, 12, _EDGE, 14)
        column.setSpacing(10)
        column.addWidget(self._tabs)
        column.addWidget(self._view, 1)
        column.addWidget(self._hint)
        column.addLayout(self._foot())
        self._tabs.currentChanged.connect(self._show)
        self._show(0)
        self._tabs.setFocus()

    def set_style(self, style: Style) -> None:
        """Take other colours and fonts; what is read and selected stays where it is."""
        self._view.set_style(style)

    def _foot(self) -> QHBoxLayout:
        save = QPushButton(_("Save as…"))
        save.setAccessibleName(save.text())
        save.setAutoDefault(False)
        save.clicked.connect(self._save)
        buttons = QDialogButtonBox()
        close = buttons.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setAccessibleName(_("Close"))
        close.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self._copy)
        foot.addWidget(save)
        foot.addStretch()
        foot.addWidget(buttons)
        return foot

    @property
    def code(self) -> CodeText:
        """What is shown."""
        return self._texts[self._tabs.currentIndex()][0]

    def _show(self, index: int) -> None:
        code, lines = self._texts[index]
        self._view.setAccessibleName(_(code.title))
        # Without the end of the last line, below which there would be an empty one.
        self._view.show_code(code.text.removesuffix("\n"), lines)
        self._hint.setText(_missing(code.text))
        self._hint.setVisible(bool(self._hint.text()))
        self._copy.offer()

    def _save(self) -> None:
        self.save_requested.emit(self.code.file_name, self.code.text)


def _missing(code: str) -> str:
    """Return what has to be put into a code before it runs; empty: nothing."""
    key = _("Put your API key in place of {placeholder}.").format(placeholder=PLACEHOLDER)
    headers = _("The values of headers belong in place of {placeholder}.")
    return joined(
        key if PLACEHOLDER in code else "",
        headers.format(placeholder=HEADER_PLACEHOLDER) if HEADER_PLACEHOLDER in code else "",
    )
