"""Every error raised on purpose. Anything else that is raised is a fault of the program.

UserError                   shown to the user: what happened and what to do
├── UsageError              the command line or a file was not understood            exit code 2
├── KeyProblem              no API key, or the service refuses it                    exit code 3
│   └── KeyringProblem      the operating system's keyring cannot be used now
├── ServiceRefused          the service understood and said no                       exit code 4
├── NetworkFault            the service was not reached                              exit code 5
│   └── StreamInterrupted   the answer broke off after it had begun
├── LinkNotOpened           the desktop did not open an address
├── ImageNotLoaded          an image of a message was not loaded, or cannot be shown
└── LocalDataError          the database, the settings or the disk                   exit code 6
    ├── DatabaseNewer       written by a newer version: opened read-only
    └── DatabaseDamaged     not readable as a database: set aside, never emptied
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Final

from glmdesk.domain.fault import Fault, filled
from glmdesk.i18n import _
from glmdesk.typed import override

_SHOWN: Final = 5
"""How many faults are shown: more would be longer than what they are in."""


class Action(StrEnum):
    """What a button beside an error offers."""

    ENTER_KEY = "enter-key"
    ASK_KEYRING = "ask-keyring"
    OPEN_SETTINGS = "open-settings"
    OPEN_CONSOLE = "open-console"
    OPEN_BILLING = "open-billing"
    RETRY = "retry"
    CONTINUE = "continue"
    CHOOSE_MODEL = "choose-model"
    ASK_SUCCESSOR = "ask-successor"
    GO_ON_FREE = "go-on-free"
    EDIT_QUESTION = "edit-question"
    NEW_CHAT = "new-chat"
    SPEND_ON = "spend-on"
    STOP_WAITING = "stop-waiting"
    ASK_MISSING = "ask-missing"


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, in words that can be stored and translated again when they are shown.

    `what` and `advice` are English texts marked with `N_`; `{name}` in them stands for an entry of `details`.
    `{faults}` stands for the first of the `faults`, each on a line. `code` is the service's business code, or
    a short name of our own; it is stable and safe to compare. `alternative` is what can be done instead of
    the action.
    """

    code: str
    what: str
    advice: str
    action: Action | None = None
    details: Mapping[str, str] = field(default_factory=dict[str, str])
    faults: tuple[Fault, ...] = ()
    alternative: Action | None = None

    @property
    def headline(self) -> str:
        """What happened, in the current language."""
        return self._filled(_(self.what))

    @property
    def remedy(self) -> str:
        """What the user can do, in the current language."""
        return self._filled(_(self.advice))

    @property
    def words(self) -> str:
        """Both, as one text."""
        return joined(self.headline, self.remedy)

    def _filled(self, text: str) -> str:
        lines = [f"• {fault.words}" for fault in self.faults[:_SHOWN]]
        more = ["• …"] if len(self.faults) > _SHOWN else []
        return filled(text, {**self.details, "faults": "\n".join(lines + more)} if lines else self.details)


def joined(first: str, second: str) -> str:
    """Return two sentences as one text: a full-width stop needs no space behind it."""
    separator = "" if first.endswith(("。", "！", "？")) else " "
    return f"{first}{separator}{second}".strip()


class UserError(Exception):
    """An error the user can understand and act on."""

    exit_code: ClassVar[int] = 2

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    @override
    def __str__(self) -> str:
        return self.problem.words


class UsageError(UserError):
    """The command line or a given file was not understood."""


class KeyProblem(UserError):
    """There is no API key, or the service refuses it."""

    exit_code = 3


class KeyringProblem(KeyProblem):
    """The operating system's keyring cannot be used now; the problem's code names why."""


class ServiceRefused(UserError):
    """The service understood the request and refused it: balance, policy, limits, parameters."""

    exit_code = 4


class ServiceBusy(ServiceRefused):
    """The service has too much to do now, or a fault of its own; the same question may be answered later."""


class NetworkFault(UserError):
    """The service was not reached, or did not answer."""

    exit_code = 5


class StreamInterrupted(NetworkFault):
    """The answer broke off after it had begun; what had arrived stays."""


class LinkNotOpened(UserError):
    """The desktop did not open an address."""


class ImageNotLoaded(UserError):
    """An image of a message was not loaded, or what came cannot be shown."""


class LocalDataError(UserError):
    """The database, the settings or the disk does not let us go on."""

    exit_code = 6


class ConversationGone(LocalDataError):
    """A conversation is not there any more: another window has deleted it for good."""


class DatabaseNewer(LocalDataError):
    """The database was written by a newer version of the program and is opened read-only."""


class DatabaseDamaged(LocalDataError):
    """The file cannot be read as a database; it was set aside unchanged."""
