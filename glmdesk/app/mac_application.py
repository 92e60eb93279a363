"""The application object on macOS: the menu, the Dock and log-out ask Qt itself to quit; files come to it."""

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QFileOpenEvent

from glmdesk.app.stage import Application
from glmdesk.typed import override


class MacApplication(Application):
    """Says that it was asked to quit, where Qt would close the windows: that may only hide them.

    Files that were dropped on its icon, or are opened with it, come one by one; they are told of together.
    """

    def __init__(self) -> None:
        super().__init__()
        self._collecting = QTimer(self)
        self._collecting.setSingleShot(True)
        self._collecting.timeout.connect(self.files_opened)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Quit:
            event.ignore()
            self.quit_asked.emit()
            return True
        if isinstance(event, QFileOpenEvent) and event.file():
            self.opened_files.append(event.file())
            self._collecting.start(0)
            return True
        return super().event(event)
