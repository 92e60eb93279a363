"""The baseline: an empty window of the same toolkit. Prints the moment of its first paint and stays."""

import sys
import time

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from glmdesk.typed import override


class BareWindow(QMainWindow):
    """A window with nothing in it."""

    _was_painted = False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            print(time.monotonic(), flush=True)


application = QApplication([])
window = BareWindow()
window.resize(1080, 760)
window.show()
sys.exit(application.exec())
