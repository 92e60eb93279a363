"""What macOS asks of the application object, which any platform can play: in a process of its own."""

import os
import subprocess
import sys

from tests.app.test_start import ROOT

RUN = """
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtGui import QFileOpenEvent
from glmdesk.app.mac_application import MacApplication

application = MacApplication()
application.files_opened.connect(lambda: print("files", *application.opened_files))
application.files_opened.connect(lambda: QCoreApplication.postEvent(application, QEvent(QEvent.Type.Quit)))
application.quit_asked.connect(lambda: print("quit"))
application.quit_asked.connect(application.exit)
for name in ("/tmp/one.txt", "/tmp/two.txt"):
    QCoreApplication.postEvent(application, QFileOpenEvent(name))
application.exec()
"""


def test_files_that_come_one_by_one_are_told_of_together_and_quitting_is_only_asked() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert ended.stdout.splitlines() == ["files /tmp/one.txt /tmp/two.txt", "quit"], ended.stderr
