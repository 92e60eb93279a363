"""From the command to its end, where a running instance does what it wants; and the quick ask window itself.

The window is measured in process: from the call that a command makes, and from a press of the shortcut, until
it is painted and has the keyboard; the latter is given by the window manager.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import cast

from tests.bench._quick_popup import TIMES, WARM_UP
from tests.bench._report import alternate, report
from tests.bench.idle import IDLE_S, SETTLING_S, Rest
from tests.e2e.app import App
from tests.support.desktop import DesktopSession
from tests.support.remote import ServiceProcess

ROUNDS = 20
GOAL = "≤ 150 ms"
POPUP = (sys.executable, "-m", "tests.bench._quick_popup")


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


def popup(env: Mapping[str, str]) -> None:
    """Let the window come and go, leave it hidden for a while, and print all that."""
    with subprocess.Popen(
        POPUP, env=dict(env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        found = cast("Mapping[str, list[float]]", json.loads(process.stdout.readline()))
        time.sleep(SETTLING_S)
        rest = Rest.of(process.pid)
        process.communicate(b"\n")
    print("\nquick ask window (ms; goal with the keyboard: median ≤ 50, p99 ≤ 100)")
    figures = (
        ("painted", "painted"),
        ("with the keyboard", "ready"),
        ("painted after the shortcut", "key_painted"),
        ("with the keyboard after it", "key_ready"),
    )
    for name, key in figures:
        first, times = found[key][0], sorted(found[key][WARM_UP:])
        p99 = times[len(times) * 99 // 100]
        print(f"  {name:34s} first {first:6.1f}   median {median(times):6.1f}   p99 {p99:6.1f}")
    before, after = found["memory"]
    print(f"  {TIMES} times: {before:.1f} MB before, {after:.1f} MB after")
    print(f"  hidden for {IDLE_S:.0f} s, armed: {rest}")


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
    with DesktopSession(keyring="none") as desktop:
        popup(desktop.env)
    report("a start with an instance", "ms", times, baseline="python -c ''", goal=GOAL)


if __name__ == "__main__":
    main()
