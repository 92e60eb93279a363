"""The API key: in the operating system's keyring or in memory, nowhere else. The only user of `keyring`.

Entries have the service name `glmdesk` and, as user name, the host the key was entered for.
"""

import logging
import os
import sys
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass, replace
from enum import Enum
from importlib import import_module
from typing import Protocol, TypeVar, cast

from glmdesk.desktop import keyring_problems
from glmdesk.desktop.daemon_worker import DaemonWorker
from glmdesk.desktop.redaction import Redactor
from glmdesk.domain.api_key import KEY_VARIABLE, parse_api_key
from glmdesk.domain.errors import KeyProblem, KeyringProblem, Problem
from glmdesk.i18n import N_

logger = logging.getLogger(__name__)

SERVICE = "glmdesk"

# Seconds. A dialog for the keyring's password may be on the screen, and the password in a drawer.
DIALOG_TIMEOUT_S = 120.0
# Seconds. For a mere report; importing the library and finding the service take up to 1.6 s when cold.
STATUS_TIMEOUT_S = 10.0

# Chosen by name. The library's own choice can be bent to a plain file by its configuration, by a variable and
# by any installed package; and it is made once, so that a service which starts later is never seen.
_KEYRINGS = {
    "darwin": ("keyring.backends.macOS:Keyring",),
    "win32": ("keyring.backends.Windows:WinVaultKeyring",),
    "linux": (
        "keyring.backends.SecretService:Keyring",
        "keyring.backends.libsecret:Keyring",
        "keyring.backends.kwallet:DBusKeyring",
    ),
}

# What the keyrings let through from the libraries below them, if such a library was imported.
_FOREIGN_ERRORS = (
    ("secretstorage.exceptions", "SecretStorageException"),
    ("jeepney.wrappers", "DBusErrorResponse"),
    ("win32ctypes.pywin32.pywintypes", "error"),
    ("pywintypes", "error"),
    ("gi.repository.GLib", "Error"),
    ("dbus.exceptions", "DBusException"),
)
# A key that is entered elsewhere does not help: the variable beats it.
_CORRECT_THE_VARIABLE = N_("Correct the variable GLMDESK_API_KEY, then start glmdesk again.")

_REFUSALS = {"KeyringLocked", "LockedException", "PromptDismissedException"}

Answer = TypeVar("Answer")


class Origin(Enum):
    """Where a key comes from."""

    ENVIRONMENT = "environment"
    SESSION = "session"
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True)
class StoredInKeyring:
    """The key is in the keyring and will be found by the next start."""


@dataclass(frozen=True, slots=True)
class KeptForSession:
    """The key is in memory until this process ends; `reason` says why it is nowhere else."""

    reason: Problem


StoreOutcome = StoredInKeyring | KeptForSession


class Keyring(Protocol):
    """What we use of a keyring."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return a secret."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Forget a secret."""
        ...


class Secrets:
    """The keys of this run. The variable GLMDESK_API_KEY beats what the keyring holds, and is never stored.

    Its key belongs to the host that the program started with; another one, chosen later, does not get it.

    The keyring is asked in a thread of its own: it may put a dialog on the screen and block until that is
    answered. A dialog that is dismissed answers all that was asked until then: the next question in the queue
    would put it up again. All methods but `store` raise KeyringProblem when it cannot be used.
    """

    def __init__(
        self,
        redactor: Redactor,
        first_host: str,
        *,
        environ: MutableMapping[str, str] = os.environ,
        dialog_timeout_s: float = DIALOG_TIMEOUT_S,
        status_timeout_s: float = STATUS_TIMEOUT_S,
    ) -> None:
        """Take the key out of the environment, so that no child inherits it however it is started.

        `first_host` is the host of the service in force at the start, empty when there is none.
        """
        self._redactor = redactor
        self._first_host = first_host
        self._dialog_timeout_s = dialog_timeout_s
        self._status_timeout_s = status_timeout_s
        self._from_environment = environ.pop(KEY_VARIABLE, "").strip()
        self._for_session: dict[str, str] = {}
        self._worker = DaemonWorker("keyring")
        self._dismissals = 0
        redactor.register(self._from_environment)

    def is_from_variable(self, host: str) -> bool:
        """Whether GLMDESK_API_KEY decides about the key for `host`, whatever the keyring holds."""
        return bool(self._from_environment) and host == self._first_host

    def is_withheld(self, host: str) -> bool:
        """Whether GLMDESK_API_KEY was set, and not for `host`."""
        return bool(self._from_environment) and host != self._first_host

    async def read(self, host: str) -> str | None:
        """Return the key for `host`, None when there is none.

        Raises KeyProblem for a malformed GLMDESK_API_KEY.
        """
        if self.is_from_variable(host):
            return self._variable_key(host)
        if host in self._for_session:
            return self._for_session[host]
        stored = await self._ask(lambda keyring: keyring.get_password(SERVICE, host), self._dialog_timeout_s)
        if stored is not None:
            self._redactor.register(stored)
        return stored

    async def store(self, host: str, key: str) -> StoreOutcome:
        """Keep a key for `host`: in the keyring, else in memory."""
        self._redactor.register(key)
        try:
            await self._ask(lambda keyring: keyring.set_password(SERVICE, host, key), self._dialog_timeout_s)
        except KeyringProblem as error:
            logger.warning("The key is kept in memory only: %s", error.problem.code)
            self._for_session[host] = key
            return KeptForSession(error.problem)
        self._for_session.pop(host, None)
        return StoredInKeyring()

    async def delete(self, host: str) -> None:
        """Forget the key for `host`; that there was none is no error."""
        was_in_memory = self._for_session.pop(host, None) is not None
        try:
            await self._ask(lambda keyring: _delete_if_there(keyring, host), self._dialog_timeout_s)
        except KeyringProblem as error:
            if not (was_in_memory and error.problem is keyring_problems.NO_SERVICE):
                raise

    async def locate(self, host: str, *, is_patient: bool = False) -> Origin | None:
        """Return where `read` would take the key from, None when there is no key.

        Answers soon, or, when patient, not before the keyring does: asking it once more instead would put
        another dialog on the screen. Raises KeyProblem for a malformed GLMDESK_API_KEY.
        """
        if self.is_from_variable(host):
            self._variable_key(host)
            return Origin.ENVIRONMENT
        if host in self._for_session:
            return Origin.SESSION
        timeout_s = None if is_patient else self._status_timeout_s
        stored = await self._ask(lambda keyring: keyring.get_password(SERVICE, host), timeout_s)
        return None if stored is None else Origin.KEYRING

    def _variable_key(self, host: str) -> str:
        try:
            key = parse_api_key(self._from_environment, host)
        except KeyProblem as error:
            raise KeyProblem(replace(error.problem, advice=_CORRECT_THE_VARIABLE, action=None)) from error
        self._redactor.register(key)
        return key

    async def describe(self) -> str:
        """Return the technical name of the keyring in use; answers soon."""
        return await self._ask(lambda keyring: type(keyring).__module__, self._status_timeout_s)

    async def _ask(self, question: Callable[[Keyring], Answer], timeout_s: float | None) -> Answer:
        dismissals = self._dismissals
        try:
            return await self._worker.run(lambda: self._ask_once(question, dismissals), timeout_s=timeout_s)
        except TimeoutError as error:
            raise KeyringProblem(keyring_problems.TIMED_OUT) from error

    def _ask_once(self, question: Callable[[Keyring], Answer], dismissals: int) -> Answer:
        """Return the answer of the keyring unless its dialog was dismissed since; runs in the thread."""
        if self._dismissals > dismissals:
            raise KeyringProblem(keyring_problems.DISMISSED)
        try:
            return _ask_keyring(question)
        except KeyringProblem as error:
            self._dismissals += error.problem is keyring_problems.DISMISSED
            raise


def _ask_keyring(question: Callable[[Keyring], Answer]) -> Answer:
    """Return the answer of the system's keyring; runs in the thread."""
    try:
        keyring = _find_keyring()
        if keyring is not None:
            return question(keyring)
    except tuple(_keyring_errors()) as error:
        raise KeyringProblem(_problem_of(error)) from error
    raise KeyringProblem(keyring_problems.NO_SERVICE)


def _find_keyring() -> Keyring | None:
    for name in _KEYRINGS.get(sys.platform, _KEYRINGS["linux"]):
        module, _, class_name = name.partition(":")
        try:
            kind = getattr(import_module(module), class_name)
            # Looks whether the service is there or can be started.
            _ = kind.priority
        except (ImportError, RuntimeError, ValueError, OSError) as error:
            logger.debug("%s is not usable: %s", module, error)
        else:
            return cast("Keyring", kind())
    return None


def _keyring_errors() -> Iterator[type[Exception]]:
    from keyring.errors import KeyringError  # noqa: PLC0415 - imported in the thread, because it takes long

    yield KeyringError
    yield OSError
    for module, name in _FOREIGN_ERRORS:
        if module in sys.modules:
            yield getattr(sys.modules[module], name)


def _problem_of(error: Exception) -> Problem:
    if {type(error).__name__, type(error.__cause__).__name__} & _REFUSALS:
        return keyring_problems.DISMISSED if _can_show_a_dialog() else keyring_problems.LOCKED
    return keyring_problems.failed(str(error) or type(error).__name__)


def _can_show_a_dialog() -> bool:
    return not sys.platform.startswith("linux") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def _delete_if_there(keyring: Keyring, host: str) -> None:
    if keyring.get_password(SERVICE, host) is not None:
        keyring.delete_password(SERVICE, host)
