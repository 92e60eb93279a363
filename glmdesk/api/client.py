"""The connection to the service: one HTTP client, streamed answers, and the clocks and retries around them.

The only module that knows the HTTP library.
"""

import asyncio
import errno
import logging
import random
import socket
import ssl
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from itertools import count
from types import TracebackType
from typing import Self, TypeVar, cast

import httpx
import msgspec

from glmdesk import __version__
from glmdesk.api.answer import AnswerReader
from glmdesk.api.errors import (
    CONNECT_TIMED_OUT,
    CONNECTION_LOST,
    NO_ANSWER,
    PROXY_FAILED,
    SILENT,
    STALE_CONNECTION,
    UNREACHABLE,
    UNTRUSTED,
    AttemptFailed,
    Load,
    interruption,
)
from glmdesk.api.limiter import Gates, Ticket
from glmdesk.api.retry import LONGEST_PAUSE_S, Backoff, requested_wait_s
from glmdesk.api.tls import causes, is_untrusted, trusted_roots
from glmdesk.api.wire import decode_models, decode_search, encode_chat, encode_search, refusal_in
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import Action, Problem, ServiceRefused
from glmdesk.domain.events import (
    Event,
    Progress,
    ReasoningDelta,
    Retrying,
    ServiceCalls,
    TextDelta,
    Waiting,
)
from glmdesk.domain.message import Citation
from glmdesk.domain.request import ChatRequest, WebSearch
from glmdesk.i18n import N_

logger = logging.getLogger(__name__)

_T = TypeVar("_T")

_CONNECT_S = 10.0
_WRITE_S = 30.0
_ANSWER_S = 30.0
_ERROR_BODY_BYTES = 64 * 1024
_HTTP_OK = 200
_PROBES = 6
_VANISHED = frozenset({errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN})
# The bound that every model has accepted at all times, for one that refuses its documented maximum.
_SAFE_MAX_TOKENS = 4095


@dataclass(frozen=True, slots=True)
class Clocks:
    """How patient the client is, in seconds. The clocks run apart; none bounds a whole answer."""

    waiting_notice_s: float = 60.0
    """Before the first word of an answer: how often to say that it is still awaited. Nothing is given up."""
    silence_s: float = 60.0
    """After the first word: how long nothing may arrive before the answer counts as interrupted."""
    after_finish_s: float = 5.0
    """After the finish reason: how long to wait for the usage that should follow it."""
    lost_peer_s: float = 120.0
    """At any time: how long the other side may leave TCP's own questions unanswered. A service that thinks
    answers them, one that has vanished does not. Two minutes outlast a change of the network."""
    retry_factor: float = 1.0
    """Not a clock but its speed: stretches the pauses before a question is asked again."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How many seconds it took to open a connection, and to make it secure where it is encrypted."""

    tcp_s: float
    tls_s: float | None = None


def _ignore(_progress: Progress) -> None:
    """Tell nobody."""


def keep_alive(lost_peer_s: float) -> list[tuple[int, int, int]]:
    """Return the socket options that let a vanished peer be noticed after so many seconds of nothing.

    The first half passes without a question; it keeps a connection known to routers, which forget idle ones
    after some minutes. In the second half six are asked, of which any may be lost. Linux applies the limit to
    what was sent and not confirmed too, which would otherwise be sent again for a quarter of an hour.
    """
    idle_s = max(1, round(lost_peer_s / 2))
    values = {
        # macOS has a name of its own for the first.
        "TCP_KEEPIDLE": idle_s,
        "TCP_KEEPALIVE": idle_s,
        "TCP_KEEPINTVL": max(1, idle_s // _PROBES),
        "TCP_KEEPCNT": _PROBES,
        "TCP_USER_TIMEOUT": round(lost_peer_s * 1000),
    }
    known = [(getattr(socket, name), value) for name, value in values.items() if hasattr(socket, name)]
    tcp = [(socket.IPPROTO_TCP, option, value) for option, value in known]
    return [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *tcp]


class Client:
    """Speaks to one endpoint with one key, or without one where it is empty.

    `transport` stands in for the network (the demo service is one). `gates` bound what is in flight, together
    with that of other clients. Close the client when the endpoint, the key or the proxy changes, and make a
    new one.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        key: str,
        *,
        tls: ssl.SSLContext | None = None,
        proxy: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clocks: Clocks | None = None,
        gates: Gates | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._has_key = bool(key)
        self._clocks = clocks or Clocks()
        self._gates = gates or Gates(pace=self._clocks.retry_factor)
        self._answers = 0
        self._is_retired = False
        self._rng = random.Random()  # noqa: S311 - jitter, not secrets
        self._http = httpx.AsyncClient(
            headers={"User-Agent": f"glmdesk/{__version__}"}
            | ({"Authorization": f"Bearer {key}"} if key else {}),
            timeout=httpx.Timeout(connect=_CONNECT_S, write=_WRITE_S, read=None, pool=None),
            transport=transport or self._network(tls or trusted_roots(), proxy),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            trust_env=False,
            follow_redirects=False,
        )

    def _network(self, tls: ssl.SSLContext, proxy: str | None) -> httpx.AsyncHTTPTransport:
        return httpx.AsyncHTTPTransport(
            verify=tls,
            proxy=proxy,
            limits=httpx.Limits(max_connections=None),
            trust_env=False,
            # WORKAROUND httpcore 1.0.9 has no options for the connection to a SOCKS proxy. As a rule that is
            # on this machine, where nothing vanishes.
            socket_options=keep_alive(self._clocks.lost_peer_s),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection; answers in progress are interrupted."""
        await self._http.aclose()

    async def retire(self) -> None:
        """Close as soon as no answer is in progress; nothing more is to be asked."""
        self._is_retired = True
        if not self._answers:
            await self.aclose()

    async def list_models(
        self, connected: Callable[[Opening], None] = lambda _opening: None
    ) -> tuple[str, ...]:
        """Return the ids of the models the service lists for this key.

        It costs nothing, so it is also the way to test a key. `connected` hears how long a connection took
        that was opened for it.

        Raises KeyProblem, ServiceRefused, NetworkFault.
        """
        stopwatch = _OpeningTrace(connected)
        return await self._answered("GET", "/models", decode_models, trace=stopwatch.observe)

    async def search_web(self, query: str, search: WebSearch) -> tuple[Citation, ...]:
        """Return what a search of the web finds; the query has at most `LONGEST_QUERY` characters.

        It costs a little, also where nothing is found. Raises KeyProblem, ServiceRefused, NetworkFault.
        """
        if self._endpoint.dialect != "bigmodel":
            raise ServiceRefused(_cannot_search(self._endpoint.name))
        async with self._in_use():
            body = encode_search(query, search, str(uuid.uuid4()))
            return await self._answered("POST", "/web_search", decode_search, body)

    async def _answered(
        self,
        method: str,
        path: str,
        decode: Callable[[bytes], _T],
        body: bytes | None = None,
        *,
        trace: Callable[[str, object], Awaitable[None]] | None = None,
    ) -> _T:
        """Return what the service answers at once to a request that is made once."""
        headers = {} if body is None else {"Content-Type": "application/json"}
        timeout = httpx.Timeout(_ANSWER_S, connect=_CONNECT_S)
        try:
            response = await self._http.request(
                method,
                f"{self._endpoint.base_url}{path}",
                content=body,
                headers=headers,
                timeout=timeout,
                extensions={} if trace is None else {"trace": trace},
            )
        except httpx.HTTPError as error:
            raise self._transport_failure(error).error from error
        try:
            if response.status_code == _HTTP_OK:
                return decode(response.content)
        except msgspec.DecodeError:
            logger.info("What %s answers is not readable.", path)
        raise refusal_in(response.content, response.status_code).failure(has_key=self._has_key).error

    async def stream_chat(
        self, request: ChatRequest, progress: Callable[[Progress], None] = _ignore
    ) -> AsyncGenerator[Event, None]:
        """Yield the answer as it is written, `Finished` last. Closing the generator hangs up on the service.

        It waits until the model takes one more question. Attempts that fail in a way worth repeating are
        repeated as long as no text, no reasoning and no call of the service's own were yielded: sources may
        come twice, words and what was done may not.
        `progress` hears of it, and of long waits for the first word.

        Raises KeyProblem, ServiceRefused, NetworkFault; StreamInterrupted after text, which can be continued.
        """
        gate = self._gates.of(self._endpoint.host, request.model)
        ticket = gate.ticket()
        async with self._in_use():
            schedules: dict[Backoff, Iterator[float]] = {}
            has_text = has_more = False
            for attempt in count(1):
                try:
                    async with (
                        gate.entered(ticket, progress) as slot,
                        aclosing(self._attempt(request, progress, partial(gate.accept, slot))) as events,
                    ):
                        async for event in events:
                            has_text = has_text or isinstance(event, TextDelta)
                            has_more = has_more or isinstance(event, (ReasoningDelta, ServiceCalls))
                            yield event
                except AttemptFailed as failure:
                    if has_text:
                        raise interruption(failure.error) from failure
                    if has_more:
                        raise failure.error from failure
                    if (smaller := _with_safe_max_tokens(request, failure)) is not None:
                        request = smaller
                        continue
                    if _returns_to_queue(failure, ticket):
                        continue
                    delay_s = self._next_delay(failure, schedules)
                    if delay_s is None:
                        raise failure.error from failure
                    delay_s, problem = max(delay_s, gate.pause_s), failure.error.problem
                else:
                    return
                logger.info("Attempt %d failed (%s); the next one in %.1f s.", attempt, problem.code, delay_s)
                progress(Retrying(attempt, delay_s, problem, time.monotonic() + delay_s))
                await asyncio.sleep(delay_s)

    @asynccontextmanager
    async def _in_use(self) -> AsyncGenerator[None]:
        """Keep the client open for an answer, even if it is retired meanwhile."""
        self._answers += 1
        try:
            yield
        finally:
            self._answers -= 1
            if self._is_retired:
                await self.retire()

    def _next_delay(self, failure: AttemptFailed, schedules: dict[Backoff, Iterator[float]]) -> float | None:
        backoff = failure.verdict.retry
        is_too_long = failure.not_before_s > LONGEST_PAUSE_S
        if backoff is None or is_too_long or failure.verdict.load is Load.OURS:
            return None
        delay_s = next(schedules.setdefault(backoff, backoff.delays(self._rng)), None)
        return None if delay_s is None else max(delay_s, failure.not_before_s) * self._clocks.retry_factor

    async def _attempt(
        self, request: ChatRequest, progress: Callable[[Progress], None], begun: Callable[[], None]
    ) -> AsyncGenerator[Event, None]:
        """Yield the answer of one request; `begun` hears that there is one. Raises AttemptFailed."""
        reader = AnswerReader(value for server in request.connectors for _name, value in server.headers)
        with _WaitingNotice(self._clocks.waiting_notice_s, progress) as notice:
            async with self._ask(request) as response, aclosing(self._pieces(response, reader)) as pieces:
                async for piece in pieces:
                    for event in reader.feed(piece):
                        notice.stop()
                        begun()
                        yield event
                    if reader.is_done:
                        break
        for event in reader.finish():
            yield event

    @asynccontextmanager
    async def _ask(self, request: ChatRequest) -> AsyncGenerator[httpx.Response]:
        """Send a request and give its response, status 200, body unread."""
        connection = _ConnectionTrace()
        http_request = self._http.build_request(
            "POST",
            f"{self._endpoint.base_url}/chat/completions",
            content=encode_chat(request, str(uuid.uuid4()), dialect=self._endpoint.dialect),
            # A compressed stream would be held back until a block of it is full.
            headers={
                "Content-Type": "application/json",
                "Accept": "text/event-stream",
                "Accept-Encoding": "identity",
            },
            extensions={"trace": connection.observe},
        )
        try:
            response = await self._http.send(http_request, stream=True)
        except httpx.HTTPError as error:
            raise self._transport_failure(error, reused=connection.was_reused) from error
        async with aclosing(response):
            if response.status_code != _HTTP_OK:
                refusal = refusal_in(await self._error_body(response), response.status_code)
                failure = refusal.failure(has_key=self._has_key)
                failure.not_before_s = requested_wait_s(response.headers.get("Retry-After"))
                raise failure
            yield response

    async def _error_body(self, response: httpx.Response) -> bytes:
        body = bytearray()
        try:
            async with asyncio.timeout(self._clocks.silence_s):
                async with aclosing(_bytes_of(response)) as pieces:
                    async for piece in pieces:
                        body += piece
                        if len(body) > _ERROR_BODY_BYTES:
                            break
        except (TimeoutError, httpx.HTTPError):
            logger.info("The body of an HTTP %d broke off.", response.status_code)
        return bytes(body)

    async def _pieces(self, response: httpx.Response, reader: AnswerReader) -> AsyncGenerator[bytes, None]:
        """Yield the body as it arrives, within the clocks. Raises AttemptFailed."""
        limit_s: float | None = None
        async with aclosing(_bytes_of(response)) as pieces:
            while True:
                try:
                    async with asyncio.timeout(limit_s):
                        piece = await anext(pieces, b"")
                except (TimeoutError, httpx.HTTPError) as error:
                    if reader.is_finished:
                        return
                    verdict = SILENT if isinstance(error, TimeoutError) else CONNECTION_LOST
                    raise verdict.failure("silent" if verdict is SILENT else "connection-lost") from error
                if not piece:
                    return
                yield piece
                limit_s = self._limit_s(reader)

    def _limit_s(self, reader: AnswerReader) -> float | None:
        """Return how long to wait for what comes next."""
        if reader.is_finished:
            return self._clocks.after_finish_s
        # A gateway may send comments, and another service the role alone, long before the first word.
        return self._clocks.silence_s if reader.has_begun else None

    def _transport_failure(self, error: httpx.HTTPError, *, reused: bool = False) -> AttemptFailed:
        """Return what it means that no response came."""
        verdict = STALE_CONNECTION if reused else NO_ANSWER
        code = "no-answer"
        if isinstance(error, httpx.ProxyError):
            verdict, code = PROXY_FAILED, "proxy"
        elif isinstance(error, httpx.TimeoutException):
            verdict, code = CONNECT_TIMED_OUT, "connect-timeout"
        elif isinstance(error, httpx.ConnectError):
            verdict, code = (UNTRUSTED, "tls") if is_untrusted(error) else (UNREACHABLE, "unreachable")
        elif _has_vanished(error):
            verdict, code = CONNECTION_LOST, "connection-lost"
        return verdict.failure(code, host=self._endpoint.host, message=str(error))


class _WaitingNotice:
    """Says at intervals that nothing of the answer has arrived yet, until it is stopped."""

    def __init__(self, interval_s: float, progress: Callable[[Progress], None]) -> None:
        self._interval_s = interval_s
        self._progress = progress
        self._elapsed_s = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        self._arm()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def _arm(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._interval_s, self._say)

    def _say(self) -> None:
        self._elapsed_s += self._interval_s
        self._progress(Waiting(self._elapsed_s))
        self._arm()

    def stop(self) -> None:
        """Fall silent. It may be called again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class _OpeningTrace:
    """Takes the time of what opens a connection, and tells it before the request goes out."""

    def __init__(self, connected: Callable[[Opening], None]) -> None:
        self._connected = connected
        self._began_at: dict[str, float] = {}
        self._took_s: dict[str, float] = {}

    async def observe(self, event_name: str, _info: object) -> None:
        """Take an event of the transport."""
        # The part before the first dot says what is spoken on the connection.
        _protocol, _dot, step = event_name.partition(".")
        name, _dot, moment = step.partition(".")
        if name in ("connect_tcp", "start_tls"):
            if moment == "started":
                self._began_at[name] = time.monotonic()
            elif moment == "complete":
                self._took_s[name] = time.monotonic() - self._began_at[name]
        elif step == "send_request_headers.started" and "connect_tcp" in self._took_s:
            self._connected(Opening(self._took_s["connect_tcp"], self._took_s.get("start_tls")))


class _ConnectionTrace:
    """Watches whether a request travelled on a connection that an earlier one had opened."""

    def __init__(self) -> None:
        self.was_reused = True

    async def observe(self, event_name: str, _info: object) -> None:
        """Take an event of the transport."""
        # The part before the dot says what is spoken on the connection, a SOCKS proxy's protocol for one.
        if event_name.endswith(".connect_tcp.started"):
            self.was_reused = False


def _returns_to_queue(failure: AttemptFailed, ticket: Ticket) -> bool:
    """Whether a question that was one too many is to be asked again in its turn."""
    if failure.verdict.load is not Load.OURS or failure.not_before_s > LONGEST_PAUSE_S:
        return False
    backoff = failure.verdict.retry
    return backoff is not None and ticket.refusals <= backoff.attempts


def _cannot_search(service: str) -> Problem:
    return Problem(
        "no-web-search",
        N_("{service} does not search the web."),
        N_("BigModel does: choose it in the settings."),
        Action.OPEN_SETTINGS,
        {"service": service},
    )


def _with_safe_max_tokens(request: ChatRequest, failure: AttemptFailed) -> ChatRequest | None:
    """Return the request to make instead when a model refused its own maximum, else None."""
    problem = failure.error.problem
    if problem.code != "1214" or "max_tokens" not in problem.details.get("message", ""):
        return None
    if request.max_tokens is None or request.max_tokens <= _SAFE_MAX_TOKENS:
        return None
    return replace(request, max_tokens=_SAFE_MAX_TOKENS)


def _bytes_of(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    # The library declares an iterator and returns a generator, which has to be closed.
    return cast("AsyncGenerator[bytes, None]", response.aiter_bytes())


def _has_vanished(error: BaseException) -> bool:
    """Whether the other side did not hang up: the system has given it up, or the way to it."""
    system = [cause for cause in causes(error) if isinstance(cause, OSError)]
    return any(cause.errno in _VANISHED for cause in system)
