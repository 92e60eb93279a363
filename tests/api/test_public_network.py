"""Which addresses are connected to, and in which order."""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address

import httpcore
import pytest

from glmdesk.api.public_network import NEXT_S, Address, NotPublic, PublicNetwork
from glmdesk.typed import override

pytestmark = pytest.mark.anyio

HOST = "93.184.216.34"


class Reaching(httpcore.AsyncNetworkBackend):
    """A network in which some addresses answer. It notes what was tried, and how long that might take."""

    def __init__(self, *answering: str) -> None:
        self._answering = answering
        self.tried: list[str] = []
        self.patience_s: list[float | None] = []

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.tried.append(host)
        self.patience_s.append(timeout)
        if host not in self._answering:
            raise httpcore.ConnectTimeout
        return httpcore.AsyncMockStream([])


async def tried(
    *addresses: str, answering: Sequence[str] = (), is_encrypted: bool = False, port: int = 443
) -> list[str]:
    """Connect to a host of these addresses and return which of them were tried."""

    async def look_up(_host: str, _port: int) -> Sequence[Address]:
        return [ip_address(address) for address in addresses]

    reaching = Reaching(*answering)
    network = PublicNetwork(is_encrypted=is_encrypted, open_ports=[8000], resolve=look_up, network=reaching)
    try:
        await network.connect_tcp("example.org", port, 10.0)
    except (httpcore.ConnectTimeout, NotPublic):
        assert not set(answering) & set(reaching.tried)
    # The others do not take the time of the last one.
    assert set(reaching.patience_s[:-1]) <= {NEXT_S}
    assert reaching.patience_s[-1:] in ([], [10.0], [NEXT_S])
    return reaching.tried


async def test_addresses_are_tried_until_one_answers() -> None:
    assert await tried("1.1.1.1", HOST, "8.8.8.8", answering=[HOST, "8.8.8.8"]) == ["1.1.1.1", HOST]
    assert await tried("2606:4700::1111", HOST) == ["2606:4700::1111", HOST]


async def test_those_that_are_not_public_are_left_out() -> None:
    assert await tried("10.0.0.1", "::1", HOST, "fe80::1") == [HOST]
    assert await tried("10.0.0.1", "::1") == []


@pytest.mark.parametrize("place", ["198.18.0.7", "198.19.255.255", "fc00::7"])
async def test_a_stand_in_of_a_proxy_program_is_taken_where_the_host_has_to_prove_itself(place: str) -> None:
    assert await tried(place, is_encrypted=True) == [place]
    assert await tried(place) == []


@pytest.mark.parametrize("place", ["198.17.255.255", "198.20.0.1", "::ffff:101:101", "64:ff9b::101:101"])
async def test_its_neighbours_and_other_forms_are_as_public_as_what_they_stand_for(place: str) -> None:
    # Python 3.13 writes some of them in another way.
    assert [ip_address(address) for address in await tried(place)] == [ip_address(place)]


@pytest.mark.parametrize("place", ["127.0.0.1", "::1"])
async def test_an_open_port_is_one_of_this_computer_alone(place: str) -> None:
    assert await tried(place, port=8000) == [place]
    assert await tried(place, port=8001) == []
    assert await tried("10.0.0.1", port=8000) == []
