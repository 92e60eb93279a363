"""The question whether a tool may run, as soon as it can be answered."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QPushButton

from glmdesk.ui.widgets.approval import Approval
from glmdesk.ui.widgets.whole_text import WholeText
from tests.ui.open_window import OpenWindow
from tests.ui.waiting import until


def approval(window: OpenWindow) -> Approval:
    """Return what asks."""
    found = window.window.findChild(Approval)
    assert found is not None
    return found


def pause_of(panel: Approval) -> QTimer:
    """Return what ends when a question can be answered."""
    (pause,) = panel.findChildren(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return pause


async def answerable(window: OpenWindow) -> None:
    """Wait until something is asked and its buttons can be pressed."""
    await until(lambda: bool(window.window.findChildren(Approval)), window.engine.tools.asked)
    panel = approval(window)
    buttons = panel.findChildren(QPushButton)
    (arguments,) = panel.findChildren(WholeText)
    # Whichever comes later: under load a window is laid out after the pause.
    news = (pause_of(panel).timeout, arguments.read)
    await until(lambda: all(button.isEnabled() for button in buttons), *news)
