"""What a long conversation costs, against a short one."""

import os
from functools import partial

from tests.bench._process import pss_mb
from tests.bench._shown import MIX, Cost, Shown, application, settle, timed
from tests.ui.examples import branch_of, show


def opened(count: int) -> tuple[float, float, Cost, Cost]:
    """Return what a conversation takes: to open, in memory, by page and by jump."""
    shown = Shown()
    branch = branch_of(count, lambda number: f"{number}\n\n{MIX}")
    before = pss_mb(os.getpid())
    opening = timed(lambda: show(shown.messages, branch))
    memory = pss_mb(os.getpid()) - before
    bar = shown.transcript.verticalScrollBar()
    pages = Cost([timed(lambda: bar.setValue(bar.value() - bar.pageStep())) for _ in range(100)])
    jumps = Cost([timed(partial(bar.setValue, bar.maximum() * k // 37)) for k in range(37)])
    shown.transcript.deleteLater()
    settle()
    return opening, memory, pages, jumps


def report_conversations() -> None:
    """Print what long conversations cost."""
    print("\nopening and scrolling")
    heads = ("open ms", "memory MB", "page p99 ms", "jump p99 ms")
    print(f"  {'messages':>10s} " + " ".join(f"{head:>11s}" for head in heads))
    opened(100)
    for count in (100, 1000, 10_000):
        opening, memory, pages, jumps = opened(count)
        figures = (opening, memory, pages.quantile(0.99), jumps.quantile(0.99))
        print(f"  {count:10d} " + " ".join(f"{figure:11.1f}" for figure in figures))


if __name__ == "__main__":
    running = application()
    report_conversations()
