"""The API key: asking whether there is one, testing and keeping it."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, Signal

from glmdesk.chat.connection import Connection
from glmdesk.desktop.secrets import KeptForSession, Origin, Secrets
from glmdesk.domain.api_key import parse_api_key
from glmdesk.domain.errors import UserError
from glmdesk.i18n import _, ngettext
from glmdesk.ui.tasks import TaskRunner


class KeyController(QObject):
    """Knows whether the service can be asked.

    Signals:
        availability_changed(has_key: bool): a key was found, kept or is missing.
        busy_changed(is_busy: bool): a test or a save is under way.
        reported(text: str, is_problem: bool): how it went.
        kept(notice: str): the key is in use; the notice says where it is when that is not the keyring.
    """

    availability_changed = Signal(bool)
    busy_changed = Signal(bool)
    reported = Signal(str, bool)
    kept = Signal(str)

    def __init__(self, connection: Connection, secrets: Secrets, tasks: TaskRunner) -> None:
        super().__init__()
        self._connection = connection
        self._secrets = secrets
        self._tasks = tasks
        self.is_in_keyring = False
        """Whether the keyring was seen to hold the key."""

    async def look(self, *, is_known: bool = False) -> None:
        """Find out whether there is a key; a keyring that cannot be used is reported.

        When it is known that the keyring holds one, the keyring stays closed until the first question.
        """
        if is_known:
            self.is_in_keyring = True
            self.availability_changed.emit(True)
            return
        try:
            origin = await self._secrets.locate(self._connection.endpoint.host)
        except UserError as error:
            self.reported.emit(str(error), True)
            origin = None
        self.is_in_keyring = origin is Origin.KEYRING
        self.availability_changed.emit(origin is not None)

    def test(self, pasted: str) -> None:
        """Ask the service whether it accepts a key. It costs nothing."""
        self._tasks.start("key", lambda: self._busy(self._test, pasted))

    def save(self, pasted: str) -> None:
        """Keep a key and use it from now on."""
        self._tasks.start("key", lambda: self._busy(self._save, pasted))

    def forget(self) -> None:
        """Remove the key from wherever it is kept."""
        self._tasks.start("key", self._forget)

    async def describe(self) -> str:
        """Return in words where the key is."""
        try:
            origin = await self._secrets.locate(self._connection.endpoint.host)
        except UserError as error:
            return str(error)
        words = {
            Origin.ENVIRONMENT: _("From the variable GLMDESK_API_KEY, for this run only."),
            Origin.SESSION: _("In memory, until glmdesk is closed."),
            Origin.KEYRING: _("In the keyring of this system, for {host}."),
            None: _("There is none yet for {host}."),
        }
        return words[origin].format(host=self._connection.endpoint.host)

    async def _forget(self) -> None:
        await self._secrets.delete(self._connection.endpoint.host)
        await self._connection.close()
        await self.look()

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
        await self._connection.close()
        if isinstance(outcome, KeptForSession):
            notice = _("The key is kept until glmdesk is closed, and nowhere else. {reason}").format(
                reason=outcome.reason.headline
            )
        else:
            notice = ""
            self.is_in_keyring = True
        self.kept.emit(notice)
        self.availability_changed.emit(True)
