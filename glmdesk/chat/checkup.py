"""Whether a service can be reached, how fast it is at that, and how fast a model there answers."""

import asyncio
import socket
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from glmdesk.chat.connection import Backend
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import Action, NetworkFault, Problem
from glmdesk.domain.events import Progress, ReasoningDelta, Retrying, Sent, TextDelta, UsageReport
from glmdesk.domain.request import ChatRequest, PromptMessage
from glmdesk.domain.usage import Usage
from glmdesk.i18n import N_

if TYPE_CHECKING:
    from glmdesk.api.client import Opening

WORD: Final = "Hello"
MOST_TOKENS: Final = 64
"""The longest answer to it: it counts towards the speed, and towards the costs."""
_RESOLVING_S = 10.0
# The word, and what the service puts around it.
_PROMPT_TOKENS = 16
COST_AT_MOST: Final = Usage(_PROMPT_TOKENS, MOST_TOKENS)
_LEAST_S: Final = 0.2
_LEAST_TOKENS: Final = 5
"""What comes in less time, or in fewer tokens after the first, tells how the network passes it on."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The name of the host was looked up."""

    seconds: float
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proxied:
    """The proxy looks the name up, and nobody else."""

    proxy: str


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection was opened, and secured where it is encrypted."""

    tcp_s: float
    tls_s: float | None


@dataclass(frozen=True, slots=True)
class Listed:
    """The service said which models it has."""

    seconds: float
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spoke:
    """A model answered one word. The speed is not known of what came too quickly, or was not counted."""

    first_s: float
    tokens_per_s: float | None
    usage: Usage | None


Step = Resolved | Proxied | Connected | Listed | Spoke


async def look_at(endpoint: Endpoint, backend: Backend, key: str, tell: Callable[[Step], None]) -> None:
    """Tell the steps to the list of a service's models as they are done. It costs nothing.

    Raises KeyProblem, ServiceRefused, NetworkFault.
    """
    if backend.proxy:
        tell(Proxied(backend.proxy))
    elif not _is_address(endpoint.host):
        tell(await _resolved(endpoint))
    answer_began: float | None = None

    def connected(opening: "Opening") -> None:
        nonlocal answer_began
        answer_began = time.monotonic()
        tell(Connected(opening.tcp_s, opening.tls_s))

    async with backend.make_client(key) as client:
        began = time.monotonic()
        models = await client.list_models(connected)
        tell(Listed(time.monotonic() - (answer_began or began), models))


async def ask_a_word(
    backend: Backend, key: str, model_id: str, *, now: Callable[[], float] = time.monotonic
) -> Spoke:
    """Ask a model one word. It costs `COST_AT_MOST`. Raises KeyProblem, ServiceRefused, NetworkFault."""
    request = ChatRequest(model_id, (PromptMessage("user", WORD),), max_tokens=MOST_TOKENS)
    clock = _Clock(now)
    usage: Usage | None = None
    async with (
        backend.make_client(key) as client,
        aclosing(client.stream_chat(request, clock.begin_again)) as events,
    ):
        async for event in events:
            match event:
                case TextDelta() | ReasoningDelta():
                    clock.hear()
                case UsageReport(usage=counted):
                    usage = counted
                case _:
                    # The end is not waited for: the last word was spoken before.
                    pass
    return clock.result(usage)


class _Clock:
    """When a question was sent, and when the first and the last word of its answer were heard."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._began = now()
        self._first: float | None = None
        self._last = self._began

    def begin_again(self, progress: Progress) -> None:
        """Take what happens before the first word: what counts is the attempt that is answered."""
        match progress:
            case Retrying(delay_s=delay_s):
                self._began = self._now() + delay_s
            case Sent():
                self._began = self._now()
            case _:
                # It is waited for, which counts.
                pass

    def hear(self) -> None:
        """Take a word."""
        self._last = self._now()
        if self._first is None:
            self._first = self._last

    def result(self, usage: Usage | None) -> Spoke:
        """Return how fast it was. The first token is what the others are counted from."""
        first = self._last if self._first is None else self._first
        took_s, more = self._last - first, usage.completion_tokens - 1 if usage else 0
        is_telling = took_s >= _LEAST_S and more >= _LEAST_TOKENS
        return Spoke(first - self._began, more / took_s if is_telling else None, usage)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


async def _resolved(endpoint: Endpoint) -> Resolved:
    """Look the host's name up. Raises NetworkFault."""
    port = urlsplit(endpoint.base_url).port
    began = time.monotonic()
    try:
        async with asyncio.timeout(_RESOLVING_S):
            found = await asyncio.get_running_loop().getaddrinfo(endpoint.host, port, type=socket.SOCK_STREAM)
    except OSError as error:  # a timeout is one too
        raise NetworkFault(_nameless(endpoint.host)) from error
    addresses = dict.fromkeys(str(address[0]) for *_rest, address in found)
    return Resolved(time.monotonic() - began, tuple(addresses))


def _nameless(host: str) -> Problem:
    return Problem(
        "no-address",
        N_("No address was found for {host}."),
        N_("Check the spelling, and whether this computer is in the network of the service."),
        Action.RETRY,
        {"host": host},
    )
