"""Where the service is: a base URL and what follows from it."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from glmdesk.domain.errors import Problem, UsageError
from glmdesk.i18n import N_

MAINLAND_URL = "https://open.bigmodel.cn/api/paas/v4"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A checked base URL, without a trailing slash. A key belongs to its `host` and is sent nowhere else."""

    base_url: str
    host: str

    @classmethod
    def parse(cls, base_url: str) -> "Endpoint":
        """Return the endpoint of a base URL.

        Raises UsageError for what is no URL, and for plain HTTP beyond this machine: it would show the key to
        everyone on the way.
        """
        try:
            parts = urlsplit(base_url.strip())
            host = parts.hostname or ""
            _ = parts.port
        except ValueError:
            host, parts = "", urlsplit("")
        if not host or parts.scheme not in {"http", "https"} or parts.username is not None:
            raise UsageError(
                Problem(
                    "base-url",
                    N_("“{url}” is not an address of a service."),
                    N_("Give a URL such as {example}."),
                    details={"url": base_url, "example": MAINLAND_URL},
                )
            )
        if parts.scheme == "http" and not is_loopback(host):
            raise UsageError(
                Problem(
                    "base-url-plain",
                    N_("“{url}” is not encrypted and would show your key on the way."),
                    N_("Use https. Plain http is accepted for this machine only."),
                    details={"url": base_url},
                )
            )
        return cls(parts._replace(query="", fragment="").geturl().rstrip("/"), host)

    @property
    def is_local(self) -> bool:
        """Whether the service runs on this machine."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a host name or address names this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
