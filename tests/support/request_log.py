"""What the service has been asked and what became of each answer."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tests.support.violation import Violation


class Write(msgspec.Struct, frozen=True):
    """So much had been handed to the operating system at that moment."""

    at: float
    records: int
    bytes: int


class Exchange(msgspec.Struct):
    """A request and its answer. Times are seconds of `time.monotonic`, which processes of a machine share.

    Attributes:
        number: Counts from 1 over the life of the service.
        connection: Number of the TCP connection it came over.
        path: Below the base path, as `/chat/completions`.
        target: As it stands in the request line.
        headers: In order, names as they were spelt.
        body: The JSON object in the body, empty when there is none.
        raw: The body's bytes.
        status: HTTP status of the answer; `None` before it.
        code: The business code it was refused with.
        ended_at: When the answer was over, in any way.
        hung_up_at: When the client was seen to close the connection before the answer was over.
        records_sent: SSE events, or other parts of the body, sent completely.
        bytes_sent: Of the body, without what HTTP adds.
        writes: After each write, what had been sent by then.
        violations: What the body of a chat request should not have had, refused and forbidden.
    """

    number: int
    connection: int
    method: str
    path: str
    target: str
    headers: list[tuple[str, str]]
    body: dict[str, Any]
    raw: bytes
    started_at: float
    status: int | None = None
    code: str = ""
    ended_at: float | None = None
    hung_up_at: float | None = None
    records_sent: int = 0
    bytes_sent: int = 0
    writes: list[Write] = []
    violations: list[Violation] = []

    def header(self, name: str) -> str:
        """Return the value of a header, empty when it is absent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def forbidden(self) -> list[Violation]:
        """What glmdesk must never send."""
        return [violation for violation in self.violations if violation.severity == "forbidden"]


@dataclass(frozen=True, slots=True)
class Progress:
    """An exchange while it lasts: where the connection reports and tests wait."""

    exchange: Exchange
    paused: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def sent(self, size: int, records: int) -> None:
        """Note a write."""
        exchange = self.exchange
        exchange.bytes_sent += size
        exchange.records_sent += records
        exchange.writes.append(Write(time.monotonic(), exchange.records_sent, exchange.bytes_sent))

    async def pause(self) -> None:
        """Wait until the test releases the answer."""
        self.paused.set()
        await self.released.wait()

    def hang_up(self) -> None:
        """Note that the client has closed the connection."""
        if self.exchange.hung_up_at is None:
            self.exchange.hung_up_at = time.monotonic()
            self.hung_up.set()

    def end(self) -> None:
        """Note that the answer is over."""
        if self.exchange.ended_at is None:
            self.exchange.ended_at = time.monotonic()
            self.ended.set()


class RequestLog:
    """All exchanges in the order in which the requests were complete."""

    def __init__(self) -> None:
        self.progress: dict[int, Progress] = {}
        self._count = 0
        self._open: list[Exchange] = []
        self._arrival = asyncio.Event()

    @property
    def exchanges(self) -> list[Exchange]:
        """The exchanges since the last reset."""
        return [progress.exchange for progress in self.progress.values()]

    def next_number(self) -> int:
        """Return the number of the next exchange."""
        self._count += 1
        return self._count

    def add(self, exchange: Exchange) -> Progress:
        """Begin an exchange."""
        progress = Progress(exchange)
        self.progress[exchange.number] = progress
        self._open.append(exchange)
        self._arrival.set()
        self._arrival = asyncio.Event()
        return progress

    async def arrived(self, path: str, count: int) -> Exchange:
        """Wait for so many requests on a path (any, when empty) and return the last of them."""
        while True:
            matching = [exchange for exchange in self.exchanges if path in ("", exchange.path)]
            if len(matching) >= count:
                return matching[count - 1]
            await self._arrival.wait()

    def in_flight(self, path: str, model: str) -> int:
        """Return how many accepted requests of a model are being answered."""
        self._open = [exchange for exchange in self._open if exchange.ended_at is None]
        return sum(
            exchange.path == path and exchange.body.get("model") == model and exchange.status == 200
            for exchange in self._open
        )

    def clear(self) -> None:
        """Forget all exchanges."""
        self.progress.clear()
