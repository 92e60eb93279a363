"""A transcript on the screen, and the hands and eyes of its reader."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from glmdesk.domain.catalog import Offer
from glmdesk.domain.message import Message
from glmdesk.render.copying import as_plain_text
from glmdesk.render.parts import Part
from glmdesk.ui.icons import Icons
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.images import Images
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.widgets.message_view import MessageView
from glmdesk.ui.widgets.transcript import Transcript
from tests.ui.examples import show
from tests.ui.furnished import style_of

WIDTH, HEIGHT = 800, 600


class Reading:
    """A transcript on the screen, and what a reader sees of it."""

    def __init__(self, qtbot: QtBot, offer: Offer, icons: Icons) -> None:
        self.messages = MessageList()
        self.formulas = Formulas()
        self.images = Images()
        self.transcript = Transcript(
            self.messages, offer, icons, style_of(), formulas=self.formulas, images=self.images
        )
        self.transcript.resize(WIDTH, HEIGHT)
        self.transcript.show()
        self.bar = self.transcript.verticalScrollBar()
        qtbot.addWidget(self.transcript)

    def show(self, branch: list[Message]) -> None:
        show(self.messages, branch)

    @property
    def views(self) -> list[MessageView]:
        """All that exist, seen or not."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return self.transcript.viewport().findChildren(MessageView)

    @property
    def seen(self) -> dict[str, int]:
        """The texts of the messages in the window, and where each begins."""
        return {view.spoken_text(): view.y() for view in self._within}

    @property
    def ends(self) -> dict[str, int]:
        """The texts of the messages in the window, and where each ends."""
        return {view.spoken_text(): view.y() + view.height() for view in self._within}

    @property
    def _within(self) -> list[MessageView]:
        shown = (view for view in self.views if view.isVisible())
        within = (view for view in shown if view.y() < HEIGHT and view.y() + view.height() > 0)
        return sorted(within, key=MessageView.y)

    @property
    def is_at_end(self) -> bool:
        return self.bar.value() == self.bar.maximum()

    @property
    def pill(self) -> QPushButton:
        return next(
            child
            for child in self.transcript.findChildren(QPushButton)
            if child.accessibleName() == "Go to the end"
        )

    def view(self, text: str) -> MessageView:
        """Return the view of the message with a text."""
        return next(view for view in self.views if view.spoken_text() == text and view.isVisible())

    @property
    def last(self) -> MessageView:
        """The view of the last message."""
        return self.transcript._view(len(self.messages) - 1)

    def view_of(self, message: Message) -> MessageView:
        """Return the view of a message that is in the window."""
        row = self.messages.row_of(message.id)
        assert row is not None
        return self.transcript._views[row]

    def row_of(self, view: MessageView) -> int:
        """Return the row of a view."""
        return next(row for row, other in self.transcript._views.items() if other is view)

    def scroll(self, pixels: int) -> None:
        self.bar.setValue(self.bar.value() + pixels)

    def wheel(self, degrees: int) -> None:
        wheel(self.transcript, degrees * 8)


def drag(reading: Reading, start: QPoint, end: QPoint) -> None:
    viewport = reading.transcript.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)


def copied(reading: Reading, made: Callable[[list[Part]], str] = as_plain_text) -> str:
    """Return what the reader asks to be copied; empty where nothing is asked for."""
    asked: list[str] = []
    connection = reading.transcript.copy_requested.connect(lambda parts, _: asked.append(made(parts)))
    QTest.keySequence(reading.transcript, QKeySequence(QKeySequence.StandardKey.Copy))
    reading.transcript.copy_requested.disconnect(connection)
    return "".join(asked)


def hover(reading: Reading, point: QPoint) -> None:
    """Move the mouse as the window system does: it is the window that finds out what is below."""
    transcript = reading.transcript
    QTest.mouseMove(transcript.windowHandle(), transcript.viewport().mapTo(transcript, point))
    QApplication.sendPostedEvents()


def wheel(
    transcript: Transcript,
    angle: int,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Turn the wheel over the messages by so many eighths of a degree."""
    position = QPointF(100, 100)
    event = QWheelEvent(
        position,
        transcript.viewport().mapToGlobal(position),
        QPoint(),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(transcript.viewport(), event)
