"""An HTTP response on its way out, and the steps in which it goes."""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeAlias

import msgspec

from tests.support.fault import Fault
from tests.support.script import Delivery

JSON_TYPE: Final = "application/json;charset=UTF-8"
PLAIN: Final = Delivery()
STREAM_TYPE: Final = "text/event-stream;charset=UTF-8"

# Bytes. Without pauses records leave in bursts of this size: flushing each would cost more than making it.
BURST_BYTES: Final = 1 << 16

LEAD_BYTE: Final = re.compile(rb".*?[\xc0-\xff]|.+\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A response: its head, its body in parts (a stream's records) and the way it is delivered.

    `verbatim` bytes replace head and body on the socket.
    """

    status: int
    content_type: str
    parts: Iterable[bytes]
    delivery: Delivery = PLAIN
    headers: tuple[tuple[str, str], ...] = ()
    chunked: bool = False
    verbatim: bytes = b""


def json_response(value: object, *, status: int = 200, delivery: Delivery = PLAIN) -> Outgoing:
    """Return a response whose body is the JSON of a value."""
    return Outgoing(status, JSON_TYPE, (msgspec.json.encode(value),), delivery)


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes of the body, written at once; `records` of them are complete with it."""

    data: bytes
    records: int


@dataclass(frozen=True, slots=True)
class Sleep:
    """Silence of a given length."""

    seconds: float


class Mark(Enum):
    """A step without content."""

    HEAD = auto()
    PAUSE = auto()
    """Silence until the test releases the answer."""
    HOLD = auto()
    """Silence until the client hangs up."""
    RESET = auto()
    CLOSE = auto()
    END = auto()


Step: TypeAlias = Write | Sleep | Mark

_SOCKET_MARKS: Final = {
    Fault.STALL: Mark.HOLD,
    Fault.RST: Mark.RESET,
    Fault.MISSING_CHUNK_TERMINATOR: Mark.CLOSE,
}


def plan(outgoing: Outgoing) -> Iterator[Step]:
    """Yield the steps in which a response leaves. Who takes them stops at HOLD, RESET, CLOSE and END."""
    delivery = outgoing.delivery
    if delivery.first_byte_delay_s:
        yield Sleep(delivery.first_byte_delay_s)
    if Fault.SLOW_FIRST_BYTE in delivery.faults:
        yield Mark.PAUSE
    yield Mark.HEAD
    parts, stops = _stops(outgoing)
    yield from _body(parts, stops, delivery)
    if Fault.DONE_THEN_HOLD in delivery.faults:
        yield Mark.HOLD
    yield Mark.END


def _stops(outgoing: Outgoing) -> tuple[Iterable[bytes], dict[int, list[Mark]]]:
    """Return the parts, and what interrupts them before which one. The middle is known only of a list."""
    parts, delivery = outgoing.parts, outgoing.delivery
    stops: dict[int, list[Mark]] = defaultdict(list)
    if delivery.pause_after is not None:
        stops[delivery.pause_after].append(Mark.PAUSE)
    marks = [mark for fault, mark in _SOCKET_MARKS.items() if fault in delivery.faults]
    if marks:
        parts = list(parts)
        stops[len(parts) // 2 if delivery.fault_at is None else delivery.fault_at] += marks
    return parts, stops


def _body(parts: Iterable[bytes], stops: dict[int, list[Mark]], delivery: Delivery) -> Iterator[Step]:
    each = bool(delivery.delay_s) or delivery.flush_each
    sent = 0
    for group in _groups(parts, frozenset(stops), each=each):
        yield from stops.pop(sent, ())
        if delivery.delay_s:
            yield Sleep(delivery.delay_s)
        *pieces, last = _cut(b"".join(group), delivery)
        for piece in pieces:
            yield Write(piece, 0)
        yield Write(last, len(group))
        sent += len(group)
    for at in sorted(stops):
        yield from stops[at]


def _groups(parts: Iterable[bytes], borders: Container[int], *, each: bool) -> Iterator[list[bytes]]:
    """Yield the parts in the groups that are written together; a border begins a new one."""
    group: list[bytes] = []
    size = 0
    for index, part in enumerate(parts):
        if group and (each or size >= BURST_BYTES or index in borders):
            yield group
            group, size = [], 0
        group.append(part)
        size += len(part)
    if group:
        yield group


def _cut(data: bytes, delivery: Delivery) -> list[bytes]:
    if Fault.UTF8_CUT in delivery.faults:
        return LEAD_BYTE.findall(data) or [data]
    size = 3 if Fault.THREE_BYTE_WRITES in delivery.faults else delivery.write_size
    if size is None:
        return [data]
    return [data[at : at + size] for at in range(0, len(data), size)] or [data]
