"""Text inputs in which Enter never sends while an input method is composing. Every input is one of them.

Source: the same fault came back in one input box after another of other programs, so there is only this
place.
"""

import sys
import time

from PySide6 import QtCore
from PySide6.QtCore import QMimeData, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QFocusEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from glmdesk.typed import override

# Seconds. On macOS the Return that ends a composition arrives as a key as well, just after the text.
_GRACE_AFTER_COMMIT_S = 0.15 if sys.platform == "darwin" else 0.0

# In this form every desktop offers what was copied as an image.
_IMAGE = "image/png"

# Milliseconds. Qt's own period, and for how long a cursor blinks that nobody types at (as in GTK).
_FLASH_MS = 1000
_BLINKING_MS = 10_000


class _Composition:
    """Whether an input method holds text that is not yet part of the input."""

    def __init__(self) -> None:
        self._preedit = ""
        self._committed_at = float("-inf")

    def follow(self, event: QInputMethodEvent) -> None:
        """Take an event of the input method."""
        self._preedit = event.preeditString()
        if event.commitString():
            self._committed_at = time.monotonic()

    @property
    def is_active(self) -> bool:
        """Whether Enter now belongs to the input method."""
        return bool(self._preedit) or time.monotonic() - self._committed_at < _GRACE_AFTER_COMMIT_S


class _Blinking:
    """Lets the cursor blink while somebody types and rest after that: an idle window wakes nobody."""

    def __init__(self, owner: QWidget) -> None:
        self._timer = QTimer(owner)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_BLINKING_MS)
        self._timer.timeout.connect(lambda: QGuiApplication.styleHints().setCursorFlashTime(0))

    def go_on(self) -> None:
        """Blink for a while from now on."""
        QGuiApplication.styleHints().setCursorFlashTime(_FLASH_MS)
        self._timer.start()


class LineInput(QLineEdit):
    """One line of text.

    Signals:
        submitted(text: str): Enter was pressed outside of a composition.
        cancelled(): Escape was pressed.
    """

    submitted = Signal(str)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._composition = _Composition()
        self._blinking = _Blinking(self)

    @property
    def is_composing(self) -> bool:
        """Whether Enter and Escape now belong to the input method."""
        return self._composition.is_active

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._blinking.go_on()
        super().focusInEvent(event)

    @override
    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composition.follow(event)
        super().inputMethodEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._blinking.go_on()
        if is_enter(event):
            event.accept()
            if not self._composition.is_active:
                self.submitted.emit(self.text())
        elif event.key() == QtCore.Qt.Key.Key_Escape:
            event.accept()
            if not self._composition.is_active:
                self.cancelled.emit()
        else:
            super().keyPressEvent(event)


class TextInput(QPlainTextEdit):
    """Several lines of plain text; pasted formats are dropped. One that is only read leaves keys to others.

    Signals:
        submitted(): the key that sends was pressed outside of a composition.
        recall_requested(): the up key was pressed in the empty input.
        cancelled(): Escape was pressed.
        resized(): it has another size, and its text is laid out for it.
        focus_changed(has_focus: bool): it got the keyboard, or lost it.
        files_given(paths: list[str]): files of this computer were pasted in place of text.
        image_given(data: bytes): an image was pasted, which is no file; it is a PNG.
    """

    submitted = Signal()
    recall_requested = Signal()
    cancelled = Signal()
    resized = Signal()
    focus_changed = Signal(bool)
    files_given = Signal(list)
    image_given = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._composition = _Composition()
        self._blinking = _Blinking(self)
        self.sends_with_control = False
        """Whether Ctrl+Enter sends and Enter breaks the line, or the other way round."""
        self.sends_with_both = False
        """Whether Ctrl+Enter sends in either case."""
        self.setTabChangesFocus(True)

    @property
    def is_composing(self) -> bool:
        """Whether an input method holds text that is not yet part of the input."""
        return self._composition.is_active

    def finish_composition(self) -> None:
        """Make text that an input method still holds a part of the input."""
        QGuiApplication.inputMethod().commit()

    @override
    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return bool(local_files(source)) or _has_image(source) or super().canInsertFromMimeData(source)

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        if files := local_files(source):
            self.files_given.emit(files)
        elif _has_image(source) and not self.isReadOnly():
            self.image_given.emit(bytes(source.data(_IMAGE).data()))
        else:
            super().insertFromMimeData(source)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        # Files are for what it stands in.
        if local_files(event.mimeData()):
            event.ignore()
        else:
            super().dragEnterEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._blinking.go_on()
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    @override
    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composition.follow(event)
        super().inputMethodEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.isReadOnly():
            super().keyPressEvent(event)
            return
        self._blinking.go_on()
        key, is_composing = QtCore.Qt.Key, self._composition.is_active
        if is_enter(event):
            event.accept()
            if is_composing:
                return
            if self._sends(event):
                self.submitted.emit()
            else:
                self.insertPlainText("\n")
                self.ensureCursorVisible()
        elif event.key() == key.Key_Up and self.document().isEmpty() and not is_composing:
            self.recall_requested.emit()
        elif event.key() == key.Key_Escape:
            # A dialog around it would close, though Escape may belong to the input method.
            event.accept()
            if not is_composing:
                self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _sends(self, event: QKeyEvent) -> bool:
        modifier = QtCore.Qt.KeyboardModifier
        has_control = bool(event.modifiers() & modifier.ControlModifier)
        has_shift = bool(event.modifiers() & modifier.ShiftModifier)
        sends = has_control == self.sends_with_control or (has_control and self.sends_with_both)
        return sends and not has_shift


def is_enter(event: QKeyEvent) -> bool:
    """Return whether a key is Enter, that of the number block included."""
    return event.key() in (QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter)


def local_files(data: QMimeData) -> list[str]:
    """Return the files of this computer that are pasted or dropped; none where there is anything else too."""
    files = [url.toLocalFile() for url in data.urls()] if data.hasUrls() else []
    return files if all(files) else []


def _has_image(data: QMimeData) -> bool:
    """Whether an image is pasted, and not text of which a word processor sends a picture along."""
    return data.hasFormat(_IMAGE) and not data.hasText()
