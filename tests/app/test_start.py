"""The way to the first paint: short, and in processes of its own."""

import os
import subprocess
import sys
from pathlib import Path

from glmdesk.domain.api_key import KEY_VARIABLE
from tests.api.asking import KEY

ROOT = Path(__file__).resolve().parents[2]

PAINT = """
import sys
from pathlib import Path
from PySide6 import QtCore, QtGui, QtWidgets
from glmdesk.app.stage import Application
from glmdesk.app.start import first_paint

application = Application()
stage = first_paint(application, Path(sys.argv[1]), is_demo=False)
assert stage.window.isVisible()
"""

# What PySide has made of a module of Qt so far stands in its namespace; the rest waits until it is asked for.
# It makes all enumerations of a namespace with the first, all kinds of events when Python is given one of any
# kind, and all kinds of widgets when it is given one that Qt has made.
TELL_WHAT_WAS_MADE = """
for module, name in (
    (QtCore, "Qt"),
    (QtWidgets, "QStyle"),
    (QtWidgets, "QDial"),
    (QtWidgets, "QFileDialog"),
    (QtGui, "QKeySequence"),
    (QtGui, "QTabletEvent"),
    (QtGui, "QTextCharFormat"),
):
    if name in vars(module):
        print(name)
"""

# From there until the conversations are listed and one can write, and to the end.
RUN = """
import os

from glmdesk.app.interpreter import without_ssl

with without_ssl():
    from glmdesk.app.session import run_session


def end_when_ready():
    if stage.window.focusWidget() is stage.window.chat.composer.input:
        stage.window.close()


timer = QtCore.QTimer()
timer.timeout.connect(end_when_ready)
timer.start(10)
run_session(application, stage, "warning", dict(os.environ))
"""

TELL_WHAT_IS_LOADED = """
libraries = ("ssl", "hashlib", "html", "idna", "msgspec", "httpx", "markdown_it", "pygments", "keyring")
asking = ("chat.turn", "chat.json_schema", "chat.checkup")
others = ("domain.address", "storage.salvage", "ui.dialogs.files")
for name in (*libraries, *(f"glmdesk.{name}" for name in (*asking, *others))):
    if name in sys.modules:
        print(name)
"""

READ = """
import sys
import glmdesk.app.reading

for name in ("domain.doubts", "render.copying", "render.mathml", "render.typesetting", "render.writer"):
    if f"glmdesk.{name}" in sys.modules:
        print(name)
"""

TELL_WHETHER_QT_KEEPS_DRAWINGS = """
print(QtGui.QPixmapCache.insert("drawing", QtGui.QPixmap(20, 20)))
"""

TELL_WHOSE_SOURCE_WAS_READ = """
import linecache
import wave
print(*(name for name in linecache.cache if name == wave.__file__))
"""

IMPORT_PLAINLY = """
from glmdesk.app.interpreter import import_plainly

import_plainly()
"""


def printed_by(program: str, home: Path) -> list[str]:
    """Return the lines that a program prints that has painted the window."""
    ended = subprocess.run(
        [sys.executable, "-c", program, str(home)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", KEY_VARIABLE: KEY},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


def test_the_first_paint_makes_no_more_of_qt_than_it_shows(tmp_path: Path) -> None:
    assert printed_by(PAINT + TELL_WHAT_WAS_MADE, tmp_path) == []
    every = "QtCore.Qt, QtWidgets.QStyle, stage.window.chat.composer.input.viewport()"
    made = printed_by(PAINT + every + TELL_WHAT_WAS_MADE, tmp_path)
    assert made == ["Qt", "QStyle", "QDial", "QFileDialog"]


def test_a_window_at_rest_holds_nothing_of_what_a_question_takes(tmp_path: Path) -> None:
    assert printed_by(PAINT + RUN + TELL_WHAT_IS_LOADED, tmp_path) == []
    made = printed_by(PAINT + RUN + TELL_WHAT_WAS_MADE, tmp_path)
    assert {"QDial", "QFileDialog", "QTabletEvent"}.isdisjoint(made)
    asked = PAINT + RUN + "import glmdesk.api.client" + TELL_WHAT_IS_LOADED
    assert {"ssl", "hashlib", "msgspec", "httpx"} <= set(printed_by(asked, tmp_path))


def test_messages_are_shown_without_what_copies_them_or_follows_their_links(tmp_path: Path) -> None:
    assert printed_by(READ, tmp_path) == []


def test_a_window_at_rest_is_not_woken_to_look_through_drawings(tmp_path: Path) -> None:
    # Qt does that every ten seconds from the first that it keeps.
    assert printed_by(PAINT + TELL_WHETHER_QT_KEEPS_DRAWINGS, tmp_path) == ["False"]


def test_the_sources_of_what_is_imported_are_not_read(tmp_path: Path) -> None:
    assert printed_by(IMPORT_PLAINLY + TELL_WHOSE_SOURCE_WAS_READ, tmp_path) == [""]
    # What it is that we are spared.
    (read,) = printed_by("import PySide6.QtCore" + TELL_WHOSE_SOURCE_WAS_READ, tmp_path)
    assert read.endswith("wave.py")
