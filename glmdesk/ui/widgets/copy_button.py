"""A button that copies a text, and says so."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QPushButton

from glmdesk.i18n import _

_COPIED_MS: Final = 2_000
"""How long it says that it has copied something."""


class CopyButton(QPushButton):
    """Puts a text on the clipboard when it is pressed; which one, it asks for then."""

    def __init__(self, text: Callable[[], str]) -> None:
        super().__init__(_("Copied"))
        self._text = text
        copied_width = self.sizeHint().width()
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.setInterval(_COPIED_MS)
        self._copied.timeout.connect(self.offer)
        self.setAutoDefault(False)
        self.setAccessibleName(_("Copy"))
        self.clicked.connect(self._copy)
        self.offer()
        # It stays as wide as it is.
        self.setMinimumWidth(max(self.sizeHint().width(), copied_width))

    def offer(self) -> None:
        """Say again what it does: there is another text."""
        self._copied.stop()
        self.setText(_("Copy"))
        self.setAccessibleDescription("")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text())
        self.setText(_("Copied"))
        self.setAccessibleDescription(_("Copied"))
        self._copied.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, _("Copied")))
