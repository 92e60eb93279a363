"""Colours the code that is seen, in slices between which the window does everything else."""

import time
from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from glmdesk.ui.widgets.message_view import MessageView

_SLICE_S: Final = 0.004
"""A quarter of a frame: with what painting takes, none lasts longer than it should."""


class Colourist(QObject):
    """Works while there is code to be coloured among what `seen` returns.

    Signals:
        language_wanted(language: str): what a language needs is to be loaded; then `begin` has to be called.
    """

    language_wanted = Signal(str)

    def __init__(self, parent: QObject, seen: Callable[[], Iterable[MessageView]]) -> None:
        super().__init__(parent)
        self._seen = seen
        self._asked_for: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    def begin(self) -> None:
        """Look for code that waits for its colours."""
        if not self._timer.isActive() and any(view.controls.due_code for view in self._seen()):
            self._timer.start()

    def _go_on(self) -> None:
        until = time.perf_counter() + _SLICE_S
        due = [(view, box) for view in self._seen() for box in view.controls.due_code]
        ready = [(view, box) for view, box in due if box.colouring.is_ready]
        if not ready:
            self._timer.stop()
        for view, box in ready:
            if box.colouring.go_on(until):
                box.take_colours()
                view.update(view.controls.area_of(box))
            if time.perf_counter() >= until:
                break
        for _view, box in due:
            self._ask_for(box.colouring.language)

    def _ask_for(self, language: str) -> None:
        if language not in self._asked_for:
            self._asked_for.add(language)
            self.language_wanted.emit(language)
