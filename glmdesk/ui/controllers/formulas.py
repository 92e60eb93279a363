"""Sets the formulas that are shown, in a thread beside the window."""

import asyncio
import importlib
import time
from itertools import count
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from glmdesk.render.blocks import MathSpan
from glmdesk.render.drawing import Drawing
from glmdesk.ui.glyphs import TextOutlines
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.threads import unnoticed

_numbers = count()
# Seconds. What is set in this time is shown together: less often the lines move.
_TOGETHER_S: Final = 0.1
# Characters, each 0.15 ms.
_LEARNT_TOGETHER: Final = 32


class FormulasController(QObject):
    """Sets whatever is wanted, the most wanted first, one at a time. It lives as long as the formulas do."""

    def __init__(self, formulas: Formulas, tasks: TaskRunner) -> None:
        super().__init__(formulas)
        self._formulas = formulas
        self._tasks = tasks
        self._outlines: TextOutlines | None = None
        # Numbered: a page that is printed would take the task of the window for its own.
        self.name = f"formulas:{next(_numbers)}"
        """That of its task."""
        formulas.wanted.connect(self._start)

    def _start(self) -> None:
        if not self._tasks.is_running(self.name):
            self._tasks.start(self.name, self._set_all)

    async def _set_all(self) -> None:
        outlines = self._outlines = self._outlines or TextOutlines(QGuiApplication.font())
        with unnoticed():
            # It imports nothing of Qt: that has crashed the running window (PySide6 6.11).
            await asyncio.to_thread(importlib.import_module, "glmdesk.render.typesetting")
        while self._formulas.most_wanted() is not None:
            await self._set_some(outlines)
            self._formulas.changed.emit()

    async def _set_some(self, outlines: TextOutlines) -> None:
        end = time.monotonic() + _TOGETHER_S
        while (formula := self._formulas.most_wanted()) is not None and time.monotonic() < end:
            await self._set(formula, outlines)

    async def _set(self, formula: MathSpan, outlines: TextOutlines) -> None:
        from glmdesk.render.typesetting import typeset  # noqa: PLC0415 - loaded in the thread, with the first

        for start in range(0, len(formula.tex), _LEARNT_TOGETHER):
            if outlines.learn(formula.tex[start : start + _LEARNT_TOGETHER]):
                await asyncio.sleep(0)
        drawing: Drawing | None = None
        try:
            with unnoticed():
                drawing = await asyncio.to_thread(typeset, formula, outlines.outline)
        finally:
            # What has a fault is not tried again.
            self._formulas.put(formula, drawing)
