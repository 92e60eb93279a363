"""Keys, and the events of an input method, as a person's hands and fcitx or ibus send them."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

ENTER = Qt.Key.Key_Return
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


def focused(widget: QWidget) -> QWidget:
    """Return what has the keyboard when this is typed in."""
    return widget.focusProxy() or widget


def press(widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Press and release a key."""
    QTest.keyClick(focused(widget), key, modifiers)


def compose(widget: QWidget, preedit: str) -> None:
    """Show letters that the input method still holds."""
    QApplication.sendEvent(focused(widget), QInputMethodEvent(preedit, []))


def commit(widget: QWidget, text: str) -> None:
    """End the composition with a text."""
    event = QInputMethodEvent("", [])
    event.setCommitString(text)
    QApplication.sendEvent(focused(widget), event)
