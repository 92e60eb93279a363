"""The body of an answer to its records, whatever the body turns out to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmdesk.api.errors import AttemptFailed
from glmdesk.api.records import RecordDecoder
from glmdesk.api.sse import MAX_EVENT_BYTES
from tests.api.streams import BOM, DONE, cuts

JSON = '{"error":{"code":"1302","message":"并发"}}'.encode()
STREAM = b'data: {"a":1}\n\ndata: {"b":2}\n\n'
PAGE = b"<html><head><title>502 Bad Gateway</title></head></html>"


def data_of(*pieces: bytes) -> list[bytes]:
    decoder = RecordDecoder()
    records = [record for piece in pieces for record in decoder.feed(piece)]
    return [record.data for record in [*records, *decoder.finish()]]


@given(
    st.data(),
    st.sampled_from([b"", BOM, b" \r\n\t", BOM + b"\n"]),
    st.sampled_from([JSON, STREAM, STREAM + DONE, b": comment\n\n" + STREAM]),
)
def test_cutting_a_body_anywhere_changes_nothing(data: st.DataObject, start: bytes, body: bytes) -> None:
    expected = [JSON] if body == JSON else [b'{"a":1}', b'{"b":2}']

    assert data_of(*data.draw(cuts(start + body))) == expected


@pytest.mark.parametrize("body", [JSON, BOM + JSON, b"\n\n " + JSON, b"[1]"])
def test_a_body_that_begins_like_json_is_one_record(body: bytes) -> None:
    assert data_of(body) == [body.lstrip(BOM + b"\n ")]


def test_a_json_body_may_contain_what_looks_like_a_stream() -> None:
    body = b'{"content":"\n\ndata: [DONE]\n\n"}'

    assert data_of(body) == [body]


def test_a_json_body_is_complete_at_its_end_only() -> None:
    decoder = RecordDecoder()

    assert decoder.feed(JSON) == []
    assert not decoder.is_done
    assert [record.data for record in decoder.finish()] == [JSON]


@pytest.mark.parametrize("body", [PAGE, b"<!DOCTYPE html>", BOM + b"\r\n  " + PAGE])
def test_a_web_page_is_not_the_service(body: bytes) -> None:
    with pytest.raises(AttemptFailed) as caught:
        data_of(body)

    assert caught.value.error.problem.code == "web-page"


@pytest.mark.parametrize("body", [b"", BOM, b" \n\n", b"Bad gateway"])
def test_a_body_without_records_has_none(body: bytes) -> None:
    assert data_of(body) == []


def test_done_ends_the_records_and_what_follows_is_not_read() -> None:
    decoder = RecordDecoder()

    records = decoder.feed(STREAM + DONE + b"data: late\n\ndata: half")

    assert [record.data for record in records] == [b'{"a":1}', b'{"b":2}']
    assert decoder.is_done
    assert decoder.finish() == []


@pytest.mark.parametrize("done", [DONE, b"data:[DONE]\r\n\r\n", b"event: message\ndata: [DONE] \n\n"])
def test_done_is_seen_as_soon_as_it_is_there(done: bytes) -> None:
    decoder = RecordDecoder()
    decoder.feed(STREAM)
    assert not decoder.is_done

    decoder.feed(done)
    assert decoder.is_done


def test_done_without_its_blank_line_counts_at_the_end() -> None:
    decoder = RecordDecoder()
    decoder.feed(b"data: [DONE]")
    assert not decoder.is_done

    assert decoder.finish() == []
    assert decoder.is_done


@pytest.mark.parametrize("begin", [b"data: ", b"{"], ids=["a record", "a JSON body"])
def test_an_endless_body_is_given_up(begin: bytes) -> None:
    pieces = [b"x" * (1 << 20)] * ((MAX_EVENT_BYTES >> 20) + 1)

    with pytest.raises(AttemptFailed) as caught:
        data_of(begin, *pieces)

    assert caught.value.error.problem.code == "too-large"
