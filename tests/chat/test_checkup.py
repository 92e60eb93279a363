"""What is found out about a service, step by step, and how fast a model there answers."""

import ssl
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from glmdesk.api.client import Client
from glmdesk.chat.checkup import (
    MOST_TOKENS,
    WORD,
    Connected,
    Listed,
    Proxied,
    Resolved,
    Step,
    ask_a_word,
    look_at,
)
from glmdesk.chat.connection import Backend
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import NetworkFault, ServiceRefused
from glmdesk.domain.own_service import OwnService
from glmdesk.domain.usage import Usage
from tests.api.asking import AT_ONCE, KEY, NO_ROOTS
from tests.api.sockets import join, listening
from tests.support.certificates import self_signed, server_tls
from tests.support.openai_compatible import OPENAI_CHAT, OPENAI_MODELS
from tests.support.script import Answer, Refuse
from tests.support.service import Service

pytestmark = pytest.mark.anyio


def endpoint_of(base_url: str) -> Endpoint:
    return Endpoint.of(OwnService("Ollama", base_url, ("glm4:9b",)))


def backend_of(endpoint: Endpoint, *, proxy: str | None = None) -> Backend:
    return Backend(partial(Client, endpoint, tls=NO_ROOTS, clocks=AT_ONCE), proxy=proxy)


async def test_the_steps_are_told_as_they_are_done(service: Service) -> None:
    endpoint = endpoint_of(service.openai_url.replace("127.0.0.1", "localhost"))
    steps: list[Step] = []

    await look_at(endpoint, backend_of(endpoint), "", steps.append)

    resolved, connected, listed = steps
    assert isinstance(resolved, Resolved)
    assert "127.0.0.1" in resolved.addresses
    assert isinstance(connected, Connected)
    assert connected.tls_s is None
    assert isinstance(listed, Listed)
    assert listed.models == OPENAI_MODELS
    assert all(step.seconds > 0 for step in (resolved, listed))
    assert [exchange.path for exchange in service.requests] == ["/openai/v1/models"]


async def test_securing_a_connection_is_timed_apart(service: Service, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    trusting = ssl.create_default_context(cafile=str(certificate))
    steps: list[Step] = []
    async with listening(
        lambda reader, writer: join(reader, writer, service.port), server_tls(certificate)
    ) as port:
        endpoint = endpoint_of(f"https://localhost:{port}/openai/v1")
        await look_at(endpoint, Backend(partial(Client, endpoint, tls=trusting)), "", steps.append)

    _resolved, connected, listed = steps
    assert isinstance(connected, Connected)
    assert connected.tls_s is not None
    assert connected.tls_s > 0
    assert isinstance(listed, Listed)


async def test_an_address_has_no_name_to_look_up(service: Service) -> None:
    endpoint = endpoint_of(service.openai_url)
    steps: list[Step] = []

    await look_at(endpoint, backend_of(endpoint), "", steps.append)

    assert [type(step) for step in steps] == [Connected, Listed]


async def test_a_name_that_the_proxy_looks_up_is_not_looked_up_here(service: Service) -> None:
    endpoint = endpoint_of(service.openai_url.replace("127.0.0.1", "localhost"))
    steps: list[Step] = []

    await look_at(endpoint, backend_of(endpoint, proxy="proxy.corp"), "", steps.append)

    assert steps[0] == Proxied("proxy.corp")
    assert not any(isinstance(step, Resolved) for step in steps)


async def test_a_name_that_nobody_knows_is_named() -> None:
    # RFC 6761: it resolves nowhere.
    endpoint = endpoint_of("https://nowhere.invalid/v1")
    steps: list[Step] = []

    with pytest.raises(NetworkFault, match=r"No address was found for nowhere\.invalid"):
        await look_at(endpoint, backend_of(endpoint), "", steps.append)

    assert steps == []


async def test_what_was_reached_before_a_refusal_is_told(service: Service) -> None:
    endpoint = endpoint_of(service.openai_url.replace("/openai/v1", "/openai/v1/deeper"))
    steps: list[Step] = []

    with pytest.raises(ServiceRefused):
        await look_at(endpoint, backend_of(endpoint), "", steps.append)

    assert [type(step) for step in steps] == [Connected]


def tick(seconds: float) -> Callable[[], float]:
    """Return a clock that goes on by so many seconds whenever it is looked at."""
    times = count()
    return lambda: next(times) * seconds


async def test_one_word_is_asked_and_its_speed_counted(service: Service) -> None:
    endpoint = endpoint_of(service.openai_url)
    service.script(Answer("Good day to you, whoever you are."), path=OPENAI_CHAT)

    spoke = await ask_a_word(backend_of(endpoint), "", "glm4:9b", now=tick(0.1))

    (exchange,) = service.requests
    assert exchange.body["messages"] == [{"role": "user", "content": WORD}]
    assert exchange.body["max_tokens"] == MOST_TOKENS
    assert spoke.first_s > 0
    assert isinstance(spoke.usage, Usage)
    assert spoke.tokens_per_s is not None
    assert 5 < spoke.tokens_per_s < 50


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        pytest.param(Answer("Hi", chunk_size=10), 1.0, id="one piece"),
        pytest.param(Answer("Hi you.", chunk_size=1), 1.0, id="few tokens"),
        pytest.param(Answer("Good day to you, whoever you are."), 0.001, id="all at once"),
    ],
)
async def test_the_speed_of_an_answer_that_is_too_short_is_not_known(
    service: Service, answer: Answer, seconds: float
) -> None:
    endpoint = endpoint_of(service.openai_url)
    service.script(answer, path=OPENAI_CHAT)

    assert (await ask_a_word(backend_of(endpoint), "", "glm4:9b", now=tick(seconds))).tokens_per_s is None


async def test_an_attempt_that_failed_does_not_count(service: Service) -> None:
    service.script(Refuse("1234"), Answer("Good day to you."))
    endpoint = Endpoint.parse(service.base_url)

    # Every attempt takes a second by this clock.
    spoke = await ask_a_word(
        backend_of(endpoint), KEY, "glm-4-flash-250414", now=lambda: float(len(service.chats))
    )

    assert len(service.chats) == 2
    assert spoke.first_s == 1
