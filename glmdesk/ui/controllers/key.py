"""The API key: asking whether there is one, testing and keeping it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from glmdesk.chat.connection import Connection
from glmdesk.desktop.secrets import KeptForSession, Origin, StoreOutcome
from glmdesk.domain.api_key import parse_api_key
from glmdesk.domain.errors import Action, UserError
from glmdesk.i18n import _, ngettext
from glmdesk.ui.tasks import TaskRunner

WAITING_NOTICE_S = 3.0
"""Seconds. A keyring that takes longer, which is found in 1.6 s at most, waits for somebody at its dialog."""

_LOOK = "look"


class KeyStore(Protocol):
    """Where keys are kept, by the host they belong to. All methods but `store` may raise KeyringProblem."""

    async def locate(self, host: str, *, is_patient: bool = False) -> Origin | None:
        """Return where the key for a host is; a patient question waits for as long as the keyring does."""
        ...

    async def store(self, host: str, key: str) -> StoreOutcome:
        """Keep a key."""
        ...

    async def delete(self, host: str) -> None:
        """Forget a key."""
        ...


class KeyController(QObject):
    """Knows whether the service can be asked.

    Signals:
        availability_changed(has_key: bool): a key was found, kept or is missing.
        unread_changed(is_unread: bool): the keyring could not be read, and asking it again may help.
        busy_changed(is_busy: bool): a test or a save is under way.
        reported(text: str, is_problem: bool): how it went, or what is waited for; empty when that is over.
        described(text: str): where the key is, in words.
        kept(notice: str): the key is in use; the notice says where it is when that is not the keyring.
    """

    availability_changed = Signal(bool)
    unread_changed = Signal(bool)
    busy_changed = Signal(bool)
    reported = Signal(str, bool)
    described = Signal(str)
    kept = Signal(str)

    def __init__(
        self,
        connection: Connection,
        secrets: KeyStore,
        tasks: TaskRunner,
        *,
        waiting_notice_s: float = WAITING_NOTICE_S,
    ) -> None:
        super().__init__()
        self._connection = connection
        self._secrets = secrets
        self._tasks = tasks
        self._waiting_notice_s = waiting_notice_s
        self._has_key = False
        self.is_in_keyring = False
        """Whether the keyring was seen to hold the key."""

    def look(self, *, is_known: bool = False) -> None:
        """Find out whether there is a key; a keyring that cannot be used is reported.

        A dialog of the keyring may be answered at any time: the key is taken up then. When it is known that
        the keyring holds one, the keyring stays closed until the first question.
        """
        if is_known:
            self._tasks.cancel(_LOOK)
            self.is_in_keyring = True
            self._tell(has_key=True)
        else:
            self._tasks.start(_LOOK, self._look)

    def take_up(self) -> None:
        """Look again if no key was found: one has just been used."""
        if not self._has_key:
            self.look()

    def test(self, pasted: str) -> None:
        """Ask the service whether it accepts a key. It costs nothing."""
        self._tasks.start("key", lambda: self._busy(self._test, pasted))

    def save(self, pasted: str) -> None:
        """Keep a key and use it from now on."""
        self._tasks.start("key", lambda: self._busy(self._save, pasted))

    def forget(self) -> None:
        """Remove the key from wherever it is kept."""
        self._tasks.start("key", self._forget)

    def describe(self) -> None:
        """Say in words where the key is."""
        self.described.emit(_("Asking the keyring…"))
        self._tasks.start("describe", self._describe)

    async def _describe(self) -> None:
        host = self._connection.endpoint.host
        try:
            origin = await self._secrets.locate(host)
        except UserError as error:
            self.described.emit(str(error))
            return
        words = {
            Origin.ENVIRONMENT: _("From the variable GLMDESK_API_KEY, for this run only."),
            Origin.SESSION: _("In memory, until glmdesk is closed."),
            Origin.KEYRING: _("In the keyring of this system, for {host}."),
            None: _("There is none yet for {host}."),
        }
        self.described.emit(words[origin].format(host=host))

    async def _look(self) -> None:
        self.unread_changed.emit(False)
        notice = asyncio.get_running_loop().call_later(self._waiting_notice_s, self._say_waiting)
        origin: Origin | None = None
        problem: UserError | None = None
        try:
            origin = await self._secrets.locate(self._connection.endpoint.host, is_patient=True)
        except UserError as error:
            problem = error
        finally:
            notice.cancel()
        self.reported.emit(str(problem or ""), problem is not None)
        self.unread_changed.emit(problem is not None and problem.problem.action is Action.RETRY)
        self.is_in_keyring = origin is Origin.KEYRING
        self._tell(has_key=origin is not None)

    def _say_waiting(self) -> None:
        self.reported.emit(
            _("Waiting for the keyring of this system. Look for its dialog on the screen and answer it."),
            False,
        )
        self._tell(has_key=False)

    def _tell(self, *, has_key: bool) -> None:
        self._has_key = has_key
        self.availability_changed.emit(has_key)

    async def _forget(self) -> None:
        await self._secrets.delete(self._connection.endpoint.host)
        await self._connection.close()
        self.look()

    async def _busy(self, work: Callable[[str], Awaitable[None]], pasted: str) -> None:
        self.busy_changed.emit(True)
        try:
            await work(parse_api_key(pasted, self._connection.endpoint.host))
        except UserError as error:
            self.reported.emit(str(error), True)
        finally:
            self.busy_changed.emit(False)

    async def _test(self, key: str) -> None:
        self.reported.emit(_("Asking the service…"), False)
        models = await self._connection.test_key(key)
        self.reported.emit(
            ngettext(
                "The key works. The service lists {count} model.",
                "The key works. The service lists {count} models.",
                models,
            ).format(count=models),
            False,
        )

    async def _save(self, key: str) -> None:
        outcome = await self._secrets.store(self._connection.endpoint.host, key)
        # What it finds is of yesterday.
        self._tasks.cancel(_LOOK)
        self.unread_changed.emit(False)
        await self._connection.renew()
        if isinstance(outcome, KeptForSession):
            notice = _("The key is kept until glmdesk is closed, and nowhere else. {reason}").format(
                reason=outcome.reason.headline
            )
        else:
            notice = ""
            self.is_in_keyring = True
        self.kept.emit(notice)
        self._tell(has_key=True)
