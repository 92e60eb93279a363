"""A text field that tells on standard output what is being composed in it and what was entered."""

import json
import os
import sys
from pathlib import Path

from PySide6.QtCore import QLibraryInfo
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from glmdesk.desktop import input_method
from glmdesk.typed import override


class Field(QPlainTextEdit):
    """Reports after every event of the input method and every change."""

    def __init__(self) -> None:
        super().__init__()
        self._composed = ""
        self.setWindowTitle("Typing")
        self.setAccessibleName("Message")
        self.textChanged.connect(self._report)

    @override
    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composed = event.preeditString()
        super().inputMethodEvent(event)
        self._report()

    def _report(self) -> None:
        sys.stdout.write(json.dumps({"composed": self._composed, "text": self.toPlainText()}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if "corrected" in sys.argv:
        input_method.apply([Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))], os.environ)
    application = QApplication(sys.argv)
    field = Field()
    field.show()
    sys.exit(application.exec())
