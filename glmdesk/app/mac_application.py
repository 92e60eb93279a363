"""The application object on macOS, whose menu, Dock and log-out all ask Qt itself to quit."""

from PySide6.QtCore import QEvent

from glmdesk.app.stage import Application
from glmdesk.typed import override


class MacApplication(Application):
    """Says that it was asked to quit, where Qt would close the windows: that may only hide them."""

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Quit:
            event.ignore()
            self.quit_asked.emit()
            return True
        return super().event(event)
