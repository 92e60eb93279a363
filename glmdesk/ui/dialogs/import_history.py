"""What an import would add, before it is added, and how far it has come."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from glmdesk.domain.errors import Problem
from glmdesk.i18n import _, ngettext
from glmdesk.storage.transfer.importing import Tally
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.text_input import TextInput

_WIDTH: Final = 480
_LOSSES_HEIGHT: Final = 140
_MOST_LOSSES: Final = 1_000
"""That are listed; nobody reads more."""


class ImportDialog(QDialog):
    """Shows what is being read, then what would be added, then how it is added.

    Signals:
        confirmed(): it should be added.
        cancelled(): nothing should be added, or no more.
    """

    confirmed = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Import"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self._words = PlainLabel(_("Reading “{name}”…").format(name=name))
        self._words.setWordWrap(True)
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(_("Progress"))
        self._lost = PlainLabel()
        self._lost.hide()
        self._losses = TextInput()
        self._losses.setReadOnly(True)
        self._losses.setProperty("kind", "list")
        self._losses.setMaximumHeight(_LOSSES_HEIGHT)
        self._losses.setAccessibleName(_("What cannot be read"))
        self._losses.hide()
        buttons, role = QDialogButtonBox(), QDialogButtonBox.ButtonRole
        self._import: QPushButton = buttons.addButton(_("Import"), role.AcceptRole)
        self._import.setProperty("kind", "primary")
        self._import.setEnabled(False)
        self._cancel: QPushButton = buttons.addButton(_("Cancel"), role.RejectRole)
        for button in (self._import, self._cancel):
            button.setAccessibleName(button.text())
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        for part in (self._words, self._progress, self._lost, self._losses, buttons):
            column.addWidget(part)
        buttons.accepted.connect(self._confirm)
        buttons.rejected.connect(self.reject)
        self.rejected.connect(self.cancelled)

    def show_progress(self, conversations: int, messages: int) -> None:
        """Say how much has been read."""
        words = _("{conversations} conversations, {messages} messages read so far…")
        self._words.setText(words.format(conversations=f"{conversations:,}", messages=f"{messages:,}"))

    def show_preview(self, tally: Tally) -> None:
        """Say what would be added."""
        self._progress.hide()
        self._words.setText("\n".join(_preview(tally)))
        if tally.losses:
            count = len(tally.losses)
            self._lost.setText(
                ngettext("{count} thing cannot be read:", "{count} things cannot be read:", count).format(
                    count=f"{count:,}"
                )
            )
            lines = (f"{loss.where}: {loss.why}" for loss in tally.losses[:_MOST_LOSSES])
            self._losses.setPlainText("\n".join(lines))
            self._lost.show()
            self._losses.show()
        self._import.setEnabled(not tally.is_empty)
        (self._cancel if tally.is_empty else self._import).setFocus()
        self._import.setDefault(not tally.is_empty)

    def show_problem(self, problem: Problem) -> None:
        """Say why nothing can be imported."""
        self._progress.hide()
        self._words.setText(problem.words)
        self._cancel.setFocus()

    def _confirm(self) -> None:
        self._import.setEnabled(False)
        self._progress.show()
        self._cancel.setFocus()
        self.confirmed.emit()


def _preview(tally: Tally) -> list[str]:
    lines = [_("A history of {program}.").format(program=tally.program)]
    new = ngettext("{count} new conversation", "{count} new conversations", tally.new_conversations)
    lines.append(new.format(count=f"{tally.new_conversations:,}"))
    if tally.grown_conversations:
        grown = ngettext(
            "{count} known conversation with new messages",
            "{count} known conversations with new messages",
            tally.grown_conversations,
        )
        lines.append(grown.format(count=f"{tally.grown_conversations:,}"))
    new = ngettext("{count} new message", "{count} new messages", tally.new_messages)
    lines.append(new.format(count=f"{tally.new_messages:,}"))
    known = tally.messages - tally.new_messages
    if known:
        there = ngettext("{count} message is there already", "{count} messages are there already", known)
        lines.append(there.format(count=f"{known:,}"))
    return lines
