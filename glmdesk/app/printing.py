"""Conversations as a PDF: read from the database, laid out as in the window, and painted on pages."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QIODevice, QSaveFile

from glmdesk.app.stage import Stage
from glmdesk.domain.errors import LocalDataError
from glmdesk.domain.message import ENDINGS, Message
from glmdesk.i18n import _
from glmdesk.render import blocks as b
from glmdesk.render.shown import shown_blocks
from glmdesk.storage.database import Database
from glmdesk.storage.transfer import source
from glmdesk.storage.whole_file import unwritable
from glmdesk.ui import theme
from glmdesk.ui.controllers.formulas import FormulasController
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.images import Images
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.theme import Style
from glmdesk.ui.widgets.boxes.containers import GAP, Blocks
from glmdesk.ui.widgets.boxes.paper import Paper
from glmdesk.ui.widgets.boxes.voices import Voices

_GAP: Final = 14
"""Pixels between messages, and between blocks besides."""
_SIZE_PT: Final = 10.5


class Printing:
    """Prints conversations. Formulas are set beside the window, as for the screen."""

    def __init__(self, stage: Stage, database: Database, tasks: TaskRunner) -> None:
        self._stage = stage
        self._database = database
        self._tasks = tasks

    async def print_pdf(
        self, ids: Sequence[str] | None, path: Path, *, model_title: Callable[[str | None], str]
    ) -> None:
        """Write the branches that are shown of these conversations, or of all. Raises LocalDataError."""
        formulas = Formulas(self._stage.window)
        FormulasController(formulas, self._tasks)
        font = theme.text_font(0)
        font.setPointSizeF(_SIZE_PT)
        style = Style(theme.LIGHT, font, theme.code_font(font))
        voices = Voices(style, formulas, Images(formulas), self._stage.icons)
        file = QSaveFile(str(path))
        if not file.open(QIODevice.OpenModeFlag.WriteOnly):
            raise LocalDataError(unwritable(path, file.errorString()))
        paper = Paper(file, path.stem, voices)
        try:
            await self._put_all(paper, formulas, ids, model_title)
        finally:
            paper.finish()
            formulas.deleteLater()
        if not file.commit():
            raise LocalDataError(unwritable(path, file.errorString()))

    async def _put_all(
        self,
        paper: Paper,
        formulas: Formulas,
        ids: Sequence[str] | None,
        model_title: Callable[[str | None], str],
    ) -> None:
        async with aclosing(source.conversations(self._database, ids)) as conversations:
            async for conversation in conversations:
                paper.turn()
                title = " ".join(conversation.title.split()) or _("Untitled")
                at = f"{conversation.created_at.astimezone():%Y-%m-%d %H:%M}"
                head = (b.Heading(1, (b.Text(title),)), b.Paragraph((b.Text(at),)))
                paper.put(paper.box(head), GAP)
                if conversation.leaf_id is None:
                    continue
                shown = source.shown_messages(self._database, conversation.id, conversation.leaf_id)
                async with aclosing(shown) as messages:
                    async for message, results in messages:
                        for block in _blocks(message, results, model_title):
                            # Each by itself: a wide table is made smaller, and nothing else.
                            box = paper.box((block,))
                            await _set_formulas(box, formulas)
                            paper.put(box, GAP)
                            await asyncio.sleep(0)
                        paper.leave(_GAP)


async def _set_formulas(box: Blocks, formulas: Formulas) -> None:
    while formulas.most_wanted() is not None:
        known = asyncio.Event()
        formulas.changed.connect(known.set)
        try:
            await known.wait()
        finally:
            formulas.changed.disconnect(known.set)
        box.take_in_drawings()
        box.lay_out(0, float("inf"), 0)


def _blocks(
    message: Message, results: Sequence[Message], model_title: Callable[[str | None], str]
) -> list[b.Block]:
    speaker = _("You") if message.role == "user" else model_title(message.model) or _("Answer")
    shown = shown_blocks(replace(message, reasoning="", cut=None), is_source=False, results=results)
    how = ENDINGS.get(message.state)
    ended = [b.Paragraph((b.Emphasis((b.Text(_(how)),)),))] if how else []
    return [b.Heading(5, (b.Text(speaker),)), *shown, *ended]
