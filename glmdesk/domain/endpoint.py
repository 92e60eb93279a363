"""Where the service is: a base URL and what follows from it."""

import re
from dataclasses import dataclass, replace
from ipaddress import ip_address
from urllib.parse import urlsplit

from glmdesk.domain.errors import Problem, UsageError
from glmdesk.domain.own_service import Dialect, OwnService, is_at_home
from glmdesk.i18n import N_

MAINLAND_URL = "https://open.bigmodel.cn/api/paas/v4"

# By host: where keys are made, and where money is put in.
_CONSOLES = {
    "open.bigmodel.cn": (
        "https://open.bigmodel.cn/usercenter/apikeys",
        "https://open.bigmodel.cn/finance-center/finance/pay",
    ),
    "api.z.ai": ("https://z.ai/manage-apikey/apikey-list", "https://z.ai/manage-apikey/billing"),
}
_PLAIN_AT_HOME = "base-url-plain-home"
_CHAT_METHOD = "/chat/completions"
_HOST_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
_NUMERIC = re.compile(r"[0-9.]+|.*:.*")

# What people put into an address that nobody else is to read: a password, a key behind the question mark or
# in place of the address.
_USER = re.compile(r"^(\w+://)?.*@", re.DOTALL)
_QUERY = re.compile(r"([?#]).+", re.DOTALL)
_KEY = re.compile(r"[0-9a-f]{32}\.\w+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A checked base URL, without a trailing slash. A key belongs to its `host` and is sent nowhere else.

    `own` is what the user has said of the service there; None for BigModel, Z.ai, and what stands in for
    them.
    """

    base_url: str
    host: str
    own: OwnService | None = None

    @classmethod
    def of(cls, own: OwnService) -> "Endpoint":
        """Return where a service of the user's is. Raises UsageError as `parse` does."""
        return replace(cls.parse(own.base_url, is_plain_allowed=own.is_plain_allowed), own=own)

    @classmethod
    def parse(cls, base_url: str, *, is_plain_allowed: bool = False) -> "Endpoint":
        """Return the endpoint of a base URL. That of one method, as the documentation quotes it, will do.

        Raises UsageError for what is no URL, for one with more in it than an address, which would be lost,
        and for plain HTTP beyond this machine: it would show the key to everyone on the way. It may be
        allowed for hosts of the user's own network.
        """
        try:
            parts = urlsplit(base_url.strip())
            host = parts.hostname or ""
            is_url = parts.scheme in {"http", "https"} and is_host(host) and parts.port != 0
        except ValueError as error:
            raise UsageError(_no_address(base_url)) from error
        if not is_url or not parts.path.isprintable():
            raise UsageError(_no_address(base_url))
        if parts.username is not None or parts.query or parts.fragment:
            raise UsageError(_more_than_an_address(base_url))
        if parts.scheme == "http" and not is_loopback(host):
            if not is_at_home(host):
                raise UsageError(_not_encrypted(base_url))
            if not is_plain_allowed:
                raise UsageError(_not_encrypted_at_home(base_url))
        return cls(parts.geturl().rstrip("/").removesuffix(_CHAT_METHOD).rstrip("/"), host)

    def console_url(self, *, billing: bool) -> str | None:
        """Return the service's page for keys or for money, or None for a service that we do not know.

        One on this machine is a gateway to another, as a rule to the mainland's, unless the user says which
        one it is.
        """
        if self.own is not None and self.host not in _CONSOLES:
            return None
        console = _CONSOLES.get("open.bigmodel.cn" if self.is_local else self.host)
        return None if console is None else console[billing]

    @property
    def name(self) -> str:
        """What the screen calls the service."""
        return self.own.name if self.own is not None else self.host

    @property
    def dialect(self) -> Dialect:
        """What the service understands."""
        return "bigmodel" if self.own is None or self.host in _CONSOLES else self.own.dialect

    @property
    def needs_key(self) -> bool:
        """Whether the service is asked with a key only."""
        return self.own is None or self.own.needs_key

    @property
    def is_free(self) -> bool:
        """Whether asking costs nothing: nobody bills who asks without a key at home."""
        return not self.needs_key and (self.is_local or is_at_home(self.host))

    @property
    def is_local(self) -> bool:
        """Whether the service runs on this machine."""
        return is_loopback(self.host)


def wants_agreement(base_url: str) -> bool:
    """Whether an address is asked without encryption if the user agrees to that, and is not otherwise."""
    try:
        Endpoint.parse(base_url)
    except UsageError as error:
        return error.problem.code == _PLAIN_AT_HOME
    return False


def is_host(host: str) -> bool:
    """Whether a text in lower case can name a host: by address, or by name as it is on the wire, in ASCII."""
    if _NUMERIC.fullmatch(host) is None:
        return _HOST_NAME.fullmatch(host) is not None
    try:
        ip_address(host)
    except ValueError:
        return False
    return "%" not in host


def is_loopback(host: str) -> bool:
    """Whether a host name or address names this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _no_address(url: str) -> Problem:
    return Problem(
        "base-url",
        N_("“{url}” is not an address of a service."),
        N_("Give a URL such as {example}."),
        details={"url": _presentable(url), "example": MAINLAND_URL},
    )


def _more_than_an_address(url: str) -> Problem:
    return Problem(
        "base-url-extra",
        N_("“{url}” has more in it than an address: a user name, or something behind “?” or “#”."),
        N_("Give the address alone, such as {example}."),
        details={"url": _presentable(url), "example": MAINLAND_URL},
    )


def _not_encrypted(url: str) -> Problem:
    return Problem(
        "base-url-plain",
        N_("“{url}” is not encrypted and would show your key on the way."),
        N_("Use https. Plain http is accepted for this machine only."),
        details={"url": _presentable(url)},
    )


def _not_encrypted_at_home(url: str) -> Problem:
    return Problem(
        _PLAIN_AT_HOME,
        N_("“{url}” is not encrypted: everyone in that network could read what is asked and answered."),
        N_("Use https, or add it as a service of your own and agree to that there."),
        details={"url": _presentable(url)},
    )


def _presentable(url: str) -> str:
    """Return what may be shown of an address."""
    return _KEY.sub("…", _QUERY.sub(r"\1…", _USER.sub(r"\1…@", url.strip())))
