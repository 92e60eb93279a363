"""What ended or waits while nobody looks: said by the desktop, or beside the icon in the panel."""

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from glmdesk.app.engine import Engine
from glmdesk.desktop.bus import Bus
from glmdesk.desktop.notifications import Note, Notifications
from glmdesk.domain.errors import UserError
from glmdesk.domain.message import Message, State
from glmdesk.i18n import _
from glmdesk.storage.settings import Settings
from glmdesk.ui.controllers.tools import Question
from glmdesk.ui.tray import Tray

_LONGEST: Final = 160
"""Characters of an answer. Servers show two or three lines."""
_CHAT: Final = "chat:"
_WORK: Final = ("import", "export:", "backup")
"""How the names of tasks begin whose failure is of interest to who is elsewhere."""


class Telling(QObject):
    """Tells of answers and other work that end, and of tools that wait, while no window is active.

    Signals:
        opened(conversation_id: str, token: str): the window should be seen, with that chat if one is named.
        missed(): an answer has ended, or a tool waits, and nobody has seen it.
    """

    opened = Signal(str, str)
    missed = Signal()

    def __init__(self, settings: Settings, engine: Engine, tray: Tray) -> None:
        super().__init__()
        self._settings = settings
        self._engine = engine
        self._tray = tray
        self._notifications: Notifications | None = None
        self._ended: dict[str, Message] = {}
        """By conversation: the answer that ended last in a turn that goes on."""
        self._last_key = ""
        engine.answers.ended.connect(self._take_answer)
        engine.tools.asked.connect(self._take_question)
        engine.tasks.failed.connect(self._take_failure)
        tray.message_clicked.connect(lambda: self._open(self._last_key, ""))

    def use(self, bus: Bus) -> None:
        """Let the desktop show what is told, from now on."""
        self._notifications = Notifications(bus, self._open)

    def tell_done(self, words: str) -> None:
        """Tell of work that has ended."""
        if not _is_looked_at():
            self._tell(Note("work", "glmdesk", words, _("Open")))

    def say(self, title: str, words: str) -> None:
        """Say something that is no end of anything, whoever looks."""
        self._tell(Note("word", title, words, _("Open")))

    def forget(self) -> None:
        """Take back what is shown: the window is looked at."""
        if self._notifications is not None:
            self._engine.tasks.start("notes:withdraw", self._notifications.withdraw)

    def _take_answer(self, answer: Message) -> None:
        if answer.state in (State.STOPPED, State.WAITING) or _is_looked_at():
            return
        is_new = answer.conversation_id not in self._ended
        self._ended[answer.conversation_id] = answer
        if is_new:
            self._engine.tasks.start(
                f"notes:{answer.conversation_id}", partial(self._tell_turn, answer.conversation_id)
            )

    async def _tell_turn(self, conversation_id: str) -> None:
        """Tell of the last answer of a turn: those before it were calls of tools, or stand beside it."""
        try:
            await self._engine.answers.ended_in(conversation_id)
        finally:
            answer = self._ended.pop(conversation_id)
        if _is_looked_at():
            return
        self.missed.emit()
        conversation = await self._engine.store.get(conversation_id)
        title = conversation.title if conversation is not None else ""
        words = answer.problem.words if answer.problem else _first_words(answer.text)
        self._tell_chat(conversation_id, title, words, without=_("A new answer"))

    def _take_question(self, question: Question) -> None:
        if not _is_looked_at():
            self.missed.emit()
            words = _("The model wants to run “{title}”.").format(title=question.spec.title)
            without = _("A tool waits for your leave")
            self._tell_chat(question.conversation_id, question.title, words, without=without)

    def _take_failure(self, name: str, error: UserError) -> None:
        if name.startswith(_WORK):
            self.tell_done(error.problem.words)

    def _tell_chat(self, conversation_id: str, title: str, words: str, *, without: str) -> None:
        """Tell of a chat; `without` is what is said where its own words are to be kept out."""
        if self._settings.notifications == "hidden":
            title, words = "glmdesk", without
        self._tell(Note(f"{_CHAT}{conversation_id}", title or _("New chat"), words, _("Open")))

    def _tell(self, note: Note) -> None:
        if self._settings.notifications == "off":
            return
        self._engine.tasks.start(f"notes:show:{note.key}", partial(self._show, note))

    async def _show(self, note: Note) -> None:
        if self._notifications is not None and await self._notifications.show(note):
            return
        self._last_key = note.key
        self._tray.say(note.title, note.text)

    def _open(self, key: str, token: str) -> None:
        self.opened.emit(key.removeprefix(_CHAT) if key.startswith(_CHAT) else "", token)


def _is_looked_at() -> bool:
    return QApplication.activeWindow() is not None


def _first_words(text: str) -> str:
    """Return how an answer begins, without marks."""
    from glmdesk.render.markdown import parse  # noqa: PLC0415 - it takes long to load
    from glmdesk.render.plain_text import plain_text  # noqa: PLC0415

    line = " ".join(plain_text(parse(text[: 4 * _LONGEST])).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
