"""What each fault does to the records of a stream, or to the whole response.

What happens on the socket is planned in `outgoing`.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final, TypeAlias, cast

import msgspec

from tests.support.errors import error_object, refusal_for
from tests.support.fault import Fault
from tests.support.outgoing import JSON_TYPE, STREAM_TYPE, Outgoing, json_response
from tests.support.replies import DONE, record
from tests.support.script import Delivery

Records: TypeAlias = list[bytes]
Chunk: TypeAlias = dict[str, object]

BROKEN: Final = b'data: {"id":"2026","choices":[{"index":0,"delta":{"content":"bro\n\n'
PAGE: Final = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
HEAD: Final = frozenset({"id", "created", "object", "model"})
UNUSUAL_LINES: Final = "one\u2028two\u2029three\u0085four"


def disturb(records: Iterable[bytes], delivery: Delivery) -> Iterable[bytes]:
    """Return the records of a stream with the faults of its delivery applied, in their order."""
    wanted = [fault for fault in Fault if fault in delivery.faults and fault in _RECORD_FAULTS]
    if not wanted:
        return records
    disturbed = list(records)
    middle = len(disturbed) // 2 if delivery.fault_at is None else min(delivery.fault_at, len(disturbed) - 1)
    for fault in wanted:
        disturbed = _RECORD_FAULTS[fault](disturbed, middle, delivery)
    return disturbed


def replaced(outgoing: Outgoing, completion: Callable[[], object]) -> Outgoing:
    """Return the response that a fault of its delivery puts in its place, or itself.

    `completion` makes the body the request would have had without `stream`.
    """
    delivery = outgoing.delivery
    for fault in delivery.faults:
        if fault is Fault.SSE_AS_JSON_TYPE:
            return replace(outgoing, content_type=JSON_TYPE)
        if fault is Fault.COMPLETION_BODY_200:
            return json_response(completion(), delivery=delivery)
        if fault in _RESPONSES:
            return _RESPONSES[fault](delivery)
    return outgoing


def _error(delivery: Delivery) -> Chunk:
    return {"error": error_object(refusal_for(delivery.error_code)), "request_id": "r-20261123101500"}


def _flat_error(delivery: Delivery) -> Chunk:
    refusal = refusal_for(delivery.error_code)
    code = int(refusal.code) if refusal.code.isdecimal() else 500
    return {"code": code, "msg": refusal.message, "success": False}


def _chunk_of(entry: bytes) -> Chunk | None:
    """Return the chunk in a record, `None` for any other record."""
    if entry == DONE or not entry.startswith(b"data: {"):
        return None
    try:
        return cast("Chunk", msgspec.json.decode(entry.removeprefix(b"data: ")))
    except msgspec.DecodeError:
        return None


def _insert(*extra: bytes) -> Callable[[Records, int, Delivery], Records]:
    return lambda records, at, _: [*records[:at], *extra, *records[at:]]


def _insert_like(change: Callable[[Chunk], Chunk]) -> Callable[[Records, int, Delivery], Records]:
    """Return a fault that inserts a chunk made from the first one's head."""

    def insert(records: Records, at: int, _: Delivery) -> Records:
        chunk = next(filter(None, map(_chunk_of, records)))
        head = {name: value for name, value in chunk.items() if name in HEAD}
        return [*records[:at], record(change(head)), *records[at:]]

    return insert


def _choice(delta: object) -> object:
    return [{"index": 0, "delta": delta}]


def _with_tool_index(index: int | None) -> Callable[[Records, int, Delivery], Records]:
    def renumber(records: Records, _at: int, _: Delivery) -> Records:
        return [_renumbered(entry, index) for entry in records]

    return renumber


def _renumbered(entry: bytes, index: int | None) -> bytes:
    """Return a record whose tool calls have another index, or none."""
    chunk = _chunk_of(entry)
    if chunk is None or b'"tool_calls":[' not in entry:
        return entry
    for choice in cast("list[dict[str, Chunk]]", chunk["choices"]):
        for call in cast("list[Chunk]", choice["delta"].get("tool_calls", [])):
            call.pop("index", None)
            if index is not None:
                call["index"] = index
    return record(chunk)


def _usage_chunk(records: Records, _at: int, _: Delivery) -> Records:
    last = _chunk_of(records[-2]) or {}
    usage = last.pop("usage", None)
    return [*records[:-2], record(last), record({**last, "choices": [], "usage": usage}), DONE]


def _broken_records(records: Records, at: int, _: Delivery) -> Records:
    return [*records[:at], *(piece for entry in records[at:] for piece in (BROKEN, entry))]


def _error_record(records: Records, at: int, delivery: Delivery) -> Records:
    return [*records[:at], record(_error(delivery)), DONE]


def _error_event(records: Records, at: int, delivery: Delivery) -> Records:
    return [*records[:at], b"event: error\n" + record(_error(delivery)), DONE]


def _flat_error_record(records: Records, at: int, delivery: Delivery) -> Records:
    return [*records[:at], record(_flat_error(delivery)), DONE]


def _cut_json(records: Records, _at: int, _: Delivery) -> Records:
    """End within the JSON of the last record, the one with the finish reason."""
    last = records[-2]
    return [*records[:-2], last[: len(last) // 2]]


def _late_data(records: Records, _at: int, _: Delivery) -> Records:
    return [*records, next(entry for entry in records if _chunk_of(entry))]


def _each(change: Callable[[bytes], bytes]) -> Callable[[Records, int, Delivery], Records]:
    return lambda records, _at, _: [change(entry) for entry in records]


def _over_two_lines(entry: bytes) -> bytes:
    """Break the data where JSON allows any white space: after its first comma."""
    return entry.replace(b",", b",\ndata: ", 1) if b"data: {" in entry else entry


_RECORD_FAULTS: Final[dict[Fault, Callable[[Records, int, Delivery], Records]]] = {
    Fault.CHOICES_EMPTY: _insert_like(lambda head: {**head, "choices": []}),
    Fault.CHOICES_MISSING: _insert_like(lambda head: head),
    Fault.CHOICES_NULL: _insert_like(lambda head: {**head, "choices": None}),
    Fault.DELTA_MISSING: _insert_like(lambda head: {**head, "choices": [{"index": 0}]}),
    Fault.CONTENT_NULL: _insert_like(lambda head: {**head, "choices": _choice({"content": None})}),
    Fault.U2028: _insert_like(lambda head: {**head, "choices": _choice({"content": UNUSUAL_LINES})}),
    Fault.TOOL_INDEX_MINUS_ONE: _with_tool_index(-1),
    Fault.TOOL_INDEX_NONE: _with_tool_index(None),
    Fault.USAGE_CHUNK: _usage_chunk,
    Fault.BROKEN_RECORD: _insert(BROKEN),
    Fault.BROKEN_RECORDS: _broken_records,
    Fault.PING_EVENT: _insert(b'event: ping\ndata: {"type":"ping"}\n\n', b"event: ping\ndata:\n\n"),
    Fault.EMPTY_DATA: _insert(b"data:\n\n", b"data: \n\n"),
    Fault.ERROR_RECORD: _error_record,
    Fault.ERROR_EVENT: _error_event,
    Fault.FLAT_ERROR: _flat_error_record,
    Fault.NO_DONE: lambda records, _at, _: [entry for entry in records if entry != DONE],
    Fault.NO_FINISH_NO_DONE: lambda records, _at, _: records[:-2],
    Fault.LAST_RECORD_UNTERMINATED: lambda records, _at, _: [*records[:-2], records[-2].rstrip(b"\n")],
    Fault.DONE_WITHOUT_BLANK_LINE: lambda records, _at, _: [*records[:-1], DONE.rstrip(b"\n")],
    Fault.DATA_AFTER_DONE: _late_data,
    Fault.CUT_JSON_AT_EOF: _cut_json,
    Fault.COMMENTS: _each(lambda entry: b": keep-alive\n\n:\n" + entry),
    Fault.ID_AND_RETRY_LINES: _each(lambda entry: b"id: 7\nretry: 3000\n" + entry),
    Fault.MESSAGE_EVENT: _each(lambda entry: b"event: message\n" + entry),
    Fault.MULTI_LINE_DATA: _each(_over_two_lines),
    Fault.NO_SPACE: _each(lambda entry: entry.replace(b"data: ", b"data:")),
    Fault.BOM: lambda records, _at, _: [b"\xef\xbb\xbf" + records[0], *records[1:]],
    Fault.CRLF: _each(lambda entry: entry.replace(b"\n", b"\r\n")),
    Fault.CR: _each(lambda entry: entry.replace(b"\n", b"\r")),
}

_RESPONSES: Final[dict[Fault, Callable[[Delivery], Outgoing]]] = {
    Fault.ERROR_JSON_BODY_200: lambda delivery: json_response(_error(delivery), delivery=delivery),
    Fault.FLAT_ERROR_BODY_200: lambda delivery: json_response(_flat_error(delivery), delivery=delivery),
    Fault.HTML_502: lambda delivery: Outgoing(502, "text/html", (PAGE,), delivery),
    Fault.HTTP_500_EMPTY: lambda delivery: Outgoing(500, "text/plain", (), delivery),
    Fault.NO_CONTENT_204: lambda delivery: Outgoing(204, "", (), delivery),
    Fault.EMPTY_BODY_200: lambda delivery: Outgoing(200, STREAM_TYPE, (), delivery),
}
