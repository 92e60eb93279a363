"""A server of tools that the service itself asks, and what came of that.

Source: the chat-completion API page of BigModel, tools of the type `mcp`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, Protocol, get_args
from urllib.parse import urlsplit

from glmdesk.domain.endpoint import is_loopback
from glmdesk.domain.errors import Problem, UsageError
from glmdesk.domain.unseen import unmasked
from glmdesk.i18n import N_

Pairs = tuple[tuple[str, str], ...]
"""Names with their values, in the order they were written."""

Transport = Literal["streamable-http", "sse"]
TRANSPORTS: Final[tuple[Transport, ...]] = get_args(Transport)
_BY_NAME: Final[Mapping[str, Transport]] = {transport: transport for transport in TRANSPORTS}

_LABEL: Final = re.compile(r"[\w.-]{1,64}", re.ASCII)
_HEADER: Final = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Connector:
    """A server of tools to which the service connects by itself.

    Attributes:
        label: What the service calls it in its answers; without an address: the code of a server that the
            service has.
        url: Where it is, in the public network.
        allowed_tools: The only ones that may be called; empty: all of them.
        headers: They go with every request to it, by way of the service. Their values are secrets.
    """

    label: str
    url: str = ""
    transport: Transport = "streamable-http"
    allowed_tools: tuple[str, ...] = ()
    headers: Pairs = field(default=(), repr=False)

    @property
    def shown(self) -> str:
        """The exact address, or the code; nothing of it is hidden."""
        return unmasked(self.url or self.label)

    @property
    def host(self) -> str:
        """The host, which is told what the model asks of its tools; empty where the service knows it."""
        return urlsplit(self.url).hostname or ""

    def with_values(self, value: str) -> "Connector":
        """Return it with something in place of every header's value."""
        return replace(self, headers=tuple((name, value) for name, _secret in self.headers))

    def checked(self) -> "Connector":
        """Return it without spaces around what it says. Raises UsageError for what cannot be used."""
        label, named = self.label.strip(), [name.strip() for name in self.allowed_tools]
        if not _LABEL.fullmatch(label):
            raise UsageError(_NO_LABEL)
        url = checked_url(self.url) if self.url.strip() else ""
        if url.startswith("http:") and not is_loopback(urlsplit(url).hostname or ""):
            raise UsageError(replace(_NOT_ENCRYPTED, details={"url": url}))
        checked_headers(self.headers)
        return replace(self, label=label, url=url, allowed_tools=tuple(dict.fromkeys(filter(None, named))))


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """What the service had done by a server while it wrote an answer.

    Attributes:
        server: The label of the server.
        name: The tool that was called; empty: it was asked which tools there are.
        arguments: JSON text, as the model wrote it.
        output: What came back, as text or as JSON text: data, never instructions, and never Markdown.
        error: Why nothing did.
    """

    id: str
    server: str
    name: str = ""
    arguments: str = ""
    output: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class OfferedConnector:
    """A server that the service may ask. Its headers have names and no values."""

    id: str
    name: str
    connector: Connector


class ConnectorSource(Protocol):
    """Where these servers come from."""

    async def connectors(self) -> Sequence[OfferedConnector]:
        """Return those that are on offer now, in an order that stays."""
        ...

    async def connector(self, connector_id: str) -> Connector:
        """Return one that is on offer, with its secrets. Raises UserError where it may not be used so."""
        ...


def transport_in(value: object) -> Transport | None:
    """Return the transport that a value names; None for what names none."""
    return _BY_NAME.get(value) if isinstance(value, str) else None


def checked_url(text: str) -> str:
    """Return the address of a server without spaces around it. Raises UsageError for what is none."""
    url = text.strip()
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or not url.isprintable() or " " in url:
        raise UsageError(_NO_ADDRESS)
    return url


def checked_headers(headers: Pairs) -> None:
    """Raise UsageError for what cannot be sent as a header."""
    for name, value in headers:
        if not _HEADER.fullmatch(name) or not value.isprintable() or not value.isascii():
            raise UsageError(replace(_NO_HEADER, details={"name": name}))


_NO_LABEL = Problem(
    "connector-label",
    N_("The label is not one that the service takes."),
    N_("It has 1 to 64 letters from a to z, digits, dots, - and _."),
)
_NOT_ENCRYPTED = Problem(
    "connector-plain",
    N_("“{url}” is not encrypted: what is asked, and the headers, could be read on the way."),
    N_("Use https."),
)
_NO_ADDRESS = Problem(
    "server-address", N_("This is no address of a server."), N_("It begins with https:// or http://.")
)
_NO_HEADER = Problem(
    "header-unusable",
    N_("“{name}” cannot be sent as a header."),
    N_("Write one in each line, for example Authorization: Bearer abc."),
)
