"""The question whether a link should be opened, with all there is to know about it."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QShowEvent, Qt, QTextOption
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from glmdesk.domain.address import Address
from glmdesk.domain.doubts import Reason
from glmdesk.domain.legible import heads, shortened, visible
from glmdesk.i18n import _
from glmdesk.typed import override
from glmdesk.ui.widgets.quotes import PlainLabel
from glmdesk.ui.widgets.text_input import TextInput

_WIDTH = 540
_EDGE = 24
_FRAME = 6
"""Pixels of border and padding around an address, as the style sheet has it."""

_MOST_LINES = 6
_LONGEST_NAME = 48
"""Characters of a host. More of it stands in the address."""


class LinkDialog(QDialog):
    """Shows an address and why it is not simply opened. It is opened by no key but that of its button.

    Signals:
        open_requested(): it should be opened all the same.
        copy_requested(): the address should be copied.
    """

    open_requested = Signal()
    copy_requested = Signal()

    def __init__(self, address: Address, reasons: Sequence[Reason], code: QFont, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Open this link?"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # What a screen reader says when the dialog opens.
        self.setAccessibleDescription("\n".join(reason.words for reason in reasons))
        self._open, self._cancel = QPushButton(_("Open")), QPushButton(_("Cancel"))
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE, 20, _EDGE, 16)
        column.setSpacing(14)
        column.addLayout(_names(address))
        column.addWidget(_reasons(reasons))
        column.addWidget(_whole(visible(address.url), code))
        column.addWidget(self._buttons())
        self._cancel.setDefault(True)
        self._cancel.setFocus()

    def _buttons(self) -> QDialogButtonBox:
        copy = QPushButton(_("Copy address"))
        buttons, role = QDialogButtonBox(), QDialogButtonBox.ButtonRole
        for button, its_role in (
            (self._open, role.AcceptRole),
            (copy, role.ActionRole),
            (self._cancel, role.RejectRole),
        ):
            button.setAccessibleName(button.text())
            buttons.addButton(button, its_role)
        copy.clicked.connect(self.copy_requested)
        copy.clicked.connect(self.reject)
        buttons.accepted.connect(self.open_requested)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Only now the fonts of the style sheet are known.
        self.setFixedSize(_WIDTH, self._column.totalHeightForWidth(_WIDTH))
        # The second half of a double click on the link is no answer.
        self._open.setEnabled(False)
        QTimer.singleShot(QApplication.doubleClickInterval(), self._open, lambda: self._open.setEnabled(True))


def _names(address: Address) -> QVBoxLayout:
    """Return where the link leads, in large letters, and below it the other name that the host has."""
    column = QVBoxLayout()
    column.setSpacing(2)
    for number, name in enumerate(heads(address)):
        label = _label(shortened(name, _LONGEST_NAME))
        label.setProperty("kind", "muted" if number else "host")
        column.addWidget(label)
    return column


def _reasons(reasons: Sequence[Reason]) -> QFrame:
    frame = QFrame()
    frame.setObjectName("reasons")
    column = QVBoxLayout(frame)
    column.setContentsMargins(14, 10, 14, 10)
    column.setSpacing(6)
    for reason in reasons:
        column.addWidget(_label(reason.words))
    return frame


def _label(text: str) -> QLabel:
    label = PlainLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _whole(text: str, code: QFont) -> TextInput:
    """Return the whole address to be read and selected; a long one scrolls."""
    box = TextInput()
    box.setObjectName("address")
    box.setAccessibleName(_("Address"))
    box.setReadOnly(True)
    box.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    box.setFont(code)
    box.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
    box.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    box.setPlainText(text)
    metrics, around = QFontMetrics(code), 2 * _FRAME + 2 * round(box.document().documentMargin())
    lines = math.ceil(metrics.horizontalAdvance(text) / (_WIDTH - 2 * _EDGE - around))
    # Qt scrolls as soon as the last line does not have a pixel to spare.
    box.setFixedHeight(min(lines, _MOST_LINES) * metrics.lineSpacing() + around + 1)
    return box
