"""What stands over the panels of messages follows them, also while an answer is being written."""

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from glmdesk.ui.widgets.message_view import MessageView

_PAUSE_MS: Final = 100
"""Growing text moves nothing that stands above it, and what a reader can use may come a little later."""


class PanelKeeper(QObject):
    """Keeps the controls of the messages that `seen` returns over their panels.

    Signals:
        kept(): all of them are where they belong.
    """

    kept = Signal()

    def __init__(self, parent: QObject, seen: Callable[[], Iterable[MessageView]]) -> None:
        super().__init__(parent)
        self._seen = seen
        self._is_due = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._go_on)

    def keep(self) -> None:
        """Bring them to their places."""
        self._is_due = False
        for view in self._seen():
            view.stand_controls()
        self.kept.emit()

    def keep_soon(self) -> None:
        """Bring them to their places now, or where that was done just now in a moment."""
        if self._pause.isActive():
            self._is_due = True
        else:
            self.keep()
            self._pause.start()

    def _go_on(self) -> None:
        if self._is_due:
            self.keep_soon()
