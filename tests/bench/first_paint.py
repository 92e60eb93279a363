"""From starting the process to the first paint of its window."""

import subprocess
import sys
import time
from typing import NamedTuple

from tests.bench._process import cpu_ms
from tests.bench._report import alternate, report
from tests.support.desktop import DesktopSession

ROUNDS = 15
GOAL = "≤ 1.4 ×"


class Paint(NamedTuple):
    """What a first paint took, in milliseconds: until it was there, and of processor time.

    On a machine that does other things too, only the second says something.
    """

    passed: float
    worked: float


def first_paint(desktop: DesktopSession, module: str) -> Paint:
    """Return what it takes until a module of this folder prints the moment of its first paint.

    It is started as a menu starts a program: without a word, and with the folders that the desktop names.
    """
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.bench.{module}"], env=desktop.env, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    painted = float(process.stdout.readline())
    worked = cpu_ms(process.pid)
    process.kill()
    process.wait()
    return Paint((painted - started) * 1000, worked)


def main() -> None:
    """Measure and print."""
    with DesktopSession(keyring="none") as desktop:
        paints = alternate(
            {
                "bare QMainWindow": lambda: first_paint(desktop, "_bare_window"),
                "glmdesk": lambda: first_paint(desktop, "_painted_window"),
            },
            rounds=ROUNDS,
        )
    passed = {name: [paint.passed for paint in taken] for name, taken in paints.items()}
    worked = {name: [paint.worked for paint in taken] for name, taken in paints.items()}
    report("exec → first paint", "ms", passed, baseline="bare QMainWindow", goal=GOAL)
    report("processor time of it", "ms", worked, baseline="bare QMainWindow", goal=GOAL)


if __name__ == "__main__":
    main()
