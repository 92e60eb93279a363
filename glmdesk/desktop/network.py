"""When this computer gets other network addresses: told by the system, never asked for."""

import asyncio
import ctypes
import logging
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any, Final, Protocol

logger = logging.getLogger(__name__)


class NetworkWatch(Protocol):
    """Calls back at every change, until `end`."""

    def end(self) -> None:
        """Listen no more."""
        ...


_NEW_ADDRESS: Final = 20
_LOST_ADDRESS: Final = 21
_IPV4_ADDRESSES: Final = 0x10
_IPV6_ADDRESSES: Final = 0x100
"""RTM_NEWADDR, RTM_DELADDR; RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR of <linux/rtnetlink.h>."""
_HEADER: Final = struct.Struct("=IHHII")
_ADDRESS: Final = struct.Struct("=BBBBI")
_ATTRIBUTE: Final = struct.Struct("=HH")
_IFA_ADDRESS: Final = 1
_EVERYWHERE: Final = 0
"""RT_SCOPE_UNIVERSE: with other addresses nobody far away is reached."""
_LARGEST: Final = 64 * 1024


class Addresses:
    """What the kernel of Linux has said of addresses. It repeats itself whenever a lease is renewed."""

    def __init__(self) -> None:
        self._known: set[tuple[int, bytes]] = set()

    def take(self, data: bytes) -> bool:
        """Take messages of the kernel, and return whether they say anything new."""
        is_news, start = False, 0
        while start + _HEADER.size <= len(data):
            length, kind, *_rest = _HEADER.unpack_from(data, start)
            if length < _HEADER.size:
                break
            body = data[start + _HEADER.size : start + length]
            if kind in (_NEW_ADDRESS, _LOST_ADDRESS):
                is_news |= self._take_one(body, is_there=kind == _NEW_ADDRESS)
            start += _aligned(length)
        return is_news

    def _take_one(self, body: bytes, *, is_there: bool) -> bool:
        if len(body) < _ADDRESS.size:
            return False
        _family, _prefix, _flags, scope, index = _ADDRESS.unpack_from(body)
        one = (index, _address_in(body[_ADDRESS.size :]))
        if scope != _EVERYWHERE or (is_there and one in self._known):
            return False
        (self._known.add if is_there else self._known.discard)(one)
        return True


def _address_in(attributes: bytes) -> bytes:
    start = 0
    while start + _ATTRIBUTE.size <= len(attributes):
        length, kind = _ATTRIBUTE.unpack_from(attributes, start)
        if length < _ATTRIBUTE.size:
            break
        if kind == _IFA_ADDRESS:
            return attributes[start + _ATTRIBUTE.size : start + length]
        start += _aligned(length)
    return b""


def _aligned(length: int) -> int:
    """Return where the next one begins: at a multiple of four."""
    return (length + 3) & ~3


class SocketWatch:
    """Linux and macOS: the kernel writes into a socket. `is_news` says whether that is of interest."""

    def __init__(
        self, told: socket.socket, is_news: Callable[[bytes], bool], changed: Callable[[], None]
    ) -> None:
        told.setblocking(False)
        self._socket = told
        self._is_news = is_news
        self._changed = changed
        asyncio.get_running_loop().add_reader(told.fileno(), self._read)

    def end(self) -> None:
        """Listen no more."""
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._socket.close()

    def _read(self) -> None:
        try:
            is_news = self._is_news(self._socket.recv(_LARGEST))
        except BlockingIOError:
            return
        except OSError:
            # There was more than the kernel keeps: all the more has changed.
            is_news = True
        if is_news:
            self._changed()


_WindowsCallback = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)


class WindowsWatch:
    """Windows calls back from a thread of its own. `library` is its iphlpapi."""

    def __init__(self, changed: Callable[[], None], library: Any = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._changed = changed
        self._library = library or ctypes.CDLL("iphlpapi")
        self._handle = ctypes.c_void_p()
        # Windows keeps its address only.
        self._callback = _WindowsCallback(self._take)
        any_family, tell_at_once = 0, False
        error = self._library.NotifyUnicastIpAddressChange(
            any_family, self._callback, None, tell_at_once, ctypes.byref(self._handle)
        )
        if error:
            raise OSError(error, "NotifyUnicastIpAddressChange")

    def end(self) -> None:
        """Listen no more."""
        self._library.CancelMibChangeNotify2(self._handle)

    def _take(self, _context: int | None, _row: int | None, _kind: int) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed)


def network_watch(changed: Callable[[], None]) -> NetworkWatch | None:
    """Return what tells of changes on this system; None where nobody does."""
    try:
        if sys.platform == "win32":
            return WindowsWatch(changed)
        if sys.platform == "darwin":
            # Every message there is of a route or an address, and they are few.
            told = socket.socket(socket.AF_ROUTE, socket.SOCK_RAW, 0)
            return SocketWatch(told, bool, changed)
        told = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        told.bind((0, _IPV4_ADDRESSES | _IPV6_ADDRESSES))
        return SocketWatch(told, Addresses().take, changed)
    except OSError as error:
        logger.info("changes of the network are not noticed: %s", error)
        return None
