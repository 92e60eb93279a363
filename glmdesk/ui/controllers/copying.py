"""Putting what is copied on the clipboard; making it of long messages takes its time, and so has a thread."""

import asyncio
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QClipboard, QGuiApplication

from glmdesk.render.parts import Manner, Part
from glmdesk.ui.tasks import TaskRunner


class CopyController(QObject):
    """Copies parts of conversations."""

    def __init__(self, tasks: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks

    def copy(self, parts: Sequence[Part], manner: Manner) -> None:
        """Put parts on the clipboard. What is copied later is what stays there."""
        self._tasks.start("copy", partial(self._put, parts, manner, QClipboard.Mode.Clipboard))

    def offer(self, parts: Sequence[Part]) -> None:
        """Let the middle button of the mouse insert parts, where it does such a thing."""
        if QGuiApplication.clipboard().supportsSelection():
            self._tasks.start("offer", partial(self._put, parts, Manner.PLAIN, QClipboard.Mode.Selection))

    async def _put(self, parts: Sequence[Part], manner: Manner, mode: QClipboard.Mode) -> None:
        text, html = await asyncio.to_thread(_made, parts, manner)
        if text:
            data = QMimeData()
            data.setText(text)
            if html:
                data.setHtml(html)
            QGuiApplication.clipboard().setMimeData(data, mode)


def _made(parts: Sequence[Part], manner: Manner) -> tuple[str, str]:
    """Return the text and the HTML for the clipboard; no HTML where text is wanted."""
    from glmdesk.render.copying import as_html, as_markdown, as_plain_text  # noqa: PLC0415 - for who copies

    match manner:
        case Manner.RICH:
            return as_plain_text(parts), as_html(parts)
        case Manner.PLAIN:
            return as_plain_text(parts), ""
        case Manner.MARKDOWN:
            return as_markdown(parts), ""
