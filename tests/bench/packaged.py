"""From starting the packaged program to its window, beside the same from source.

The package is made before, by `dev.py package`.

The window manager tells when the window is there; what is painted into it was made before.
"""

import subprocess
import sys
import tempfile
import time
from functools import partial

from tests.bench._process import cpu_ms
from tests.bench._report import alternate, report
from tests.support.desktop import ROOT, DesktopSession

ROUNDS = 15
GOAL = "≤ 1.05 ×"
BUNDLE = ROOT / "dist" / "glmdesk" / "glmdesk"
COMMANDS = {"source": (sys.executable, "-m", "glmdesk"), "package": (str(BUNDLE),)}


class Windows:
    """Hears from the window manager when a window comes or goes."""

    def __init__(self, desktop: DesktopSession) -> None:
        self._desktop = desktop
        self._spy = subprocess.Popen(
            ["xprop", "-spy", "-root", "_NET_CLIENT_LIST"], env=desktop.env, stdout=subprocess.PIPE, text=True
        )
        self._wait()

    def start(self, command: tuple[str, ...]) -> tuple[float, float]:
        """Start a program until its window is there; return milliseconds, passed and of processor time."""
        with tempfile.TemporaryDirectory() as home:
            started = time.monotonic()
            process = subprocess.Popen(
                [*command, "--home", home], env=self._desktop.env, stdout=subprocess.DEVNULL
            )
            self._wait()
            passed, worked = 1000 * (time.monotonic() - started), cpu_ms(process.pid)
            process.kill()
            process.wait()
            self._wait()
        return passed, worked

    def end(self) -> None:
        """Listen no more."""
        self._spy.kill()
        self._spy.wait()

    def _wait(self) -> None:
        assert self._spy.stdout is not None
        self._spy.stdout.readline()


def main() -> None:
    """Measure and print."""
    if not BUNDLE.exists():
        sys.exit("Make the package first: python3 packaging/dev.py package")
    with DesktopSession(keyring="none") as desktop:
        windows = Windows(desktop)
        taken = alternate(
            {name: partial(windows.start, command) for name, command in COMMANDS.items()},
            rounds=ROUNDS,
        )
        windows.end()
    for number, title in enumerate(("exec → window", "processor time of it")):
        figures = {name: [figure[number] for figure in figures] for name, figures in taken.items()}
        report(title, "ms", figures, baseline="source", goal=GOAL)


if __name__ == "__main__":
    main()
