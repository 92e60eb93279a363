"""Identifiers of conversations and messages: unique everywhere, ordered by the time they were made.

Source: RFC 9562, section 5.7 (UUID version 7). Python's own `uuid.uuid7` comes with 3.14.
"""

import secrets
import time
import uuid


def new_id() -> str:
    """Return a UUIDv7 as 32 hexadecimal digits; sorting ids sorts by time, to the millisecond."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value).hex
