"""Sets the formulas that are shown, in a thread beside the window."""

import asyncio
import gc
import importlib
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from glmdesk.render.blocks import MathSpan
from glmdesk.render.drawing import Drawing
from glmdesk.ui.glyphs import TextOutlines
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.tasks import TaskRunner

_TASK: Final = "formulas"
# Seconds. What is set in this time is shown together: less often the lines move.
_TOGETHER_S: Final = 0.1
# Seconds. How long the window waits at most whenever it takes the interpreter back from the thread, which is
# after each of some hundred calls into Qt a frame. With Python's own 5 ms, a frame of 1 ms takes 17.
_SWITCH_S: Final = 0.0001
# Characters, each 0.15 ms.
_LEARNT_TOGETHER: Final = 32


class FormulasController(QObject):
    """Sets whatever is wanted, the most wanted first, one at a time. It lives as long as the formulas do."""

    def __init__(self, formulas: Formulas, tasks: TaskRunner) -> None:
        super().__init__(formulas)
        self._formulas = formulas
        self._tasks = tasks
        self._outlines: TextOutlines | None = None
        formulas.wanted.connect(self._start)

    def _start(self) -> None:
        if not self._tasks.is_running(_TASK):
            self._tasks.start(_TASK, self._set_all)

    async def _set_all(self) -> None:
        outlines = self._outlines = self._outlines or TextOutlines(QGuiApplication.font())
        with _unnoticed():
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
            with _unnoticed():
                drawing = await asyncio.to_thread(typeset, formula, outlines.outline)
        finally:
            # What has a fault is not tried again.
            self._formulas.put(formula, drawing)


@contextmanager
def _unnoticed() -> Generator[None]:
    """Let a thread work without the window noticing.

    It takes the interpreter from the window for moments only, and does not collect garbage: what of Qt is in
    it has to die in Qt's own thread.
    """
    interval_s, collects = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(_SWITCH_S)
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(interval_s)
        if collects:
            gc.enable()
