"""Bytes of an event stream to events, incrementally and without input or output.

Source: WHATWG HTML, 9.2.6 "Interpreting an event stream". Lines end at CR, LF or CRLF and nowhere else:
U+2028 and U+0085 are legal inside JSON, so neither `str.splitlines` nor the HTTP library's line iterator will
do. Beyond the standard, the last event counts even when the stream ends without the blank line that should
follow it.
"""

import re
from dataclasses import dataclass

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\n|\r")

MAX_EVENT_BYTES = 16 * 1024 * 1024
"""A stream that never ends an event must not fill the memory; real events stay below 100 KiB."""


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One event. `data` is UTF-8 as it arrived, the lines of a multi-line event joined by LF."""

    name: str
    data: bytes


class EventTooLarge(ValueError):
    """One event outgrew `MAX_EVENT_BYTES`."""


class SseDecoder:
    """Takes a stream in pieces cut anywhere, even inside a character, and gives the events they complete."""

    def __init__(self) -> None:
        self._partial = bytearray()
        self._ends_in_cr = False
        self._at_start = True
        self._name = ""
        self._data: list[bytes] = []
        self._size_bytes = 0

    def feed(self, piece: bytes) -> list[ServerSentEvent]:
        """Return the events completed by `piece`. Raises EventTooLarge."""
        if not piece:
            return []
        if self._ends_in_cr:
            # The CR has ended its line already; an LF that follows it belongs to it.
            piece = piece.removeprefix(b"\n")
        lines = piece.split(b"\n") if b"\r" not in piece else _LINE_END.split(piece)
        self._ends_in_cr = piece.endswith(b"\r")
        tail = lines.pop()
        events: list[ServerSentEvent] = []
        for line in lines:
            self._grow(len(line))
            self._take_line(self._completed(line), events)
        self._grow(len(tail))
        self._partial += tail
        return events

    def finish(self) -> list[ServerSentEvent]:
        """Return what the end of the stream completes. The decoder is used up."""
        events: list[ServerSentEvent] = []
        if self._partial:
            self._take_line(self._completed(b""), events)
        self._take_line(b"", events)
        return events

    def _completed(self, rest: bytes) -> bytes:
        if self._partial:
            rest = bytes(self._partial) + rest
            self._partial.clear()
        if self._at_start:
            self._at_start = False
            rest = rest.removeprefix(_BOM)
        return rest

    def _take_line(self, line: bytes, events: list[ServerSentEvent]) -> None:
        if not line:
            if self._data:
                events.append(ServerSentEvent(self._name or "message", b"\n".join(self._data)))
            self._name, self._data, self._size_bytes = "", [], 0
            return
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
        elif field == b"event":
            self._name = value.decode("utf-8", "replace")

    def _grow(self, size_bytes: int) -> None:
        # Bytes are counted as they arrive, since the last blank line: how the stream was cut does not matter.
        self._size_bytes += size_bytes
        if self._size_bytes > MAX_EVENT_BYTES:
            raise EventTooLarge(f"An event of the stream is larger than {MAX_EVENT_BYTES} bytes.")
