"""Memory and processor time of a window that waits for its user, before and after a chat, and hidden.

Its icon is in a panel, and its shortcut is armed.
"""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from glmdesk.typed import override
from tests.bench._process import Activity, memory_mb, system_calls
from tests.bench._report import alternate, report
from tests.e2e.app import KEY, App, write_settings
from tests.support.desktop import DesktopSession
from tests.support.remote import ServiceProcess
from tests.support.script import Answer

IDLE_S = 60.0
# Seconds. After it everything that loads behind the first paint is there, and the cursor has come to rest.
SETTLING_S = 12.0
ROUNDS = 2
BARE_WINDOW = (sys.executable, "-m", "tests.bench._bare_window")
# As a menu starts it: without a word. There is a key, and nothing that listens for it.
PROGRAM = (sys.executable, "-m", "glmdesk")
WITH_KEY = {"GLMDESK_API_KEY": KEY, "GLMDESK_BASE_URL": "http://127.0.0.1:9/api/paas/v4"}
PANEL = ("trayer", "--edge", "bottom", "--align", "right")
ANSWER = (
    "## Answer\n\n" + "A paragraph of **ordinary** text, 也有中文。\n\n" * 40 + "```python\nprint(1)\n```\n"
)


@dataclass(frozen=True, slots=True)
class Rest:
    """What a process did that was left alone for a while."""

    cpu_ms: float
    wake_ups: int
    calls: Counter[str]

    @classmethod
    def of(cls, pid: int) -> "Rest":
        """Leave a process alone that has settled, and as long again watch its system calls."""
        before = Activity.of(pid)
        time.sleep(IDLE_S)
        after = Activity.of(pid)
        calls = system_calls(pid, IDLE_S)
        return cls(after.cpu_ms - before.cpu_ms, after.wake_ups - before.wake_ups, calls)

    @override
    def __str__(self) -> str:
        named = ", ".join(f"{name} {count}" for name, count in self.calls.most_common())
        calls = f"{self.calls.total()} system calls{f' ({named})' if named else ''} under strace"
        return f"{self.cpu_ms:6.0f} ms CPU  {self.wake_ups:5d} wake-ups  {calls}"


def memory_at_rest(desktop: DesktopSession, pid: int) -> float:
    """Return the megabytes of a process that runs on a desktop, once it has settled."""
    time.sleep(SETTLING_S)
    return memory_mb(pid, (other for other in desktop.process_ids() if other != pid))


def memory_at_start(desktop: DesktopSession, command: tuple[str, ...], env: Mapping[str, str] = {}) -> float:
    """Start a program and return its megabytes. No screen reader asks for anything."""
    process = subprocess.Popen(command, env={**desktop.env, **env}, stdout=subprocess.DEVNULL)
    try:
        return memory_at_rest(desktop, process.pid)
    finally:
        process.kill()
        process.wait()


def bare_window(desktop: DesktopSession) -> Rest:
    """Measure what the baseline does."""
    process = subprocess.Popen(BARE_WINDOW, env=desktop.env, stdout=subprocess.DEVNULL)
    try:
        time.sleep(SETTLING_S)
        return Rest.of(process.pid)
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True, slots=True)
class Life:
    """The program at rest, with its megabytes: after its start, after a chat, and hidden after that."""

    at_start: Rest
    after_chat: Rest
    memory_after_chat: float
    hidden: Rest
    memory_hidden: float


def program(desktop: DesktopSession) -> Life:
    """Measure what the program does."""
    with tempfile.TemporaryDirectory() as home, ServiceProcess() as service:
        write_settings(Path(home), 'quick_shortcut = "Ctrl+Alt+G"\n')
        with App(desktop, Path(home), service.base_url) as app:
            time.sleep(SETTLING_S)
            at_start = Rest.of(app.process.pid)
            service.always(Answer(ANSWER))
            app.ask("Tell me something.")
            app.wait_for(lambda: app.answer.text and not app.shows("Stop"), "the answer")
            memory = memory_at_rest(desktop, app.process.pid)
            after_chat = Rest.of(app.process.pid)
            app.close_window()
            memory_hidden = memory_at_rest(desktop, app.process.pid)
            return Life(at_start, after_chat, memory, Rest.of(app.process.pid), memory_hidden)


def main() -> None:
    """Measure and print."""
    with DesktopSession(keyring="none") as desktop:
        memory = alternate(
            {
                "bare QMainWindow": lambda: memory_at_start(desktop, BARE_WINDOW),
                "glmdesk at start": lambda: memory_at_start(desktop, PROGRAM, WITH_KEY),
                "glmdesk --hidden": lambda: memory_at_start(desktop, (*PROGRAM, "--hidden"), WITH_KEY),
            },
            rounds=ROUNDS,
        )
        bare = bare_window(desktop)
        desktop.start("panel", PANEL)
        life = program(desktop)
    memory["glmdesk after a chat"] = [life.memory_after_chat]
    memory["glmdesk hidden in the panel"] = [life.memory_hidden]
    goal = "≤ 1.7 × at start, --hidden no more than that; ≤ 2.3 × after a chat, hidden no more than that"
    report("idle memory", "MB", memory, baseline="bare QMainWindow", goal=goal)
    print(f"\nidle for {IDLE_S:.0f} s (goal: no wake-ups of our own)")
    rests = {
        "bare QMainWindow": bare,
        "glmdesk at start": life.at_start,
        "glmdesk after a chat": life.after_chat,
        "glmdesk hidden in the panel": life.hidden,
    }
    for name, rest in rests.items():
        print(f"  {name:34s} {rest}")


if __name__ == "__main__":
    main()
