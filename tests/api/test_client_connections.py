"""The way to the service: refused, dropped, kept alive too long, through proxies, and behind TLS."""

import asyncio
import gc
import socket
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, closing
from dataclasses import replace
from pathlib import Path

import pytest

from glmdesk.api.client import Clocks, keep_alive
from glmdesk.api.tls import trusted_roots
from glmdesk.domain.errors import NetworkFault
from tests.api.asking import AT_ONCE, QUESTION, ask, client_for
from tests.api.sockets import Handler, join, listening, read_request, socks_to, tunnel_to, vanish
from tests.support.certificates import self_signed, server_tls
from tests.support.script import Answer
from tests.support.service import Service

pytestmark = pytest.mark.anyio

MODELS = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"data":[]}'


async def test_a_refused_connection_is_tried_again_and_then_told() -> None:
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        # Bound and not listening: nobody else gets the port meanwhile.
        async with client_for(f"http://127.0.0.1:{bound.getsockname()[1]}/v4") as client:
            outcome = await ask(client)
            with pytest.raises(NetworkFault):
                await client.list_models()

    assert isinstance(outcome.error, NetworkFault)
    assert outcome.code == "unreachable"
    assert "127.0.0.1" in str(outcome.error)
    assert len(outcome.retries) == 3


class Dropping:
    """A service that lists its models and hangs up, without a word, on every question."""

    def __init__(self) -> None:
        self.connections = 0
        self.questions = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while (await read_request(reader)).startswith(b"get "):
            writer.write(MODELS)
        self.questions += 1


async def test_a_connection_that_had_gone_stale_is_replaced_once() -> None:
    dropping = Dropping()

    async with listening(dropping.serve) as port, client_for(f"http://127.0.0.1:{port}/v4") as client:
        await client.list_models()
        outcome = await ask(client)

    assert (dropping.questions, dropping.connections) == (2, 2)
    assert [retry.delay_s for retry in outcome.retries] == [0]
    assert outcome.code == "no-answer"


async def test_a_question_on_a_replaced_connection_is_answered(service: Service) -> None:
    connections = 0

    async def drop_the_first(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        if connections > 1:
            await join(reader, writer, service.port)
            return
        while (await read_request(reader)).startswith(b"get "):
            writer.write(MODELS)

    async with (
        listening(drop_the_first) as port,
        client_for(f"http://127.0.0.1:{port}/api/paas/v4") as client,
    ):
        await client.list_models()
        outcome = await ask(client)

    assert outcome.error is None
    assert len(service.chats) == 1


async def test_a_question_that_may_have_been_heard_is_not_repeated() -> None:
    dropping = Dropping()

    async with listening(dropping.serve) as port, client_for(f"http://127.0.0.1:{port}/v4") as client:
        outcome = await ask(client)

    assert dropping.questions == 1
    assert outcome.progress == []
    assert outcome.code == "no-answer"


@pytest.mark.skipif(sys.platform != "linux", reason="silences a socket by a filter of Linux")
@pytest.mark.parametrize("has_heard", [True, False], ids=["while it thinks", "before it has heard"])
async def test_a_service_that_vanishes_is_given_up(*, has_heard: bool) -> None:
    # Nothing ever came of the question: no byte, no error, no end.
    questions = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal questions
        await read_request(reader)
        writer.write(MODELS)
        await writer.drain()
        if has_heard:
            await read_request(reader)
            questions += 1
        vanish(writer)
        vanished.set()
        await asyncio.Event().wait()

    vanished = asyncio.Event()
    async with (
        listening(serve) as port,
        client_for(f"http://127.0.0.1:{port}/v4", clocks=replace(AT_ONCE, lost_peer_s=2)) as client,
    ):
        await client.list_models()
        if not has_heard:
            await vanished.wait()
        outcome = await ask(client)

    assert outcome.code == "connection-lost"
    assert outcome.progress == [], "it may have been heard"
    assert questions == int(has_heard)


def test_a_service_is_given_up_after_two_minutes_without_a_sign_of_life() -> None:
    with socket.socket() as sock:
        for level, name, value in keep_alive(Clocks().lost_peer_s):
            sock.setsockopt(level, name, value)

        def option(name: str) -> int:
            return sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, name))

        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert option("TCP_KEEPINTVL") * option("TCP_KEEPCNT") == 60
        assert sys.platform != "linux" or option("TCP_KEEPIDLE") == 60
        assert sys.platform != "linux" or option("TCP_USER_TIMEOUT") == 120_000


async def test_a_socks_proxy_leads_to_the_service(service: Service) -> None:
    async with (
        listening(socks_to(service.port)) as port,
        client_for(service.base_url, proxy=f"socks5://127.0.0.1:{port}") as client,
    ):
        outcome = await ask(client)

    assert outcome.error is None
    assert len(service.chats) == 1


async def test_a_question_through_a_proxy_that_may_have_been_heard_is_not_repeated() -> None:
    dropping = Dropping()

    async with (
        listening(dropping.serve) as there,
        listening(socks_to(there)) as port,
        client_for("http://127.0.0.1:1/v4", proxy=f"socks5://127.0.0.1:{port}") as client,
    ):
        outcome = await ask(client)

    assert dropping.questions == 1
    assert outcome.code == "no-answer"


async def refuse_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


async def refuse_socks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(2)
    writer.write(b"\x05\xff")
    await writer.drain()


@pytest.mark.parametrize(
    ("handler", "scheme", "reason"),
    [(refuse_http, "http", "407"), (refuse_socks, "socks5", "")],
    ids=["HTTP", "SOCKS"],
)
# WORKAROUND httpcore 1.0.9 forgets, without closing it, the connection to a SOCKS proxy that refuses.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_proxy_that_refuses_is_told_at_once(handler: Handler, scheme: str, reason: str) -> None:
    async with (
        listening(handler) as port,
        client_for("https://localhost:1/v4", proxy=f"{scheme}://user:hunter22@127.0.0.1:{port}") as client,
    ):
        outcome = await ask(client)
        with pytest.raises(NetworkFault) as caught:
            await client.list_models()

    assert outcome.code == caught.value.problem.code == "proxy"
    assert outcome.progress == []
    assert reason in str(outcome.error)
    assert "hunter22" not in str(outcome.error)
    del outcome, caught
    gc.collect()


async def test_a_proxy_that_is_not_there_is_told() -> None:
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{bound.getsockname()[1]}"
        async with client_for("https://localhost:1/v4", proxy=proxy) as client:
            outcome = await ask(client)

    assert outcome.code == "unreachable"
    assert "proxy" in str(outcome.error)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a certificate for `localhost`, signed by itself, and its key."""
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
async def tls_port(service: Service, certificate: Path) -> AsyncIterator[int]:
    """Yield a port on which the service is reached through TLS."""
    tls = server_tls(certificate)
    async with listening(lambda reader, writer: join(reader, writer, service.port), tls) as port:
        yield port


class TestTls:
    async def test_an_untrusted_certificate_is_told_at_once(self, service: Service, tls_port: int) -> None:
        async with client_for(f"https://localhost:{tls_port}/api/paas/v4", tls=trusted_roots()) as client:
            outcome = await ask(client)
            with pytest.raises(NetworkFault) as caught:
                await client.list_models()

        assert outcome.code == caught.value.problem.code == "tls"
        assert "localhost" in str(outcome.error)
        assert outcome.progress == []
        assert service.requests == []

    async def test_a_trusted_certificate_lets_the_question_through(
        self, service: Service, tls_port: int, certificate: Path
    ) -> None:
        tls = ssl.create_default_context(cafile=certificate)

        async with client_for(f"https://localhost:{tls_port}/api/paas/v4", tls=tls) as client:
            outcome = await ask(client)

        assert outcome.error is None
        assert len(service.chats) == 1

    async def test_a_certificate_for_another_host_is_not_trusted(
        self, service: Service, tls_port: int, certificate: Path
    ) -> None:
        tls = ssl.create_default_context(cafile=certificate)

        async with client_for(f"https://127.0.0.1:{tls_port}/api/paas/v4", tls=tls) as client:
            outcome = await ask(client)

        assert outcome.code == "tls"
        assert service.requests == []

    async def test_stop_hangs_up_through_tls_too(
        self, service: Service, tls_port: int, certificate: Path
    ) -> None:
        service.script(Answer("一二三四" * 9, pause_after=2))
        tls = ssl.create_default_context(cafile=certificate)

        async with client_for(f"https://localhost:{tls_port}/api/paas/v4", tls=tls) as client:
            async with aclosing(client.stream_chat(QUESTION)) as events:
                await anext(events)
            exchange = await service.hung_up(service.chats[0])

        assert exchange.records_sent == 2

    async def test_a_tunnel_leads_to_the_service(
        self, service: Service, tls_port: int, certificate: Path
    ) -> None:
        tls = ssl.create_default_context(cafile=certificate)

        async with (
            listening(tunnel_to(tls_port)) as port,
            client_for(
                "https://localhost:1/api/paas/v4", tls=tls, proxy=f"http://127.0.0.1:{port}"
            ) as client,
        ):
            outcome = await ask(client)

        assert outcome.error is None
        assert len(service.chats) == 1

    async def test_something_else_than_tls_is_not_called_untrusted(self, service: Service) -> None:
        async with client_for(f"https://localhost:{service.port}/v4") as client:
            outcome = await ask(client)

        assert outcome.code == "unreachable"
