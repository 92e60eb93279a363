"""What the kernel counts of a running process."""

import os
from dataclasses import dataclass
from pathlib import Path


def pss_mb(pid: int) -> float:
    """Return the proportional set size in megabytes: shared pages count in parts."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} tells no PSS")


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
