"""From the command to its end, where a running instance does what it wants."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench._report import alternate, report
from tests.e2e.app import App
from tests.support.desktop import DesktopSession
from tests.support.remote import ServiceProcess

ROUNDS = 20
GOAL = "≤ 150 ms"


def command_ms(app: App, *words: str) -> float:
    """Return what a start takes that hands over what it wants."""
    command = [sys.executable, "-m", "glmdesk", "--home", str(app.home), *words]
    started = time.monotonic()
    subprocess.run(command, env=app.desktop.env, stdin=subprocess.DEVNULL, check=True)
    return 1000 * (time.monotonic() - started)


def bare_ms(app: App) -> float:
    """Return what Python takes to do nothing."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", ""], env=app.desktop.env, check=True)
    return 1000 * (time.monotonic() - started)


def main() -> None:
    """Measure and print."""
    with (
        tempfile.TemporaryDirectory() as home,
        DesktopSession(keyring="none") as desktop,
        ServiceProcess() as service,
        App(desktop, Path(home), service.base_url) as app,
    ):
        times = alternate(
            {
                "python -c ''": lambda: bare_ms(app),
                "glmdesk": lambda: command_ms(app),
                "glmdesk --quick TEXT": lambda: command_ms(app, "--quick", "What is tea?"),
            },
            rounds=ROUNDS,
        )
    report("a start with an instance", "ms", times, baseline="python -c ''", goal=GOAL)


if __name__ == "__main__":
    main()
