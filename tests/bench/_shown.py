"""A transcript on the screen, and what it costs to do something with it."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from glmdesk.app.interpreter import collect_seldom
from glmdesk.desktop.paths import resources
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.endpoint import MAINLAND_URL, Endpoint
from glmdesk.domain.message import Message
from glmdesk.render import highlight
from glmdesk.ui import theme
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.images import Images
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.transcript import Transcript
from tests.ui.examples import show

SIZE = (900, 700)
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


def application() -> QApplication:
    """Return the program, on the platform that its first argument names."""
    made = QApplication(["bench", "-platform", sys.argv[1], "-style", "Fusion"])
    made.setFont(theme.text_font(0))
    made.setStyleSheet(theme.stylesheet(theme.LIGHT))
    collect_seldom()
    highlight.load("python")
    return made


def settle() -> None:
    """Let Qt paint what has to be painted, and nothing wait."""
    QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)


class Shown:
    """A transcript on the screen."""

    def __init__(self) -> None:
        font = QApplication.font()
        catalog = Catalog.from_toml((resources() / "models.toml").read_text(encoding="utf-8"))
        self.messages = MessageList()
        self.formulas = Formulas()
        self.transcript = Transcript(
            self.messages,
            catalog.at(Endpoint.parse(MAINLAND_URL).host),
            Icons(resources() / "icons"),
            Style(theme.LIGHT, font, theme.code_font(font)),
            formulas=self.formulas,
            images=Images(),
        )
        self.transcript.resize(*SIZE)
        self.transcript.show()
        settle()

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
