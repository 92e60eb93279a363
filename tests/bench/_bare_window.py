"""The baseline: an empty window of the same toolkit. Prints the moment of its first paint and stays."""

import sys
import time

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from glmdesk.typed import override


class BareWindow(QMainWindow):
    """A window with nothing in it."""

    _was_painted = False

    @override
    def event(self, event: QEvent) -> bool:
        result = super().event(event)
        if event.type() == QEvent.Type.Paint and not self._was_painted:
            self._was_painted = True
            print(time.monotonic(), flush=True)
        return result


application = QApplication([])
window = BareWindow()
window.resize(1080, 760)
window.show()
sys.exit(application.exec())
