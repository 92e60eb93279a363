"""Which processes have a database open for writing.

Each holds the lock on one byte, its slot, of a file beside the database; the system frees it however the
process ends. So an answer that is being written by a living process can be told from one whose writer is
gone, and what needs the database for itself (migration, repair) can see whether it is alone. Byte 0 is the
gate: processes open one after the other.
"""

import os
import sys
import time
from pathlib import Path

from glmdesk.domain.errors import LocalDataError
from glmdesk.storage.faults import in_use
from glmdesk.storage.files import beside

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_GATE = 0
_SLOTS = range(1, 64)

# Seconds. Another process may be migrating behind the gate; a large history takes some seconds.
_GATE_PATIENCE_S = 20.0
_GATE_POLL_S = 0.02


class Presence:
    """This process's slot. Made with the gate shut behind it: call `open_gate` when the database is in order.

    A second presence on the same database must be in another process: the locks are the process's own.
    """

    def __init__(self, database: Path) -> None:
        """Enter through the gate. Raises LocalDataError if it stays shut, OSError if no file can be made."""
        self._database = database
        lock_file = beside(database, "-lock")
        self._file = os.open(lock_file, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            self._await_gate()
            self.slot = self._take_slot()
        except BaseException:
            os.close(self._file)
            raise

    def open_gate(self) -> None:
        """Let the next process in."""
        _unlock(self._file, _GATE)

    def is_alone(self) -> bool:
        """Whether no other process has the database open for writing. Certain only while the gate is shut."""
        return not any(self.is_alive(slot) for slot in _SLOTS)

    def is_alive(self, slot: int) -> bool:
        """Whether another process holds a slot. Whoever held our own one before us is gone."""
        if slot == self.slot:
            return False
        if not _try_lock(self._file, slot):
            return True
        _unlock(self._file, slot)
        return False

    def leave(self) -> None:
        """Give the slot back, and the gate if it is still ours."""
        os.close(self._file)

    def _await_gate(self) -> None:
        deadline = time.monotonic() + _GATE_PATIENCE_S
        while not _try_lock(self._file, _GATE):
            if time.monotonic() > deadline:
                raise LocalDataError(in_use(self._database))
            time.sleep(_GATE_POLL_S)

    def _take_slot(self) -> int:
        for slot in _SLOTS:
            if _try_lock(self._file, slot):
                return slot
        raise LocalDataError(in_use(self._database))


if sys.platform == "win32":

    def _try_lock(file: int, byte: int) -> bool:
        os.lseek(file, byte, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: int, byte: int) -> None:
        os.lseek(file, byte, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:

    def _try_lock(file: int, byte: int) -> bool:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except (BlockingIOError, PermissionError):  # EAGAIN or EACCES, as the system likes
            return False
        return True

    def _unlock(file: int, byte: int) -> None:
        fcntl.lockf(file, fcntl.LOCK_UN, 1, byte)
