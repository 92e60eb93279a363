"""A text that is to be read to its end before something is allowed."""

import math
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QResizeEvent, QShowEvent

from glmdesk.domain.unseen import unmasked
from glmdesk.typed import override
from glmdesk.ui.widgets.text_input import TextInput


class WholeText(TextInput):
    """Takes the room that its text needs, up to so many lines, and is scrolled beyond; hides no letter.

    Signals:
        read(): all of its text was in view.
    """

    read = Signal()

    def __init__(self, name: str, font: QFont, most_lines: Callable[[], int]) -> None:
        super().__init__()
        self.is_read = False
        """Whether all of its text was in view, since there is this one."""
        self._most_lines = most_lines
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFont(font)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._look)
        bar.rangeChanged.connect(self._look)

    def show_text(self, text: str) -> None:
        """Show another text, from its beginning. It has to have its width, or not to be shown yet."""
        self.setPlainText(unmasked(text))
        self.verticalScrollBar().setValue(0)
        self.is_read = False
        self.fit()
        self._look()

    def fit(self) -> None:
        """Take the height that the text needs, in bounds."""
        most = self._most_lines() * self.fontMetrics().lineSpacing()
        # Line by line: one that is too long takes several, and letters of another font make one higher.
        needed, block = 0.0, self.document().firstBlock()
        while block.isValid() and needed < most:
            needed += self.blockBoundingRect(block).height()
            block = block.next()
        frame = self.height() - self.contentsRect().height()
        # Qt scrolls as soon as the last line does not have a pixel to spare.
        spare = round(self.document().documentMargin()) + 1
        self.setFixedHeight(math.ceil(min(needed, most)) + spare + frame)

    def _look(self) -> None:
        bar = self.verticalScrollBar()
        if not self.is_read and self.isVisible() and bar.value() == bar.maximum():
            self.is_read = True
            self.read.emit()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()
        self._look()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
