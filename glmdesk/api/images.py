"""Images fetched from wherever a message says they are, once somebody has asked for them.

The host is not trusted and learns nothing: no key, no cookies, no page it was asked from. Nothing of what it
sends is unpacked here; its bytes are counted whatever it says of them.
"""

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import quote, unquote, urljoin, urlsplit

import httpcore

from glmdesk.api.image_failures import (
    DOWNGRADE,
    ENDLESS,
    FAULTS,
    MALFORMED,
    NOT_PUBLIC,
    PLAIN_THROUGH_PROXY,
    SLOW,
    failure,
    refusal,
)
from glmdesk.api.public_network import NotPublic, PublicNetwork, Resolve, is_public
from glmdesk.domain.address import WebAddress, parse_address
from glmdesk.domain.errors import ImageNotLoaded
from glmdesk.domain.image import (
    MOST_BYTES,
    Elsewhere,
    EncodedImage,
    check_type,
    recognised,
    too_many_bytes,
)

Progress = Callable[[int, int | None], None]
"""Hears how many bytes have come, and of how many where the host says so."""

MOST_REDIRECTS: Final = 5

_HTTP_OK: Final = 200
_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))

# All that is told. The program's name alone: some hosts answer nobody who has none.
_HEADERS: Final = (
    ("User-Agent", "glmdesk"),
    ("Accept", "image/png,image/jpeg,image/gif,image/webp,image/bmp"),
    ("Accept-Encoding", "identity"),
    ("Connection", "close"),
)
_VISIBLE: Final = "".join(map(chr, range(0x21, 0x7F)))
_LENGTH: Final = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited for a host, in seconds."""

    connect_s: float = 10.0
    silence_s: float = 15.0
    whole_s: float = 60.0
    """For all of it, redirects too: some hosts send a byte now and then."""


class ImageFetcher:
    """Fetches one image at a time, each through connections of its own.

    `choose_proxy` is told the scheme and the host as a URL and returns that of the proxy. `open_ports` and
    `resolve` are those of `PublicNetwork`.
    """

    def __init__(
        self,
        tls: ssl.SSLContext,
        choose_proxy: Callable[[str], str | None],
        *,
        patience: Patience | None = None,
        open_ports: Collection[int] = (),
        resolve: Resolve | None = None,
    ) -> None:
        self._tls = tls
        self._choose_proxy = choose_proxy
        self._patience = patience or Patience()
        self._open_ports = open_ports
        self._resolve = resolve

    async def fetch(self, address: WebAddress, progress: Progress) -> EncodedImage | Elsewhere:
        """Return the image at an address. Its host alone, and what belongs to it, is asked.

        Raises ImageNotLoaded.
        """
        asked = address.host
        try:
            async with asyncio.timeout(self._patience.whole_s):
                for _hop in range(MOST_REDIRECTS + 1):
                    found = await self._ask(address, progress)
                    if isinstance(found, EncodedImage):
                        return found
                    if not found.host.is_related_to(asked):
                        return Elsewhere(found)
                    address = found
        except TimeoutError as error:
            raise ImageNotLoaded(SLOW) from error
        except NotPublic as error:
            raise ImageNotLoaded(NOT_PUBLIC) from error
        except FAULTS as error:
            raise failure(error) from error
        raise ImageNotLoaded(ENDLESS)

    async def _ask(self, address: WebAddress, progress: Progress) -> EncodedImage | WebAddress:
        """Return what is at an address: an image, or the address that it is at."""
        async with self._answer(address) as answer:
            headers = {name.lower(): value for name, value in answer.headers}
            if answer.status in _REDIRECTS:
                return _next(address, headers.get(b"location", b""))
            if answer.status != _HTTP_OK:
                raise refusal(answer.status)
            check_type(headers.get(b"content-type", b"").decode("latin-1"))
            length = headers.get(b"content-length", b"").decode("latin-1")
            return recognised(await _body(answer, length, progress))

    @asynccontextmanager
    async def _answer(self, address: WebAddress) -> AsyncGenerator[httpcore.Response]:
        """Ask for an address and give what is answered, the body unread."""
        if address.is_odd:
            raise ImageNotLoaded(MALFORMED)
        host = address.host.name
        port = int(address.port) if address.port else None
        url = httpcore.URL(
            scheme=address.scheme, host=host.strip("[]"), port=port, target=_target(address.rest)
        )
        bounds = {
            "connect": self._patience.connect_s,
            "read": self._patience.silence_s,
            "write": self._patience.silence_s,
        }
        headers = [("Host", f"{host}:{port}" if port else host), *_HEADERS]
        async with (
            self._way_to(address) as pool,
            pool.stream("GET", url, headers=headers, extensions={"timeout": bounds}) as answer,
        ):
            yield answer

    def _way_to(self, address: WebAddress) -> httpcore.AsyncConnectionPool:
        proxy = self._choose_proxy(f"{address.scheme}://{address.host.name}")
        is_encrypted = address.scheme == "https"
        if proxy is None:
            network = PublicNetwork(
                is_encrypted=is_encrypted, open_ports=self._open_ports, resolve=self._resolve
            )
            return httpcore.AsyncConnectionPool(ssl_context=self._tls, network_backend=network)
        # A proxy looks names up itself, where nobody judges what is found. Over https that does no harm: the
        # other side has to prove that it is the host of this name.
        if not is_encrypted:
            raise ImageNotLoaded(PLAIN_THROUGH_PROXY)
        if address.host.is_local or (address.host.ip is not None and not is_public(address.host.ip)):
            raise NotPublic
        return httpcore.AsyncConnectionPool(ssl_context=self._tls, proxy=self._proxy(proxy))

    def _proxy(self, url: str) -> httpcore.Proxy:
        parts = urlsplit(url)
        auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        place = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        return httpcore.Proxy(
            place,
            auth=auth and (auth[0].encode(), auth[1].encode()),
            ssl_context=self._tls if parts.scheme == "https" else None,
        )


async def _body(answer: httpcore.Response, length: str, progress: Progress) -> bytes:
    total = int(length) if _LENGTH.fullmatch(length) else None
    if total is not None and total > MOST_BYTES:
        raise too_many_bytes()
    body = bytearray()
    # The library declares an iterator and returns a generator, which has to be closed.
    async with aclosing(cast("AsyncGenerator[bytes, None]", answer.aiter_stream())) as pieces:
        async for piece in pieces:
            body += piece
            if len(body) > MOST_BYTES:
                raise too_many_bytes()
            progress(len(body), total)
    return bytes(body)


def _target(rest: str) -> str:
    """Return what is asked of a host: path and query, in ASCII."""
    path = quote(rest.partition("#")[0], safe=_VISIBLE)
    return path if path.startswith("/") else f"/{path}"


def _next(address: WebAddress, location: bytes) -> WebAddress:
    """Return where a redirect leads. Raises ImageNotLoaded."""
    try:
        place = urljoin(
            f"{address.scheme}://{_authority(address)}{_target(address.rest)}", quote(location, safe=_VISIBLE)
        )
    except ValueError as error:
        raise ImageNotLoaded(MALFORMED) from error
    found = parse_address(place)
    if not isinstance(found, WebAddress):
        raise ImageNotLoaded(MALFORMED)
    if found.scheme != "https" and address.scheme == "https":
        raise ImageNotLoaded(DOWNGRADE)
    return found


def _authority(address: WebAddress) -> str:
    return f"{address.host.name}:{address.port}" if address.port else address.host.name
