"""Identifiers of conversations and messages: unique everywhere, ordered by the time they were made.

Source: RFC 9562, section 5.7 (UUID version 7). Python's own `uuid.uuid7` comes with 3.14.
"""

import os
import time

_RANDOM_BYTES = 10


def new_id() -> str:
    """Return a UUIDv7 as 32 hexadecimal digits; sorting ids sorts by time, to the millisecond."""
    milliseconds = time.time_ns() // 1_000_000
    # What `secrets` returns too; but that loads OpenSSL.
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(os.urandom(_RANDOM_BYTES), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return f"{value:032x}"
