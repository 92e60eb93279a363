"""What is known of the API key of the service in use, and how that is said."""

from dataclasses import dataclass

from glmdesk.desktop.keyring_problems import NO_SERVICE
from glmdesk.desktop.secrets import Origin
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import Problem, joined
from glmdesk.i18n import _


@dataclass(frozen=True, slots=True)
class Refused:
    """The address of the service cannot be used, and a key belongs to an address."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Sought:
    """The keyring is being asked; it is waited for when somebody has to answer its dialog."""

    endpoint: Endpoint
    is_waited_for: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """There is one."""

    endpoint: Endpoint
    origin: Origin


@dataclass(frozen=True, slots=True)
class Missing:
    """There is none. Without a keyring one that is entered is kept until the program ends.

    A key of the environment is withheld when it was given for another host.
    """

    endpoint: Endpoint
    has_keyring: bool = True
    is_one_withheld: bool = False

    @property
    def reasons(self) -> str:
        """What there is to say of it beyond that, as one text; empty for the ordinary case."""
        withheld = ""
        if self.is_one_withheld:
            withheld = _(
                "The key of the variable GLMDESK_API_KEY is for the address that glmdesk was started with, "
                "and is not sent to {host}."
            ).format(host=self.endpoint.host)
        return withheld if self.has_keyring else joined(withheld, NO_SERVICE.words)


@dataclass(frozen=True, slots=True)
class Malformed:
    """What the environment gives as the key cannot be one, and beats what is kept or entered."""

    endpoint: Endpoint
    problem: Problem


@dataclass(frozen=True, slots=True)
class Unread:
    """The keyring could not be read, and asking it again may help."""

    endpoint: Endpoint
    problem: Problem


@dataclass(frozen=True, slots=True)
class Unneeded:
    """The service is asked without one."""

    endpoint: Endpoint

    @property
    def words(self) -> str:
        """That it is so."""
        return _("{service} is asked without a key.").format(service=self.endpoint.name)


KeyState = Refused | Sought | Found | Missing | Malformed | Unread | Unneeded


def describe(state: KeyState) -> str:
    """Return where the key is, or why there is none, to be read beside the words "API key"."""
    match state:
        case Refused():
            return _(
                "A key belongs to an address, and the one that was given cannot be used. "
                "Nothing is asked until it is mended."
            )
        case Sought(is_waited_for=False):
            return _("Asking the keyring…")
        case Sought():
            return _(
                "Waiting for the keyring of this system. Look for its dialog on the screen and answer it."
            )
        case Found(endpoint=endpoint, origin=origin):
            words = {
                Origin.ENVIRONMENT: _("From the variable GLMDESK_API_KEY, for this run only."),
                Origin.SESSION: _("In memory, until glmdesk is closed."),
                Origin.KEYRING: _("In the keyring of this system, for {host}."),
            }
            return words[origin].format(host=endpoint.host)
        case Missing(endpoint=endpoint):
            return joined(_("There is none yet for {host}.").format(host=endpoint.host), state.reasons)
        case Malformed(problem=words) | Unread(problem=words) | (Unneeded() as words):
            return words.words
