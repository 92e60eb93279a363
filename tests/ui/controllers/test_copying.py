"""Putting things on the clipboard."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from glmdesk.render.parts import Manner, Part
from glmdesk.ui.controllers.copying import CopyController
from glmdesk.ui.tasks import TaskRunner
from tests.chat.examples import answer, question

ASKED = question("Why?")
SAID = answer(ASKED, "**Because.**")


async def copy(manner: Manner, *parts: Part) -> tuple[str, str]:
    """Return the text and the HTML on the clipboard."""
    tasks, owner = TaskRunner(), QObject()
    QGuiApplication.clipboard().setText("as before")
    CopyController(tasks, owner).copy(parts, manner)
    await tasks.ended("copy")
    data = QGuiApplication.clipboard().mimeData()
    return data.text(), data.html()


async def test_rich_text_has_plain_text_beside_it() -> None:
    text, html = await copy(Manner.RICH, Part(SAID))

    assert text == "Because."
    assert "<strong>Because.</strong>" in html


async def test_text_is_only_text() -> None:
    assert await copy(Manner.PLAIN, Part(SAID)) == ("Because.", "")
    assert await copy(Manner.MARKDOWN, Part(ASKED), Part(SAID)) == ("Why?\n\n**Because.**", "")


async def test_nothing_leaves_the_clipboard_as_it_is() -> None:
    assert (await copy(Manner.RICH))[0] == "as before"
