"""A window whose files cannot be opened: in a process of its own, on no screen."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.app.test_start import PAINT, ROOT
from tests.cli.test_export import fill
from tests.support.mounts import needs_mounts, on_read_only_disk

# Prints what the banner says, whether the sidebar is laid out from top to bottom, and how many conversations
# are listed, then closes the window.
RUN = """
import os

from glmdesk.app.interpreter import without_ssl

with without_ssl():
    from glmdesk.app.session import run_session

from glmdesk.desktop.instance import InstanceCommand
from glmdesk.ui.widgets.conversation_view import ConversationView


def end_when_told():
    banner = stage.window.chat.banner
    if banner.isVisible():
        timer.stop()
        print(banner.accessibleName())
        lists = stage.window.findChildren(ConversationView)
        sidebar = stage.window.sidebar
        # The list may have come with this very event.
        sidebar.layout().activate()
        new_chat = sidebar.findChild(QtWidgets.QPushButton)
        print(new_chat.y() < 20, all(sidebar.height() - view.height() < 200 for view in lists))
        print([len(view.model().conversations) for view in lists], stage.window.chat.composer.text())
        stage.window.close()


timer = QtCore.QTimer()
timer.timeout.connect(end_when_told)
timer.start(10)
command = InstanceCommand("quick", sys.argv[2]) if sys.argv[2:] else None
stage.window.setVisible(command is None)
sys.exit(run_session(application, stage, "warning", dict(os.environ), command=command)[0])
"""


def run_window(home: Path, *watcher: str, asked: Sequence[str] = ()) -> "subprocess.CompletedProcess[str]":
    """Run it, under a watcher or none; with what is asked, as a start for a quick question."""
    return subprocess.run(
        [*watcher, sys.executable, "-c", PAINT + RUN, str(home), *asked],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_a_home_that_cannot_be_made_is_named_in_the_window_and_to_who_started_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.touch()

    ended = run_window(home)

    words = f"The folder {home / 'data'} cannot be used: Not a directory."
    assert ended.returncode == 6, ended.stderr
    assert words in ended.stdout
    assert ended.stdout.splitlines()[-2:] == ["True True", "[] "]
    assert [line for line in ended.stderr.splitlines() if line.startswith(f"glmdesk: {words}")]
    assert "Traceback" not in ended.stderr


def test_what_a_start_was_to_ask_stands_in_the_window_that_says_why_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "data" / "glmdesk.db").mkdir(parents=True)

    ended = run_window(tmp_path, asked=["What is tea?"])

    assert ended.returncode == 6, ended.stderr
    assert ended.stdout.splitlines()[-1] == "[] What is tea?"


@needs_mounts
def test_a_history_that_can_only_be_read_is_listed(tmp_path: Path) -> None:
    asyncio.run(fill(tmp_path / "data" / "glmdesk.db"))

    ended = run_window(tmp_path, *on_read_only_disk(tmp_path))

    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    assert "glmdesk.log cannot be written: Read-only file system." in ended.stdout
    assert "Everything stored can be read" in ended.stdout
    assert ended.stdout.splitlines()[-2:] == ["True True", "[2] "]


# Prints the names of what is attached once something is, then closes the window.
RUN_WITH_FILES = """
import os

from glmdesk.app.interpreter import without_ssl

with without_ssl():
    from glmdesk.app.session import run_session


def end_when_attached():
    if files := stage.window.chat.composer.draft.attachments:
        print(*(file.name for file in files))
        stage.window.close()


application.opened_files = sys.argv[2:]
timer = QtCore.QTimer()
timer.timeout.connect(end_when_attached)
timer.start(10)
sys.exit(run_session(application, stage, "warning", dict(os.environ))[0])
"""


def test_files_that_the_system_has_brought_before_are_attached_when_all_is_open(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Tea is hot.")
    ended = subprocess.run(
        [sys.executable, "-c", PAINT + RUN_WITH_FILES, str(tmp_path / "home"), str(file)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (ended.returncode, ended.stdout.splitlines()[-1:]) == (0, ["notes.txt"]), ended.stderr
