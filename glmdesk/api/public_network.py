"""Connections that lead to public addresses alone, whatever name they were asked for.

What is connected to is the very address that was judged. A name that is looked up twice could be that of a
public host the first time, and of a machine in the reader's own network the second time.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, cast

import httpcore

from glmdesk.typed import override

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]

NEXT_S: Final = 3.0
"""Seconds. How long one address may stay silent while there is another one to try."""

_GLOBAL_SIX: Final = ip_network("2000::/3")
_SIX_FOR_FOUR: Final = ip_network("64:ff9b::/96")

_STAND_INS: Final = (ip_network("198.18.0.0/15"), ip_network("fc00::/18"))
"""What proxy programs that take in all traffic answer to every name with ("fake IP"). They look up the name
themselves once something is sent there. Nobody lives in these ranges."""


class NotPublic(Exception):
    """The host is this computer, or in a network that is not public."""


class PublicNetwork(httpcore.AsyncNetworkBackend):
    """Connects to public addresses.

    An address that only stands for a name is taken when the connection `is_encrypted`: then the other side
    has to prove that it is the host of this name. `open_ports` of this computer are public too; they are
    there for tests, as are the ways to look names up and to connect.
    """

    def __init__(
        self,
        *,
        is_encrypted: bool,
        open_ports: Collection[int] = (),
        resolve: Resolve | None = None,
        network: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        # Pyright finds the class that stands in for it where anyio is missing.
        self._network = network or cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())
        self._is_encrypted = is_encrypted
        self._open_ports = open_ports
        self._resolve = resolve or look_up

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of a host that answers.

        Raises NotPublic when none of them may be connected to.
        """
        try:
            found = await self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        allowed = [address for address in found if self._is_allowed(address, port)]
        if not allowed:
            raise NotPublic
        for address in allowed[:-1]:
            try:
                return await self._network.connect_tcp(str(address), port, min(timeout or NEXT_S, NEXT_S))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(str(allowed[-1]), port, timeout, local_address, socket_options)

    def _is_allowed(self, address: Address, port: int) -> bool:
        if is_public(address) or (address.is_loopback and port in self._open_ports):
            return True
        return self._is_encrypted and any(address in network for network in _STAND_INS)


def is_public(address: Address) -> bool:
    """Whether an address is one of the public network, under any of the forms that IPv4 has in IPv6."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    if address in _SIX_FOR_FOUR:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    if four := address.ipv4_mapped or address.sixtofour:
        return is_public(four)
    return address in _GLOBAL_SIX and address.is_global and address.teredo is None


async def look_up(host: str, port: int) -> Sequence[Address]:
    """Return the addresses of a host, in the order in which the system would try them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(place[0]) for *_, place in found]
