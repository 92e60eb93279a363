"""Below an answer that is the JSON it was to be: what it holds, and the ways to look at it."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from glmdesk.domain.json_table import table_in
from glmdesk.domain.message import Message
from glmdesk.i18n import _, ngettext
from glmdesk.render.structured import value_of
from glmdesk.ui.models.message_list import Row
from glmdesk.ui.widgets.quotes import PlainLabel


class MessageData(QFrame):
    """A line of words and buttons.

    Signals:
        opened(page: str): it should be shown in a window, on this page.
    """

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("data")
        self._words = PlainLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setProperty("kind", "muted")
        self._table = _button(_("Table"), lambda: self.opened.emit("table"))
        self._tree = _button(_("Tree"), lambda: self.opened.emit("tree"))
        self._compare = _button(_("Compare"), lambda: self.opened.emit("differences"))
        self._compare.setToolTip(_("Show what differs from another variant of this answer"))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 4, 0, 2)
        line.setSpacing(6)
        for button in self.stops:
            line.addWidget(button)
        line.addWidget(self._words, 1)

    @property
    def stops(self) -> list[QWidget]:
        """Where Tab stops, in this order."""
        return [self._table, self._tree, self._compare]

    def show_row(self, row: Row) -> None:
        """Show what an answer holds that is good JSON."""
        table = table_in(value_of(row.message))
        self._table.setVisible(table is not None)
        self._compare.setVisible(row.variants > 1)
        words = [_said(row.message)]
        if table is not None:
            count = len(table.rows)
            words.append(ngettext("{count} row", "{count} rows", count).format(count=f"{count:,}"))
        self._words.setText(" · ".join(words))


def _said(answer: Message) -> str:
    assert answer.structured is not None, "only JSON has data"
    if answer.structured.attempt:
        return _("Valid JSON, after it was repaired")
    return _("Valid JSON that fits its schema") if answer.structured.schema else _("Valid JSON")


def _button(name: str, act: Callable[[], None]) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.clicked.connect(act)
    return button
