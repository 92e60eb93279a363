"""What a long history costs where nobody asks for it: when the program starts, and when all is exported.

`history.py [COUNT]`: so many messages, a million without.
"""

import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from glmdesk.desktop.paths import HOME_VARIABLE, Paths
from tests.bench._history import fill, index_all, open_at
from tests.bench._report import alternate, report
from tests.bench.first_paint import Paint, first_paint
from tests.support.desktop import DesktopSession

ROUNDS = 9
FORMATS = ("jsonl", "md", "html")


def make_home(home: Path, count: int) -> Path:
    """Make a folder of the program with so many messages."""
    data = Paths.locate(home).data
    data.mkdir(parents=True)
    opened = open_at(data / "glmdesk.db")
    fill(opened.connection, count)
    index_all(opened.connection)
    opened.close()
    return home


def started(desktop: DesktopSession, home: Path) -> Paint:
    """Return what it takes until the list of conversations is there."""
    desktop.env[HOME_VARIABLE] = str(home)
    return first_paint(desktop, "_filled_window")


def exported(home: Path, form: str) -> tuple[float, float, float]:
    """Export everything; return the seconds, the megabytes written and the most megabytes in memory."""
    arguments = ["export", "--all", "--format", form, "--home", str(home)]
    with tempfile.TemporaryFile() as target:
        began = time.perf_counter()
        run = subprocess.run(
            [sys.executable, "-m", "tests.bench._whole_run", *arguments],
            stdout=target,
            stderr=subprocess.PIPE,
            text=True,
            check=True,
        )
        return time.perf_counter() - began, target.tell() / 1e6, float(run.stderr)


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    sizes = {"no message": 0, f"{count // 10:,} messages": count // 10, f"{count:,} messages": count}
    with tempfile.TemporaryDirectory() as folder, DesktopSession(keyring="none") as desktop:
        homes = {name: make_home(Path(folder) / str(size), size) for name, size in sizes.items()}
        ways = {name: partial(started, desktop, home) for name, home in homes.items()}
        paints = alternate(ways, rounds=ROUNDS, warm_up=2)
        passed = {name: [paint.passed for paint in taken] for name, taken in paints.items()}
        worked = {name: [paint.worked for paint in taken] for name, taken in paints.items()}
        report("exec → list of conversations", "ms", passed, baseline="no message", goal="≤ 1.2 ×")
        report("processor time of it", "ms", worked, baseline="no message", goal="≤ 1.2 ×")
        print("\nall exported: seconds, megabytes written, most megabytes in memory (goal: the same for all)")
        for form in FORMATS:
            for name, home in homes.items():
                took, written, memory = exported(home, form)
                print(f"  {form:6s} {name:20s} {took:7.1f} {written:8.1f} {memory:8.1f}", flush=True)


if __name__ == "__main__":
    main()
