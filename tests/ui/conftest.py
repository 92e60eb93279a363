"""The real event loop for tests of the window, and nothing left on the screen after each."""

import asyncio
import gc
import inspect
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from glmdesk.domain.catalog import Catalog, Offer
from glmdesk.domain.endpoint import MAINLAND_URL, Endpoint
from glmdesk.ui import theme
from glmdesk.ui.icons import Icons
from glmdesk.ui.loop import Loop

RESOURCES = Path(__file__).resolve().parents[2] / "resources"

# Seconds. Shorter than the bound of pytest, so that what was waited for stands in the report.
PATIENCE_S = 15.0

RunQt: TypeAlias = Callable[[Coroutine[Any, Any, object]], None]


def run_on_qt(application: QApplication, main: Coroutine[Any, Any, object]) -> None:
    """Run a coroutine to its end on the event loop of the window."""

    async def bounded() -> None:
        async with asyncio.timeout(PATIENCE_S):
            await main

    with asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
        runner.run(bounded())


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run tests that are coroutines on the event loop of the window."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    names = pyfuncitem._fixtureinfo.argnames
    run_on_qt(application, pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture
def run_qt(qapp: QApplication) -> RunQt:
    """Return what runs a coroutine on the event loop of the window."""
    return lambda main: run_on_qt(qapp, main)


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """The application as the program dresses it; closing a window ends no loop."""
    qapp.setQuitOnLastWindowClosed(False)
    qapp.setStyle("Fusion")
    qapp.setFont(theme.text_font(0))
    qapp.setPalette(theme.palette_for(theme.LIGHT))
    qapp.setStyleSheet(theme.stylesheet(theme.LIGHT))
    return qapp


@pytest.fixture(autouse=True, scope="module")
def collected_here() -> Iterator[None]:
    """Let what of Qt is left in cycles die in Qt's own thread: else a worker may be the one to collect it."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def no_leftovers(dressed: QApplication, quiet_log: None) -> Iterator[None]:
    """Hold every test here to a quiet log, and to leaving no window behind, and no key held down."""
    yield
    # Qt takes the modifiers of the last key for held down until another key says otherwise.
    if QApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        window = QWindow()
        window.show()
        QTest.keyRelease(window, Qt.Key.Key_Control)
        window.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [type(widget).__name__ for widget in QApplication.topLevelWidgets()]
    assert not left, f"left on the screen: {left}"


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog.from_toml((RESOURCES / "models.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def offer(catalog: Catalog) -> Offer:
    """What the mainland service has."""
    return catalog.at(Endpoint.parse(MAINLAND_URL).host)


@pytest.fixture(scope="session")
def icons(qapp: QApplication) -> Icons:
    return Icons(RESOURCES / "icons")


@pytest.fixture
def style(dressed: QApplication) -> theme.Style:
    text = dressed.font()
    return theme.Style(theme.LIGHT, text, theme.code_font(text))
