"""From starting the process to the first paint of its window."""

import subprocess
import sys
import time

from tests.bench._report import alternate, report
from tests.support.desktop import DesktopSession

ROUNDS = 15


def milliseconds_to_paint(desktop: DesktopSession, module: str) -> float:
    """Return how long a module of this folder takes to print the moment of its first paint.

    It is started as a menu starts a program: without a word, and with the folders that the desktop names.
    """
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.bench.{module}"],
        env=desktop.env,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    painted = float(process.stdout.readline())
    process.kill()
    process.wait()
    return (painted - started) * 1000


def main() -> None:
    """Measure and print."""
    with DesktopSession(keyring="none") as desktop:
        figures = alternate(
            {
                "bare QMainWindow": lambda: milliseconds_to_paint(desktop, "_bare_window"),
                "glmdesk": lambda: milliseconds_to_paint(desktop, "_painted_window"),
            },
            rounds=ROUNDS,
        )
    report("exec → first paint", "ms", figures, baseline="bare QMainWindow", goal="≤ 1.4 ×")


if __name__ == "__main__":
    main()
