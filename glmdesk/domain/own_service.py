"""A service that the user has added: vLLM, SGLang, llama.cpp, Ollama, or a gateway to BigModel."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal, get_args

from glmdesk.domain.errors import Problem, UsageError
from glmdesk.i18n import N_

Dialect = Literal["openai", "bigmodel"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)
"""What a service understands: what all that are compatible with OpenAI's do, or all that BigModel's does."""

# Names of a home network: the first has no public registry behind it, the others are set apart for this.
_HOME_ENDINGS = (".local", ".lan", ".home", ".home.arpa", ".internal")


@dataclass(frozen=True, slots=True)
class OwnService:
    """What the user has said of a service.

    Attributes:
        name: What the screen calls it; no two have the same.
        base_url: Where it is; no two have the same.
        models: The ids of what it has, in the order in which they are offered. A gateway to BigModel that
            names none has all of BigModel's.
        dialect: What may be sent to it.
        needs_key: Whether it is asked with a key, which is kept under its host as every key.
        is_plain_allowed: Whether the user agreed that it is asked without encryption.
    """

    name: str
    base_url: str
    models: tuple[str, ...] = ()
    dialect: Dialect = "openai"
    needs_key: bool = False
    is_plain_allowed: bool = False


def checked(draft: OwnService, others: Sequence[OwnService]) -> None:
    """Raise UsageError for a service without a name or models, or with a name or an address of another."""
    if not draft.name:
        raise UsageError(_problem("service-nameless", N_("The service needs a name.")))
    if any(other.name == draft.name for other in others):
        what = N_("There is another service called “{name}”.")
        raise UsageError(_problem("service-name", what, draft.name))
    same = next((other for other in others if other.base_url == draft.base_url), None)
    if same is not None:
        raise UsageError(_problem("service-address", N_("This is the address of “{name}”."), same.name))
    if not draft.models and draft.dialect != "bigmodel":
        raise UsageError(_problem("service-models", N_("Name at least one model of the service.")))


def _problem(code: str, what: str, name: str = "") -> Problem:
    return Problem(code, what, "", details={"name": name})


def is_at_home(host: str) -> bool:
    """Whether a host can only be in the user's own network: plain HTTP may be agreed to for such a one."""
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host.rstrip(".") or host.rstrip(".").endswith(_HOME_ENDINGS)
    return (address.is_private and not address.is_unspecified) or address.is_link_local
