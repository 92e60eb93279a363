"""Log-out: what a program has to store is stored when Qt has its answer, in a process of its own."""

import os
import subprocess
import sys

from tests.app.test_start import ROOT

RUN = """
import asyncio

from PySide6.QtCore import QTimer

from glmdesk.app.log_out import end_before_return
from glmdesk.app.stage import Application
from glmdesk.ui import loop

said = []


async def work():
    closing = asyncio.Event()
    QTimer.singleShot(0, lambda: (end_before_return(closing.set), said.append("answered")))
    await closing.wait()
    await asyncio.sleep(0.05)
    await asyncio.to_thread(said.append, "stored")


loop.run(Application(), work())
print(said)
"""


def test_the_desktop_has_its_answer_when_everything_is_stored() -> None:
    ended = subprocess.run(
        [sys.executable, "-X", "dev", "-c", RUN],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "['stored', 'answered']\n"
