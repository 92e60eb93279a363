"""What may be opened: web and mail addresses, read as a browser reads them.

Source: WHATWG URL, RFC 6068.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from glmdesk.domain.hostname import Host

LONGEST: Final = 32_000
"""Characters. Windows hands no more to a program, Linux four times as much."""

_WEB: Final = re.compile(r"(https?)://([^/?#\\]+)(.*)", re.IGNORECASE | re.DOTALL)
_MAIL: Final = re.compile(r"mailto:(?=[^/])([^?#]*)[?#]?(.*)", re.IGNORECASE | re.DOTALL)
_PORT: Final = re.compile(r"[0-9]{0,5}")
_HIGHEST_PORT: Final = 65535
_USUAL_PORTS: Final = {"http": "80", "https": "443"}
_RECIPIENT: Final = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[^\s@]+")
_DROPPED: Final = str.maketrans("", "", "\t\r\n")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An address of the web. `rest` is all that stands behind the host and the port."""

    url: str
    scheme: str
    """http or https."""
    user_info: str
    host: Host
    port: str
    rest: str
    is_odd: bool
    """Whether programs may disagree about which host it leads to."""

    @property
    def copied(self) -> str:
        """What of it is used elsewhere."""
        return self.url

    @property
    def data(self) -> str:
        """What whoever answers for the domain learns from it."""
        return unquote(self.user_info + self.host.shown + self.rest)


@dataclass(frozen=True, slots=True)
class MailAddress:
    """Who a mail is for, maybe nobody yet, and which fields of it would be filled in, in small letters."""

    url: str
    recipients: tuple[str, ...]
    fields: tuple[str, ...]

    @property
    def hosts(self) -> tuple[Host, ...]:
        """Where the mail goes."""
        return tuple(Host.parse(recipient.rpartition("@")[2]) for recipient in self.recipients)

    @property
    def is_odd(self) -> bool:
        """Whether programs may disagree about whom it is for."""
        are_plain = all(map(_RECIPIENT.fullmatch, self.recipients))
        return not are_plain or any(host.is_odd for host in self.hosts)

    @property
    def copied(self) -> str:
        """What of it is used elsewhere: whom to write to."""
        return ", ".join(self.recipients) or self.url

    @property
    def data(self) -> str:
        """All that would be in the mail."""
        return unquote(self.url)


Address = WebAddress | MailAddress


def is_web(href: str) -> bool:
    """Whether `href` is an http or https URL with a host, and short enough to be opened."""
    return len(href) <= LONGEST and _WEB.match(href) is not None


def is_allowed(href: str) -> bool:
    """Whether `href` may be a link at all: http, https or mailto, and short enough to be opened."""
    return is_web(href) or (len(href) <= LONGEST and _MAIL.match(href) is not None)


def parse_address(href: str) -> Address | None:
    """Return what `href` leads to, or None where it may not be opened."""
    if not is_allowed(href):
        return None
    # Browsers take them out wherever they stand.
    written = href.translate(_DROPPED)
    if web := _WEB.match(written):
        return _web(href, web)
    return _mail(href, written)


def _web(href: str, found: re.Match[str]) -> WebAddress:
    scheme, authority, rest = found[1].lower(), found[2], found[3]
    user_info, _, place = authority.rpartition("@")
    end = place.find("]") + 1 if place.startswith("[") else place.find(":")
    name, port = (place, "") if end < 0 else (place[:end], place[end:])
    host = Host.parse(name)
    number = port.removeprefix(":")
    is_number = _PORT.fullmatch(number) is not None and int(number or "0") <= _HIGHEST_PORT
    path = re.split("[?#]", rest, maxsplit=1)[0]
    return WebAddress(
        url=href,
        scheme=scheme,
        user_info=user_info,
        host=host,
        port="" if number == _USUAL_PORTS[scheme] else number,
        rest=rest,
        is_odd=host.is_odd or not is_number or port[:1] not in ("", ":") or "\\" in path,
    )


def _mail(href: str, written: str) -> MailAddress | None:
    found = _MAIL.match(written)
    if found is None:
        return None
    recipients = (unquote(one).strip() for one in found[1].split(","))
    fields = (unquote(field.partition("=")[0]).strip().lower() for field in found[2].split("&"))
    return MailAddress(href, tuple(filter(None, recipients)), tuple(filter(None, fields)))
