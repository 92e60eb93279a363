"""What a refusal of the service, an HTTP status or a broken connection means, in one table.

The business code decides first, the HTTP status second, the transport third. Each entry says what the user
reads, what they can do, and whether asking again by itself makes sense. Sources: the error-code page of
BigModel and its older editions; the SDKs for the shapes of error bodies.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from types import MappingProxyType

from glmdesk.api.retry import BRIEF, CROWDED, IMMEDIATE, ONCE, PATIENT, Backoff
from glmdesk.domain.errors import (
    Action,
    KeyProblem,
    NetworkFault,
    Problem,
    ServiceBusy,
    ServiceRefused,
    StreamInterrupted,
    UserError,
)
from glmdesk.domain.events import Culprit
from glmdesk.i18n import N_


class Load(Enum):
    """Whose load is too much: what all that is asked for a model has to learn from a refusal."""

    OURS = auto()
    """The account has more in flight than it may; with less in flight each of them is answered."""
    THEIRS = auto()
    """The model has too much to do for everybody."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row of the table. `retry` is None where repeating the question unasked would be wrong."""

    kind: type[UserError]
    what: str
    advice: str
    action: Action | None = None
    retry: Backoff | None = None
    load: Load | None = None

    def failure(self, code: str, /, **details: str) -> "AttemptFailed":
        """Return the exception for one occurrence."""
        return AttemptFailed(self, self.kind(Problem(code, self.what, self.advice, self.action, details)))


class AttemptFailed(Exception):
    """One attempt failed. The client asks again where the verdict allows it, and otherwise raises `error`."""

    def __init__(self, verdict: Verdict, error: UserError) -> None:
        super().__init__(error)
        self.verdict = verdict
        self.error = error
        self.not_before_s = 0.0
        """How long the service asked to be left alone."""


_KEY_REFUSED = Verdict(
    KeyProblem,
    N_("The service does not accept the API key."),
    N_("Check the key, or make a new one in the console."),
    Action.ENTER_KEY,
)
_KEY_WANTED = Verdict(
    KeyProblem,
    N_("The service wants an API key."),
    N_("Say in the settings, under “Services…”, that it is asked with a key, and enter it there."),
    Action.OPEN_SETTINGS,
)
_ACCOUNT = Verdict(
    ServiceRefused,
    N_("The account behind this key cannot be used (code {code})."),
    N_("Open the console to see what the account needs."),
    Action.OPEN_CONSOLE,
)
_BALANCE = Verdict(
    ServiceRefused,
    N_("The balance of your account is used up."),
    N_("Top up in the console."),
    Action.OPEN_BILLING,
)
_PLAN = Verdict(
    ServiceRefused,
    N_("Your plan does not cover this request: “{message}”."),
    N_("See your plan in the console, or choose another model."),
    Action.OPEN_CONSOLE,
)
_QUOTA = Verdict(
    ServiceRefused,
    N_("The quota of your plan is used up: “{message}”."),
    N_("Ask again after the time named there, or choose another model."),
    Action.CHOOSE_MODEL,
)
_FAULT = Verdict(
    ServiceBusy,
    N_("The service has a fault of its own (code {code})."),
    N_("Try again in a moment."),
    Action.RETRY,
    BRIEF,
)
_PARAMETERS = Verdict(
    ServiceRefused,
    N_("The service did not accept the request: “{message}”."),
    N_("Change the question or the settings and ask again."),
    Action.EDIT_QUESTION,
)
_MODEL = Verdict(
    ServiceRefused,
    N_("The service does not offer this model to you: “{message}”."),
    N_("Choose another model."),
    Action.CHOOSE_MODEL,
)
_MODEL_WITHOUT_METHOD = Verdict(
    ServiceRefused,
    N_("This model cannot be asked this way: “{message}”."),
    N_("Choose another model."),
    Action.CHOOSE_MODEL,
)
_NO_METHOD = Verdict(
    ServiceRefused,
    N_("Questions are not answered at this address: “{message}”."),
    N_("Check the address of the service in the settings."),
    Action.OPEN_SETTINGS,
)
_ASKED_TWICE = Verdict(
    ServiceRefused,
    N_("The service took this request for one that it has already: “{message}”."),
    N_("Try again."),
    Action.RETRY,
)
_TOO_LONG = Verdict(
    ServiceRefused,
    N_("The conversation is longer than the model can read."),
    N_("Shorten the question, start a new chat, or choose a model with a larger window."),
    Action.NEW_CHAT,
)
_UNSAFE = Verdict(
    ServiceRefused,
    N_("The content filter of the service refused this question or an earlier message."),
    N_("Reword the question; your text is kept."),
    Action.EDIT_QUESTION,
)
_UNSAFE_BEFORE = Verdict(
    ServiceRefused,
    N_("The content filter of the service objects to an earlier message of this chat."),
    N_("Start a new chat, or edit that message; your text is kept."),
    Action.NEW_CHAT,
)
_TOO_MANY = Verdict(
    ServiceBusy,
    N_("Too many requests at once for your account."),
    N_("Wait for other answers to end, then try again."),
    Action.RETRY,
    CROWDED,
    Load.OURS,
)
# Not said to be about what is in flight: it may be anything that is counted.
_TOO_MANY_OF_SOMETHING = replace(_TOO_MANY, retry=BRIEF, load=None)
_OVERLOADED = Verdict(
    ServiceBusy,
    N_("The model is overloaded right now."),
    N_("Try again in a minute, or choose another model."),
    Action.CHOOSE_MODEL,
    PATIENT,
    Load.THEIRS,
)

_UNKNOWN = Verdict(
    ServiceRefused,
    N_("The service reports an error: “{message}”."),
    N_("Try again, or change the question or the settings."),
    Action.RETRY,
)
_BUSY = Verdict(
    ServiceBusy,
    N_("The model is busy right now: “{message}”."),
    N_("Try again in a minute, or choose another model."),
    Action.CHOOSE_MODEL,
    PATIENT,
    Load.THEIRS,
)
_FAULT_WITH_ID = Verdict(
    ServiceBusy,
    N_("The service has a fault of its own: “{message}”."),
    N_("Try again in a moment."),
    Action.RETRY,
    BRIEF,
)

_BY_CODE: Mapping[str, Verdict] = MappingProxyType(
    dict.fromkeys(("1000", "1001", "1002", "1003", "1004"), _KEY_REFUSED)
    | dict.fromkeys(("1005", "1100", "1110", "1111", "1112", "1121", "1220", "1313"), _ACCOUNT)
    | dict.fromkeys(("1113",), _BALANCE)
    | dict.fromkeys(("1309", "1311", "1314", "1315"), _PLAN)
    | dict.fromkeys(("1304", "1308", "1310", "1316", "1317", "1318", "1319", "1320", "1321"), _QUOTA)
    | dict.fromkeys(("1200", "1230"), _FAULT)
    | dict.fromkeys(("1234",), _FAULT_WITH_ID)
    | dict.fromkeys(("1210", "1213", "1214", "1215", "1702", "1703"), _PARAMETERS)
    | dict.fromkeys(("1211",), _MODEL)
    | dict.fromkeys(("1212",), _MODEL_WITHOUT_METHOD)
    | dict.fromkeys(("1221", "1222"), _NO_METHOD)
    | dict.fromkeys(("1231",), _ASKED_TWICE)
    | dict.fromkeys(("1261",), _TOO_LONG)
    | dict.fromkeys(("1300", "1301"), _UNSAFE)
    | dict.fromkeys(("1302", "1303"), _TOO_MANY)
    | dict.fromkeys(("1701",), _TOO_MANY_OF_SOMETHING)
    | dict.fromkeys(("1305",), _OVERLOADED)
    | dict.fromkeys(("1312",), _BUSY)
    | {
        "1120": Verdict(
            ServiceBusy,
            N_("The service cannot reach your account right now."),
            N_("Try again in a moment."),
            Action.RETRY,
            ONCE,
        )
    }
)

_GATEWAY = Verdict(
    NetworkFault,
    N_("The service is not available right now (HTTP {status})."),
    N_("Try again in a moment."),
    Action.RETRY,
    BRIEF,
)
UNREACHABLE = Verdict(
    NetworkFault,
    N_("The service cannot be reached ({host})."),
    N_("Check the network connection and the proxy."),
    Action.RETRY,
    BRIEF,
)
CONNECT_TIMED_OUT = Verdict(
    NetworkFault,
    N_("No connection to the service in time ({host})."),
    N_("Check the network connection and the proxy."),
    Action.RETRY,
    BRIEF,
)
UNTRUSTED = Verdict(
    NetworkFault,
    N_("The connection is not secure: the certificate of {host} is not trusted."),
    N_("If your company inspects traffic, its root certificate must be installed in this system."),
    Action.RETRY,
)
PROXY_FAILED = Verdict(
    NetworkFault,
    N_("The proxy refused the connection: “{message}”."),
    N_("Check the proxy in the settings or in the environment."),
    Action.RETRY,
)
STALE_CONNECTION = Verdict(
    NetworkFault,
    N_("The service closed the connection without an answer."),
    N_("Try again."),
    Action.RETRY,
    IMMEDIATE,
)
NO_ANSWER = Verdict(
    NetworkFault,
    N_("The service closed the connection without an answer."),
    N_("Try again."),
    Action.RETRY,
)
CONNECTION_LOST = Verdict(
    NetworkFault,
    N_("The connection was lost before the answer ended."),
    N_("Try again."),
    Action.RETRY,
)
SILENT = Verdict(
    NetworkFault,
    N_("The service fell silent in mid-answer."),
    N_("Try again."),
    Action.RETRY,
)
UNREADABLE = Verdict(
    NetworkFault,
    N_("The answer of the service could not be read."),
    N_("Try again."),
    Action.RETRY,
)
INFERENCE_FAILED = Verdict(
    NetworkFault,
    N_("The model broke off because of a fault in the service."),
    N_("Try again."),
    Action.RETRY,
)
NOT_THE_SERVICE = Verdict(
    NetworkFault,
    N_("Something else than the service answered (HTTP {status})."),
    N_("Check the address of the service, the proxy, or whether this network asks you to log in."),
    Action.RETRY,
)


_NOTHING_THERE = Verdict(
    NetworkFault,
    N_("There is no service at this address (HTTP {status})."),
    N_("Check the address of the service in the settings."),
    Action.OPEN_SETTINGS,
)


_BY_STATUS: Mapping[int, Verdict] = MappingProxyType(
    {
        400: _PARAMETERS,
        401: _KEY_REFUSED,
        403: _ACCOUNT,
        404: _NOTHING_THERE,
        413: _TOO_LONG,
        429: _TOO_MANY_OF_SOMETHING,
        434: _ACCOUNT,
        435: _PARAMETERS,
        500: _FAULT,
        502: _GATEWAY,
        503: _GATEWAY,
        504: _GATEWAY,
    }
)


_HTTP_ERROR = re.compile("[45][0-9]{2}")
_FORBIDDEN = 403
_NOT_FOUND = 404
# How other services say that it is the model which they do not have.
_NAMES_A_MODEL = re.compile("model|模型", re.IGNORECASE)
_FIRST_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the service said when it refused. `code` is empty where it named none."""

    code: str
    message: str
    status: int = 200
    culprit: Culprit | None = None

    @property
    def is_moderation(self) -> bool:
        """Whether the content filter refused, and what was shown has to be withdrawn."""
        return _BY_CODE.get(self.code) is _UNSAFE

    def verdict(self) -> Verdict:
        """Return the row of the table."""
        if self.code == "1214" and "modelCode" in self.message:
            # How the service refuses some models that it has retired.
            return _MODEL
        if self.is_moderation and self.culprit == "history":
            return _UNSAFE_BEFORE
        if self.code in _BY_CODE:
            return _BY_CODE[self.code]
        return self._verdict_of_status()

    def _verdict_of_status(self) -> Verdict:
        if self._http_status == _FORBIDDEN and not (self.code or self.message):
            # The service says why. Who does not is a company's proxy or a firewall of the network.
            return NOT_THE_SERVICE
        if self._http_status == _NOT_FOUND and self.message:
            return _MODEL if _NAMES_A_MODEL.search(self.message) else _NO_METHOD
        if self._http_status in _BY_STATUS:
            return _BY_STATUS[self._http_status]
        if self._http_status >= _FIRST_SERVER_ERROR:
            return _GATEWAY
        return _UNKNOWN if self.code or self.message else NOT_THE_SERVICE

    def failure(self, *, has_key: bool = True) -> AttemptFailed:
        """Return the exception, with what the service said in its details.

        Without a key it is not the key that a service refuses.
        """
        verdict = self.verdict()
        if verdict is _KEY_REFUSED and not has_key:
            verdict = _KEY_WANTED
        return verdict.failure(
            self.code or f"http-{self.status}",
            code=self.code or str(self.status),
            # It is quoted in a sentence of ours, which has a full stop of its own.
            message=self.message.rstrip(" .。") or self.code or f"HTTP {self.status}",
            status=str(self._http_status),
        )

    @property
    def _http_status(self) -> int:
        """The status; the flat form of an error, inside a 200, has it in place of a business code."""
        return int(self.code) if _HTTP_ERROR.fullmatch(self.code) else self.status


def interruption(error: UserError) -> StreamInterrupted:
    """Return what an error means once text of the answer is on the screen: it stays and can be continued."""
    problem = error.problem
    kept = N_("What had arrived is kept. Continue, or retry.")
    return StreamInterrupted(Problem(problem.code, problem.what, kept, Action.CONTINUE, problem.details))
