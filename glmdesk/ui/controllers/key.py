"""The API key: asking whether there is one, testing and keeping it."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from glmdesk.chat.connection import Connection
from glmdesk.chat.key_state import Found, KeyState, Malformed, Missing, Refused, Sought, Unneeded, Unread
from glmdesk.desktop.keyring_problems import NO_SERVICE
from glmdesk.desktop.secrets import KeptForSession, Origin, StoreOutcome
from glmdesk.domain.api_key import parse_api_key
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import KeyProblem, KeyringProblem, UserError, joined
from glmdesk.i18n import _, ngettext
from glmdesk.ui.tasks import TaskRunner

WAITING_NOTICE_S = 3.0
"""Seconds. A keyring that takes longer, which is found in 1.6 s at most, waits for somebody at its dialog."""

_LOOK = "look"


class KeyStore(Protocol):
    """Where keys are kept, by the host they belong to. Locating and deleting may raise KeyringProblem."""

    def is_from_variable(self, host: str, /) -> bool:
        """Whether the environment gives the key for a host, whatever is kept."""
        ...

    def is_withheld(self, host: str, /) -> bool:
        """Whether the environment gives a key, and not for this host."""
        ...

    async def locate(self, host: str, *, is_patient: bool = False) -> Origin | None:
        """Return where the key for a host is; a patient question waits for as long as the keyring does.

        Raises KeyProblem for a key of the environment that cannot be one.
        """
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
        state_changed(state: KeyState): something else is known of the key.
        availability_changed(has_key: bool): a key was found, kept or is missing.
        busy_changed(is_busy: bool): a test or a save is under way.
        reported(text: str, is_problem: bool): how a test or a save goes.
        kept(notice: str): the key was taken; the notice says what is special about that.
    """

    state_changed = Signal(object)
    availability_changed = Signal(bool)
    busy_changed = Signal(bool)
    reported = Signal(str, bool)
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
        refusal = connection.refusal
        self.state: KeyState = Refused(refusal) if refusal else Sought(connection.endpoint)
        self._seen: Found | None = None
        """Where a key was seen last. A keyring that cannot be read later takes nothing of that away."""

    @property
    def keyring_host(self) -> str | None:
        """The host for which the keyring was seen to hold the key."""
        return self._seen.endpoint.host if self._seen and self._seen.origin is Origin.KEYRING else None

    def look(self, *, known_host: str | None = None) -> None:
        """Find out whether there is a key; a keyring that cannot be used is reported.

        A dialog of the keyring may be answered at any time: the key is taken up then. When it is known that
        the keyring holds one for this host, the keyring stays closed until the first question.
        """
        self._tasks.cancel(_LOOK)
        if refusal := self._connection.refusal:
            self._take(Refused(refusal))
            return
        endpoint = self._connection.endpoint
        if not endpoint.needs_key:
            self._take(Unneeded(endpoint))
        elif endpoint.host == known_host and not self._secrets.is_from_variable(endpoint.host):
            self._take(Found(endpoint, Origin.KEYRING))
        else:
            self._take(Sought(endpoint))
            self._tasks.start(_LOOK, partial(self._look, endpoint))

    def look_unasked(self) -> None:
        """Look because the address may be another one, or to show how things are.

        A keyring that stayed locked is asked again only when somebody wants it, and one that is being asked
        not twice.
        """
        endpoint = None if self._connection.refusal else self._connection.endpoint
        match self.state:
            case Unread(problem=problem) if endpoint:
                self._take(Unread(endpoint, problem))
            case Sought(endpoint=sought) if sought == endpoint and self._tasks.is_running(_LOOK):
                pass
            case _:
                self.look()

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

    async def _look(self, endpoint: Endpoint) -> None:
        loop = asyncio.get_running_loop()
        notice = loop.call_later(self._waiting_notice_s, self._take, Sought(endpoint, is_waited_for=True))
        try:
            origin = await self._secrets.locate(endpoint.host, is_patient=True)
        except KeyringProblem as error:
            has_keyring = error.problem is not NO_SERVICE
            self._take(
                Unread(endpoint, error.problem) if has_keyring else self._missing(endpoint, has_keyring=False)
            )
        except KeyProblem as error:
            self._take(Malformed(endpoint, error.problem))
        else:
            self._take(Found(endpoint, origin) if origin else self._missing(endpoint))
        finally:
            notice.cancel()

    def _missing(self, endpoint: Endpoint, *, has_keyring: bool = True) -> Missing:
        is_withheld = self._secrets.is_withheld(endpoint.host)
        return Missing(endpoint, has_keyring=has_keyring, is_one_withheld=is_withheld)

    def _take(self, state: KeyState) -> None:
        self.state = state
        if isinstance(state, Found):
            self._seen = state
        elif isinstance(state, (Missing, Malformed)):
            self._seen = None
        self.state_changed.emit(state)
        match state:
            case Refused() | Sought(is_waited_for=False):
                # Nothing is known yet.
                pass
            case _:
                self.availability_changed.emit(self._has_key)

    @property
    def _has_key(self) -> bool:
        seen, state = self._seen, self.state
        return isinstance(state, Unneeded) or (
            not isinstance(state, Refused) and seen is not None and seen.endpoint.host == state.endpoint.host
        )

    async def _forget(self) -> None:
        await self._secrets.delete(self._connection.endpoint.host)
        await self._connection.close()
        self._seen = None
        self.look()

    async def _busy(self, work: Callable[[str, str], Awaitable[None]], pasted: str) -> None:
        self.busy_changed.emit(True)
        try:
            host = self._connection.endpoint.host
            await work(parse_api_key(pasted, host), host)
        except UserError as error:
            self.reported.emit(str(error), True)
        finally:
            self.busy_changed.emit(False)

    async def _test(self, key: str, _host: str) -> None:
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

    async def _save(self, key: str, host: str) -> None:
        outcome = await self._secrets.store(host, key)
        await self._connection.renew()
        self.kept.emit(self._said_of(outcome, host))
        if self._connection.endpoint.host == host:
            # What is being looked for is of yesterday.
            self._tasks.cancel(_LOOK)
            self._take(Found(self._connection.endpoint, self._origin_after(outcome, host)))

    def _origin_after(self, outcome: StoreOutcome, host: str) -> Origin:
        if self._secrets.is_from_variable(host):
            return Origin.ENVIRONMENT
        return Origin.SESSION if isinstance(outcome, KeptForSession) else Origin.KEYRING

    def _said_of(self, outcome: StoreOutcome, host: str) -> str:
        """Return what is to be said of a key that was kept; nothing where all is as it was promised."""
        words = ""
        if isinstance(outcome, KeptForSession):
            words = _("The key is kept until glmdesk is closed, and nowhere else. {reason}").format(
                reason=outcome.reason.headline
            )
        if self._secrets.is_from_variable(host):
            words = joined(words, _("The variable GLMDESK_API_KEY is set, and its key stays in use."))
        return words
