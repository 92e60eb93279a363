"""Takes in long messages bit by bit, between which the window does everything else."""

import time
from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from glmdesk.ui.widgets.message_view import MessageView

_SLICE_S: Final = 0.006
_SHOWN_AFTER_S: Final = 0.25
"""Showing what is new takes as long as two slices: the end of the text is what a reader waits for."""


class Reader(QObject):
    """Works while there is text that was not taken in yet among what `seen` returns.

    Signals:
        advanced(): there is more of a message than before.
    """

    advanced = Signal()

    def __init__(self, parent: QObject, seen: Callable[[], Iterable[MessageView]]) -> None:
        super().__init__(parent)
        self._seen = seen
        self._shown_at = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    def begin(self) -> None:
        """Look for messages of which there is more to be taken in."""
        if not self._timer.isActive() and any(view.has_more for view in self._seen()):
            self._shown_at = time.perf_counter()
            self._timer.start()

    def _go_on(self) -> None:
        began = now = time.perf_counter()
        view = next((view for view in self._seen() if view.has_more), None)
        if view is None:
            self._timer.stop()
            return
        if began > self._shown_at + _SHOWN_AFTER_S:
            self._shown_at = began
            self.advanced.emit()
            return
        while view.has_more and now < began + _SLICE_S:
            view.read_on()
            now = time.perf_counter()
        if not view.has_more:
            self.advanced.emit()
