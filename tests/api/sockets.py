"""What may stand between a client and the service: listeners with a will of their own, proxies, TLS."""

import asyncio
import ctypes
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_READ_BYTES = 1 << 16

# Linux: <asm-generic/socket.h>, and a program of one instruction for it, "let nothing through".
_SO_ATTACH_FILTER = 26
_NOTHING = struct.pack("HBBI", 6, 0, 0, 0)


@asynccontextmanager
async def listening(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Give every connection to `handler`, and yield the port. Leaving closes them all."""
    async with asyncio.TaskGroup() as group:
        tasks: list[asyncio.Task[None]] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                with suppress(ConnectionError, asyncio.IncompleteReadError):
                    await handler(reader, writer)
            finally:
                writer.transport.abort()
                with suppress(OSError):
                    await writer.wait_closed()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tasks.append(group.create_task(serve(reader, writer)))

        server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for task in tasks:
                task.cancel()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """Return the request line of an HTTP request, read with its whole body."""
    head = await reader.readuntil(b"\r\n\r\n")
    line, *headers = head.lower().split(b"\r\n")
    lengths = [header.partition(b":")[2] for header in headers if header.startswith(b"content-length:")]
    await reader.readexactly(int(lengths[0]) if lengths else 0)
    return line


async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """Pass everything on to a port of this machine and back, until one side closes."""
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
    copies = [
        asyncio.create_task(_copy(reader, far_writer)),
        asyncio.create_task(_copy(far_reader, writer)),
    ]
    try:
        await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
    finally:
        # First of all: whatever follows may be cancelled.
        far_writer.transport.abort()
        for copy in copies:
            copy.cancel()
        await asyncio.wait(copies)


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(_READ_BYTES):
            sink.write(data)
            await sink.drain()


def tunnel_to(port: int) -> Handler:
    """Return an HTTP proxy that leads every CONNECT to one port of this machine."""

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert (await read_request(reader)).startswith(b"connect ")
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await join(reader, writer, port)

    return tunnel


def socks_to(port: int) -> Handler:
    """Return a SOCKS5 proxy (RFC 1928, no authentication) that leads to one port of this machine."""

    async def socks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _version, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        *_, kind = await reader.readexactly(4)
        length = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
        await reader.readexactly(length + 2)
        writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        await join(reader, writer, port)

    return socks


def vanish(writer: asyncio.StreamWriter) -> None:
    """Let this side of a connection hear and say nothing more, as a machine without power. Linux only."""
    program = ctypes.create_string_buffer(_NOTHING, len(_NOTHING))
    attached: socket.socket = writer.get_extra_info("socket")
    attached.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HP", 1, ctypes.addressof(program)))
