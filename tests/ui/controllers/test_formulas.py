"""Formulas are set beside the window."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from PySide6.QtWidgets import QApplication

from glmdesk.render.blocks import MathSpan
from glmdesk.render.typesetting import typeset
from glmdesk.ui.controllers.formulas import FormulasController
from glmdesk.ui.glyphs import TextOutlines
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.tasks import TaskRunner
from tests.render.formulas import FORMULAS
from tests.render.hostile_formulas import HOSTILE
from tests.ui.waiting import until

SPANS = [MathSpan(tex, display) for tex in FORMULAS.values() for display in (True, False)]


@asynccontextmanager
async def setting() -> AsyncIterator[Formulas]:
    """Yield formulas that are set."""
    formulas, tasks = Formulas(), TaskRunner()
    FormulasController(formulas, tasks)
    try:
        yield formulas
    finally:
        await tasks.shut_down()


async def known(formulas: Formulas, *wanted: MathSpan) -> None:
    """Ask for formulas and wait until all are known."""
    for formula in wanted:
        formulas.find(formula)
    await until(lambda: all(map(formulas.knows, wanted)), formulas.changed)


async def test_what_models_write_is_set(dressed: QApplication) -> None:
    async with setting() as formulas:
        await known(formulas, *SPANS)

        assert all(map(formulas.find, SPANS))


async def test_it_is_the_same_as_set_here(dressed: QApplication) -> None:
    formula = MathSpan(r"\text{速度} = \frac{s}{t}", display=True)
    async with setting() as formulas:
        await known(formulas, formula)
        outlines = TextOutlines(dressed.font())
        outlines.learn(formula.tex)

        assert formulas.find(formula) == typeset(formula, outlines.outline)


async def test_what_cannot_be_set_is_known_too(dressed: QApplication) -> None:
    bad = [MathSpan(r"\unknown"), MathSpan("x" * 100_000), MathSpan(r"\text{\U0010fffd}")]
    async with setting() as formulas:
        await known(formulas, *bad, MathSpan("good"))

        assert [formulas.find(formula) for formula in bad] == [None] * 3


async def test_hostile_sources_come_to_an_end(dressed: QApplication) -> None:
    spans = [MathSpan(tex, display=True) for tex in HOSTILE.values()]
    async with setting() as formulas:
        await known(formulas, *spans, MathSpan("x"))

        assert formulas.find(MathSpan("x"))


async def test_a_page_gets_its_formulas_while_those_of_the_window_are_set(dressed: QApplication) -> None:
    window, page, tasks = Formulas(), Formulas(), TaskRunner()
    FormulasController(window, tasks)
    FormulasController(page, tasks)
    try:
        window.find(MathSpan("a"))
        await known(page, MathSpan("b"))
        await known(window, MathSpan("a"))
    finally:
        await tasks.shut_down()


async def test_more_can_be_wanted_at_any_time(dressed: QApplication) -> None:
    async with setting() as formulas:
        await known(formulas, MathSpan("a"))
        await known(formulas, MathSpan("b"))
        # While others hear of what is known, and before the task has ended.
        formulas.changed.connect(lambda: formulas.find(MathSpan("d")))
        await known(formulas, MathSpan("c"), MathSpan("d"))


async def test_the_interpreter_is_as_it_was_afterwards(dressed: QApplication) -> None:
    interval_s, collects = sys.getswitchinterval(), gc.isenabled()
    gc.enable()
    try:
        async with setting() as formulas:
            await known(formulas, *SPANS[:5])
        assert gc.isenabled()
        assert sys.getswitchinterval() == pytest.approx(interval_s)
    finally:
        if not collects:
            gc.disable()


async def test_the_window_goes_on_while_a_formula_is_set(dressed: QApplication) -> None:
    slow = MathSpan(HOSTILE["terms"], display=True)
    beats = 0

    async with setting() as formulas:
        await known(formulas, MathSpan("x"))
        formulas.find(slow)
        while not formulas.knows(slow):
            await asyncio.sleep(0)
            beats += 1

    assert beats > 10
