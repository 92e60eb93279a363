"""What a message of a million characters costs: to be shown, taken in, scrolled, selected and resized."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from glmdesk.ui.widgets.panel_controls import PanelButton
from tests.bench._shown import SIZE, TEXTS, Cost, Shown, application, settle, timed
from tests.chat.examples import answer, question
from tests.support.heart import Heart

CHARACTERS = 1_000_000
PAGES = 100
JUMPS = 37
ROUNDS = 5
WHOLE: dict[str, Callable[[int], str]] = {
    "one heading": lambda n: "# " + ("word 一些 " * n)[:n],
    "one cell": lambda n: "| a |\n| - |\n| " + ("word 一些 " * n)[:n] + " |",
    "one item": lambda n: "- " + ("word 一些 " * n)[:n],
    "one bold word": lambda n: f"**{'x' * n}**",
}
"""What is one text, of which nothing can be shown before the rest."""


def taken_in(shown: Shown) -> tuple[float, float]:
    """Wait until all of the last message is there.

    Return the seconds that took, and the longest time that the window stood still, in milliseconds.
    """
    view = shown.transcript._view(len(shown.messages) - 1)
    heart, loop, started = Heart(), QEventLoop(), time.perf_counter()
    while view.has_more:
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    heart.deleteLater()
    return time.perf_counter() - started, heart.longest


def worst(act: Callable[[int], object], times: int) -> float:
    """Return the milliseconds of processor time below which 99 of 100 times stay."""
    return Cost([timed(partial(act, number)) for number in range(times)]).quantile(0.99)


def measured(text: str) -> tuple[float, ...]:
    """Return what each thing takes that is done with a text."""
    shown, asked = Shown(), question("?")
    transcript, bar = shown.transcript, shown.transcript.verticalScrollBar()
    opening = timed(lambda: shown.show([asked, replace(answer(asked), text=text)]))
    seconds, longest = taken_in(shown)
    for button in transcript.findChildren(PanelButton):
        if button.isVisible() and button.text().startswith("Show all"):
            button.click()
    transcript.go_to_end()
    settle()
    pages = worst(lambda _: bar.setValue(bar.value() - bar.pageStep()), PAGES)
    jumps = worst(lambda number: bar.setValue(bar.maximum() * (number * 7 % JUMPS) // JUMPS), JUMPS)
    selecting = worst(
        lambda _: QTest.keySequence(transcript, QKeySequence(QKeySequence.StandardKey.SelectAll)), ROUNDS
    )
    resizing = worst(lambda number: transcript.resize(SIZE[0] - 40 * (number % 2 + 1), SIZE[1]), ROUNDS)
    transcript.deleteLater()
    settle()
    return opening, seconds, longest, pages, jumps, selecting, resizing


def main() -> None:
    """Measure and print."""
    print(f"\none message of {CHARACTERS} characters")
    heads = ("open ms", "all of it s", "longest ms", "page p99", "jump p99", "select ms", "resize ms")
    print(f"  {'':20s} " + " ".join(f"{head:>11s}" for head in heads))
    measured(TEXTS["mixed"](CHARACTERS // 10))
    for name, make in (TEXTS | WHOLE).items():
        figures = measured(make(CHARACTERS))
        print(f"  {name:20s} " + " ".join(f"{figure:11.1f}" for figure in figures))


if __name__ == "__main__":
    running = application()
    main()
