"""Identifiers."""

import time
import uuid

from glmdesk.domain.ids import new_id


def made_at_ms(identifier: str) -> int:
    return int(identifier[:12], 16)


def test_an_id_is_a_uuid_of_version_7() -> None:
    for _ in range(200):
        identifier = new_id()
        parsed = uuid.UUID(hex=identifier)

        assert parsed.hex == identifier
        assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)


def test_ids_carry_the_time_they_were_made_at() -> None:
    before_ms = time.time_ns() // 1_000_000
    identifiers = [new_id() for _ in range(1000)]
    after_ms = time.time_ns() // 1_000_000

    assert before_ms <= made_at_ms(identifiers[0]) <= made_at_ms(identifiers[-1]) <= after_ms


def test_no_id_is_made_twice() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000
