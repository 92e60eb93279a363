"""The end of the program where the desktop logs out: it waits for whom it asks, and not a moment longer."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer

_LONGEST_MS: Final = 3000
"""Milliseconds. Desktops end those by force that take much longer to store what they have."""


def end_before_return(end: Callable[[], None]) -> None:
    """Let the program end, which everything it consists of takes part in; return when it has."""
    waiting = QEventLoop()
    QTimer.singleShot(_LONGEST_MS, waiting, waiting.quit)
    end()
    # The end of the outer loop ends this one.
    waiting.exec()
