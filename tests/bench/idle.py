"""Memory and processor time of a window that waits for its user, before and after a chat.

The windows run one after the other: side by side they would share, and halve, what both have loaded.
"""

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench._process import Activity, pss_mb
from tests.bench._report import report
from tests.e2e.app import App
from tests.support.desktop import DesktopSession
from tests.support.remote import ServiceProcess
from tests.support.script import Answer

IDLE_S = 30.0
# Seconds. After it everything that loads behind the first paint is there, and the cursor has come to rest.
SETTLING_S = 12.0
ANSWER = (
    "## Answer\n\n" + "A paragraph of **ordinary** text, 也有中文。\n\n" * 40 + "```python\nprint(1)\n```\n"
)


@dataclass(frozen=True, slots=True)
class Rest:
    """A process that was left alone for a while."""

    memory_mb: float
    cpu_ms: float
    wake_ups: int


def left_alone(pid: int) -> Rest:
    """Return what a process does while nobody touches it."""
    time.sleep(SETTLING_S)
    before = Activity.of(pid)
    time.sleep(IDLE_S)
    after = Activity.of(pid)
    return Rest(pss_mb(pid), after.cpu_ms - before.cpu_ms, after.wake_ups - before.wake_ups)


def bare_window(desktop: DesktopSession) -> Rest:
    """Measure the baseline."""
    command = [sys.executable, "-m", "tests.bench._bare_window"]
    process = subprocess.Popen(command, env=desktop.env, stdout=subprocess.DEVNULL)
    try:
        return left_alone(process.pid)
    finally:
        process.kill()
        process.wait()


def program(desktop: DesktopSession, home: Path, service: ServiceProcess) -> tuple[Rest, Rest]:
    """Measure the program after its start, and after a chat."""
    with App(desktop, home, service.base_url) as app:
        at_start = left_alone(app.process.pid)
        service.always(Answer(ANSWER))
        app.ask("Tell me something.")
        app.wait_for(lambda: app.answer.text and not app.shows("Stop"), "the answer")
        return at_start, left_alone(app.process.pid)


def main() -> None:
    """Measure and print."""
    with (
        DesktopSession(keyring="none") as desktop,
        tempfile.TemporaryDirectory() as home,
        ServiceProcess() as service,
    ):
        bare = bare_window(desktop)
        at_start, after_chat = program(desktop, Path(home), service)
    rests = {"bare QMainWindow": bare, "glmdesk at start": at_start, "glmdesk after a chat": after_chat}
    memory = {name: [rest.memory_mb] for name, rest in rests.items()}
    goal = "≤ 1.7 × at start, ≤ 2.3 × after a chat"
    report("idle memory", "MB PSS", memory, baseline="bare QMainWindow", goal=goal)
    print(f"\nidle for {IDLE_S:.0f} s (goal: no wake-ups of our own)")
    for name, rest in rests.items():
        print(f"  {name:34s} {rest.cpu_ms:6.0f} ms CPU  {rest.wake_ups:5d} wake-ups")


if __name__ == "__main__":
    main()
