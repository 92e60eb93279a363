"""Making the superuser obey permissions, so that read-only files can be tested whoever runs the tests."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

# Source: capget(2), linux/capability.h
_VERSION_3 = 0x20080522
_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2


@contextmanager
def obeyed_permissions() -> Iterator[None]:
    """Take the right to pass over permissions from this thread, and from those it starts meanwhile."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_VERSION_3, 0)
    capabilities = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice
    assert libc.capget(header, capabilities) == 0
    before = capabilities[0]
    capabilities[0] = before & ~(1 << _DAC_OVERRIDE | 1 << _DAC_READ_SEARCH)
    assert libc.capset(header, capabilities) == 0
    try:
        yield
    finally:
        capabilities[0] = before
        assert libc.capset(header, capabilities) == 0
