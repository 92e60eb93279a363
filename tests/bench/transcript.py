"""What a growing answer costs, and what a long conversation: against plain text, and against short ones."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from statistics import median

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from glmdesk.app.interpreter import collect_seldom
from glmdesk.desktop.paths import resources
from glmdesk.domain.catalog import Catalog, Offer
from glmdesk.domain.endpoint import MAINLAND_URL, Endpoint
from glmdesk.domain.message import Message, State
from glmdesk.render import highlight
from glmdesk.ui import loop, theme
from glmdesk.ui.controllers.formulas import FormulasController
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.images import Images
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.transcript import Transcript
from tests.bench._process import pss_mb
from tests.chat.examples import answer, question
from tests.support.heart import Heart
from tests.ui.examples import branch_of, show

SIZE = (900, 700)
CHARACTERS = 20_000
DELTA = 10
FORMULAS = 100
FRAME_S = 1 / 60
MIX = """## 标题 Heading

A paragraph with **bold** and *italic* words, `code`, and 一些中文文字，很长的一句话需要换行显示才能看到效果。
**加粗：**后面的文字继续写。

- one item of a list, 第一项
- another item with `code`

| a | b | c |
| - | -: | - |
| 1 | 2 | 三 |
| 4 | 5 | 六 |

```python
def hello(name: str) -> str:
    return f"你好 {name}"
```

"""
TEXTS: dict[str, Callable[[int], str]] = {
    "mixed": lambda n: (MIX * (n // len(MIX) + 1))[:n],
    "one paragraph": lambda n: ("一个很长的段落 that never ends，" * n)[:n],
    "one block of code": lambda n: ("```python\n" + "value = compute(first, second)  # 注释\n" * n)[:n],
    "one table": lambda n: ("| a | b |\n| - | - |\n" + "| some cell | 另一个单元格 |\n" * n)[:n],
    "one list": lambda n: ("- an item of the list, 列表的一项\n" * n)[:n],
}


def settle() -> None:
    """Let Qt paint what has to be painted, and nothing wait."""
    QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)


class Shown:
    """A transcript on the screen."""

    def __init__(self, offer: Offer, icons: Icons) -> None:
        font = QApplication.font()
        self.messages = MessageList()
        self.formulas = Formulas()
        self.transcript = Transcript(
            self.messages,
            offer,
            icons,
            Style(theme.LIGHT, font, theme.code_font(font)),
            formulas=self.formulas,
            images=Images(),
        )
        self.transcript.language_wanted.connect(self._load)
        self.transcript.resize(*SIZE)
        self.transcript.show()
        settle()

    def _load(self, language: str) -> None:
        highlight.load(language)
        self.transcript.colour()

    def show(self, branch: list[Message]) -> None:
        """Show messages and paint them."""
        show(self.messages, branch)
        settle()


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor time of each frame."""

    frames: list[float]

    @property
    def total(self) -> float:
        """Of all frames."""
        return sum(self.frames)

    @property
    def growth(self) -> float:
        """How much more a frame of the last tenth takes than one of the first."""
        tenth = max(1, len(self.frames) // 10)
        return median(self.frames[-tenth:]) / median(self.frames[:tenth])

    def quantile(self, share: float) -> float:
        """The time below which that share of the frames stays."""
        return sorted(self.frames)[min(len(self.frames) - 1, int(len(self.frames) * share))]


def timed(act: Callable[[], object]) -> float:
    """Return the milliseconds of processor time that something and its painting take."""
    started = time.process_time()
    act()
    settle()
    return (time.process_time() - started) * 1000


def deltas(text: str) -> Iterator[str]:
    """Yield a text as it arrives."""
    for start in range(0, len(text), DELTA):
        yield text[start : start + DELTA]


def streamed(offer: Offer, icons: Icons, text: str) -> Cost:
    """Return what a text costs that streams into a transcript, one frame per delta."""
    shown = Shown(offer, icons)
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


def report_streams(offer: Offer, icons: Icons) -> None:
    """Print what streaming costs."""
    print(f"\nstreaming {CHARACTERS} characters, {DELTA} a frame")
    heads = ("CPU ms", "plain ms", "ratio", "4 × text", "growth", "p99.9 ms", "max ms")
    print(f"  {'':20s} " + " ".join(f"{head:>9s}" for head in heads))
    for name, make in TEXTS.items():
        once = streamed(offer, icons, make(CHARACTERS))
        four = streamed(offer, icons, make(4 * CHARACTERS))
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


async def streamed_beside(
    offer: Offer, icons: Icons, text: str, *, is_set: bool
) -> tuple[float, float, float]:
    """Return what a text costs whose formulas are set while it streams, or stay their source.

    Milliseconds: all processor time, the most that one frame took of it, and the longest time between two.
    """
    shown, tasks = Shown(offer, icons), TaskRunner()
    if is_set:
        FormulasController(shown.formulas, tasks)
    asked = question("?")
    growing = replace(answer(asked), text="", state=State.STREAMING)
    show(shown.messages, [asked, growing])
    await asyncio.sleep(FRAME_S)
    heart, started = Heart(), time.process_time()
    for piece in deltas(text):
        shown.messages.grow(growing.id, piece)
        await asyncio.sleep(FRAME_S)
    await tasks.ended("formulas")
    await asyncio.sleep(FRAME_S)
    total = (time.process_time() - started) * 1000
    heart.deleteLater()
    shown.transcript.deleteLater()
    return total, heart.most_work, heart.longest


async def report_formulas(offer: Offer, icons: Icons) -> int:
    """Print what a text with formulas costs that are set while it streams."""
    text = with_formulas(FORMULAS)
    print(f"\nstreaming {len(text)} characters with {FORMULAS} formulas, {DELTA} a frame of 1/60 s")
    heads = ("CPU ms", "ratio", "max CPU ms", "longest frame ms")
    print(f"  {'':20s} " + " ".join(f"{head:>16s}" for head in heads))
    base = 0.0
    for name, is_set in (("their source", False), ("set", True), ("set, loaded", True)):
        total, most_work, longest = await streamed_beside(offer, icons, text, is_set=is_set)
        base = base or total
        figures = (total, total / base, most_work, longest)
        print(f"  {name:20s} " + " ".join(f"{figure:16.2f}" for figure in figures))
    return 0


def opened(offer: Offer, icons: Icons, count: int) -> tuple[float, float, Cost, Cost]:
    """Return what a conversation takes: to open, in memory, by page and by jump."""
    shown = Shown(offer, icons)
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


def report_conversations(offer: Offer, icons: Icons) -> None:
    """Print what long conversations cost."""
    print("\nopening and scrolling")
    heads = ("open ms", "memory MB", "page p99 ms", "jump p99 ms")
    print(f"  {'messages':>10s} " + " ".join(f"{head:>11s}" for head in heads))
    opened(offer, icons, 100)
    for count in (100, 1000, 10_000):
        opening, memory, pages, jumps = opened(offer, icons, count)
        figures = (opening, memory, pages.quantile(0.99), jumps.quantile(0.99))
        print(f"  {count:10d} " + " ".join(f"{figure:11.1f}" for figure in figures))


def main() -> None:
    """Measure and print."""
    application = QApplication(["bench", "-platform", "offscreen", "-style", "Fusion"])
    application.setFont(theme.text_font(0))
    application.setStyleSheet(theme.stylesheet(theme.LIGHT))
    collect_seldom()
    catalog = Catalog.from_toml((resources() / "models.toml").read_text(encoding="utf-8"))
    offer = catalog.at(Endpoint.parse(MAINLAND_URL).host)
    icons = Icons(resources() / "icons")
    loop.run(application, report_formulas(offer, icons))
    report_streams(offer, icons)
    report_conversations(offer, icons)


if __name__ == "__main__":
    main()
