"""A button that takes a shortcut by its being pressed."""

from collections.abc import Mapping
from typing import Final

from PySide6 import QtCore
from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPushButton

from glmdesk.domain.global_shortcut import GlobalShortcut, Modifier
from glmdesk.i18n import _
from glmdesk.typed import override

_MODIFIERS: Final[Mapping[Modifier, QtCore.Qt.KeyboardModifier]] = {
    "Meta": QtCore.Qt.KeyboardModifier.MetaModifier,
    "Ctrl": QtCore.Qt.KeyboardModifier.ControlModifier,
    "Alt": QtCore.Qt.KeyboardModifier.AltModifier,
    "Shift": QtCore.Qt.KeyboardModifier.ShiftModifier,
}
_MODIFIER_KEYS: Final = (
    QtCore.Qt.Key.Key_Meta,
    QtCore.Qt.Key.Key_Control,
    QtCore.Qt.Key.Key_Alt,
    QtCore.Qt.Key.Key_Shift,
    QtCore.Qt.Key.Key_AltGr,
    QtCore.Qt.Key.Key_Super_L,
    QtCore.Qt.Key.Key_Super_R,
)
_WIDTH: Final = 190
"""Pixels. It does not become narrower or wider by what is pressed."""


class ShortcutButton(QPushButton):
    """Shows a shortcut. Once it is pressed the next keys are taken for another one; Escape gives up.

    Signals:
        chosen(text: str): keys were pressed; they may be none that can be a shortcut.
        listening_changed(is_listening: bool): the next keys are taken, or no more.
    """

    chosen = Signal(str)
    listening_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""
        self._is_listening = False
        self.setAutoDefault(False)
        self.setMinimumWidth(_WIDTH)
        self.clicked.connect(self._listen)
        self.show_shortcut(None)

    def show_shortcut(self, shortcut: GlobalShortcut | None) -> None:
        """Show the keys in force, or that there are none."""
        self._shown = _("Choose keys…") if shortcut is None else shortcut.shown_keys
        self.stop()

    def stop(self) -> None:
        """Take no more keys."""
        was_listening, self._is_listening = self._is_listening, False
        self._show(self._shown)
        if was_listening:
            self.listening_changed.emit(False)

    def _listen(self) -> None:
        # A press by a screen reader brings no keyboard along, nor does a click on macOS.
        self.setFocus()
        self._is_listening = True
        self._show(_("Press the keys…"))
        self.listening_changed.emit(True)

    def _show(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(_("{label}: {value}").format(label=_("Shortcut"), value=text))

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._is_listening:
            # Keys of the dialog are not meant now.
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressed, key = event.key(), QtCore.Qt.Key
        if not self._is_listening or pressed in (key.Key_Tab, key.Key_Backtab):
            super().keyPressEvent(event)
        elif pressed == key.Key_Escape:
            self.stop()
        elif pressed in _MODIFIER_KEYS:
            self._show(GlobalShortcut(_held(event), "…").shown_keys)
        elif name := QKeySequence(pressed).toString():
            self.stop()
            self.chosen.emit(str(GlobalShortcut(_held(event), name)))

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.stop()


def _held(event: QKeyEvent) -> frozenset[Modifier]:
    return frozenset(name for name, modifier in _MODIFIERS.items() if event.modifiers() & modifier)
