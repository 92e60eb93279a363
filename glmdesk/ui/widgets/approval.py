"""Above the composer: what a model wants to have done, with all that it says, and the user's word on it."""

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from glmdesk.domain.tool import ToolCall, ToolSpec
from glmdesk.domain.unseen import unmasked
from glmdesk.i18n import _
from glmdesk.render.json_text import in_lines
from glmdesk.typed import override
from glmdesk.ui.theme import code_font
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.text_input import LineInput
from glmdesk.ui.widgets.whole_text import WholeText

_LEAST_LINES: Final = 3
_SHARE: Final = 3
"""Of the window's height, the arguments take no more than one of so many parts; the rest is scrolled to."""
_LONGEST_DESCRIPTION: Final = 240
"""Characters. A server may say as much as it likes; what it is called with is what counts."""
_EDGE: Final = 14

_PAUSE_MS: Final = 500
"""For so long after a question has come nobody answers it: a press may have been meant for what stood there
before. Browsers wait as long before they take a permission."""


class Approval(QFrame):
    """Asks about one call at a time. Nothing is preselected, and Enter allows nothing.

    Signals:
        decided(question_id: str, verdict: str, reason: str): "once", "chat", "always" or "deny", and what the
            model is told.
    """

    decided = Signal(str, str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("approval")
        self.setAccessibleName(_("A tool wants to run"))
        self._question_id = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._let_answer)
        self._headline = PlainLabel()
        self._headline.setWordWrap(True)
        self._source = PlainLabel()
        self._source.setProperty("kind", "muted")
        self._source.setWordWrap(True)
        self._arguments = WholeText(_("Arguments"), code_font(self.font()), self._most_lines)
        self._arguments.setProperty("kind", "list")
        self._arguments.read.connect(self._let_answer)
        self._reason = LineInput()
        self._reason.setAccessibleName(_("Reason"))
        self._reason.setPlaceholderText(_("What to tell the model if you deny it (optional)"))
        self._reason.submitted.connect(lambda: self._decide("deny"))
        names = {
            "once": _("Allow once"),
            "chat": _("Allow in this chat"),
            "always": _("Always allow"),
            "deny": _("Deny"),
        }
        self._buttons = {verdict: self._button(verdict, name) for verdict, name in names.items()}
        self._buttons["once"].setProperty("kind", "primary")
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        self._columns = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE, 12, _EDGE, 12)
        column.setSpacing(8)
        for widget in (self._headline, self._source, self._arguments, self._reason):
            column.addWidget(widget)
        column.addLayout(self._grid)
        self._arrange()
        self.hide()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in this order."""
        return self._arguments, self._reason, *self._buttons.values()

    def show_call(
        self, question_id: str, spec: ToolSpec, call: ToolCall, *, elsewhere: str = "", others: int = 0
    ) -> None:
        """Ask about a call. `elsewhere` is the title of its chat where another one is shown.

        So many `others` wait too. Another question than before cannot be answered at once.
        """
        headline = _("The model wants to run “{title}”.").format(title=spec.title)
        if elsewhere:
            headline += " " + _("In the chat “{title}”.").format(title=elsewhere)
        if others:
            headline += " " + _("{count} more after this.").format(count=others)
        self._headline.setText(unmasked(headline))
        if question_id != self._question_id:
            self._question_id = question_id
            self._ask(spec, call)
        self.show()

    def leave(self) -> None:
        """Ask nothing any more."""
        self._question_id = ""
        self._pause.stop()
        self.hide()

    @property
    def has_keyboard(self) -> bool:
        """Whether something of it has the keyboard, or will when its window is the active one again."""
        return self.window().focusWidget() in self.stops

    def _ask(self, spec: ToolSpec, call: ToolCall) -> None:
        origin = _("From {source}: {name}").format(source=spec.source, name=spec.name) if spec.source else ""
        description = spec.description
        if len(description) > _LONGEST_DESCRIPTION:
            description = f"{description[: _LONGEST_DESCRIPTION - 1]}…"
        self._source.setText(unmasked("\n".join(filter(None, (origin, description)))))
        self._arguments.show_text(in_lines(call.arguments or "{}") or call.arguments)
        self._reason.clear()
        if self.has_keyboard:
            # It has the keyboard, and takes no key for an answer.
            self._arguments.setFocus()
        self._pause.start()
        self._let_answer()

    def _let_answer(self) -> None:
        is_let, is_read = not self._pause.isActive(), self._arguments.is_read
        hint = "" if is_read else _("Read the arguments to their end first.")
        for verdict, button in self._buttons.items():
            button.setEnabled(is_let and (is_read or verdict == "deny"))
            button.setToolTip("" if verdict == "deny" else hint)
            button.setAccessibleDescription(button.toolTip())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self._arguments.fit()

    def _arrange(self) -> None:
        """Let the buttons stand in one line, or in two where that is too long."""
        buttons = list(self._buttons.values())
        length = sum(button.sizeHint().width() + self._grid.spacing() for button in buttons)
        columns = len(buttons) if length <= self.contentsRect().width() - 2 * _EDGE else len(buttons) // 2
        if columns == self._columns:
            return
        self._columns = columns
        for place, button in enumerate(buttons):
            self._grid.addWidget(button, *divmod(place, columns))
        self._grid.setColumnStretch(len(buttons), 1)

    def _most_lines(self) -> int:
        return max(
            self.window().height() // _SHARE // self._arguments.fontMetrics().lineSpacing(), _LEAST_LINES
        )

    def _button(self, verdict: str, name: str) -> QPushButton:
        button = QPushButton(name)
        button.setAccessibleName(name)
        button.clicked.connect(lambda: self._decide(verdict))
        return button

    def _decide(self, verdict: str) -> None:
        if not self._pause.isActive():
            reason = self._reason.text().strip() if verdict == "deny" else ""
            self.decided.emit(self._question_id, verdict, reason)
