"""Shows hostile messages as the window does, and does with them all that a reader can do.

As a program it does so with all of them, and says before and after each with a system call that it is there:
whoever looks at its system calls knows what each message made it do.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QPointF
from PySide6.QtGui import QImage
from PySide6.QtNetwork import QTcpSocket
from PySide6.QtWidgets import QApplication

from glmdesk.desktop.paths import resources
from glmdesk.domain.catalog import Catalog, Offer
from glmdesk.domain.endpoint import MAINLAND_URL, Endpoint
from glmdesk.domain.message import Citation, Message, State
from glmdesk.domain.tool import ToolCall
from glmdesk.render import highlight
from glmdesk.render.parts import Manner
from glmdesk.ui import loop, theme
from glmdesk.ui.controllers.copying import CopyController
from glmdesk.ui.controllers.find import FindController
from glmdesk.ui.controllers.formulas import FormulasController
from glmdesk.ui.icons import Icons
from glmdesk.ui.tasks import TaskRunner
from tests.chat.examples import answer, question
from tests.support.heart import Heart
from tests.support.hostile import messages
from tests.ui.furnished import Furnished

MARK: Final = "/hostile"
"""Where nothing is; who looks there begins with a message, or is done with it."""

_DELTAS: Final = 24
_STREAMED: Final = 20_000
"""Characters. Longer texts are shown as history only."""
_FRAME_S: Final = 1 / 60


def icons_and_offer() -> tuple[Icons, Offer]:
    catalog = Catalog.from_toml((resources() / "models.toml").read_text(encoding="utf-8"))
    return Icons(resources() / "icons"), catalog.at(Endpoint.parse(MAINLAND_URL).host)


class Reader:
    """Somebody in front of the window."""

    def __init__(self) -> None:
        icons, offer = icons_and_offer()
        self.furnished = Furnished(offer, icons)
        self.window = self.furnished.window
        self.window.resize(900, 700)
        self.window.show()
        self._tasks = TaskRunner()
        self._copying = CopyController(self._tasks, self.window)
        self._finding = FindController(self.furnished.messages, self._tasks, self.window)
        self._setting = FormulasController(self.furnished.formulas, self._tasks)
        self.furnished.transcript.language_wanted.connect(self._load)

    def _load(self, language: str) -> None:
        highlight.load(language)
        self.furnished.transcript.colour()

    def leave(self) -> None:
        """Take everything away."""
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    async def read(self, text: str) -> float:
        """Show a text wherever a message has one; return the seconds that the window stood still at most."""
        heart = Heart()
        asked = question(text)
        cited = Citation(text[:500], text[:500], text[:500], text[:500], summary=text[:500])
        said = replace(
            answer(asked, text),
            citations=(cited,),
            tool_calls=(ToolCall("1", text[:200], text[:5_000]),),
            model=text[:200],
        )
        await self._stream([asked, said])
        await self._look([asked, said])
        await self._take()
        longest = heart.longest / 1000
        heart.deleteLater()
        return longest

    async def _stream(self, branch: list[Message]) -> None:
        *before, last = branch
        if len(last.text) > _STREAMED:
            return
        self.furnished.show_messages([*before, replace(last, id="again", text="", state=State.STREAMING)])
        size = max(1, len(last.text) // _DELTAS)
        for start in range(0, len(last.text), size):
            self.furnished.messages.grow("again", last.text[start : start + size])
            await asyncio.sleep(0)

    async def _look(self, branch: list[Message]) -> None:
        transcript = self.furnished.transcript
        self.furnished.show_messages(branch)
        bar = transcript.verticalScrollBar()
        await self._settle()
        for place in (0, 1, 2, 3):
            bar.setValue(bar.maximum() * place // 3)
            await self._settle()
            for view in transcript._seen_views():
                view.link_at(QPointF(view.width() / 2, 15))
                for spot in list(view.controls._shown):
                    view.set_expanded(spot, is_expanded=True)
        await self._settle()

    async def _settle(self) -> None:
        """Wait until all that is seen is there."""
        while any(view.has_more for view in self.furnished.transcript._seen_views()):
            await asyncio.sleep(_FRAME_S)
        await asyncio.sleep(0)
        await self._tasks.ended(self._setting.name)

    async def _take(self) -> None:
        transcript = self.furnished.transcript
        transcript._selection.select_all()
        await asyncio.sleep(0)
        for manner in Manner:
            self._copying.copy(transcript._selection.parts, manner)
            await self._tasks.ended("copy")
        self._finding.look_for("a", 0)
        await self._tasks.ended("find")
        for view in transcript._seen_views():
            view.spoken_text()
            for link in view.links.all[:20]:
                assert link.tip is not None


def _open_file(path: str) -> None:
    Path(path).read_bytes()


def _run(path: str) -> None:
    subprocess.run(["true", path], check=True)


def _connect(_path: str) -> None:
    socket = QTcpSocket()
    socket.connectToHost("127.0.0.1", 9)
    socket.waitForConnected(1000)


PROVOCATIONS: Final[Mapping[str, Callable[[str], object]]] = {
    "Python opens a file": _open_file,
    "Qt opens a file": QImage,
    "a program is run": _run,
    "Qt connects": _connect,
}


async def read_all(reading: Iterable[tuple[str, str]]) -> None:
    """Read messages one after the other, and print the name and the seconds of each."""
    reader = Reader()
    # What is loaded with the first message of a kind is loaded by these.
    for _time in range(2):
        await reader.read(EVERYTHING)
    for name, text in reading:
        os.access(f"{MARK}/begin/{name}", os.F_OK)
        longest = await reader.read(text)
        os.access(f"{MARK}/end/{name}", os.F_OK)
        sys.stdout.write(json.dumps([name, longest]) + "\n")
        sys.stdout.flush()
    reader.leave()


EVERYTHING: Final = """# Heading

**bold** *italic* ~~struck~~ `code` [link](https://example.org) $x^2$ ![image](https://example.org/x.png)[^1]

- [x] item
  > quote

| a | b |
| - | - |
| c | d |

```python
print("x")
```

```html
<b>x</b>
```

$$
\\frac{1}{2}
$$

[^1]: Note مرحبا 中文 \U0001f600 Z\u0300\u0489
"""


def main(arguments: list[str]) -> None:
    """Read messages that lead to a file, one in so many from a number on, or provoke what is named."""
    file, port, length, number, step, *provoked = arguments
    application = QApplication(["hostile", "-platform", "offscreen", "-style", "Fusion"])
    application.setFont(theme.text_font(0))
    application.setStyleSheet(theme.stylesheet(theme.LIGHT))
    if provoked:
        for name in provoked:
            os.access(f"{MARK}/begin/{name}", os.F_OK)
            PROVOCATIONS[name](file)
            os.access(f"{MARK}/end/{name}", os.F_OK)
        return

    async def run() -> int:
        corpus = messages(file, int(port), length=int(length))
        await read_all(islice(corpus, int(number), None, int(step)))
        return 0

    loop.run(application, run())
    # What Python and Qt do to each other at their end is nothing that a message does.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
