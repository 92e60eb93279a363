"""Bytes to events: what the standard of event streams says, and that it does not matter how they arrive."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.api.sse import MAX_EVENT_BYTES, EventTooLarge, ServerSentEvent, SseDecoder
from tests.api.streams import BOM, cuts

LINES = st.sampled_from(
    [
        b"data: one",
        b"data:two",
        b"data:  three",
        b"data",
        b"data: \xe4\xb8\xad\xf0\x9f\x98\x80",
        b"data: \xe2\x80\xa8\xc2\x85",
        b"event: ping",
        b"event",
        b"id: 7",
        b"retry: 10",
        b": comment",
        b"unknown: field",
        b"",
        b"",
        BOM + b"data: marked",
    ]
)
LINE_ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])
STREAMS = st.lists(st.tuples(LINES, LINE_ENDS).map(b"".join), max_size=12).map(b"".join)


def decoded(*pieces: bytes) -> list[ServerSentEvent]:
    decoder = SseDecoder()
    events = [event for piece in pieces for event in decoder.feed(piece)]
    return [*events, *decoder.finish()]


def data_of(*pieces: bytes) -> list[bytes]:
    return [event.data for event in decoded(*pieces)]


def by_the_standard(stream: bytes) -> list[ServerSentEvent]:
    """Return what the standard says of a whole stream, and the last event even if it was not ended."""
    events: list[ServerSentEvent] = []
    name, data = b"", list[bytes]()
    for line in [*re.split(rb"\r\n|\r|\n", stream.removeprefix(BOM)), b""]:
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        match field:
            case b"data":
                data.append(value)
            case b"event":
                name = value
            case b"" if not line:
                if data:
                    events.append(ServerSentEvent(name.decode() or "message", b"\n".join(data)))
                name, data = b"", []
            case _:
                pass
    return events


@given(st.data(), STREAMS | st.binary(max_size=40))
def test_cutting_a_stream_anywhere_changes_nothing(data: st.DataObject, stream: bytes) -> None:
    assert decoded(*data.draw(cuts(stream))) == decoded(stream)


@given(st.sampled_from([b"", BOM, BOM + BOM]), STREAMS)
def test_a_stream_is_read_as_the_standard_says(start: bytes, stream: bytes) -> None:
    assert decoded(start + stream) == by_the_standard(start + stream)


def test_byte_by_byte_nothing_is_lost() -> None:
    stream = BOM + "event: 名\r\ndata: 中文😀\r\ndata: 二\r\n\r\ndata: 三".encode()

    assert decoded(*(stream[at : at + 1] for at in range(len(stream)))) == [
        ServerSentEvent("名", "中文😀\n二".encode()),
        ServerSentEvent("message", "三".encode()),
    ]


@pytest.mark.parametrize(
    ("stream", "data"),
    [
        (b"data: YHOO\ndata: +2\ndata: 10\n\n", [b"YHOO\n+2\n10"]),
        (
            b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\n",
            [b"first event", b"second event"],
        ),
        (b"data\n\ndata\ndata\n\n", [b"", b"\n"]),
        (b"data:test\n\ndata: test\n\n", [b"test", b"test"]),
        (b"data:  third event\n\n", [b" third event"]),
        (b"data: a:b\n\n", [b"a:b"]),
        (b"event: only a name\n\n\n\n", []),
        (b"", []),
    ],
)
def test_the_examples_of_the_standard(stream: bytes, data: list[bytes]) -> None:
    assert data_of(stream) == data


def test_a_name_holds_for_one_event_only() -> None:
    names = [event.name for event in decoded(b"event: error\ndata: 1\n\ndata: 2\n\n")]

    assert names == ["error", "message"]


@pytest.mark.parametrize("line_end", [b"\n", b"\r", b"\r\n"])
def test_every_line_end_ends_a_line(line_end: bytes) -> None:
    assert data_of(line_end.join([b"data: 1", b"data: 2", b"", b"data: 3", b"", b""])) == [b"1\n2", b"3"]


@pytest.mark.parametrize(
    "pieces", [(b"data: 1\r", b"\n\r", b"\ndata: 2"), (b"data: 1\r", b"", b"\n\r\ndata: 2")]
)
def test_a_line_end_cut_in_two_is_one_line_end(pieces: tuple[bytes, ...]) -> None:
    assert data_of(*pieces, b"\n\n") == [b"1", b"2"]


def test_an_event_that_ends_in_a_carriage_return_is_given_at_once() -> None:
    assert SseDecoder().feed(b"data: 1\r\r") == [ServerSentEvent("message", b"1")]


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_other_separators_do_not_end_a_line(mark: str) -> None:
    data = f'{{"content":"one{mark}two"}}'.encode()

    assert data_of(b"data: " + data + b"\n\n") == [data]


@pytest.mark.parametrize("rest", [b"data: last", b"data: last\n", b"data: last\r"])
def test_the_last_event_counts_without_its_blank_line(rest: bytes) -> None:
    assert data_of(b"data: 1\n\n", rest) == [b"1", b"last"]


def pieces_of(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [MAX_EVENT_BYTES + 9, 1 << 20], ids=["whole", "in pieces"])
def test_an_event_of_the_largest_size_passes_however_it_is_cut(size: int) -> None:
    line = b"data: ".ljust(MAX_EVENT_BYTES, b"x")

    assert len(data_of(b"data: before\n\n", *pieces_of(line, size), b"\n\n", *pieces_of(line, size))) == 3


@pytest.mark.parametrize("size", [MAX_EVENT_BYTES + 9, 1 << 20], ids=["whole", "in pieces"])
@pytest.mark.parametrize("lines", [1, 64])
def test_one_byte_more_is_refused_however_it_is_cut(size: int, lines: int) -> None:
    line = b"data: ".ljust(MAX_EVENT_BYTES // lines, b"x")
    stream = b"\n".join([line] * lines) + b"x\n\n"

    with pytest.raises(EventTooLarge):
        decoded(*pieces_of(stream, size))


def test_a_long_stream_of_small_events_never_grows_too_large() -> None:
    decoder = SseDecoder()
    events = b"data: ".ljust(1 << 20, b"x") + b"\n\n"

    assert sum(len(decoder.feed(events)) for _ in range(2 * MAX_EVENT_BYTES >> 20)) == 32
