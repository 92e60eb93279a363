"""Bringing a window to the front, with the keyboard."""

import warnings

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget


def bring_to_front(window: QWidget) -> None:
    """Let a window that is shown be above all others, and be the one that is typed in."""
    window.raise_()
    window.activateWindow()
    if QGuiApplication.focusWindow() is window.windowHandle():
        # WORKAROUND Where a window is shown before the desktop has taken the keyboard from it, Qt 6.11 does
        # not tell its widgets that they have it. The function is deprecated, and has no successor.
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            QApplication.setActiveWindow(window)
