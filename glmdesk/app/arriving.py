"""What comes from outside the window: other starts of the program, and the files they bring."""

import os
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from glmdesk.app.conversing import Conversing
from glmdesk.app.offering import Offering
from glmdesk.desktop.instance import InstanceCommand
from glmdesk.domain.draft import Draft
from glmdesk.domain.errors import UserError
from glmdesk.ui.front import bring_to_front
from glmdesk.ui.main_window import MainWindow
from glmdesk.ui.tasks import TaskRunner


class Arriving(QObject):
    """Does in the window what another start wants.

    `show_quick` shows the popup with a text; without one, the text is put into a new chat.

    Signals:
        quick_wanted(): the popup is.
    """

    quick_wanted = Signal()

    def __init__(
        self, window: MainWindow, conversing: Conversing, offering: Offering, tasks: TaskRunner
    ) -> None:
        super().__init__()
        self._window = window
        self._conversing = conversing
        self._offering = offering
        self._tasks = tasks
        self._numbers = count()
        self.show_quick: Callable[[str], None] = self._write

    def take(self, command: InstanceCommand) -> bool:
        """Begin what is wanted; all of it can be done."""
        if command.act == "quick":
            _use_token(command)
            self.show_quick(command.text)
            self.quick_wanted.emit()
            return True
        if command.act == "hidden":
            return True
        raise_window(self._window, command)
        if command.act == "open":
            self._conversing.new()
            self._conversing.attaching.attach(command.files)
        elif command.act == "ask":
            # Numbered: another question does not end this one.
            self._tasks.start(f"arriving:{next(self._numbers)}", partial(self._ask, command))
        return True

    async def _ask(self, command: InstanceCommand) -> None:
        conversing, writing = self._conversing, self._conversing.binding.writing
        try:
            if command.model:
                self._offering.offer.require(command.model)
            files = [await conversing.attaching.keep(Path(file)) for file in command.files]
        except UserError as error:
            # What was asked stays, to be asked in another way.
            conversing.new()
            writing.give_back(writing.place, Draft(command.text))
            self._window.chat.banner.show_problem(error.problem)
            return
        conversing.new()
        chat = conversing.chat
        if command.model:
            chat.choose_model(command.model)
        if command.system:
            chat.choose_options(command.system, chat.conversation.options)
        chat.ask(Draft(command.text, tuple(files)))

    def _write(self, text: str) -> None:
        raise_window(self._window, InstanceCommand())
        self._conversing.new()
        if text:
            self._conversing.binding.writing.give_back(self._conversing.binding.writing.place, Draft(text))


def raise_window(window: MainWindow, command: InstanceCommand) -> None:
    """Bring a window to the front, or the dialog that it waits for."""
    _use_token(command)
    if window.isMinimized():
        window.showNormal()
    window.show()
    bring_to_front(QApplication.activeModalWidget() or window)


def _use_token(command: InstanceCommand) -> None:
    """Let Qt show the desktop that the user wanted the window that comes to the front now."""
    if command.activation_token:
        os.environ["XDG_ACTIVATION_TOKEN"] = command.activation_token
