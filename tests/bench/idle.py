"""Memory and processor time of a window that waits for its user, before and after a chat."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench._process import Activity, pss_mb
from tests.bench._report import report
from tests.e2e.app import App
from tests.support.desktop import DesktopSession
from tests.support.remote import ServiceProcess
from tests.support.script import Answer

IDLE_S = 30.0
# Seconds. After it everything that loads behind the first paint is there.
SETTLING_S = 4.0
ANSWER = "## Answer\n\n" + "A paragraph of **ordinary** text, 也有中文。\n\n" * 40


def main() -> None:
    """Measure and print."""
    with DesktopSession(keyring="none") as desktop, tempfile.TemporaryDirectory() as home, ServiceProcess() as service:
        bare = subprocess.Popen(
            [sys.executable, "-m", "tests.bench._bare_window"], env=desktop.env, stdout=subprocess.DEVNULL
        )
        with App(desktop, Path(home), service.base_url) as app:
            time.sleep(SETTLING_S)
            memory = {"bare QMainWindow": [pss_mb(bare.pid)], "glmdesk at start": [pss_mb(app.process.pid)]}
            before = {"bare": Activity.of(bare.pid), "glmdesk": Activity.of(app.process.pid)}
            time.sleep(IDLE_S)
            after = {"bare": Activity.of(bare.pid), "glmdesk": Activity.of(app.process.pid)}
            service.always(Answer(ANSWER))
            app.ask("Tell me something.")
            app.wait_for(lambda: len(app.messages) > 1 and not app.shows("Stop"), "the answer")
            time.sleep(SETTLING_S)
            memory["glmdesk after a chat"] = [pss_mb(app.process.pid)]
        bare.kill()
        bare.wait()
    report("idle memory", "MB PSS", memory, baseline="bare QMainWindow", goal="≤ 1.7 × at start, ≤ 2.3 × after a chat")
    print(f"\nidle for {IDLE_S:.0f} s (goal: no wake-ups of our own)")
    for name in before:
        cpu_ms = after[name].cpu_ms - before[name].cpu_ms
        wake_ups = after[name].wake_ups - before[name].wake_ups
        print(f"  {name:34s} {cpu_ms:10.0f} ms CPU  {wake_ups} wake-ups")


if __name__ == "__main__":
    main()
