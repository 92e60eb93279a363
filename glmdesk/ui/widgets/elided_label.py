"""A line of text that may have to do with less room than it wants."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel

from glmdesk.markup import tool_tip
from glmdesk.typed import override


class ElidedLabel(QLabel):
    """One line, with a sign where it is cut, at its end or as said; pointed at, it then shows all of it."""

    def __init__(self, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__()
        self._mode = mode
        self.explanation = ""
        """What the text means: shown below it when it is pointed at. It counts from the next text on."""
        self.setTextFormat(Qt.TextFormat.PlainText)

    @override
    def setText(self, text: str) -> None:
        super().setText(text)
        self._explain()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._explain()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self.style().drawItemText(
            QPainter(self),
            self.contentsRect(),
            int(self.alignment().value),
            self.palette(),
            self.isEnabled(),
            self.shown_text,
            self.foregroundRole(),
        )

    @property
    def shown_text(self) -> str:
        """What of the text is seen."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), self._mode, room)

    def _explain(self) -> None:
        cut = "" if self.shown_text == self.text() else self.text()
        tip = "\n".join(filter(None, (cut, self.explanation)))
        self.setToolTip(tool_tip(tip) if tip else "")
        self.setAccessibleDescription(self.explanation)
