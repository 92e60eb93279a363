"""One client per key, made when it is first needed."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field

import httpx
import pytest

from glmdesk.api.client import Client
from glmdesk.chat.connection import Backend, Connection
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import Action, KeyProblem, NetworkFault, Problem, UsageError
from tests.api.asking import KEY, NO_ROOTS, QUESTION, text_of
from tests.support.script import Answer
from tests.support.service import Service

pytestmark = pytest.mark.anyio

OTHER_KEY = "fedcba9876543210.other"


@dataclass(slots=True)
class KeyRing:
    """Keys by host, and how often they were asked for."""

    keys: dict[str, str]
    reads: int = 0

    async def read(self, host: str) -> str | None:
        self.reads += 1
        await asyncio.sleep(0)
        return self.keys.get(host)


@dataclass(slots=True)
class Loading:
    """Loads a backend for a service, and counts in which threads."""

    endpoint: Endpoint
    threads: list[int] = field(default_factory=list[int])

    def __call__(self, endpoint: Endpoint) -> Backend:
        assert endpoint == self.endpoint
        self.threads.append(threading.get_ident())
        return Backend(lambda key: Client(self.endpoint, key, tls=NO_ROOTS))


@dataclass(slots=True)
class Opened:
    """A connection with what it was made of."""

    connection: Connection
    keys: KeyRing
    loading: Loading


@pytest.fixture
async def opened(service: Service) -> AsyncIterator[Opened]:
    endpoint = Endpoint.parse(service.base_url)
    keys, loading = KeyRing({endpoint.host: KEY}), Loading(endpoint)
    connection = Connection(endpoint, keys, loading)
    yield Opened(connection, keys, loading)
    await connection.close()


async def test_nothing_is_loaded_before_it_is_needed(opened: Opened) -> None:
    assert opened.loading.threads == []
    assert opened.keys.reads == 0


async def test_the_client_is_made_once_however_many_ask_at_once(opened: Opened) -> None:
    clients = await asyncio.gather(*(opened.connection.client() for _ in range(5)))

    assert len(set(map(id, clients))) == 1
    assert opened.keys.reads == 1
    assert len(opened.loading.threads) == 1


async def test_loading_leaves_the_event_loop_alone(opened: Opened) -> None:
    await opened.connection.warm_up()

    assert opened.loading.threads != [threading.get_ident()]


async def test_warming_up_asks_for_no_key_and_touches_no_network(opened: Opened, service: Service) -> None:
    await opened.connection.warm_up()
    await opened.connection.warm_up()

    assert opened.keys.reads == 0
    assert len(opened.loading.threads) == 1
    assert service.connections == 0


async def test_a_new_key_makes_a_new_client(opened: Opened, service: Service) -> None:
    first = await opened.connection.client()
    await first.list_models()
    opened.keys.keys[opened.connection.endpoint.host] = OTHER_KEY
    await opened.connection.close()
    second = await opened.connection.client()
    await second.list_models()

    assert second is not first
    assert [exchange.header("authorization") for exchange in service.requests] == [
        f"Bearer {KEY}",
        f"Bearer {OTHER_KEY}",
    ]
    assert len(opened.loading.threads) == 1


async def test_without_a_key_the_problem_names_the_host_and_the_way_out(opened: Opened) -> None:
    opened.keys.keys.clear()

    with pytest.raises(KeyProblem) as raised:
        await opened.connection.client()

    assert opened.connection.endpoint.host in raised.value.problem.headline
    assert raised.value.problem.action is Action.ENTER_KEY


async def test_a_key_that_turns_up_later_is_found(opened: Opened) -> None:
    host = opened.connection.endpoint.host
    key = opened.keys.keys.pop(host)
    with pytest.raises(KeyProblem):
        await opened.connection.client()
    opened.keys.keys[host] = key

    await opened.connection.client()
    assert opened.keys.reads == 2


async def test_testing_a_key_lists_the_models_and_keeps_nothing(opened: Opened, service: Service) -> None:
    count = await opened.connection.test_key(OTHER_KEY)

    (exchange,) = service.requests
    assert count > 0
    assert (exchange.method, exchange.path) == ("GET", "/models")
    assert exchange.header("authorization") == f"Bearer {OTHER_KEY}"
    assert opened.keys.reads == 0


async def test_testing_a_key_says_when_the_service_is_not_there(opened: Opened, service: Service) -> None:
    await service.stop()

    with pytest.raises(NetworkFault):
        await opened.connection.test_key(KEY)


async def test_closing_twice_is_closing_once(opened: Opened) -> None:
    client = await opened.connection.client()
    await opened.connection.close()
    await opened.connection.close()

    with pytest.raises(RuntimeError, match="closed"):
        await client.list_models()


async def test_following_another_connection_changes_host_key_and_backend(opened: Opened) -> None:
    before = await opened.connection.client()
    async with Service(is_strict=True) as other_service:
        endpoint = Endpoint.parse(other_service.base_url.replace("127.0.0.1", "localhost"))
        opened.keys.keys["localhost"] = OTHER_KEY
        loading = Loading(endpoint)
        await opened.connection.follow(Connection(endpoint, opened.keys, loading))

        after = await opened.connection.client()
        await after.list_models()
        await opened.connection.close()

        assert after is not before
        assert opened.connection.endpoint is endpoint
        assert other_service.requests[0].header("authorization") == f"Bearer {OTHER_KEY}"
        assert len(loading.threads) == 1


async def test_an_answer_in_progress_goes_on_while_the_next_question_takes_another_way(
    opened: Opened, service: Service
) -> None:
    service.script(Answer("一二三四五六七八", chunk_size=4, pause_after=1))
    client = await opened.connection.client()
    async with aclosing(client.stream_chat(QUESTION)) as events:
        arrived = [await anext(events)]
        await opened.connection.follow(Connection(opened.connection.endpoint, opened.keys, opened.loading))
        assert await opened.connection.client() is not client

        service.release(service.chats[0])
        arrived += [event async for event in events]

    assert text_of(arrived) == "一二三四五六七八"
    with pytest.raises(RuntimeError, match="closed"):
        await client.list_models()


async def test_a_renewed_connection_closes_at_once_what_nobody_uses(opened: Opened) -> None:
    client = await opened.connection.client()
    await opened.connection.renew()

    with pytest.raises(RuntimeError, match="closed"):
        await client.list_models()


REFUSAL = Problem("base-url", "“{url}” is no address.", "Give another.", details={"url": "nowhere"})


def never(_endpoint: Endpoint) -> Backend:
    raise AssertionError("nothing is to be loaded")


async def test_a_refused_address_leads_nowhere_and_no_key_is_read_for_it(opened: Opened) -> None:
    connection = Connection(REFUSAL, opened.keys, never)

    assert connection.refusal is REFUSAL
    assert connection.address == "nowhere"
    for ask in (connection.client, connection.warm_up, lambda: connection.test_key(KEY)):
        with pytest.raises(UsageError) as raised:
            await ask()
        assert raised.value.problem is REFUSAL
    assert opened.keys.reads == 0
    await connection.close()


async def test_a_refusal_ends_with_a_better_address(opened: Opened, service: Service) -> None:
    connection = Connection(REFUSAL, opened.keys, never)
    await connection.follow(opened.connection)

    assert connection.refusal is None
    assert connection.address == service.base_url
    await (await connection.client()).list_models()
    assert service.connections == 1
    await connection.close()


async def test_a_transport_of_the_programs_own_needs_no_network() -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"object": "list", "data": [{"id": "glm-4-plus"}]})

    endpoint = Endpoint.parse("https://open.bigmodel.cn/api/paas/v4")
    backend = Backend(lambda key: Client(endpoint, key, transport=httpx.MockTransport(answer)))
    connection = Connection(endpoint, KeyRing({}), lambda _endpoint: backend)

    assert await connection.test_key(KEY) == 1
