"""An empty chat with a key: a greeting and a few ways to begin."""

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from glmdesk.i18n import N_, _
from glmdesk.ui.theme import COLUMN_WIDTH

_STARTERS = (
    (N_("Translate"), N_("Translate into English, and note what does not translate well:\n\n")),
    (N_("Summarise"), N_("Summarise in five points, the most important first:\n\n")),
    (N_("Rewrite"), N_("Rewrite this so that it is clear and friendly:\n\n")),
    (N_("Plan a trip"), N_("Plan a trip of three days to … for two people, day by day.")),
)


class Starters(QWidget):
    """Suggestions for a first message.

    Signals:
        chosen(text: str): the beginning of a message, to be completed by the user.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumWidth(min(COLUMN_WIDTH, 560))
        headline = QLabel(_("What can I do for you?"))
        headline.setProperty("kind", "headline")
        headline.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        headline.setWordWrap(True)
        grid = QGridLayout()
        grid.setSpacing(10)
        for number, (name, beginning) in enumerate(_STARTERS):
            grid.addWidget(self._card(_(name), _(beginning)), number // 2, number % 2)
        column = QVBoxLayout(self)
        column.setSpacing(20)
        column.addWidget(headline)
        column.addLayout(grid)

    def _card(self, name: str, beginning: str) -> QPushButton:
        button = QPushButton(name)
        button.setAccessibleName(name)
        button.setAccessibleDescription(beginning.strip())
        button.setToolTip(beginning.strip())
        button.setProperty("kind", "starter")
        button.clicked.connect(lambda: self.chosen.emit(beginning))
        return button
