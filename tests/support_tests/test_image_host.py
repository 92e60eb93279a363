"""The host of images in tests sends all that it was told to send, however late that is read."""

import asyncio
import socket

import pytest

from tests.support.image_host import ImageHost, Page

pytestmark = pytest.mark.anyio

SIZES = range(1 << 20, 6 << 20, 1 << 15)
"""Some of them are a little more than the system keeps on the way, wherever this is run."""

TURNS = 300
"""Of the loop, in which a host writes all that somebody who does not read lets it write."""


async def read_late(host: ImageHost) -> int:
    """Return how long a body is that is read when the host has written what it could."""
    loop = asyncio.get_running_loop()
    with socket.create_connection(("127.0.0.1", host.port)) as connection:
        connection.setblocking(False)
        await loop.sock_sendall(connection, b"GET /it HTTP/1.1\r\n\r\n")
        for _turn in range(TURNS):
            await asyncio.sleep(0)
        read = bytearray()
        while piece := await loop.sock_recv(connection, 1 << 16):
            read += piece
    return len(read.partition(b"\r\n\r\n")[2])


async def test_what_is_read_late_comes_whole() -> None:
    async with ImageHost() as host:
        lengths: list[int] = []
        for size in SIZES:
            host.pages["/it"] = Page(says_length=False, size=size)
            lengths.append(await read_late(host))

    assert lengths == [*SIZES]
