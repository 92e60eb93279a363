"""The steps in which a response leaves, without a socket."""

from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fault import Fault
from tests.support.outgoing import BURST_BYTES, STREAM_TYPE, Mark, Outgoing, Sleep, Step, Write, plan
from tests.support.script import Delivery

RECORDS = (b"data: 1\n\n", "data: 天\n\n".encode(), b"data: [DONE]\n\n")
HARMLESS = (Fault.THREE_BYTE_WRITES, Fault.UTF8_CUT)
LAST = (Mark.RESET, Mark.CLOSE, Mark.END)


def steps(delivery: Delivery, parts: tuple[bytes, ...] = RECORDS) -> list[Step]:
    """Return the steps to the one after which nobody takes another."""
    planned = list(plan(Outgoing(200, STREAM_TYPE, parts, delivery, chunked=True)))
    before = list(takewhile(lambda step: step not in LAST, planned))
    return planned[: len(before) + 1]


def test_without_wishes_all_records_leave_in_one_burst() -> None:
    assert steps(Delivery()) == [Mark.HEAD, Write(b"".join(RECORDS), 3), Mark.END]


def test_a_burst_is_bounded() -> None:
    parts = (b"x" * 1000,) * 200

    sizes = [len(step.data) for step in steps(Delivery(), parts) if isinstance(step, Write)]

    assert sum(sizes) == 200_000
    assert max(sizes) <= BURST_BYTES + 1000


def test_records_can_be_flushed_one_by_one() -> None:
    writes = [Write(record, 1) for record in RECORDS]

    assert steps(Delivery(flush_each=True)) == [Mark.HEAD, *writes, Mark.END]


def test_a_delay_comes_before_every_record_and_the_first_delay_before_the_head() -> None:
    delivery = Delivery(first_byte_delay_s=2, delay_s=1)

    paced: list[Step] = []
    for record in RECORDS:
        paced += [Sleep(1), Write(record, 1)]
    assert steps(delivery) == [Sleep(2), Mark.HEAD, *paced, Mark.END]


@pytest.mark.parametrize("at", [0, 1, 2, 3, 9])
def test_a_pause_comes_after_so_many_records_or_at_the_end(at: int) -> None:
    planned = steps(Delivery(pause_after=at))

    before = planned[: planned.index(Mark.PAUSE)]
    assert sum(step.records for step in before if isinstance(step, Write)) == min(at, 3)


@pytest.mark.parametrize(
    ("fault", "mark"),
    [(Fault.STALL, Mark.HOLD), (Fault.RST, Mark.RESET), (Fault.MISSING_CHUNK_TERMINATOR, Mark.CLOSE)],
)
def test_socket_faults_strike_in_the_middle(fault: Fault, mark: Mark) -> None:
    assert steps(Delivery(faults=(fault,)))[:3] == [Mark.HEAD, Write(RECORDS[0], 1), mark]


def test_a_response_can_be_held_after_its_last_record() -> None:
    assert steps(Delivery(faults=(Fault.DONE_THEN_HOLD,)))[-2:] == [Mark.HOLD, Mark.END]


def test_a_cut_within_characters_leaves_no_write_but_the_last_readable() -> None:
    parts = ("天地玄黄 ok".encode(), "é!".encode())

    *cut, last = [
        step.data for step in steps(Delivery(faults=(Fault.UTF8_CUT,)), parts) if isinstance(step, Write)
    ]

    assert [piece[-1] for piece in cut] == [0xE5, 0xE5, 0xE7, 0xE9, 0xC3]
    assert last == "é!".encode()[1:]


@given(
    st.lists(st.text(min_size=1).map(str.encode), max_size=20),
    st.none() | st.integers(1, 7),
    st.lists(st.sampled_from(HARMLESS), max_size=2),
    st.booleans(),
)
def test_however_it_is_cut_every_byte_leaves_once_and_every_record_counts(
    parts: list[bytes], size: int | None, faults: list[Fault], flush_each: bool
) -> None:
    delivery = Delivery(write_size=size, faults=tuple(faults), flush_each=flush_each)

    writes = [step for step in steps(delivery, tuple(parts)) if isinstance(step, Write)]

    assert b"".join(write.data for write in writes) == b"".join(parts)
    assert sum(write.records for write in writes) == len(parts)
    assert all(write.data for write in writes)
