"""What the kernel counts of a running process."""

import os
import re
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


def pss_mb(pid: int) -> float:
    """Return the proportional set size in megabytes: shared pages count in parts."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} tells no PSS")


def peak_mb(pid: int) -> float:
    """Return the most megabytes that a process has had in memory since it was started."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} tells no peak")


def cpu_ms(pid: int) -> float:
    """Return the milliseconds of processor time that the first thread of a process has taken."""
    return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e6


def memory_mb(pid: int, others: Iterable[int]) -> float:
    """Return the megabytes of a process as they are where nothing but `others` runs beside it.

    What they have mapped too counts in equal parts. The kernel's own proportional size would share with
    everything on the machine: with this benchmark, which is the same Python, and with any other one.
    """
    sharers = Counter(name for other in others for name in {name for name, _ in _mappings(other)} if name)
    return sum(size_kb / (1 + sharers[name]) for name, size_kb in _mappings(pid)) / 1024


def _mappings(pid: int) -> Iterator[tuple[str, int]]:
    """Yield each mapping's file, empty without one, and how many kilobytes of it are in memory."""
    name = ""
    for line in Path(f"/proc/{pid}/smaps").read_text(encoding="utf-8", errors="replace").splitlines():
        head, *rest = line.split(maxsplit=5)
        if head == "Rss:":
            yield name, int(rest[0])
        elif "-" in head:
            # The heap and the stacks have names in brackets and are nobody else's.
            name = rest[-1] if rest[-1].startswith("/") else ""


@dataclass(frozen=True, slots=True)
class Activity:
    """Processor time in milliseconds and wake-ups (voluntary context switches of all threads) so far."""

    cpu_ms: float
    wake_ups: int

    @classmethod
    def of(cls, pid: int) -> "Activity":
        """Read the counters."""
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks = int(fields[11]) + int(fields[12])
        wake_ups = 0
        for task in Path(f"/proc/{pid}/task").iterdir():
            for line in (task / "status").read_text(encoding="ascii").splitlines():
                if line.startswith("voluntary_ctxt_switches:"):
                    wake_ups += int(line.split()[1])
        return cls(ticks * 1000 / os.sysconf("SC_CLK_TCK"), wake_ups)


# "4711  12:00:00 poll(…) = 0", and of a call that another thread's line cut in two the end.
_RETURNED = re.compile(r"(?:(\w+)\(|<\.\.\. (\w+) resumed>).* = ")


def system_calls(pid: int, seconds: float) -> Counter[str]:
    """Watch all threads of a process for so long, and return which system calls have returned how often.

    One that waits the whole time is none. Being watched wakes a process: its counters are read before.
    """
    with tempfile.NamedTemporaryFile() as file:
        command = ("strace", "--follow-forks", f"--attach={pid}", f"--output={file.name}")
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as strace:
            with suppress(subprocess.TimeoutExpired):
                strace.wait(timeout=seconds)
            strace.send_signal(signal.SIGINT)
        lines = Path(file.name).read_text(encoding="utf-8", errors="replace").splitlines()
    found = (_RETURNED.search(line) for line in lines)
    return Counter(match[1] or match[2] for match in found if match)
