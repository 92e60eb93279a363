"""What a growing answer costs, against plain text."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from glmdesk.domain.message import State
from glmdesk.ui import loop
from glmdesk.ui.controllers.formulas import FormulasController
from glmdesk.ui.tasks import TaskRunner
from tests.bench._shown import SIZE, TEXTS, Cost, Shown, application, settle, timed
from tests.chat.examples import answer, question
from tests.support.heart import Heart
from tests.ui.examples import show

CHARACTERS = 20_000
DELTA = 10
FORMULAS = 100
FRAME_S = 1 / 60


def deltas(text: str) -> Iterator[str]:
    """Yield a text as it arrives."""
    for start in range(0, len(text), DELTA):
        yield text[start : start + DELTA]


def streamed(text: str) -> Cost:
    """Return what a text costs that streams into a transcript, one frame per delta."""
    shown = Shown()
    asked = question("?")
    growing = replace(answer(asked), text="", state=State.STREAMING)
    shown.show([asked, growing])
    frames = [timed(partial(shown.messages.grow, growing.id, piece)) for piece in deltas(text)]
    shown.transcript.deleteLater()
    return Cost(frames)


def plain(text: str) -> Cost:
    """Return what the same costs as text without any look."""
    edit = QPlainTextEdit()
    edit.resize(*SIZE)
    edit.show()
    settle()

    def append(piece: str) -> None:
        edit.moveCursor(QTextCursor.MoveOperation.End)
        edit.insertPlainText(piece)
        edit.ensureCursorVisible()

    frames = [timed(partial(append, piece)) for piece in deltas(text)]
    edit.deleteLater()
    return Cost(frames)


def report_streams() -> None:
    """Print what streaming costs."""
    print(f"\nstreaming {CHARACTERS} characters, {DELTA} a frame")
    heads = ("CPU ms", "plain ms", "ratio", "4 × text", "growth", "p99.9 ms", "max ms")
    print(f"  {'':20s} " + " ".join(f"{head:>9s}" for head in heads))
    for name, make in TEXTS.items():
        once = streamed(make(CHARACTERS))
        four = streamed(make(4 * CHARACTERS))
        base = plain(make(CHARACTERS))
        figures = (
            once.total,
            base.total,
            once.total / base.total,
            four.total / once.total,
            four.growth,
            four.quantile(0.999),
            max(four.frames),
        )
        print(f"  {name:20s} " + " ".join(f"{figure:9.2f}" for figure in figures))


STEP = """第 {n} 步：
由 $x_{{{n}}} = \\frac{{-b \\pm \\sqrt{{b^2 - 4ac}}}}{{2a}}$ the root is $\\alpha_{{{n}}} > 0$.

$$
\\sum_{{i=1}}^{{{n}}} i = \\begin{{cases}} \\frac{{n(n+1)}}{{2}} & n > 0 \\\\ 0 & n = 0 \\end{{cases}}
$$

"""


def with_formulas(count: int) -> str:
    """Return a text with so many formulas, no two of them the same, as an answer has them."""
    return "".join(STEP.format(n=number) for number in range(count // 3 + 1))


async def streamed_beside(text: str, *, is_set: bool) -> tuple[float, float, float]:
    """Return what a text costs whose formulas are set while it streams, or stay their source.

    Milliseconds: all processor time, the most that one frame took of it, and the longest time between two.
    """
    shown, tasks = Shown(), TaskRunner()
    setting = FormulasController(shown.formulas, tasks) if is_set else None
    asked = question("?")
    growing = replace(answer(asked), text="", state=State.STREAMING)
    show(shown.messages, [asked, growing])
    await asyncio.sleep(FRAME_S)
    heart, started = Heart(), time.process_time()
    for piece in deltas(text):
        shown.messages.grow(growing.id, piece)
        await asyncio.sleep(FRAME_S)
    if setting is not None:
        await tasks.ended(setting.name)
    await asyncio.sleep(FRAME_S)
    total = (time.process_time() - started) * 1000
    heart.deleteLater()
    shown.transcript.deleteLater()
    return total, heart.most_work, heart.longest


async def report_formulas() -> int:
    """Print what a text with formulas costs that are set while it streams."""
    text = with_formulas(FORMULAS)
    print(f"\nstreaming {len(text)} characters with {FORMULAS} formulas, {DELTA} a frame of 1/60 s")
    heads = ("CPU ms", "ratio", "max CPU ms", "longest frame ms")
    print(f"  {'':20s} " + " ".join(f"{head:>16s}" for head in heads))
    base = 0.0
    for name, is_set in (("their source", False), ("set", True), ("set, loaded", True)):
        total, most_work, longest = await streamed_beside(text, is_set=is_set)
        base = base or total
        figures = (total, total / base, most_work, longest)
        print(f"  {name:20s} " + " ".join(f"{figure:16.2f}" for figure in figures))
    return 0


if __name__ == "__main__":
    loop.run(application(), report_formulas())
    report_streams()
