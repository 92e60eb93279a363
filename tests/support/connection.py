"""One TCP connection: HTTP/1.1 over asyncio streams, and the moment at which the client hangs up."""

import asyncio
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate
from typing import Final, cast

import h11

from tests.support.outgoing import Mark, Outgoing, Sleep, Write, plan
from tests.support.request_log import Progress

READ_BYTES: Final = 1 << 16
# The load balancer's cookie. A client has no use for it and must not keep it.
COOKIE: Final = "acw_tc=0a1b2c3d17954001001234567e;path=/;HttpOnly;Max-Age=1800"
LINGER_NOT: Final = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it arrived; the header names are spelt as the client spelt them."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Connection:
    """Reads requests and performs responses, one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        self.number = number
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)
        self._is_over = False
        # What counts as sent has left our buffer: `drain` waits until it is empty.
        writer.transport.set_write_buffer_limits(high=0)
        connected = writer.get_extra_info("socket")
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def receive(self) -> Request | None:
        """Return the next request; `None` when the client leaves or speaks something else than HTTP."""
        if self._is_over:
            return None
        head: h11.Request | None = None
        body = bytearray()
        with suppress(ConnectionError, h11.RemoteProtocolError):
            while True:
                match await self._next_event():
                    case h11.Request() as request:
                        head = request
                    case h11.Data(data=data):
                        body += data
                    case h11.EndOfMessage() if head is not None:
                        return _request(head, bytes(body))
                    case _:
                        return None
        return None

    async def _next_event(self) -> h11.Event | type[h11.PAUSED]:
        while True:
            event = self._http.next_event()
            if event is not h11.NEED_DATA:
                return cast("h11.Event | type[h11.PAUSED]", event)
            if self._http.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[])
                self._writer.write(self._http.send(go_on))
            self._http.receive_data(await self._reader.read(READ_BYTES))

    async def send(self, outgoing: Outgoing, progress: Progress) -> None:
        """Perform a response, until its end or until the client hangs up."""
        sending = asyncio.create_task(self._perform(outgoing, progress))
        watching = asyncio.create_task(self._hung_up())
        try:
            await asyncio.wait((sending, watching), return_when=asyncio.FIRST_COMPLETED)
        finally:
            has_ended = sending.done()
            sending.cancel()
            watching.cancel()
            await asyncio.wait((sending, watching))
        try:
            if has_ended:
                sending.result()
        except ConnectionError:
            has_ended = False
        if not has_ended:
            progress.hang_up()
            self._is_over = True

    async def close(self) -> None:
        """Close the connection; nothing waits for a client that does not read."""
        self.abort()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    def abort(self) -> None:
        """Close the connection without waiting until it is closed."""
        self._is_over = True
        self._writer.transport.abort()

    async def _hung_up(self) -> None:
        """Return when the client has closed its side. What it sends ahead is kept for `receive`."""
        with suppress(ConnectionError):
            while data := await self._reader.read(READ_BYTES):
                self._http.receive_data(data)

    async def _perform(self, outgoing: Outgoing, progress: Progress) -> None:
        if outgoing.verbatim:
            await self._write(outgoing.verbatim)
            progress.sent(len(outgoing.verbatim), 1)
            self._is_over = True
            return
        for step in plan(outgoing):
            match step:
                case Sleep(seconds):
                    await asyncio.sleep(seconds)
                case Write(data, records):
                    await self._write(self._http.send(h11.Data(data=data)))
                    progress.sent(len(data), records)
                case Mark.HEAD:
                    await self._write(self._http.send(_head(outgoing)))
                case Mark.PAUSE:
                    await progress.pause()
                case Mark.HOLD:
                    await asyncio.Event().wait()
                case Mark.END | Mark.CLOSE | Mark.RESET:
                    # Before the last byte: whoever has read it finds the answer over, and its place free.
                    progress.end()
                    await self._leave(step)
                    return

    async def _write(self, data: bytes | None) -> None:
        self._writer.write(data or b"")
        await self._writer.drain()

    async def _leave(self, step: Mark) -> None:
        """End the response rightly, or the connection without a word."""
        if step is Mark.END:
            await self._write(self._http.send(h11.EndOfMessage()))
            if self._http.our_state is self._http.their_state is h11.DONE:
                self._http.start_next_cycle()
                return
        elif step is Mark.RESET:
            self._reset()
        self._is_over = True

    def _reset(self) -> None:
        """Have the connection closed with RST instead of FIN, as a broken path does."""
        connected = self._writer.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)


def _request(head: h11.Request, body: bytes) -> Request:
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw_items()
    )
    return Request(head.method.decode(), head.target.decode(), headers, body)


def _head(outgoing: Outgoing) -> h11.Response:
    headers = [("Server", "nginx"), ("Date", formatdate(usegmt=True)), ("Set-Cookie", COOKIE)]
    if outgoing.content_type:
        headers.append(("Content-Type", outgoing.content_type))
    headers += outgoing.headers
    if outgoing.chunked:
        headers.append(("Transfer-Encoding", "chunked"))
    elif outgoing.status != 204:
        headers.append(("Content-Length", str(_length(outgoing.parts))))
    return h11.Response(status_code=outgoing.status, headers=headers)


def _length(parts: Iterable[bytes]) -> int:
    return sum(map(len, parts))
