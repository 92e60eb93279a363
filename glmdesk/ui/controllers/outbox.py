"""Questions that wait for the service: asked again in their order, each once, when it can be reached."""

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from glmdesk.domain.errors import Action
from glmdesk.domain.message import Message, State
from glmdesk.storage.conversations import Conversations, Waiting
from glmdesk.ui.controllers.answers import AnswersController
from glmdesk.ui.controllers.turns import TurnsController
from glmdesk.ui.tasks import TaskRunner

_DELAYS_S: Final = (5, 10, 20, 40, 60)
"""Between two tries; the last one is repeated."""
_OF_ONE: Final = (None, Action.EDIT_QUESTION, Action.NEW_CHAT, Action.CHOOSE_MODEL)
"""What is to be done about an answer whose fate the next question need not share."""


class OutboxController(QObject):
    """Tries the first one now and then; when that is answered, the others follow at once.

    Signals:
        changed(): others wait.
    """

    changed = Signal()

    def __init__(
        self, store: Conversations, turns: TurnsController, answers: AnswersController, tasks: TaskRunner
    ) -> None:
        super().__init__()
        self._store = store
        self._turns = turns
        self._tasks = tasks
        self.waiting: tuple[Waiting, ...] = ()
        """In the order in which they were asked."""
        self._is_held = False
        self._tries = 0
        self._ended: Message | None = None
        """The answer that ended last."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._try)
        answers.ended.connect(self._follow)
        turns.waiting_changed.connect(self.look)
        turns.sending_wanted.connect(self.send_now)

    def look(self) -> None:
        """Find out what waits."""
        self._tasks.start("outbox:look", self._look)

    def send_now(self) -> None:
        """Try at once, whatever the last try came to, and although nothing is to be sent by itself."""
        self._tries = 0
        self._try()

    def hold(self, *, is_held: bool) -> None:
        """Let nothing be sent by itself, or no longer so; then what waits is tried at once."""
        self._is_held = is_held
        if is_held:
            self._timer.stop()
        else:
            self.resume()

    def resume(self) -> None:
        """Try at once where something waits: the service may be there again."""
        if self.waiting and not self._is_held:
            self.send_now()

    async def _look(self) -> None:
        before, self.waiting = self.waiting, await self._store.waiting()
        if self.waiting and not self._timer.isActive() and not self._tasks.is_running("outbox"):
            self._wait()
        if self.waiting != before:
            self.changed.emit()

    def _wait(self) -> None:
        if self._is_held:
            return
        self._timer.start(_DELAYS_S[min(self._tries, len(_DELAYS_S) - 1)] * 1000)
        self._tries += 1

    def _try(self) -> None:
        self._timer.stop()
        if not self._tasks.is_running("outbox"):
            self._tasks.start("outbox", self._send_all)

    async def _send_all(self) -> None:
        self.waiting = await self._store.waiting()
        while self.waiting:
            first = self.waiting[0]
            await self._turns.send_waiting(first.answer_id, first.conversation_id)
            self.waiting = await self._store.waiting()
            self.changed.emit()
            action = self._ended.problem.action if self._ended and self._ended.problem else None
            if self.waiting and self.waiting[0] == first:
                # For a key, or for another month's budget, somebody has to do something.
                if action is Action.STOP_WAITING:
                    self._wait()
                return
            if action not in _OF_ONE:
                if action is Action.RETRY:
                    self._wait()
                return
            self._tries = 0

    def _follow(self, answer: Message) -> None:
        """What was answered may have been waited for, and shows that the service is there."""
        self._ended = answer
        if answer.state is State.WAITING:
            self.look()
        elif answer.state is State.COMPLETE:
            self.resume()
