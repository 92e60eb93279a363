"""What a long conversation costs, against a short one."""

import os
from functools import partial
from statistics import median
from typing import NamedTuple

from glmdesk.render.selection import Place
from glmdesk.ui.widgets.selection import Spot
from tests.bench._process import pss_mb
from tests.bench._shown import MIX, Cost, Shown, application, settle, timed
from tests.ui.examples import branch_of, show

ROUNDS = 5
PAGES = 100
JUMPS = 37


class Opened(NamedTuple):
    """What a conversation takes: milliseconds of processor time, and megabytes."""

    opening: float
    memory: float
    page: float
    jump: float
    hit: float
    """To be led to a place that was found, and back."""


def opened(count: int) -> Opened:
    """Return what a conversation of so many messages takes."""
    branch = branch_of(count, lambda number: f"{number}\n\n{MIX}")
    before = pss_mb(os.getpid())
    shown = Shown()
    openings = [timed(lambda: show(shown.messages, branch))]
    memory = pss_mb(os.getpid()) - before
    for _ in range(ROUNDS - 1):
        shown.transcript.deleteLater()
        shown = Shown()
        openings.append(timed(partial(show, shown.messages, branch)))
    bar, transcript = shown.transcript.verticalScrollBar(), shown.transcript
    pages = Cost([timed(lambda: bar.setValue(bar.value() - bar.pageStep())) for _ in range(PAGES)])
    jumps = Cost([timed(partial(bar.setValue, bar.maximum() * k // JUMPS)) for k in range(JUMPS)])
    hits: list[float] = []
    for k in range(JUMPS):
        there = timed(partial(transcript.bring_into_view, Spot(count * k // JUMPS | 1, Place(2, 3))))
        hits.append(max(there, timed(transcript.go_to_end)))
    transcript.deleteLater()
    settle()
    return Opened(
        median(openings), memory, pages.quantile(0.99), jumps.quantile(0.99), Cost(hits).quantile(0.99)
    )


def report_conversations() -> None:
    """Print what long conversations cost."""
    print("\nopening and scrolling")
    heads = ("open ms", "ratio", "memory MB", "page p99 ms", "jump p99 ms", "hit p99 ms")
    print(f"  {'messages':>10s} " + " ".join(f"{head:>11s}" for head in heads))
    opened(100)
    base = 0.0
    for count in (100, 1000, 10_000):
        found = opened(count)
        base = base or found.opening
        figures = (found.opening, found.opening / base, found.memory, found.page, found.jump, found.hit)
        print(f"  {count:10d} " + " ".join(f"{figure:11.1f}" for figure in figures))


if __name__ == "__main__":
    running = application()
    report_conversations()
