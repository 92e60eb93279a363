"""Images to be sent, true ones and hostile ones, made without the code that reads them."""

import struct
import zlib


def png(width: int = 4, height: int = 3, *, colour: tuple[int, int, int] = (200, 30, 30)) -> bytes:
    """Return a PNG of one colour."""
    row = b"\x00" + bytes(colour) * width
    return _png(width, height, 8, 2, zlib.compress(row * height, 9))


def bomb(side: int = 30_000) -> bytes:
    """Return a PNG of some kilobytes that takes up gigabytes once it is decoded."""
    packer = zlib.compressobj(9)
    row = bytes(1 + -(-side // 8))
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return _png(side, side, 1, 0, packed)


def _png(width: int, height: int, depth: int, kind: int, packed: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


DRAWING = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>'
