"""A host of images on loopback, well-behaved or not."""

import asyncio
import ssl
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.api.sockets import listening

ENDLESS = 1 << 60
"""Bytes of a body that never ends."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is answered. After the `body` comes what fills it up to `size`, then silence if it `stalls`."""

    body: bytes = b""
    kind: str = "image/png"
    status: int = 200
    headers: tuple[str, ...] = ()
    says_length: bool = True
    length: int | None = None
    """What is said of the length, if not the truth."""
    size: int = 0
    stalls: bool = False


def redirect(location: str, *, status: int = 302) -> Page:
    """Return an answer that leads on."""
    return Page(status=status, kind="text/html", headers=(f"Location: {location}",))


@dataclass(slots=True)
class Asked:
    """One request: what was asked for, and the headers in small letters."""

    target: str
    headers: dict[str, str]


@dataclass(slots=True)
class ImageHost:
    """Answers what `pages` says of a path, and 404 elsewhere. `async with ImageHost() as host`."""

    pages: dict[str, Page] = field(default_factory=dict[str, Page])
    tls: ssl.SSLContext | None = None
    requests: list[Asked] = field(default_factory=list[Asked])
    port: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when somebody has hung up, or read all."""
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        self.port = await self._stack.enter_async_context(listening(self._serve, self.tls))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def url(self, path: str, *, host: str = "127.0.0.1") -> str:
        """Return the address of a path."""
        return f"http{'s' if self.tls else ''}://{host}:{self.port}{path}"

    @property
    def targets(self) -> list[str]:
        """What was asked for, the first first."""
        return [request.target for request in self.requests]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, *fields = head.rstrip().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (it.partition(":") for it in fields)}
            target = line.split(" ")[1]
            self.requests.append(Asked(target, headers))
            self.asked.set()
            await self._answer(reader, writer, self.pages.get(target, Page(status=404)))
        finally:
            self.left.set()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, page: Page) -> None:
        # To drain is to send all: what is still in the buffer at the end is dropped with the connection.
        writer.transport.set_write_buffer_limits(0)
        size = max(page.size, len(page.body))
        fields = [f"HTTP/1.1 {page.status} X", f"Content-Type: {page.kind}", "Set-Cookie: seen=1"]
        fields += page.headers
        if page.says_length:
            fields.append(f"Content-Length: {size if page.length is None else page.length}")
        writer.write("\r\n".join([*fields, "", ""]).encode() + page.body)
        await writer.drain()
        for piece in _pieces(size - len(page.body)):
            writer.write(piece)
            await writer.drain()
        if page.stalls:
            # Until the other side hangs up.
            await reader.read()


def _pieces(count: int) -> Iterable[bytes]:
    while count > 0:
        piece = bytes(min(count, 1 << 16))
        count -= len(piece)
        yield piece
