"""Changes of the network, as the kernel of Linux and a stand-in for the library of Windows tell of them."""

import asyncio
import socket
import struct
import subprocess
import sys
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from glmdesk.desktop.network import Addresses, SocketWatch, WindowsWatch
from tests.support.waiting import PATIENCE_S

pytestmark = pytest.mark.anyio

NEW, LOST, LINK = 20, 21, 16
EVERYWHERE, ON_THIS_LINK = 0, 253


def told(kind: int, address: str, *, scope: int = EVERYWHERE, index: int = 2) -> bytes:
    """Return what the kernel writes of an address, as <linux/rtnetlink.h> has it."""
    packed = socket.inet_aton(address)
    label = struct.pack("=HH", 4 + 5, 3) + b"eth0\0" + bytes(3)
    attribute = struct.pack("=HH", 4 + len(packed), 1) + packed
    body = struct.pack("=BBBBI", socket.AF_INET, 24, 0, scope, index) + label + attribute
    return struct.pack("=IHHII", 16 + len(body), kind, 0, 0, 0) + body


def test_an_address_that_comes_or_goes_is_news_and_one_that_is_renewed_is_not() -> None:
    addresses = Addresses()

    assert addresses.take(told(NEW, "10.0.0.1"))
    assert not addresses.take(told(NEW, "10.0.0.1"))
    assert addresses.take(told(NEW, "10.0.0.1", index=3))
    assert addresses.take(told(LOST, "10.0.0.1"))
    assert addresses.take(told(NEW, "10.0.0.1"))


def test_what_leads_nowhere_far_and_what_is_no_address_is_no_news() -> None:
    addresses = Addresses()

    assert not addresses.take(told(NEW, "169.254.0.1", scope=ON_THIS_LINK))
    assert not addresses.take(told(LINK, "10.0.0.1"))
    assert not addresses.take(b"")
    assert not addresses.take(told(NEW, "10.0.0.1")[:20])
    assert not addresses.take(struct.pack("=IHHII", 0, NEW, 0, 0, 0))


def test_several_messages_at_once_are_all_read() -> None:
    assert Addresses().take(told(LINK, "10.0.0.1") + told(NEW, "10.0.0.1"))


async def test_a_socket_that_says_something_new_calls_back_until_the_end() -> None:
    ours, theirs = socket.socketpair(type=socket.SOCK_DGRAM)
    changed = asyncio.Event()
    with theirs:
        watch = SocketWatch(ours, Addresses().take, changed.set)
        theirs.send(told(NEW, "10.0.0.1"))
        async with asyncio.timeout(PATIENCE_S):
            await changed.wait()
        watch.end()
    assert ours.fileno() == -1


# In a network of its own: an address is added to it, and what the watch says is printed.
REAL_CHANGE = """
import asyncio, subprocess
from glmdesk.desktop.network import network_watch

async def main():
    changed = asyncio.Event()
    watch = network_watch(changed.set)
    process = await asyncio.create_subprocess_exec("ip", "address", "add", "10.9.8.7/32", "dev", "lo")
    await process.wait()
    await asyncio.wait_for(changed.wait(), 5)
    watch.end()
    print("changed")

asyncio.run(main())
"""


def test_the_kernel_tells_of_a_real_address() -> None:
    unshared = ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*unshared, "ip", "link"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine gives away no networks")

    said = subprocess.run(
        [*unshared, sys.executable, "-c", REAL_CHANGE], capture_output=True, text=True, check=True, timeout=20
    )

    assert said.stdout == "changed\n"


class AddressLibrary:
    """As much of Windows' iphlpapi as is called: it calls back from a thread of its own."""

    def __init__(self, error: int = 0) -> None:
        self.error = error
        self.is_registered = False
        self.functions = SimpleNamespace(
            NotifyUnicastIpAddressChange=self._register, CancelMibChangeNotify2=self._unregister
        )
        self._callback: Any = None

    def _register(self, family: int, callback: Any, _context: None, at_once: bool, handle: Any) -> int:
        assert (family, at_once) == (0, False)
        self._callback = callback
        handle._obj.value = 1
        self.is_registered = not self.error
        return self.error

    def _unregister(self, handle: Any) -> int:
        assert handle.value == 1
        self.is_registered = False
        return 0

    def tell(self) -> None:
        threading.Thread(target=self._callback, args=(None, None, 0)).start()


async def test_windows_calls_back_until_the_end() -> None:
    library, changed = AddressLibrary(), asyncio.Event()
    watch = WindowsWatch(changed.set, library.functions)

    library.tell()

    async with asyncio.timeout(PATIENCE_S):
        await changed.wait()
    watch.end()
    assert not library.is_registered


async def test_windows_may_refuse() -> None:
    with pytest.raises(OSError, match="NotifyUnicast"):
        WindowsWatch(lambda: None, AddressLibrary(error=87).functions)
